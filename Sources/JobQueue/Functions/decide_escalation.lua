-- Applies a person's decision to an escalation, once.
-- KEYS[1] base
-- ARGV[1] escalation id  [2] the version that the reviewer saw  [3] approve | reject | override | retry  [4] reviewer
-- ARGV[5] comment or ""  [6] override: the value (JSON), else ""
-- ARGV[7] retry: new input (JSON) or "" to keep it  [8] retry: guidance or ""
-- Of an audit sample the decision is recorded and the job, which has completed, stays as it is; a retry is invalid.
-- What a decision takes from the job's record is kept there as `was-FIELD`, for `undo_decision`.
-- Returns {"applied", version, the job's new state}; {"conflict", version, state} when it was decided, expired or
-- changed meanwhile, {"claimed", version, assignee} when another reviewer holds it; {"invalid", version, why};
-- {"unknown", 0, ""}.
-- Atomic, because a decision that was recorded but not applied, or applied twice, is worse than none: the job, its
-- dependents and the escalation move in one step.
local RESOLUTIONS = { approve = 'approved', reject = 'rejected', override = 'overridden', retry = 'retried' }
-- Longer values are in the records alone.
local DETAIL_KEPT = 4096

local function retry_job(b, id, k, policy, input, guidance)
  keep_fields(k, 'input', 'guidance', 'attempts', 'deliveries', 'result', 'confidence', 'parts', 'cause', 'progress')
  if input ~= '' then redis.call('HSET', k, 'input', input) end
  if guidance ~= '' then redis.call('HSET', k, 'guidance', guidance) end
  redis.call('HSET', k, 'state', 'ready', 'attempts', 0, 'deliveries', 0)
  redis.call('HDEL', k, 'result', 'confidence', 'parts', 'cause', 'progress')
  push_ready(b, id, policy.queue, policy.lane)
  note(b, id, 'ready', policy.queue .. ' retried')
end

local function apply_decision(b, id, r, decision, args)
  local k, policy, resolution = job_key(b.base, id), parse_policy(r[2]), RESOLUTIONS[decision]
  drop_kept_fields(k)
  count(b, policy.queue, resolution)
  if decision == 'retry' then
    retry_job(b, id, k, policy, args[7], args[8])
    return 'ready'
  elseif decision == 'reject' then
    keep_fields(k, 'cause')
    end_job(b, id, policy, r[3], 'cancelled', 'review', resolution, 'cause', 'rejected')
    return 'cancelled'
  elseif decision == 'override' then
    keep_fields(k, 'result')
    end_job(b, id, policy, r[3], 'completed', 'review', resolution, 'result', args[6])
  else
    end_job(b, id, policy, r[3], 'completed', 'review', resolution)
  end
  return 'completed'
end

local function json_if_short(text) return text ~= '' and #text <= DETAIL_KEPT and text or nil end

local function decide_escalation(keys, args)
  local base, escalation, version, decision, reviewer = keys[1], args[1], args[2], args[3], args[4]
  local e, refusal = waiting_escalation(base, escalation, version)
  if not e then return refusal end
  local b = open_batch(base)
  local current = tonumber(e.version)
  if is_held(e, reviewer, b.now) then return { 'claimed', current, e.assignee } end
  local id, state = e.job, 'completed'
  if e.blocks == '0' then
    if decision == 'retry' then
      return { 'invalid', current, 'the job of an audit sample has completed and is not run again' }
    end
    let_go_sampled_job(b, escalation, id)
    count(b, e.queue, 'sample_' .. RESOLUTIONS[decision])
  else
    local r = redis.call('HMGET', job_key(base, id), 'state', 'policy', 'flow', 'escalation', 'result')
    if r[1] ~= 'escalated' or r[4] ~= escalation then return { 'conflict', current, r[1] or 'unknown' } end
    if decision == 'approve' and not r[5] then
      return { 'invalid', current, 'there is no result to approve: override, retry or reject' }
    end
    state = apply_decision(b, id, r, decision, args)
    if r[3] then redis.call('HINCRBY', flow_key(base, r[3]), 'parked', -1) end
  end
  local fields = { 'state', 'resolved', 'resolution', RESOLUTIONS[decision], 'reviewer', reviewer, 'comment', args[5],
    'decided', b.now }
  if args[6] ~= '' then
    fields[#fields + 1] = 'value'
    fields[#fields + 1] = args[6]
  end
  local detail = json_object('state', cjson.encode(state), 'comment', args[5] ~= '' and cjson.encode(args[5]),
    'value', json_if_short(args[6]), 'parameters', json_if_short(args[7]),
    'guidance', args[8] ~= '' and cjson.encode(args[8]))
  current = change_escalation(b, escalation, e, RESOLUTIONS[decision], reviewer, detail, unpack(fields))
  list_resolved(b, escalation, e)
  close_batch(b)
  return { 'applied', current, state }
end
redis.register_function{ function_name = 'decide_escalation' .. SUFFIX, callback = decide_escalation, flags = { 'allow-oom' } }
