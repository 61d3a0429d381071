-- Accepts an operation: its record, and the job that asks an orchestrator to plan it.
-- KEYS[1] base
-- ARGV[1] operation id  [2] type  [3] request (JSON)  [4] priority  [5] life of its record after the end, ms
-- ARGV[6] idempotency key or ""  [7] life of that key, ms  [8] id of the planning job  [9] its policy  [10] its input
-- ARGV[11] id of the job that becomes ready at the deadline  [12] its policy  [13] its input  [14] its delay, ms
-- Returns {"submitted" | "known" | "duplicate", operation id}.
-- Atomic, because a record without its planning job would never move.
-- Not allow-oom: it accepts new work.
local function submit_operation(keys, args)
  local base, id = keys[1], args[1]
  local idempotency = base .. ':i:operations:' .. args[6]
  if args[6] ~= '' then
    local holder = redis.call('GET', idempotency)
    if holder then return { 'duplicate', holder } end
  end
  if redis.call('EXISTS', operation_key(base, id)) == 1 then return { 'known', id } end
  local b = open_batch(base)
  b.begins = id
  if args[6] ~= '' then redis.call('SET', idempotency, id, 'PX', args[7]) end
  redis.call('HSET', operation_key(base, id), 'state', 'planning', 'version', 1, 'type', args[2], 'request', args[3],
    'priority', args[4], 'retention', args[5], 'created', b.now, 'updated', b.now, 'started', b.now, 'since', b.now)
  redis.call('ZADD', base .. ':operations', b.now, id)
  redis.call('SADD', base .. ':operations:open', id)
  local queue, lane = queue_and_lane(args[9])
  redis.call('SADD', base .. ':queues', queue)
  redis.call('HSET', job_key(base, args[8]), 'state', 'ready', 'policy', args[9] .. ' ' .. b.now, 'input', args[10])
  push_ready(b, args[8], queue, lane)
  redis.call('HSET', job_key(base, args[11]), 'state', 'scheduled', 'policy', args[12] .. ' ' .. b.now,
    'input', args[13])
  push_delayed(b, args[11], queue, b.now + tonumber(args[14]))
  note(b, id, 'planning', nil, id)
  close_batch(b)
  return { 'submitted', id }
end
redis.register_function('submit_operation' .. SUFFIX, submit_operation)
