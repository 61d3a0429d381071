-- Escalations: their records, their indexes, and the stream that tells every change of them.
-- `P:escalated` lists what waits for a person and holds up its job, `P:samples` the audit samples that wait and hold up
-- nothing, `P:due` what has a due time, `P:resolved` what was decided or has expired, for as long as the records live.
local ESCALATION_LIFE = 2592000000
local HISTORY_KEPT = 100
local SAMPLES_KEPT = 1000

-- The stream of changes is also the outbox of the audit log: whatever changes an escalation calls this.
-- `detail` is JSON text, or nil for none.
local function tell(b, escalation, e, event, version, by, detail)
  redis.call('XADD', b.base .. ':escalations', '*', 'escalation', escalation, 'event', event, 'version', version,
    'job', e.job, 'flow', e.flow, 'by', by, 'at', b.now, 'detail', detail or '')
end

-- A change that makes the version one larger; further arguments are fields to store.
-- The history in the record keeps the newest lines: time in ms, version, event, who.
local function change_escalation(b, escalation, e, event, by, detail, ...)
  local version = tonumber(e.version) + 1
  local history = e.history
  local _, breaks = string.gsub(history, '\n', '\n')
  if breaks + 1 >= HISTORY_KEPT then history = string.sub(history, string.find(history, '\n', 1, true) + 1) end
  redis.call('HSET', escalation_key(b.base, escalation), 'version', version,
    'history', history .. '\n' .. b.now .. ' ' .. version .. ' ' .. event .. ' ' .. by, ...)
  tell(b, escalation, e, event, version, by, detail)
  note(b, escalation, event, by ~= '' and by or nil, flow_of(e.job))
  return version
end

-- The record of an escalation that waits, at the version that the caller saw; else nil and what to answer.
local function waiting_escalation(base, escalation, version)
  local e = read_record(escalation_key(base, escalation))
  if not e then return nil, { 'unknown', 0, '' } end
  if (e.state ~= 'open' and e.state ~= 'claimed') or e.version ~= version then
    return nil, { 'conflict', tonumber(e.version), e.state }
  end
  return e
end

-- Whether another reviewer's claim still runs.
local function is_held(e, reviewer, now)
  return e.state == 'claimed' and e.assignee ~= reviewer and tonumber(e['claimed-until']) > now
end

-- A confidence as JSON; nil when it is no number, which JSON cannot say.
local function json_number(text)
  local n = tonumber(text)
  return n and n == n and n > -math.huge and n < math.huge and tostring(text) or nil
end

local function list_open(b, escalation, e)
  redis.call('ZADD', b.base .. (e.blocks == '0' and ':samples' or ':escalated'), e.opened, escalation)
  if e.due then redis.call('ZADD', b.base .. ':due', e.due, escalation) end
end

-- It waits no longer: the record gets its life, and the index of those that were decided forgets what is past its own.
local function list_resolved(b, escalation, e)
  redis.call('ZREM', b.base .. (e.blocks == '0' and ':samples' or ':escalated'), escalation)
  if e.due then redis.call('ZREM', b.base .. ':due', escalation) end
  redis.call('ZADD', b.base .. ':resolved', b.now, escalation)
  redis.call('ZREMRANGEBYSCORE', b.base .. ':resolved', '-inf', b.now - ESCALATION_LIFE)
  redis.call('PEXPIRE', escalation_key(b.base, escalation), ESCALATION_LIFE)
end

local function open_escalation(b, id, policy, flow, fence, reason, confidence, ...)
  local escalation = 'esc-' .. fence .. '-' .. id
  local e = { job = id, flow = flow or '', opened = b.now, blocks = reason == 'audit_sample' and '0' or nil }
  redis.call('HSET', escalation_key(b.base, escalation), 'job', id, 'flow', e.flow, 'queue', policy.queue,
    'action', policy.action, 'state', 'open', 'version', 1, 'reason', reason, 'confidence', confidence,
    'threshold', policy.threshold, 'opened', b.now, 'history', b.now .. ' 1 opened', ...)
  list_open(b, escalation, e)
  tell(b, escalation, e, 'opened', 1, '', json_object('reason', cjson.encode(reason), 'confidence',
    json_number(confidence)))
  return escalation
end

-- The outcome waits for a person: the job is parked outside of every stream, and its escalation is opened, indexed and
-- announced in the same step. Further arguments are fields to store with the job.
local function escalate(b, id, policy, flow, fence, reason, confidence, ...)
  local escalation = open_escalation(b, id, policy, flow, fence, reason, confidence)
  redis.call('HSET', job_key(b.base, id), 'state', 'escalated', 'escalation', escalation, ...)
  if flow then redis.call('HINCRBY', flow_key(b.base, flow), 'parked', 1) end
  note(b, id, 'escalated', policy.queue .. ' ' .. escalation)
  count(b, policy.queue, 'escalated')
end

-- A lone job's record stays as long as its audit sample waits; now it gets its retention.
local function let_go_sampled_job(b, escalation, id)
  local k = job_key(b.base, id)
  local r = redis.call('HMGET', k, 'state', 'policy', 'flow', 'escalation')
  if r[1] ~= 'completed' or r[3] or r[4] ~= escalation then return end
  local retention = parse_policy(r[2]).retention
  if retention > 0 then redis.call('PEXPIRE', k, retention) else redis.call('UNLINK', k) end
end

-- An escalation ends without a decision: its job was cancelled, or newer audit samples took its place.
local function expire_escalation(b, escalation)
  local e = read_record(escalation_key(b.base, escalation))
  if not e then return end
  change_escalation(b, escalation, e, 'expired', '', nil, 'state', 'expired', 'decided', b.now)
  list_resolved(b, escalation, e)
  if e.blocks == '0' then
    let_go_sampled_job(b, escalation, e.job)
  elseif e.flow ~= '' then
    redis.call('HINCRBY', flow_key(b.base, e.flow), 'parked', -1)
  end
end

-- A confident result that a person is to look at although nothing waits for it. The job's record is held for that;
-- so that a review which nobody does holds a bounded number of them, the oldest sample gives way to the newest.
local function open_sample(b, id, policy, flow, fence, confidence)
  local escalation = open_escalation(b, id, policy, flow, fence, 'audit_sample', confidence, 'blocks', '0',
    'audit-rate', string.match(policy.line, ' audit=(%S+)') or '')
  b.held[id] = true
  note(b, escalation, 'opened', id, flow_of(id))
  count(b, policy.queue, 'sampled')
  if redis.call('ZCARD', b.base .. ':samples') > SAMPLES_KEPT then
    expire_escalation(b, redis.call('ZRANGE', b.base .. ':samples', 0, 0)[1])
  end
  return escalation
end
