-- Deletes a schedule with its record of fires; operations that it created are left alone.
-- KEYS[1] base of partition 0
-- ARGV[1] name
-- Returns 1, or 0 when there is none.
-- Atomic, because an entry that stays in the index without its schedule would be looked at for ever.
local function delete_schedule(keys, args)
  local base, name = keys[1], args[1]
  local k = schedule_key(base, name)
  redis.call('ZREM', due_key(base), name)
  redis.call('SREM', base .. ':schedules', name)
  if redis.call('UNLINK', k) == 0 then return 0 end
  redis.call('UNLINK', k .. ':fires')
  local b = open_batch(base)
  note(b, 'schedule/' .. name, 'deleted')
  close_batch(b)
  return 1
end
redis.register_function{ function_name = 'delete_schedule' .. SUFFIX, callback = delete_schedule, flags = { 'allow-oom' } }
