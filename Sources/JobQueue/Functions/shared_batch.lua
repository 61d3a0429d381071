-- One function call is one batch: acknowledgements, lease removals, events and counters are collected while its jobs
-- are handled and written at the end, so that a call for a hundred jobs costs a handful of commands beyond the
-- jobs' own records. All events of a call are one entry of the events stream. A lone job tells how it ended, was
-- parked or taken back; a step of a flow tells every transition.
local EVENTS_KEPT = 5000
local CHUNK = 1000

local function open_batch(base)
  return { base = base, now = server_time(base), acks = {}, ended = {}, events = {}, counts = {} }
end

local function note(b, id, state, detail)
  local e = b.events
  e[#e + 1] = id
  e[#e + 1] = detail and (state .. ' ' .. detail) or state
end

local function count(b, queue, what)
  local c = b.counts[queue]
  if not c then c = {}; b.counts[queue] = c end
  c[what] = (c[what] or 0) + 1
end

-- The delivery is over: its entry leaves the stream and the pending list, its lease leaves the index.
local function end_delivery(b, id, policy, entry)
  b.ended[#b.ended + 1] = id
  if not entry then return end
  local stream = lane_key(b.base, policy.queue, policy.lane)
  local ids = b.acks[stream]
  if not ids then ids = {}; b.acks[stream] = ids end
  ids[#ids + 1] = entry
end

local function in_chunks(list, f)
  for i = 1, #list, CHUNK do f(unpack(list, i, math.min(i + CHUNK - 1, #list))) end
end

local function write_acks(b)
  for stream, ids in pairs(b.acks) do
    in_chunks(ids, function(...)
      redis.call('XACK', stream, 'workers', ...)
      redis.call('XDEL', stream, ...)
    end)
  end
  b.acks = {}
end

local function close_batch(b)
  write_acks(b)
  in_chunks(b.ended, function(...) redis.call('ZREM', b.base .. ':leases', ...) end)
  for queue, counts in pairs(b.counts) do
    for what, n in pairs(counts) do redis.call('HINCRBY', b.base .. ':stats:' .. queue, what, n) end
  end
  in_chunks(b.events, function(...)
    redis.call('XADD', b.base .. ':events', 'MAXLEN', '~', EVENTS_KEPT, '*', ...)
  end)
end
