-- Gives an escalation to a reviewer for a while, or takes it back.
-- KEYS[1] base
-- ARGV[1] escalation id  [2] the version that the reviewer saw  [3] reviewer  [4] lease in ms, or "0" to release it
-- Returns {"applied", version, state}; {"conflict", version, state}; {"claimed", version, assignee} when another
-- reviewer's lease still runs; {"unknown", 0, ""}.
-- Atomic, because two reviewers that claim at once must not both believe that they hold it. A lease that has run out
-- needs no sweep: the state `claimed` with a passed time is `open` to every reader.
local function claim_escalation(keys, args)
  local base, escalation, version, reviewer, lease = keys[1], args[1], args[2], args[3], tonumber(args[4])
  local k = escalation_key(base, escalation)
  local e = redis.call('HMGET', k, 'state', 'version', 'assignee', 'claimed-until', 'history')
  if not e[1] then return { 'unknown', 0, '' } end
  local current = tonumber(e[2])
  if e[1] ~= 'open' and e[1] ~= 'claimed' then return { 'conflict', current, e[1] } end
  if e[2] ~= version then return { 'conflict', current, e[1] } end
  local b = open_batch(base)
  if e[1] == 'claimed' and e[3] ~= reviewer and tonumber(e[4]) > b.now then return { 'claimed', current, e[3] } end
  if lease == 0 and e[1] ~= 'claimed' then return { 'conflict', current, e[1] } end
  current = current + 1
  local state = lease > 0 and 'claimed' or 'open'
  local line = b.now .. ' ' .. current .. ' ' .. (lease > 0 and 'claimed ' or 'released ') .. reviewer
  redis.call('HSET', k, 'state', state, 'version', current, 'history', e[5] .. '\n' .. line)
  if lease > 0 then
    redis.call('HSET', k, 'assignee', reviewer, 'claimed-until', b.now + lease)
  else
    redis.call('HDEL', k, 'assignee', 'claimed-until')
  end
  note(b, escalation, state, reviewer)
  close_batch(b)
  return { 'applied', current, state }
end
redis.register_function{ function_name = 'claim_escalation' .. SUFFIX, callback = claim_escalation, flags = { 'allow-oom' } }
