-- Enqueues jobs: one, or many in one round trip.
-- KEYS[1] base
-- ARGV[1] "1" to look first whether a job's id is known already (a caller that resends after a lost reply), else "0"
-- ARGV[2…] six words a job: id, policy, input (JSON), delay in ms, idempotency key or "", life of that key in ms
-- Returns for each job {"enqueued" | "known" | "duplicate", id}; a duplicate names the job that holds the key.
-- Atomic, because a record without its stream entry would never run, and an entry without its record would run nothing.
-- Not allow-oom: a full Redis refuses new work and keeps draining.
local function enqueue_jobs(keys, args)
  local base = keys[1]
  local b = open_batch(base)
  local verify = args[1] == '1'
  local created = ' ' .. b.now
  local cache, replies = {}, {}
  for i = 2, #args, 6 do
    local id, policy, input, delay, idempotency = args[i], args[i + 1], args[i + 2], tonumber(args[i + 3]), args[i + 4]
    local known = cache[policy]
    if not known then
      local queue, lane = queue_and_lane(policy)
      known = { queue = queue, lane = lane, stream = lane_key(base, queue, lane), record = policy .. created }
      cache[policy] = known
      redis.call('SADD', base .. ':queues', queue)
    end
    local holder = false
    local key = base .. ':i:' .. known.queue .. ':' .. idempotency
    if idempotency ~= '' then holder = redis.call('GET', key) end
    if holder then
      replies[#replies + 1] = { 'duplicate', holder }
    elseif verify and redis.call('EXISTS', job_key(base, id)) == 1 then
      replies[#replies + 1] = { 'known', id }
    else
      if idempotency ~= '' then redis.call('SET', key, id, 'PX', args[i + 5]) end
      if delay > 0 then
        redis.call('HSET', job_key(base, id), 'state', 'scheduled', 'policy', known.record, 'input', input)
        push_delayed(b, id, known.queue, b.now + delay)
      else
        redis.call('HSET', job_key(base, id), 'state', 'ready', 'policy', known.record, 'input', input)
        redis.call('XADD', known.stream, '*', 'j', id)
      end
      count(b, known.queue, 'enqueued')
      replies[#replies + 1] = { 'enqueued', id }
    end
  end
  close_batch(b)
  return replies
end
redis.register_function('enqueue_jobs' .. SUFFIX, enqueue_jobs)
