-- Gives an escalation to a reviewer for a while, or takes it back.
-- KEYS[1] base
-- ARGV[1] escalation id  [2] the version that the reviewer saw  [3] reviewer  [4] lease in ms, or "0" to release it
-- Returns {"applied", version, state}; {"conflict", version, state}; {"claimed", version, assignee} when another
-- reviewer's lease still runs; {"unknown", 0, ""}.
-- Atomic, because two reviewers that claim at once must not both believe that they hold it. A lease that has run out
-- needs no sweep: the state `claimed` with a passed time is `open` to every reader.
local function claim_escalation(keys, args)
  local base, escalation, version, reviewer, lease = keys[1], args[1], args[2], args[3], tonumber(args[4])
  local e, refusal = waiting_escalation(base, escalation, version)
  if not e then return refusal end
  local b = open_batch(base)
  if is_held(e, reviewer, b.now) then return { 'claimed', tonumber(e.version), e.assignee } end
  if lease == 0 and e.state ~= 'claimed' then return { 'conflict', tonumber(e.version), e.state } end
  local now_at
  if lease > 0 then
    now_at = change_escalation(b, escalation, e, 'claimed', reviewer, json_object('until', tostring(b.now + lease)),
      'state', 'claimed', 'assignee', reviewer, 'claimed-until', b.now + lease)
  else
    redis.call('HDEL', escalation_key(base, escalation), 'assignee', 'claimed-until')
    now_at = change_escalation(b, escalation, e, 'released', reviewer, nil, 'state', 'open')
  end
  close_batch(b)
  return { 'applied', now_at, lease > 0 and 'claimed' or 'open' }
end
redis.register_function{ function_name = 'claim_escalation' .. SUFFIX, callback = claim_escalation, flags = { 'allow-oom' } }
