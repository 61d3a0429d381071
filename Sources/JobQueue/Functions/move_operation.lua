-- Moves an operation to its next state, or stores fields with it.
-- KEYS[1] base
-- ARGV[1] operation id  [2] the version that the caller read  [3] new state  [4] "1" when that state is terminal
-- ARGV[5…] fields and values to store
-- Returns {"moved", version}; {"conflict", version, state} when it has moved since; {"unknown", 0, ""}.
-- `since` is when it came into its state, `started` when it was accepted or taken up again, and `reviewed` how long
-- people were asked since then: what an operation's time limit is held against.
-- Atomic, because several orchestrators may come to the same conclusion at once, and only one may write it. Which
-- transitions are legal is checked by the caller against the state of that version.
local function move_operation(keys, args)
  local base, id = keys[1], args[1]
  local k = operation_key(base, id)
  local r = redis.call('HMGET', k, 'version', 'state', 'retention', 'ended', 'since')
  if not r[1] then return { 'unknown', 0, '' } end
  if r[1] ~= args[2] then return { 'conflict', tonumber(r[1]), r[2] } end
  local b = open_batch(base)
  local version = redis.call('HINCRBY', k, 'version', 1)
  redis.call('HSET', k, 'state', args[3], 'updated', b.now, unpack(args, 5))
  if r[2] ~= args[3] then
    redis.call('HSET', k, 'since', b.now)
    if r[2] == 'escalating' then redis.call('HINCRBY', k, 'reviewed', b.now - tonumber(r[5])) end
  end
  if args[4] == '1' and r[2] ~= args[3] then
    redis.call('HSET', k, 'ended', b.now)
    redis.call('SREM', base .. ':operations:open', id)
    redis.call('PEXPIRE', k, r[3])
    redis.call('PEXPIRE', timeline_key(base, id), r[3])
    redis.call('ZREMRANGEBYSCORE', base .. ':operations', '-inf', b.now - tonumber(r[3]) * 2)
  end
  if args[4] ~= '1' and r[4] then
    -- An operation that had ended runs again: its records must not expire under it.
    redis.call('HDEL', k, 'ended', 'report', 'reviewed')
    redis.call('HSET', k, 'started', b.now)
    redis.call('SADD', base .. ':operations:open', id)
    redis.call('PERSIST', k)
    redis.call('PERSIST', timeline_key(base, id))
  end
  if r[2] ~= args[3] then note(b, id, args[3], nil, id) end
  close_batch(b)
  return { 'moved', version }
end
redis.register_function{ function_name = 'move_operation' .. SUFFIX, callback = move_operation, flags = { 'allow-oom' } }
