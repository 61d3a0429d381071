-- Retries or discards dead letters by hand.
-- KEYS[1] base
-- ARGV[1] "retry" or "discard"  [2…] job ids
-- A discarded step of a flow stays as long as the flow's other records, whose results others may still read.
-- Returns for each "ready", "discarded", "unknown" (no dead letter has that id), or "flow" (a step of a flow cannot be
-- retried alone: its dependents have ended with it).
-- Atomic, because a dead letter that left the index without becoming ready would be lost.
local function handle_dead_letters(keys, args)
  local b = open_batch(keys[1])
  local replies = {}
  for i = 2, #args do
    local id = args[i]
    local k = job_key(b.base, id)
    local r = redis.call('HMGET', k, 'state', 'policy', 'flow')
    if r[1] ~= 'dead' then
      redis.call('ZREM', b.base .. ':dead', id)
      replies[#replies + 1] = 'unknown'
    elseif args[1] == 'discard' then
      redis.call('ZREM', b.base .. ':dead', id)
      local left = r[3] and redis.call('PTTL', flow_key(b.base, r[3])) or -2
      if left == -2 then
        redis.call('UNLINK', k)
      elseif left > 0 then
        redis.call('PEXPIRE', k, left)
      end
      note(b, id, 'discarded')
      replies[#replies + 1] = 'discarded'
    elseif r[3] then
      replies[#replies + 1] = 'flow'
    else
      local policy = parse_policy(r[2])
      redis.call('ZREM', b.base .. ':dead', id)
      redis.call('HSET', k, 'state', 'ready', 'attempts', 0, 'deliveries', 0)
      redis.call('HDEL', k, 'cause', 'ended', 'progress')
      push_ready(b, id, policy.queue, policy.lane)
      note(b, id, 'ready', policy.queue .. ' retried')
      replies[#replies + 1] = 'ready'
    end
  end
  close_batch(b)
  return replies
end
redis.register_function{ function_name = 'handle_dead_letters' .. SUFFIX, callback = handle_dead_letters, flags = { 'allow-oom' } }
