-- Pauses a schedule, or resumes it with a new planned time.
-- KEYS[1] base of partition 0
-- ARGV[1] name  [2] the version that the caller read  [3] "1" to pause, "0" to resume
-- ARGV[4] resume: next planned time in ms, "" for none
-- Returns {"changed" | "unchanged", version}; {"conflict", version} when it has changed since; {"unknown", 0}.
-- Atomic, because the index must follow. Times that pass while a schedule is paused are not missed: it was told not to
-- fire, so the caller names the first time after the pause.
local function pause_schedule(keys, args)
  local base, name, pause = keys[1], args[1], args[3] == '1'
  local k = schedule_key(base, name)
  local r = redis.call('HMGET', k, 'version', 'paused')
  if not r[1] then return { 'unknown', 0 } end
  if (r[2] == '1') == pause then return { 'unchanged', tonumber(r[1]) } end
  if r[1] ~= args[2] then return { 'conflict', tonumber(r[1]) } end
  local b = open_batch(base)
  local version = redis.call('HINCRBY', k, 'version', 1)
  redis.call('HSET', k, 'updated', b.now)
  if pause then redis.call('HSET', k, 'paused', 1) else redis.call('HDEL', k, 'paused') end
  if not pause then redis.call('HSET', k, 'next', args[4]) end
  index_schedule(base, name)
  note(b, 'schedule/' .. name, pause and 'paused' or 'resumed')
  close_batch(b)
  return { 'changed', version }
end
redis.register_function{ function_name = 'pause_schedule' .. SUFFIX, callback = pause_schedule, flags = { 'allow-oom' } }
