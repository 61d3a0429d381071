-- Records the outcomes of deliveries: many in one round trip.
-- KEYS[1] base
-- ARGV[1…] seven words an outcome: id, fence, verb, and four that depend on the verb:
--   completed  confidence, result (JSON), confidence parts (JSON or ""), review reason or "" (audit_sample parks
--              nothing: a confident result is accepted, and looked at later)
--   failed     error (one line of JSON), "1" when another attempt may help, a random number in [0, 1) for the jitter,
--              wanted delay in ms or ""
--   released   the delivery is handed back unused: "", "", "", ""
--   cancelled  the handler gave up because of a cancellation: "", "", "", ""
-- Returns for each the job's new state, or "stale" (the lease is another's or the outcome is recorded already), or
-- "unknown" (no such job).
-- Atomic, because the outcome, the acknowledgement, the release of the dependents and the opening of an escalation
-- must happen together: a crash between two of them would leave a plan half advanced.
local ERRORS_KEPT = 10

local function backoff_delay(policy, attempt, random)
  local delay = policy.backoff_base
  for _ = 2, attempt do
    if delay < policy.backoff_cap then delay = delay * policy.backoff_factor end
  end
  delay = math.min(policy.backoff_cap, delay)
  return math.floor(delay * (1 - policy.backoff_jitter + 2 * policy.backoff_jitter * random))
end

-- The error history, newest last, one line an error: time in ms, attempt, error.
local function with_error(history, now, attempt, err)
  local line = now .. ' ' .. attempt .. ' ' .. err
  if not history then return line end
  local _, lines = string.gsub(history, '\n', '\n')
  if lines + 1 >= ERRORS_KEPT then history = string.sub(history, string.find(history, '\n', 1, true) + 1) end
  return history .. '\n' .. line
end

local function complete(b, id, policy, r, args, i)
  local confidence, result, parts, reason = args[i + 3], args[i + 4], args[i + 5], args[i + 6]
  -- Written so that a confidence that is no number ("nan") does not pass.
  if (reason == '' or reason == 'audit_sample') and not (tonumber(confidence) >= tonumber(policy.threshold)) then
    reason = 'low_confidence'
  end
  if reason == '' then
    end_job(b, id, policy, r[5], 'completed', 'confidence', confidence, 'result', result, 'parts', parts)
    return 'completed'
  end
  if reason == 'audit_sample' then
    local sample = open_sample(b, id, policy, r[5], r[2], confidence)
    end_job(b, id, policy, r[5], 'completed', 'confidence', confidence, 'result', result, 'parts', parts,
      'escalation', sample)
    return 'completed'
  end
  escalate(b, id, policy, r[5], r[2], reason, confidence, 'confidence', confidence, 'result', result, 'parts', parts)
  return 'escalated'
end

local function fail(b, id, policy, r, args, i)
  local err, retryable, random, wanted = args[i + 3], args[i + 4] == '1', tonumber(args[i + 5]), tonumber(args[i + 6])
  local k = job_key(b.base, id)
  local attempts = redis.call('HINCRBY', k, 'attempts', 1)
  redis.call('HSET', k, 'errors', with_error(redis.call('HGET', k, 'errors'), b.now, attempts, err))
  count(b, policy.queue, 'failed')
  if not retryable then return exhaust(b, id, policy, r[5], r[2], 'error') end
  if attempts >= policy.max_attempts then return exhaust(b, id, policy, r[5], r[2], 'attempts') end
  local delay = wanted or backoff_delay(policy, attempts, random)
  if delay > 0 then
    redis.call('HSET', k, 'state', 'scheduled')
    push_delayed(b, id, policy.queue, b.now + delay)
    note(b, id, 'scheduled', policy.queue)
    return 'scheduled'
  end
  redis.call('HSET', k, 'state', 'ready')
  push_ready(b, id, policy.queue, policy.lane)
  note(b, id, 'ready', policy.queue)
  return 'ready'
end

local function release(b, id, policy)
  redis.call('HINCRBY', job_key(b.base, id), 'deliveries', -1)
  redis.call('HSET', job_key(b.base, id), 'state', 'ready')
  push_ready(b, id, policy.queue, policy.lane)
  note(b, id, 'ready', policy.queue .. ' released')
  return 'ready'
end

local function settle_jobs(keys, args)
  local b = open_batch(keys[1])
  local replies, cache = {}, {}
  for i = 1, #args, 7 do
    local id, fence, verb = args[i], args[i + 1], args[i + 2]
    local r = redis.call('HMGET', job_key(b.base, id), 'state', 'fence', 'entry', 'policy', 'flow', 'cancel')
    local reply
    if not r[1] then
      reply = 'unknown'
    elseif r[1] ~= 'running' or r[2] ~= fence then
      reply = 'stale'
    else
      local policy = cache[r[4]]
      if not policy then policy = parse_policy(r[4]); cache[r[4]] = policy end
      end_delivery(b, id, policy, r[3])
      if r[6] or verb == 'cancelled' then
        end_job(b, id, policy, r[5], 'cancelled', 'cause', 'request')
        reply = 'cancelled'
      elseif verb == 'completed' then
        reply = complete(b, id, policy, r, args, i)
      elseif verb == 'failed' then
        reply = fail(b, id, policy, r, args, i)
      else
        reply = release(b, id, policy)
      end
    end
    replies[#replies + 1] = reply
  end
  close_batch(b)
  return replies
end
redis.register_function{ function_name = 'settle_jobs' .. SUFFIX, callback = settle_jobs, flags = { 'allow-oom' } }
