-- One function call is one batch: acknowledgements, lease removals, events and counters are collected while its jobs
-- are handled and written at the end, so that a call for a hundred jobs costs a handful of commands beyond the
-- jobs' own records. All events of a call are one entry of the events stream, which keeps the newest of the partition,
-- and those of a flow or operation one entry of its timeline, which keeps all of them, under the same id. A lone job
-- tells how it ended, was parked or taken back; a step of a flow tells every transition.
local EVENTS_KEPT = 5000
local CHUNK = 1000

local function open_batch(base)
  return { base = base, now = server_time(base), acks = {}, ended = {}, events = {}, flows = {}, counts = {}, held = {} }
end

-- `flow` names the timeline where the subject's own id does not.
local function note(b, id, state, detail, flow)
  local e = b.events
  b.flows[#e + 1] = flow or flow_of(id)
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

-- Only what accepts a flow or an operation makes its timeline (`b.begins`): an event that comes after the timeline's
-- life must not bring it back for good. The id is that of the events stream, so that a reader can go from one to the
-- other; it grows with every call, unless the events stream was deleted and the clock went back.
local function write_timeline(b, flow, id, list)
  local k = timeline_key(b.base, flow)
  local r
  if b.begins == flow then
    r = redis.pcall('XADD', k, id, unpack(list))
  else
    r = redis.pcall('XADD', k, 'NOMKSTREAM', id, unpack(list))
  end
  if type(r) == 'table' and r.err then redis.call('XADD', k, '*', unpack(list)) end
end

local function write_events(b)
  local e = b.events
  for first = 1, #e, CHUNK do
    local last = math.min(first + CHUNK - 1, #e)
    local id = redis.call('XADD', b.base .. ':events', 'MAXLEN', '~', EVENTS_KEPT, '*', unpack(e, first, last))
    local order, timelines = {}, {}
    for i = first, last, 2 do
      local flow = b.flows[i]
      if flow then
        local list = timelines[flow]
        if not list then list = {}; timelines[flow] = list; order[#order + 1] = flow end
        list[#list + 1] = e[i]
        list[#list + 1] = e[i + 1]
      end
    end
    for _, flow in ipairs(order) do write_timeline(b, flow, id, timelines[flow]) end
  end
end

local function close_batch(b)
  write_acks(b)
  in_chunks(b.ended, function(...) redis.call('ZREM', b.base .. ':leases', ...) end)
  for queue, counts in pairs(b.counts) do
    for what, n in pairs(counts) do redis.call('HINCRBY', b.base .. ':stats:' .. queue, what, n) end
  end
  write_events(b)
end
