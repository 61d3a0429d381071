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


-- A job's policy is one line of thirteen words, written at enqueue and never changed:
-- queue lane action threshold retention-ms max-attempts max-deliveries backoff-base-ms backoff-factor backoff-cap-ms
-- backoff-jitter timeout-ms on-exhausted, and the time of enqueue in ms, added by the server.
local POLICY = '^(%S+) (%S+) (%S+) (%S+) (%S+) (%S+) (%S+) (%S+) (%S+) (%S+) (%S+) (%S+) (%S+) (%S+)$'
local function parse_policy(line)
  local queue, lane, action, threshold, retention, attempts, deliveries, base_ms, factor, cap, jitter, timeout,
    on_exhausted, created = string.match(line, POLICY)
  return {
    queue = queue, lane = lane, action = action, threshold = threshold, retention = tonumber(retention),
    max_attempts = tonumber(attempts), max_deliveries = tonumber(deliveries), backoff_base = tonumber(base_ms),
    backoff_factor = tonumber(factor), backoff_cap = tonumber(cap), backoff_jitter = tonumber(jitter),
    timeout = tonumber(timeout), on_exhausted = on_exhausted, created = tonumber(created),
  }
end

local function queue_and_lane(policy) return string.match(policy, '^(%S+) (%S+) ') end
