-- Finds the schedules that an orchestrator must look at now.
-- KEYS[1] base of partition 0
-- ARGV[1] at most so many
-- Returns {now in ms, time in ms at which the next one that is not due is due or -1, names of the due ones…}.
-- One call, because the caller decides by the server's clock, and sleeps by it.
local function find_due_schedules(keys, args)
  local base = keys[1]
  local now = server_time(base)
  local later = redis.call('ZRANGEBYSCORE', due_key(base), '(' .. now, '+inf', 'WITHSCORES', 'LIMIT', 0, 1)
  local due = redis.call('ZRANGEBYSCORE', due_key(base), '-inf', now, 'LIMIT', 0, args[1])
  return { now, tonumber(later[2] or -1), unpack(due) }
end
redis.register_function{ function_name = 'find_due_schedules' .. SUFFIX, callback = find_due_schedules, flags = { 'no-writes' } }
