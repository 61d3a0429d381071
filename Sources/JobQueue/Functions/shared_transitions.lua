-- The transitions that several functions share. Each takes a batch and a job's fields as read in the same call.

-- A second stream per queue wakes its blocked workers for what is no new job: an earlier due time.
local function ring(b, queue) redis.call('XADD', bell_key(b.base, queue), 'MAXLEN', 1, '*', 'r', 1) end

local function push_ready(b, id, queue, lane) redis.call('XADD', lane_key(b.base, queue, lane), '*', 'j', id) end

local function push_delayed(b, id, queue, due)
  local key = delayed_key(b.base, queue)
  redis.call('ZADD', key, due, id)
  local first = redis.call('ZRANGE', key, 0, 0)
  if first[1] == id then ring(b, queue) end
end

-- Due jobs of one queue become ready, at most `limit` of them.
local function promote_due(b, queue, limit)
  local key = delayed_key(b.base, queue)
  local due = redis.call('ZRANGEBYSCORE', key, '-inf', b.now, 'LIMIT', 0, limit)
  if #due == 0 then return end
  for _, id in ipairs(due) do
    local k = job_key(b.base, id)
    local r = redis.call('HMGET', k, 'state', 'policy', 'flow')
    if r[1] == 'scheduled' then
      local _, lane = queue_and_lane(r[2])
      redis.call('HSET', k, 'state', 'ready')
      push_ready(b, id, queue, lane)
      if r[3] then note(b, id, 'ready', queue) end
    end
  end
  in_chunks(due, function(...) redis.call('ZREM', key, ...) end)
end

local end_job -- declared here because a cancelled parent may end its dependents

-- One parent of a waiting job has ended. The join is decided by the job's own counts: `need` completed parents
-- release it; when the open ones can no longer make up `need`, it ends as cancelled, and its own dependents hear of it.
local function parent_ended(b, id, completed)
  local k = job_key(b.base, id)
  local r = redis.call('HMGET', k, 'state', 'policy', 'need', 'open', 'met', 'flow')
  if r[1] ~= 'waiting' then return end
  local policy = parse_policy(r[2])
  local need, open, met = tonumber(r[3]), tonumber(r[4]) - 1, tonumber(r[5])
  if completed then met = met + 1 end
  redis.call('HSET', k, 'open', open, 'met', met)
  if met >= need then
    redis.call('HSET', k, 'state', 'ready')
    push_ready(b, id, policy.queue, policy.lane)
    note(b, id, 'ready', policy.queue)
  elseif met + open < need then
    end_job(b, id, policy, r[6], 'cancelled', 'cause', 'upstream')
  end
end

-- The last job of a flow has ended: its records get their retention, but for dead letters, which stay until someone
-- discards or retries them; and the job that has waited to tell the flow's owner becomes ready in the same step.
local function settle_flow(b, flow)
  local k = flow_key(b.base, flow)
  local r = redis.call('HMGET', k, 'jobs', 'retention', 'notify')
  redis.call('HSET', k, 'state', 'settled', 'settled', b.now)
  for id in string.gmatch(r[1], '%S+') do
    if not redis.call('ZSCORE', b.base .. ':dead', id) then redis.call('PEXPIRE', job_key(b.base, id), r[2]) end
  end
  redis.call('PEXPIRE', k, r[2])
  redis.call('PEXPIRE', timeline_key(b.base, flow), r[2])
  note(b, flow, 'settled', nil, flow)
  if not r[3] then return end
  local job = redis.call('HMGET', job_key(b.base, r[3]), 'state', 'policy')
  if job[1] ~= 'waiting' then return end
  local queue, lane = queue_and_lane(job[2])
  redis.call('HSET', job_key(b.base, r[3]), 'state', 'ready')
  push_ready(b, r[3], queue, lane)
  note(b, r[3], 'ready', queue)
end

-- A job reaches a terminal state: `completed`, `dead` or `cancelled`; further arguments are fields to store with it.
-- A lone job's record gets its retention now, or when its audit sample ends; a flow's records when the flow has settled;
-- a dead letter stays.
end_job = function(b, id, policy, flow, state, ...)
  local k = job_key(b.base, id)
  redis.call('HSET', k, 'state', state, 'ended', b.now, ...)
  note(b, id, state, policy.queue)
  count(b, policy.queue, state)
  if state == 'dead' then redis.call('ZADD', b.base .. ':dead', b.now, id) end
  if not flow then
    if state ~= 'dead' and not b.held[id] then
      if policy.retention > 0 then redis.call('PEXPIRE', k, policy.retention) else redis.call('UNLINK', k) end
    end
    return
  end
  local kids = redis.call('HGET', k, 'kids')
  if kids then
    for kid in string.gmatch(kids, '%S+') do parent_ended(b, kid, state == 'completed') end
  end
  redis.call('HINCRBY', flow_key(b.base, flow), state, 1)
  if redis.call('HINCRBY', flow_key(b.base, flow), 'open', -1) == 0 then settle_flow(b, flow) end
end

-- Attempts or deliveries are used up, or an error says that another attempt is useless.
local function exhaust(b, id, policy, flow, fence, cause)
  if policy.on_exhausted == 'escalate' then
    escalate(b, id, policy, flow, fence, 'retries_exhausted', 0, 'cause', cause)
    return 'escalated'
  end
  end_job(b, id, policy, flow, 'dead', 'cause', cause)
  return 'dead'
end

-- Leases that ran out: the delivery is over, whoever held it. Cancelled jobs end, poisonous ones stop, the rest is
-- ready again. At most `limit` a call; returns how many were taken back.
local function recover_expired(b, limit)
  local ids = redis.call('ZRANGEBYSCORE', b.base .. ':leases', '-inf', b.now, 'LIMIT', 0, limit)
  for _, id in ipairs(ids) do
    local k = job_key(b.base, id)
    local r = redis.call('HMGET', k, 'state', 'policy', 'entry', 'deliveries', 'cancel', 'flow', 'fence')
    if r[1] == 'running' then
      local policy = parse_policy(r[2])
      end_delivery(b, id, policy, r[3])
      count(b, policy.queue, 'recovered')
      if r[5] then
        end_job(b, id, policy, r[6], 'cancelled', 'cause', 'request')
      elseif tonumber(r[4]) >= policy.max_deliveries then
        exhaust(b, id, policy, r[6], r[7], 'deliveries')
      else
        redis.call('HSET', k, 'state', 'ready')
        push_ready(b, id, policy.queue, policy.lane)
        note(b, id, 'ready', policy.queue .. ' recovered')
      end
    else
      b.ended[#b.ended + 1] = id
    end
  end
  return #ids
end

-- Keeps fields of a job as they are, for the case that the decision is undone.
local function keep_fields(k, ...)
  local names = { ... }
  local values = redis.call('HMGET', k, ...)
  local kept = { 'was', table.concat(names, ' ') }
  for i, name in ipairs(names) do
    if values[i] then
      kept[#kept + 1] = 'was-' .. name
      kept[#kept + 1] = values[i]
    end
  end
  redis.call('HSET', k, unpack(kept))
end

-- Forgets what an earlier decision had kept.
local function drop_kept_fields(k)
  local names = redis.call('HGET', k, 'was')
  if not names then return end
  local fields = { 'was' }
  for name in string.gmatch(names, '%S+') do fields[#fields + 1] = 'was-' .. name end
  redis.call('HDEL', k, unpack(fields))
end

-- The groups of a queue's streams. Both start at 0, so that jobs enqueued before the first worker are seen.
local function create_groups(base, queue)
  for _, lane in ipairs(LANES) do
    redis.pcall('XGROUP', 'CREATE', lane_key(base, queue, lane), 'workers', '0', 'MKSTREAM')
    redis.pcall('XGROUP', 'CREATE', lane_key(base, queue, lane), 'bell', '0', 'MKSTREAM')
  end
  redis.pcall('XGROUP', 'CREATE', bell_key(base, queue), 'bell', '0', 'MKSTREAM')
  redis.call('SADD', base .. ':queues', queue)
end
