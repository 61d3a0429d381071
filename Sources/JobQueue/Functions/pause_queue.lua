-- Pauses or resumes the hand-out of a queue's jobs; what runs goes on.
-- KEYS[1] base
-- ARGV[1] queue  [2] "1" to pause, "0" to resume
-- Returns 1 when that changed something, else 0.
-- Atomic, because resuming must also wake the workers that wait.
local function pause_queue(keys, args)
  local b = open_batch(keys[1])
  local queue, pause = args[1], args[2] == '1'
  local changed = redis.call(pause and 'SADD' or 'SREM', b.base .. ':paused', queue)
  if changed == 1 then
    if not pause then ring(b, queue) end
    note(b, queue, pause and 'paused' or 'resumed')
    close_batch(b)
  end
  return changed
end
redis.register_function{ function_name = 'pause_queue' .. SUFFIX, callback = pause_queue, flags = { 'allow-oom' } }
