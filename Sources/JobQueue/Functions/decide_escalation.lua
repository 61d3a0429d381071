-- Applies a person's decision to an escalation, once.
-- KEYS[1] base
-- ARGV[1] escalation id  [2] the version that the reviewer saw  [3] approve | reject | override | retry  [4] reviewer
-- ARGV[5] comment, one line of JSON text or ""  [6] override: the value (JSON), else ""
-- ARGV[7] retry: new input (JSON) or "" to keep it  [8] retry: guidance (JSON text) or ""
-- Returns {"applied", version, the job's new state}; {"conflict", version, state} when it was decided, expired or
-- changed meanwhile, {"claimed", version, assignee} when another reviewer holds it; {"invalid", version, why};
-- {"unknown", 0, ""}.
-- Atomic, because a decision that was recorded but not applied, or applied twice, is worse than none: the job, its
-- dependents and the escalation move in one step.
local RESOLUTIONS = { approve = 'approved', reject = 'rejected', override = 'overridden', retry = 'retried' }

local function decide_escalation(keys, args)
  local base, escalation, version, decision, reviewer = keys[1], args[1], args[2], args[3], args[4]
  local k = escalation_key(base, escalation)
  local e = redis.call('HMGET', k, 'state', 'version', 'job', 'assignee', 'claimed-until', 'history')
  if not e[1] then return { 'unknown', 0, '' } end
  local current = tonumber(e[2])
  if e[1] ~= 'open' and e[1] ~= 'claimed' then return { 'conflict', current, e[1] } end
  if e[2] ~= version then return { 'conflict', current, e[1] } end
  local b = open_batch(base)
  if e[1] == 'claimed' and e[4] ~= reviewer and tonumber(e[5]) > b.now then return { 'claimed', current, e[4] } end
  local id = e[3]
  local job = job_key(base, id)
  local r = redis.call('HMGET', job, 'state', 'policy', 'flow', 'escalation', 'result')
  if r[1] ~= 'escalated' or r[4] ~= escalation then return { 'conflict', current, r[1] or 'unknown' } end
  if decision == 'approve' and not r[5] then
    return { 'invalid', current, 'there is no result to approve: override, retry or reject' }
  end
  local policy = parse_policy(r[2])
  local resolution = RESOLUTIONS[decision]
  local state
  if decision == 'approve' then
    end_job(b, id, policy, r[3], 'completed', 'review', resolution)
    state = 'completed'
  elseif decision == 'override' then
    end_job(b, id, policy, r[3], 'completed', 'review', resolution, 'result', args[6])
    state = 'completed'
  elseif decision == 'reject' then
    end_job(b, id, policy, r[3], 'cancelled', 'review', resolution, 'cause', 'rejected')
    state = 'cancelled'
  else
    if args[7] ~= '' then redis.call('HSET', job, 'input', args[7]) end
    if args[8] ~= '' then redis.call('HSET', job, 'guidance', args[8]) end
    redis.call('HSET', job, 'state', 'ready', 'attempts', 0, 'deliveries', 0)
    redis.call('HDEL', job, 'result', 'confidence', 'parts', 'cause', 'progress')
    push_ready(b, id, policy.queue, policy.lane)
    note(b, id, 'ready', policy.queue .. ' retried')
    state = 'ready'
  end
  current = current + 1
  local line = b.now .. ' ' .. current .. ' ' .. resolution .. ' ' .. reviewer
  redis.call('HSET', k, 'state', 'resolved', 'resolution', resolution, 'version', current, 'reviewer', reviewer,
    'comment', args[5], 'decided', b.now, 'history', e[6] .. '\n' .. line)
  redis.call('PEXPIRE', k, 2592000000)
  redis.call('ZREM', base .. ':escalated', escalation)
  redis.call('XADD', base .. ':escalations', '*', 'escalation', escalation, 'event', resolution, 'version', current,
    'job', id, 'flow', r[3] or '')
  if r[3] then redis.call('HINCRBY', flow_key(base, r[3]), 'parked', -1) end
  note(b, escalation, resolution, id)
  count(b, policy.queue, resolution)
  close_batch(b)
  return { 'applied', current, state }
end
redis.register_function{ function_name = 'decide_escalation' .. SUFFIX, callback = decide_escalation, flags = { 'allow-oom' } }
