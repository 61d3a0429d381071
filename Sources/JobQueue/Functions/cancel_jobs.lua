-- Cancels jobs in whatever state they are, or all jobs of a flow.
-- KEYS[1] base
-- ARGV[1] flow id or ""  [2…] job ids (none when a flow is named)
-- Returns for each job "cancelled", "cancelling" (it runs; its worker is told by the next heartbeat), "unknown", or the
-- terminal state it has already.
-- Atomic, because a job that is being claimed or completed at the same moment must end exactly once.
-- An entry that no worker has read stays in its stream and is skipped at the claim: deleting it there would make the
-- group's lag unknown.
local function cancel_job(b, id)
  local k = job_key(b.base, id)
  local r = redis.call('HMGET', k, 'state', 'policy', 'flow', 'escalation')
  local state = r[1]
  if not state then return 'unknown' end
  if state == 'completed' or state == 'dead' or state == 'cancelled' then return state end
  local policy = parse_policy(r[2])
  if state == 'running' then
    redis.call('HSET', k, 'cancel', b.now)
    note(b, id, 'cancelling', policy.queue)
    return 'cancelling'
  end
  if state == 'scheduled' then redis.call('ZREM', delayed_key(b.base, policy.queue), id) end
  if state == 'escalated' then expire_escalation(b, r[4]) end
  end_job(b, id, policy, r[3], 'cancelled', 'cause', 'request')
  return 'cancelled'
end

local function cancel_jobs(keys, args)
  local b = open_batch(keys[1])
  local replies, ids = {}, {}
  if args[1] ~= '' then
    local jobs = redis.call('HGET', flow_key(b.base, args[1]), 'jobs') or ''
    for id in string.gmatch(jobs, '%S+') do ids[#ids + 1] = id end
  else
    for i = 2, #args do ids[#ids + 1] = args[i] end
  end
  for _, id in ipairs(ids) do replies[#replies + 1] = cancel_job(b, id) end
  close_batch(b)
  return replies
end
redis.register_function{ function_name = 'cancel_jobs' .. SUFFIX, callback = cancel_jobs, flags = { 'allow-oom' } }
