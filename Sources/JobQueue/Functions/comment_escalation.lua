-- Adds a remark to an escalation, also to one that is decided.
-- KEYS[1] base
-- ARGV[1] escalation id  [2] who remarks  [3] the text  [4] how many remarks an escalation may have
-- Returns {"applied", version, state}, the version as it was: a remark does not change what is decided on, and must not
-- make a decision that is under way stale; {"invalid", version, why} when there are too many; {"unknown", 0, ""}.
-- Atomic, because two remarks at once must both stay, and both be in the stream of changes.
local function comment_escalation(keys, args)
  local base, escalation, by = keys[1], args[1], args[2]
  local k = escalation_key(base, escalation)
  local e = read_record(k)
  if not e then return { 'unknown', 0, '' } end
  local version = tonumber(e.version)
  local lines = 0
  if e.comments then
    local _, breaks = string.gsub(e.comments, '\n', '\n')
    lines = breaks + 1
  end
  if lines >= tonumber(args[4]) then
    return { 'invalid', version, 'an escalation has at most ' .. args[4] .. ' comments' }
  end
  local b = open_batch(base)
  local text = cjson.encode(args[3])
  local line = json_object('at', tostring(b.now), 'by', cjson.encode(by), 'text', text)
  redis.call('HSET', k, 'comments', e.comments and (e.comments .. '\n' .. line) or line)
  tell(b, escalation, e, 'commented', version, by, json_object('text', text))
  note(b, escalation, 'commented', by, flow_of(e.job))
  close_batch(b)
  return { 'applied', version, e.state }
end
redis.register_function{ function_name = 'comment_escalation' .. SUFFIX, callback = comment_escalation, flags = { 'allow-oom' } }
