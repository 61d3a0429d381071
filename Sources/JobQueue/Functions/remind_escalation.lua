-- Sets by when an escalation should be decided and by which tier of reviewers, and says why: its first due time, a
-- reminder, or the hand-over to the next tier.
-- KEYS[1] base
-- ARGV[1] escalation id  [2] the version that the caller saw  [3] who does it  [4] due_set | reminded | handed_on
-- ARGV[5] due time in ms since 1970, or "" to keep it  [6] tier from 1, or "" to keep it
-- Returns {"applied", version, state}; {"conflict", version, state}; {"unknown", 0, ""}.
-- Atomic, because of several processes that watch the due times only one may remind, and the index of due times must
-- say what the record says.
local function remind_escalation(keys, args)
  local base, escalation, by, event, due, tier = keys[1], args[1], args[3], args[4], args[5], args[6]
  local e, refusal = waiting_escalation(base, escalation, args[2])
  if not e then return refusal end
  local b = open_batch(base)
  local fields = {}
  if due ~= '' then
    redis.call('ZADD', base .. ':due', due, escalation)
    fields = { 'due', due }
  end
  if tier ~= '' then
    fields[#fields + 1] = 'tier'
    fields[#fields + 1] = tier
  end
  local version = change_escalation(b, escalation, e, event, by,
    json_object('due', due ~= '' and due, 'tier', tier ~= '' and tier), unpack(fields))
  close_batch(b)
  return { 'applied', version, e.state }
end
redis.register_function{ function_name = 'remind_escalation' .. SUFFIX, callback = remind_escalation, flags = { 'allow-oom' } }
