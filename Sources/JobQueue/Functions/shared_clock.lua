-- The only source of time for every function: the clock of this Redis server, in milliseconds since 1970.
-- The model-based test loads the library with another definition of this one function (a clock it can turn).
local function server_time(base)
  local t = redis.call('TIME')
  return t[1] * 1000 + math.floor(t[2] / 1000)
end
