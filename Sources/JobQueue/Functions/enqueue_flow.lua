-- Enqueues a flow: a DAG of jobs that wait for their dependencies.
-- KEYS[1] base
-- ARGV[1] flow id  [2] retention of its records after it has settled, ms
-- ARGV[3] id of a job beside the flow that waits until the flow has settled, or ""  [4] its policy  [5] its input
-- ARGV[6…] five words a job: id, policy, input (JSON), need (completed parents that release it),
--          parents (ids separated by spaces; each must come earlier in the list, so that no cycle can be written)
-- Returns "enqueued"; "known" when the flow exists, or one of its jobs still does, such as a dead letter of an earlier
-- flow of that id (nothing is changed); or an error that names an unknown parent.
-- Atomic, because a dependent must be registered before its parent can end.
-- Not allow-oom: it accepts new work.
local function enqueue_flow(keys, args)
  local base, flow = keys[1], args[1]
  local k = flow_key(base, flow)
  if redis.call('EXISTS', k) == 1 then return 'known' end
  if args[3] ~= '' and redis.call('EXISTS', job_key(base, args[3])) == 1 then return 'known' end
  local kids, seen, ids = {}, {}, {}
  for i = 6, #args, 5 do
    for parent in string.gmatch(args[i + 4], '%S+') do
      if not seen[parent] then
        return redis.error_reply('ERR job ' .. args[i] .. ' waits for ' .. parent .. ', which is no earlier job')
      end
      local list = kids[parent]
      if not list then list = {}; kids[parent] = list end
      list[#list + 1] = args[i]
    end
    if redis.call('EXISTS', job_key(base, args[i])) == 1 then return 'known' end
    seen[args[i]] = true
    ids[#ids + 1] = args[i]
  end
  local b = open_batch(base)
  b.begins = flow
  redis.call('HSET', k, 'state', 'running', 'open', #ids, 'jobs', table.concat(ids, ' '), 'retention', args[2],
    'created', b.now)
  if args[3] ~= '' then
    -- Kept here too: a flow that is retried must tell its owner again, also when the job's own record is gone.
    redis.call('HSET', k, 'notify', args[3], 'notify-policy', args[4] .. ' ' .. b.now, 'notify-input', args[5])
    redis.call('HSET', job_key(base, args[3]), 'state', 'waiting', 'policy', args[4] .. ' ' .. b.now, 'input', args[5])
    local queue = queue_and_lane(args[4])
    redis.call('SADD', base .. ':queues', queue)
    note(b, args[3], 'waiting', queue)
  end
  for i = 6, #args, 5 do
    local id, policy, need, parents = args[i], args[i + 1], tonumber(args[i + 3]), args[i + 4]
    local queue, lane = queue_and_lane(policy)
    local job = job_key(base, id)
    redis.call('SADD', base .. ':queues', queue)
    redis.call('HSET', job, 'policy', policy .. ' ' .. b.now, 'input', args[i + 2], 'flow', flow)
    if kids[id] then redis.call('HSET', job, 'kids', table.concat(kids[id], ' ')) end
    if parents == '' then
      redis.call('HSET', job, 'state', 'ready')
      push_ready(b, id, queue, lane)
      note(b, id, 'ready', queue)
    else
      local _, open = string.gsub(parents, '%S+', '')
      redis.call('HSET', job, 'state', 'waiting', 'parents', parents, 'need', need, 'open', open, 'met', 0)
      note(b, id, 'waiting', queue)
    end
    count(b, queue, 'enqueued')
  end
  close_batch(b)
  return 'enqueued'
end
redis.register_function('enqueue_flow' .. SUFFIX, enqueue_flow)
