-- Creates a schedule, or gives it another definition.
-- KEYS[1] base of partition 0
-- ARGV[1] name  [2] cron expression  [3] time zone  [4] catch-up policy  [5] overlap policy  [6] request (JSON)
-- ARGV[7] next planned time in ms, "" for none
-- Returns {"created" | "updated" | "unchanged", version}.
-- Atomic, because a schedule that is not in the index would never fire. A definition with the same times keeps the
-- planned time that the schedule has, so that a deployment which puts its schedules again drops no time that is due;
-- a fire that is under way ends with the request that it began with.
-- Not allow-oom: it accepts new work.
local function put_schedule(keys, args)
  local base, name = keys[1], args[1]
  local k = schedule_key(base, name)
  local r = redis.call('HMGET', k, 'version', 'cron', 'zone', 'catch-up', 'overlap', 'request')
  local is_same = r[1]
  for i = 2, 6 do is_same = is_same and r[i] == args[i] end
  if is_same then return { 'unchanged', tonumber(r[1]) } end
  local b = open_batch(base)
  local version = redis.call('HINCRBY', k, 'version', 1)
  redis.call('HSET', k, 'cron', args[2], 'zone', args[3], 'catch-up', args[4], 'overlap', args[5], 'request', args[6],
    'updated', b.now)
  if not r[1] then
    redis.call('HSET', k, 'created', b.now)
    redis.call('SADD', base .. ':schedules', name)
  end
  if r[2] ~= args[2] or r[3] ~= args[3] then redis.call('HSET', k, 'next', args[7]) end
  index_schedule(base, name)
  local outcome = r[1] and 'updated' or 'created'
  note(b, 'schedule/' .. name, outcome)
  close_batch(b)
  return { outcome, version }
end
redis.register_function('put_schedule' .. SUFFIX, put_schedule)
