-- Creates the streams and groups of a queue, so that a worker can wait on them and an autoscaler can read them before
-- the first job.
-- KEYS[1] base
-- ARGV[1…] queues
-- Returns how many queues were named.
-- Atomic, because a stream without its group makes a blocked reader fail with NOGROUP.
local function create_queue(keys, args)
  for _, queue in ipairs(args) do create_groups(keys[1], queue) end
  return #args
end
redis.register_function{ function_name = 'create_queue' .. SUFFIX, callback = create_queue, flags = { 'allow-oom' } }
