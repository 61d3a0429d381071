-- The heartbeat of one process: extends all its leases, stores progress, tells what it has lost, keeps it in the
-- registry, takes back what other processes lost, and makes due jobs ready.
-- KEYS[1] base
-- ARGV[1] process id  [2] queue  [3] lease in ms  [4] life of the registry entry in ms  [5] what the registry shows
--         (JSON), or "" to leave the registry
-- ARGV[6…] three words a running job: id, fence, progress (JSON) or ""
-- Returns {now, ids of lost leases, ids whose job was cancelled, ids whose time limit has passed, leases recovered}.
-- Atomic, because a lease may only be extended by who still holds its fence: a blind extension would steal the job
-- back from its new owner.
local function extend_leases(keys, args)
  local base, process, queue, lease = keys[1], args[1], args[2], tonumber(args[3])
  local b = open_batch(base)
  local lost, cancelled, overdue, extended = {}, {}, {}, {}
  for i = 6, #args, 3 do
    local id, fence, progress = args[i], args[i + 1], args[i + 2]
    local k = job_key(base, id)
    local r = redis.call('HMGET', k, 'state', 'fence', 'cancel', 'policy', 'began')
    if r[1] ~= 'running' or r[2] ~= fence then
      lost[#lost + 1] = id
    else
      local limit = time_limit(r[4])
      if progress ~= '' then redis.call('HSET', k, 'progress', progress) end
      if limit > 0 and b.now >= tonumber(r[5]) + limit + lease then
        -- Told long ago and still running: the lease is left to run out, so that another process takes over.
        overdue[#overdue + 1] = id
      else
        if r[3] then cancelled[#cancelled + 1] = id end
        if limit > 0 and b.now >= tonumber(r[5]) + limit then overdue[#overdue + 1] = id end
        extended[#extended + 1] = b.now + lease
        extended[#extended + 1] = id
      end
    end
  end
  in_chunks(extended, function(...) redis.call('ZADD', base .. ':leases', ...) end)
  local recovered = recover_expired(b, 200)
  promote_due(b, queue, 200)
  local registry, record = base .. ':processes', base .. ':process:' .. process
  redis.call('ZREMRANGEBYSCORE', registry, '-inf', b.now)
  if args[5] == '' then
    redis.call('ZREM', registry, process)
    redis.call('UNLINK', record)
  else
    redis.call('ZADD', registry, b.now + tonumber(args[4]), process)
    redis.call('SET', record, args[5], 'PX', args[4])
  end
  close_batch(b)
  return { b.now, lost, cancelled, overdue, recovered }
end
redis.register_function{ function_name = 'extend_leases' .. SUFFIX, callback = extend_leases, flags = { 'allow-oom' } }
