-- Keys and records of one partition. `base` is the hash-tagged prefix `{namespace:partition}`: every key of the
-- partition is derived from it, so that every function stays in one cluster slot.
local LANES = { 'high', 'normal', 'low' }

local function job_key(base, id) return base .. ':j:' .. id end
local function flow_key(base, id) return base .. ':f:' .. id end
local function escalation_key(base, id) return base .. ':e:' .. id end
local function lane_key(base, queue, lane) return base .. ':s:' .. queue .. ':' .. lane end
local function bell_key(base, queue) return base .. ':bell:' .. queue end
local function operation_key(base, id) return base .. ':o:' .. id end
local function delayed_key(base, queue) return base .. ':delayed:' .. queue end
local function timeline_key(base, flow) return base .. ':t:' .. flow end

-- The flow or operation that an id belongs to: `F` of `F:NAME`; nil for what stands alone.
local function flow_of(id) return string.match(id, '^([^:]+):') end

-- A job's policy is one line of thirteen words, written at enqueue and never changed:
-- queue lane action threshold retention-ms max-attempts max-deliveries backoff-base-ms backoff-factor backoff-cap-ms
-- backoff-jitter timeout-ms on-exhausted; then, where results are sampled for audit, `audit=RATE`; and the time of
-- enqueue in ms, added by the server. Words after the thirteenth are the workers' business.
local POLICY = '^(%S+) (%S+) (%S+) (%S+) (%S+) (%S+) (%S+) (%S+) (%S+) (%S+) (%S+) (%S+) (%S+)'
local function parse_policy(line)
  local queue, lane, action, threshold, retention, attempts, deliveries, base_ms, factor, cap, jitter, timeout,
    on_exhausted = string.match(line, POLICY)
  return {
    queue = queue, lane = lane, action = action, threshold = threshold, retention = tonumber(retention),
    max_attempts = tonumber(attempts), max_deliveries = tonumber(deliveries), backoff_base = tonumber(base_ms),
    backoff_factor = tonumber(factor), backoff_cap = tonumber(cap), backoff_jitter = tonumber(jitter),
    timeout = tonumber(timeout), on_exhausted = on_exhausted, line = line,
  }
end

local function queue_and_lane(policy) return string.match(policy, '^(%S+) (%S+) ') end

-- The time limit of a delivery in ms, 0 for none: the twelfth word alone, for the heartbeat of many jobs.
local function time_limit(policy)
  return tonumber(string.match(policy, '^%S+ %S+ %S+ %S+ %S+ %S+ %S+ %S+ %S+ %S+ %S+ (%S+)'))
end

-- A whole hash as a table; nil when there is none.
local function read_record(key)
  local flat = redis.call('HGETALL', key)
  if #flat == 0 then return nil end
  local record = {}
  for i = 1, #flat, 2 do record[flat[i]] = flat[i + 1] end
  return record
end

-- A JSON object of names and values that are JSON text already; a name without a value is left out.
local function json_object(...)
  local list, members = { ... }, {}
  for i = 1, select('#', ...), 2 do
    if list[i + 1] then members[#members + 1] = '"' .. list[i] .. '":' .. list[i + 1] end
  end
  return '{' .. table.concat(members, ',') .. '}'
end
