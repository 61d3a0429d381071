-- Takes a decision back: the escalation waits again, and its job and the job's dependents are as they were before.
-- KEYS[1] base
-- ARGV[1] escalation id  [2] the version that the reviewer saw  [3] reviewer
-- That is possible until a dependent has started, the flow has settled or the operation has gone on, and of a retry until
-- the job is claimed.
-- Returns {"applied", version, the job's state}; {"conflict", version, state} when the escalation is not decided or has
-- changed; {"late", version, why} when it is too late, which names the step that has started; {"unknown", 0, ""}.
-- Atomic, because a dependent that is claimed at the same moment must either start or wait, and all counts of the flow
-- move with it. A stream entry of a job that waits again stays and is skipped by the claim; one that becomes ready once
-- more has two, of which the first to be read counts and the other is skipped.

-- The dependents as they are once job `id` is open again, without writing anything: what changes, by id, and the ids in
-- order; or nil and the step that has started. A dependent's counts are made anew from the states of its parents,
-- because those of a released or cancelled one stopped at that moment.
local function dependents_before(b, id)
  local records = {}
  local function read(job)
    local r = records[job]
    if not r then
      local v = redis.call('HMGET', job_key(b.base, job), 'state', 'need', 'parents', 'kids', 'cause', 'fence', 'policy')
      r = { state = v[1], was = v[1], need = tonumber(v[2]), parents = v[3] or '', kids = v[4] or '', cause = v[5], fence = v[6],
        policy = v[7] }
      records[job] = r
    end
    return r
  end
  read(id).state = 'escalated'
  local order, open_again, next_place = {}, { id }, 1
  while open_again[next_place] do
    for kid in string.gmatch(read(open_again[next_place]).kids, '%S+') do
      local r = read(kid)
      if r.fence then return nil, kid end
      local open, met = 0, 0
      for parent in string.gmatch(r.parents, '%S+') do
        local state = read(parent).state
        if state == 'completed' then met = met + 1
        elseif state ~= 'dead' and state ~= 'cancelled' then open = open + 1 end
      end
      local waits = r.state == 'waiting' or (r.state == 'ready' and met < r.need)
      if r.state == 'cancelled' and r.cause == 'upstream' and met + open >= r.need then
        waits, r.is_revived = true, true
        open_again[#open_again + 1] = kid
      end
      if waits then
        if not r.open then order[#order + 1] = kid end
        r.state, r.open, r.met = 'waiting', open, met
      end
    end
    next_place = next_place + 1
  end
  return order, records
end

local function put_back_dependents(b, flow, order, records)
  for _, kid in ipairs(order) do
    local r, k = records[kid], job_key(b.base, kid)
    redis.call('HSET', k, 'state', 'waiting', 'open', r.open, 'met', r.met)
    if r.is_revived then
      redis.call('HDEL', k, 'cause', 'ended')
      redis.call('HINCRBY', flow_key(b.base, flow), 'cancelled', -1)
      redis.call('HINCRBY', flow_key(b.base, flow), 'open', 1)
    end
    if r.was ~= 'waiting' then note(b, kid, 'waiting', (queue_and_lane(r.policy))) end
  end
end

-- Puts the fields that the decision had changed back, and parks the job.
local function park_again(b, id, escalation, policy)
  local k = job_key(b.base, id)
  local names = redis.call('HGET', k, 'was')
  redis.call('HDEL', k, 'review', 'ended')
  for name in string.gmatch(names or '', '%S+') do
    local value = redis.call('HGET', k, 'was-' .. name)
    if value then redis.call('HSET', k, name, value) else redis.call('HDEL', k, name) end
  end
  drop_kept_fields(k)
  redis.call('HSET', k, 'state', 'escalated')
  redis.call('PERSIST', k)
  note(b, id, 'escalated', policy.queue .. ' ' .. escalation)
end

-- What the decision had made of the job, as long as nothing has moved it on.
local function still_stands(r, escalation, resolution)
  if r[4] ~= escalation then return false end
  if resolution == 'retried' then return r[1] == 'ready' and r[5] == string.match(escalation, '^esc%-(%d+)%-') end
  return r[6] == resolution and r[1] == (resolution == 'rejected' and 'cancelled' or 'completed')
end

-- An operation goes on by itself with what was decided of its planning and concluding jobs, which are no steps of its
-- flow; and one that has ended must not wait for anybody again. Returns why not, or nil.
local function operation_has_gone_on(b, id, flow, resolution)
  local owner = flow_of(id)
  local o = owner and redis.call('HMGET', operation_key(b.base, owner), 'state', 'ended')
  if not o or not o[1] then return nil end
  if o[2] then return 'the operation has ended' end
  return not flow and resolution ~= 'retried' and 'the operation has gone on' or nil
end

-- Moves the job and its dependents; returns why that is too late, or nil.
local function undo_job(b, e, escalation)
  local id = e.job
  local r = redis.call('HMGET', job_key(b.base, id), 'state', 'policy', 'flow', 'escalation', 'fence', 'review')
  local flow, resolution = r[3], e.resolution
  if not r[1] then return 'the record of the job has expired' end
  if not still_stands(r, escalation, resolution) then return 'the job has moved on: it is ' .. r[1] end
  local refusal = operation_has_gone_on(b, id, flow, resolution)
  if refusal then return refusal end
  if flow then
    if redis.call('HGET', flow_key(b.base, flow), 'state') ~= 'running' then return 'the flow has settled' end
    if resolution ~= 'retried' then
      local order, records = dependents_before(b, id)
      if not order then return 'the step ' .. records .. ' has started' end
      put_back_dependents(b, flow, order, records)
      redis.call('HINCRBY', flow_key(b.base, flow), r[1], -1)
      redis.call('HINCRBY', flow_key(b.base, flow), 'open', 1)
    end
    redis.call('HINCRBY', flow_key(b.base, flow), 'parked', 1)
  end
  local policy = parse_policy(r[2])
  park_again(b, id, escalation, policy)
  count(b, policy.queue, 'undone')
end

local function undo_decision(keys, args)
  local base, escalation, reviewer = keys[1], args[1], args[3]
  local k = escalation_key(base, escalation)
  local e = read_record(k)
  if not e then return { 'unknown', 0, '' } end
  local version = tonumber(e.version)
  if e.state ~= 'resolved' or e.version ~= args[2] then return { 'conflict', version, e.state } end
  local b = open_batch(base)
  if e.blocks == '0' then
    if redis.call('EXISTS', job_key(base, e.job)) == 0 then
      return { 'late', version, 'the record of the job has expired' }
    end
    if e.flow == '' then redis.call('PERSIST', job_key(base, e.job)) end
  else
    local refusal = undo_job(b, e, escalation)
    if refusal then return { 'late', version, refusal } end
  end
  redis.call('HDEL', k, 'resolution', 'reviewer', 'comment', 'decided', 'value', 'assignee', 'claimed-until')
  redis.call('PERSIST', k)
  redis.call('ZREM', base .. ':resolved', escalation)
  list_open(b, escalation, e)
  version = change_escalation(b, escalation, e, 'undone', reviewer, json_object('was', cjson.encode(e.resolution)),
    'state', 'open')
  close_batch(b)
  return { 'applied', version, e.blocks == '0' and 'completed' or 'escalated' }
end
redis.register_function{ function_name = 'undo_decision' .. SUFFIX, callback = undo_decision, flags = { 'allow-oom' } }
