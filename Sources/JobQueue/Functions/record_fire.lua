-- Records the operation that a schedule has created: the second half of a fire, or a run by hand.
-- KEYS[1] base of partition 0
-- ARGV[1] name  [2] the operation that is pinned, "" for a run by hand  [3] the operation that it became
-- ARGV[4] created | failed (the operation cannot be created at all) | triggered
-- Returns {"recorded", version}; {"known", version} when that was recorded already; {"unknown", 0}.
-- Atomic, because the end of the pin, the record and the index belong together: two orchestrators may have submitted the
-- same operation, and it is recorded once.
local function record_fire(keys, args)
  local base, name, pin, operation, outcome = keys[1], args[1], args[2], args[3], args[4]
  local k = schedule_key(base, name)
  local r = redis.call('HMGET', k, 'version', 'firing', 'firing-since', 'firing-planned')
  if not r[1] then return { 'unknown', 0 } end
  local b = open_batch(base)
  if pin ~= '' then
    if r[2] ~= pin then return { 'known', tonumber(r[1]) } end
    redis.call('HDEL', k, 'firing', 'firing-since', 'firing-planned', 'firing-request')
    index_schedule(base, name)
    remember_fire(b, name, r[3], r[4], outcome, operation)
  else
    for _, line in ipairs(redis.call('LRANGE', k .. ':fires', 0, -1)) do
      if string.match(line, '(%S+)$') == operation then return { 'known', tonumber(r[1]) } end
    end
    remember_fire(b, name, '-', '-', outcome, operation)
  end
  if outcome ~= 'failed' then redis.call('HSET', k, 'last-operation', operation) end
  local version = redis.call('HINCRBY', k, 'version', 1)
  close_batch(b)
  return { 'recorded', version }
end
redis.register_function{ function_name = 'record_fire' .. SUFFIX, callback = record_fire, flags = { 'allow-oom' } }
