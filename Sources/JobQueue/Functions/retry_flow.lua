-- Runs a settled flow again from where it stopped: every step that has not completed, with its counts from 0; completed
-- steps keep their results, and the job that tells the flow's owner waits again.
-- KEYS[1] base
-- ARGV[1] flow id  [2] a word for this retry or "": a second call with the same word changes nothing
-- Returns {"retried", how many steps run again} (0, and nothing is changed, when all have completed, or for a word that
-- was used); {"conflict", why} while the flow runs or its owner is still being told; {"unknown", ""} when it, or the
-- record of a step, is gone.
-- Atomic, because a step that was ready before its dependents wait for it could end without them.

-- The fields of an earlier run; the guidance and the changed input of a reviewer stay.
local RUN_FIELDS = { 'result', 'confidence', 'parts', 'progress', 'errors', 'review', 'escalation', 'cause', 'cancel',
  'ended', 'fence', 'owner', 'entry', 'began' }

local function restart_step(b, id, r, states)
  local k = job_key(b.base, id)
  local queue, lane = queue_and_lane(r[2])
  local open, met = 0, 0
  for parent in string.gmatch(r[3] or '', '%S+') do
    if states[parent] == 'completed' then met = met + 1 else open = open + 1 end
  end
  local state = (open + met == 0 or met >= tonumber(r[4])) and 'ready' or 'waiting'
  if r[1] == 'dead' then redis.call('ZREM', b.base .. ':dead', id) end
  drop_kept_fields(k)
  redis.call('HDEL', k, unpack(RUN_FIELDS))
  redis.call('HSET', k, 'state', state, 'attempts', 0, 'deliveries', 0)
  if r[3] then redis.call('HSET', k, 'open', open, 'met', met) end
  if state == 'ready' then push_ready(b, id, queue, lane) end
  note(b, id, state, queue .. ' retried')
  states[id] = state
end

-- The job beside the flow waits anew, as it was enqueued.
local function wait_for_flow(b, f)
  local k = job_key(b.base, f.notify)
  local policy, input = unpack(redis.call('HMGET', k, 'policy', 'input'))
  redis.call('UNLINK', k)
  redis.call('ZREM', b.base .. ':dead', f.notify)
  policy = policy or f['notify-policy']
  redis.call('HSET', k, 'state', 'waiting', 'policy', policy, 'input', input or f['notify-input'])
  note(b, f.notify, 'waiting', (queue_and_lane(policy)))
end

local function retry_flow(keys, args)
  local base, flow = keys[1], args[1]
  local k = flow_key(base, flow)
  local f = read_record(k)
  if not f then return { 'unknown', '' } end
  if args[2] ~= '' and f.retry == args[2] then return { 'retried', 0 } end
  if f.state ~= 'settled' then return { 'conflict', 'the flow still runs' } end
  local told = f.notify and redis.call('HGET', job_key(base, f.notify), 'state')
  if told and told ~= 'completed' and told ~= 'dead' and told ~= 'cancelled' then
    return { 'conflict', 'the job that tells the flow\'s owner is ' .. told }
  end
  if f.notify and not told and not f['notify-policy'] then return { 'unknown', '' } end
  local ids, rows, states, again = {}, {}, {}, 0
  for id in string.gmatch(f.jobs, '%S+') do
    local r = redis.call('HMGET', job_key(base, id), 'state', 'policy', 'parents', 'need')
    if not r[1] then return { 'unknown', '' } end
    ids[#ids + 1], rows[id], states[id] = id, r, r[1]
    if r[1] ~= 'completed' then again = again + 1 end
  end
  if again == 0 then return { 'retried', 0 } end
  local b = open_batch(base)
  redis.call('HSET', k, 'state', 'running', 'open', again, 'dead', 0, 'cancelled', 0, 'retry', args[2])
  redis.call('HDEL', k, 'settled')
  redis.call('PERSIST', k)
  redis.call('PERSIST', timeline_key(base, flow))
  note(b, flow, 'retried', tostring(again), flow)
  -- A parent stands before its dependents in the list.
  for _, id in ipairs(ids) do
    redis.call('PERSIST', job_key(base, id))
    if states[id] ~= 'completed' then restart_step(b, id, rows[id], states) end
  end
  if f.notify then wait_for_flow(b, f) end
  close_batch(b)
  return { 'retried', again }
end
redis.register_function{ function_name = 'retry_flow' .. SUFFIX, callback = retry_flow, flags = { 'allow-oom' } }
