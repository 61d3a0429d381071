-- Names the reviewer who should decide an escalation, or nobody. It holds nobody off: a claim does that.
-- KEYS[1] base
-- ARGV[1] escalation id  [2] the version that the caller saw  [3] who assigns  [4] the reviewer, or "" for nobody
-- Returns {"applied", version, state}; {"conflict", version, state}; {"unknown", 0, ""}.
-- Atomic, because an assignment that is not in the stream of changes would be missing from the audit log.
local function assign_escalation(keys, args)
  local base, escalation, by, designee = keys[1], args[1], args[3], args[4]
  local e, refusal = waiting_escalation(base, escalation, args[2])
  if not e then return refusal end
  local b = open_batch(base)
  local version
  if designee ~= '' then
    version = change_escalation(b, escalation, e, 'assigned', by, json_object('to', cjson.encode(designee)),
      'designee', designee)
  else
    redis.call('HDEL', escalation_key(base, escalation), 'designee')
    version = change_escalation(b, escalation, e, 'assigned', by, json_object('to', 'null'))
  end
  close_batch(b)
  return { 'applied', version, e.state }
end
redis.register_function{ function_name = 'assign_escalation' .. SUFFIX, callback = assign_escalation, flags = { 'allow-oom' } }
