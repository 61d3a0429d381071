-- Hands out ready jobs of one queue to a process, never more than it asks for.
-- KEYS[1] base
-- ARGV[1] process id  [2] queue  [3] how many at most  [4] lease in ms  [5] [6] [7] weights of high, normal, low
-- ARGV[8] "1" when the caller was woken by a new entry, else "0"
-- Returns {now in ms, 1 when the queue is paused, when to claim again: due time of the next delayed job, or now when
-- entries are left unread though slots are free, or -1; jobs}; a job is
-- {id, fence, attempt, delivery, policy, input, flow or "", guidance or ""}.
-- Atomic, because a delivered entry without a lease would belong to nobody: no recovery would look at it.
-- The consumer group has one consumer for all processes: who owns a delivery is in the lease index and the job's
-- record alone, so no consumer can leak and no XGROUP DELCONSUMER can destroy pending entries.
local function read_lane(base, queue, lane, n)
  local stream = lane_key(base, queue, lane)
  local r = redis.pcall('XREADGROUP', 'GROUP', 'workers', 'w', 'COUNT', n, 'STREAMS', stream, '>')
  if r and r.err then
    create_groups(base, queue)
    r = redis.call('XREADGROUP', 'GROUP', 'workers', 'w', 'COUNT', n, 'STREAMS', stream, '>')
  end
  if not r then return nil end
  return r[1][2]
end

-- How the next `n` slots are shared: slot number f (the fence it would get) belongs to a lane by its place in a round
-- of high + normal + low slots, so that every lane gets its share whatever the size of the claims.
local function lane_quotas(first, n, weights)
  local round = weights[1] + weights[2] + weights[3]
  local quotas = { 0, 0, 0 }
  for f = first, first + n - 1 do
    local place = f % round
    local lane = place < weights[1] and 1 or (place < weights[1] + weights[2] and 2 or 3)
    quotas[lane] = quotas[lane] + 1
  end
  return quotas
end

-- What stands in a lane wakes no waiting reader any more; what comes after does.
local function silence(base, queue, lane)
  redis.pcall('XGROUP', 'SETID', lane_key(base, queue, lane), 'bell', '$')
end

local function claim_jobs(keys, args)
  local base, process, queue, n, lease = keys[1], args[1], args[2], tonumber(args[3]), tonumber(args[4])
  local b = open_batch(base)
  promote_due(b, queue, 200)
  local next_due = redis.call('ZRANGE', delayed_key(base, queue), 0, 0, 'WITHSCORES')
  local due = next_due[2] and tonumber(next_due[2]) or -1
  if redis.call('SISMEMBER', base .. ':paused', queue) == 1 then
    -- Else a worker would wake once for every job that waits here, one after the other; resuming rings the bell.
    if args[8] == '1' then
      for _, lane in ipairs(LANES) do silence(base, queue, lane) end
    end
    close_batch(b)
    return { b.now, 1, due, {} }
  end
  -- Fences begin at the clock, so that they keep growing where the counter itself was lost (FLUSHALL): a worker from
  -- before must not hold the fence of a delivery that comes after. 32 a millisecond is more than a partition hands out.
  local fence = tonumber(redis.call('GET', base .. ':fence') or b.now * 32)
  local jobs, leases, was_read, dry = {}, {}, {}, false
  local quotas = lane_quotas(fence + 1, n, { tonumber(args[5]), tonumber(args[6]), tonumber(args[7]) })
  -- The first round follows the weights; later ones fill what is left in order of priority.
  -- Entries of jobs that are not ready (cancelled meanwhile), or stand in another lane by now (the id of a cancelled
  -- job, enqueued anew), are dropped and do not use up a slot.
  for round = 1, 8 do
    dry = true
    for l = 1, 3 do
      local want = n - #jobs
      if round == 1 then want = quotas[l] end
      if want > 0 then
        local entries = read_lane(base, queue, LANES[l], want)
        if entries then
          was_read[l] = true
          if #entries == want then dry = false end
          for _, entry in ipairs(entries) do
            local id = entry[2] and entry[2][2]
            local k = id and job_key(base, id)
            local r = k and redis.call('HMGET', k, 'state', 'policy', 'input', 'attempts', 'deliveries', 'flow', 'guidance')
            local place = r and r[1] == 'ready' and string.match(r[2], '^%S+ %S+ ')
            if place == queue .. ' ' .. LANES[l] .. ' ' then
              fence = fence + 1
              local attempt, delivery = tonumber(r[4] or 0) + 1, tonumber(r[5] or 0) + 1
              redis.call('HSET', k, 'state', 'running', 'fence', fence, 'entry', entry[1], 'owner', process,
                'began', b.now, 'deliveries', delivery)
              leases[#leases + 1] = b.now + lease
              leases[#leases + 1] = id
              jobs[#jobs + 1] = { id, fence, attempt, delivery, r[2], r[3], r[6] or '', r[7] or '' }
              if r[6] then note(b, id, 'running', queue) end
            else
              local stream = lane_key(base, queue, LANES[l])
              b.acks[stream] = b.acks[stream] or {}
              table.insert(b.acks[stream], entry[1])
            end
          end
        end
      elseif round == 1 then
        dry = false
      end
    end
    if #jobs >= n or dry then break end
  end
  if #jobs > 0 then
    redis.call('SET', base .. ':fence', fence)
    in_chunks(leases, function(...) redis.call('ZADD', base .. ':leases', ...) end)
  end
  if not dry and #jobs < n then due = b.now end
  -- The streams are empty now: no waiting reader needs waking for what was just read.
  if dry then
    for l = 1, 3 do
      if was_read[l] or (args[8] == '1' and #jobs == 0) then
        silence(base, queue, LANES[l])
      end
    end
  end
  close_batch(b)
  return { b.now, 0, due, jobs }
end
redis.register_function{ function_name = 'claim_jobs' .. SUFFIX, callback = claim_jobs, flags = { 'allow-oom' } }
