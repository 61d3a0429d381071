-- Decides what becomes of a planned time of a schedule, once.
-- KEYS[1] base of partition 0
-- ARGV[1] name  [2] the version that the caller read  [3] create | skipped | missed | wait  [4] the planned time, ms
-- ARGV[5] the planned time after it, ms, "" for none  [6] operation: create: the id that it gets; skipped: the one that
-- still runs; else ""  [7] create and wait: in how many ms an orchestrator looks at the schedule again
-- Returns {"applied", version}; {"conflict", version} when it has changed since; {"early", version} when the planned time
-- has not come by this server's clock; {"unknown", 0}.
-- Atomic, because several orchestrators come to a decision at once, and only one decision may stand. `create` is the
-- first half of a fire: the operation may live in another partition, so its id and its request are pinned here before
-- it is submitted, and record_fire ends the fire once the submission was answered. An orchestrator that dies in between
-- leaves the pin, and another one submits the same id again.
local function fire_schedule(keys, args)
  local base, name, verb, planned, next_time, operation = keys[1], args[1], args[3], args[4], args[5], args[6]
  local k = schedule_key(base, name)
  local r = redis.call('HMGET', k, 'version', 'firing', 'paused', 'next', 'request')
  if not r[1] then return { 'unknown', 0 } end
  if r[1] ~= args[2] or r[2] or r[3] or r[4] == '' then return { 'conflict', tonumber(r[1]) } end
  local b = open_batch(base)
  if tonumber(planned) > b.now then return { 'early', tonumber(r[1]) } end
  if verb == 'wait' then
    redis.call('ZADD', due_key(base), b.now + tonumber(args[7]), name)
    return { 'applied', tonumber(r[1]) }
  end
  local version = redis.call('HINCRBY', k, 'version', 1)
  redis.call('HSET', k, 'next', next_time)
  if verb == 'create' then
    redis.call('HSET', k, 'firing', operation, 'firing-since', r[4], 'firing-planned', planned, 'firing-request', r[5])
    redis.call('ZADD', due_key(base), b.now + tonumber(args[7]), name)
  else
    index_schedule(base, name)
    remember_fire(b, name, r[4], planned, verb, operation)
  end
  close_batch(b)
  return { 'applied', version }
end
redis.register_function{ function_name = 'fire_schedule' .. SUFFIX, callback = fire_schedule, flags = { 'allow-oom' } }
