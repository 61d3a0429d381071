-- The depth of every queue of the partition, at constant cost a queue.
-- KEYS[1] base
-- Returns for each queue {name, paused 0/1, ready high, ready normal, ready low, running, delayed, enqueue time in ms of
-- the oldest unclaimed entry or -1, counters as a flat list}.
-- `ready` is the stream's length less its pending entries; entries of cancelled jobs count until a claim skips them.
local function describe_queues(keys)
  local base, replies = keys[1], {}
  local names = redis.call('SMEMBERS', base .. ':queues')
  table.sort(names)
  for _, queue in ipairs(names) do
    local row, running, oldest = { queue, redis.call('SISMEMBER', base .. ':paused', queue) }, 0, -1
    for _, lane in ipairs(LANES) do
      local stream = lane_key(base, queue, lane)
      local pending, last = 0, '-'
      local groups = redis.pcall('XINFO', 'GROUPS', stream)
      if not groups.err then
        for _, g in ipairs(groups) do
          local info = {}
          for i = 1, #g, 2 do info[g[i]] = g[i + 1] end
          if info['name'] == 'workers' then pending, last = info['pending'], '(' .. info['last-delivered-id'] end
        end
      end
      row[#row + 1] = redis.call('XLEN', stream) - pending
      running = running + pending
      local first = redis.call('XRANGE', stream, last, '+', 'COUNT', 1)
      if first[1] then
        local ms = tonumber(string.match(first[1][1], '^%d+'))
        if oldest < 0 or ms < oldest then oldest = ms end
      end
    end
    row[#row + 1] = running
    row[#row + 1] = redis.call('ZCARD', delayed_key(base, queue))
    row[#row + 1] = oldest
    row[#row + 1] = redis.call('HGETALL', base .. ':stats:' .. queue)
    replies[#replies + 1] = row
  end
  return replies
end
redis.register_function{ function_name = 'describe_queues' .. SUFFIX, callback = describe_queues, flags = { 'no-writes' } }
