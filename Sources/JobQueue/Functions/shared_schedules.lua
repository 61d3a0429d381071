-- What the functions of schedules share. All schedules live in partition 0: there are few of them, they fire a few times
-- a second at the very most, and so they are listed, and the next one is found, with one call.
local FIRES_KEPT = 50

local function schedule_key(base, name) return base .. ':schedule:' .. name end
local function due_key(base) return base .. ':schedules:due' end

-- Sets when an orchestrator looks at the schedule again: at its next planned time, never while it is paused. While an
-- operation is being created for it, the index holds the time of the takeover instead, and stays as it is.
local function index_schedule(base, name)
  local r = redis.call('HMGET', schedule_key(base, name), 'firing', 'paused', 'next')
  if r[1] then return end
  if r[2] or not r[3] or r[3] == '' then
    redis.call('ZREM', due_key(base), name)
  else
    redis.call('ZADD', due_key(base), r[3], name)
  end
end

-- Remembers what became of planned times, newest first: `since planned now outcome operation`, `-` for none.
local function remember_fire(b, name, since, planned, outcome, operation)
  local key = schedule_key(b.base, name) .. ':fires'
  if operation == '' then operation = '-' end
  redis.call('LPUSH', key, table.concat({ since, planned, b.now, outcome, operation }, ' '))
  redis.call('LTRIM', key, 0, FIRES_KEPT - 1)
  note(b, 'schedule/' .. name, outcome, operation)
end
