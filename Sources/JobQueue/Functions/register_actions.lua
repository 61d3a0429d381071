-- Records what the actions of one worker kind are, as a process that has them describes them.
-- KEYS[1] base
-- ARGV[1] queue  [2] when the process registered first, in ms, or "0" when this is the first time
-- ARGV[3] how long an action that nobody has is remembered, in ms  [4…] name and description (JSON) of each action
-- Returns when the process registered first.
-- Of two versions of an action, that of the process which registered last counts, also when an older process refreshes
-- what it knows: while a deployment rolls, the new version describes the action as soon as it has started anywhere.
-- Atomic, because a refresh by an older process between a look and a write would bring the older version back.
local function register_actions(keys, args)
  local base, queue, life = keys[1], args[1], tonumber(args[3])
  local now = server_time(base)
  local first = tonumber(args[2])
  if first == 0 then first = now end
  local k = base .. ':actions:' .. queue
  local known = read_record(k) or {}
  for i = 4, #args, 2 do
    local name, description = args[i], args[i + 1]
    if known[name] then
      local registered, _, text = string.match(known[name], '^(%d+) (%d+) (.*)$')
      if tonumber(registered) > first then
        redis.call('HSET', k, name, registered .. ' ' .. now .. ' ' .. text)
        known[name], description = nil, nil
      end
    end
    if description then
      redis.call('HSET', k, name, first .. ' ' .. now .. ' ' .. description)
      known[name] = nil
    end
  end
  for name, line in pairs(known) do
    if tonumber(string.match(line, '^%d+ (%d+)')) + life <= now then redis.call('HDEL', k, name) end
  end
  redis.call('SADD', base .. ':queues', queue)
  redis.call('PEXPIRE', k, life)
  return first
end
redis.register_function{ function_name = 'register_actions' .. SUFFIX, callback = register_actions, flags = { 'allow-oom' } }
