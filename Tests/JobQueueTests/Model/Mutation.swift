import RedisClient
import Testing

@testable import JobQueue

/// A mistake in the Lua library, which the model-based test must find.
struct Mutation: CustomTestStringConvertible, Sendable {
    /// The mistake, in words.
    let testDescription: String
    private let original: String
    private let mistaken: String

    init(_ description: String, _ original: String, _ mistaken: String) {
        testDescription = description
        self.original = original
        self.mistaken = mistaken
    }

    /// A library of its own name with the mistake in it, loaded into the server.
    func load(into redis: RedisClient) async throws -> FunctionLibrary {
        // The comment makes another fingerprint, and so another name.
        let functions = FunctionLibrary(clock: "-- \(testDescription)\n\(History.clock)")
        let code = functions.library.code
        try #require(code.contains(original), "the library has no longer the text that the mutation changes")
        let mistake = code.replacing(original, with: mistaken)
        try await redis.load(RedisFunctionLibrary(name: functions.library.name, code: mistake))
        return functions
    }

    static let all = work + review

    private static let work = [
        Mutation(
            "a settlement is taken from whoever sends it",
            "elseif r[1] ~= 'running' or r[2] ~= fence then",
            "elseif r[1] ~= 'running' then"
        ),
        Mutation(
            "a heartbeat extends whatever lease it names",
            "if r[1] ~= 'running' or r[2] ~= fence then",
            "if r[1] ~= 'running' then"
        ),
        Mutation("a delivery counts twice", "tonumber(r[5] or 0) + 1", "tonumber(r[5] or 0) + 2"),
        Mutation("a fence is handed out twice", "fence = fence + 1\n", "fence = fence + (fence % 5 == 0 and 0 or 1)\n"),
        Mutation("a job handed back has used up a delivery", "'deliveries', -1)", "'deliveries', 0)"),
        Mutation("an entry stays pending after its delivery", "redis.call('XACK', stream, 'workers', ...)", ""),
        Mutation("a lease outlives its delivery", "redis.call('ZREM', b.base .. ':leases', ...)", "local _ = ..."),
        Mutation("a lease runs out a millisecond late", "':leases', '-inf', b.now,", "':leases', '-inf', b.now - 1,"),
        Mutation("a delayed job is due a millisecond late", "key, '-inf', b.now,", "key, '-inf', b.now - 1,"),
        Mutation(
            "a time limit passes a millisecond late",
            "b.now >= tonumber(r[5]) + limit then",
            "b.now > tonumber(r[5]) + limit then"
        ),
        Mutation("one delivery too many", ">= policy.max_deliveries", "> policy.max_deliveries"),
        Mutation("one attempt too many", "attempts >= policy.max_attempts", "attempts > policy.max_attempts"),
        Mutation("the backoff ignores its cap", "delay = math.min(policy.backoff_cap, delay)", ""),
        Mutation("the threshold itself is too low", "(tonumber(confidence) >= ", "(tonumber(confidence) > "),
        Mutation("a cancelled job completes", "if r[6] or verb == 'cancelled' then", "if verb == 'cancelled' then"),
        Mutation("a crashed worker forgets a cancellation", "      if r[5] then\n", "      if false then\n"),
        Mutation(
            "a cancelled job stays in the schedule",
            "if state == 'scheduled' then redis.call('ZREM', delayed_key(b.base, policy.queue), id) end",
            ""
        ),
        Mutation("a cancelled review stays open", "if state == 'escalated' then expire", "if false then expire"),
        Mutation("a paused queue hands out jobs", "redis.call('SISMEMBER', base .. ':paused', queue) == 1", "false"),
        Mutation("fan-in waits for one parent too many", "if met >= need then", "if met > need then"),
        Mutation("fan-in gives up too early", "elseif met + open < need then", "elseif met + open <= need then"),
        Mutation(
            "dependents hear of no cancellation",
            "parent_ended(b, kid, state == 'completed')",
            "parent_ended(b, kid, true)"
        ),
        Mutation(
            "a flow settles one job too early",
            "'open', -1) == 0 then settle_flow",
            "'open', -1) == 1 then settle_flow"
        ),
        Mutation("a settled flow tells nobody", "if not r[3] then return end", "do return end"),
        Mutation(
            "a dead step expires with its flow",
            "if not redis.call('ZSCORE', b.base .. ':dead', id) then",
            "if true then"
        ),
        Mutation(
            "a dead letter is in no index",
            "if state == 'dead' then redis.call('ZADD'",
            "if false then redis.call('ZADD'"
        ),
        Mutation("a kept job is dropped at once", "if policy.retention > 0 then", "if false then"),
        Mutation("an unwanted record is kept", "else redis.call('UNLINK', k) end", "end"),
        Mutation("an idempotency key is not kept", "redis.call('SET', key, id, 'PX', args[i + 5])", "local _ = 0"),
        Mutation("a resent job is enqueued again", "elseif verify and redis", "elseif false and redis"),
        Mutation(
            "an entry of another lane is handed out",
            "if place == queue .. ' ' .. LANES[l] .. ' ' then",
            "if place then"
        ),
        Mutation("lanes share in another order", "place < weights[1] and 1", "place < weights[3] and 1"),
    ]

    private static let review = [
        Mutation("a stale version decides", " or e.version ~= version then", " then"),
        Mutation(
            "another reviewer's claim is ignored",
            "e.assignee ~= reviewer and tonumber(e['claimed-until']) > now",
            "false"
        ),
        Mutation(
            "a reviewer's claim never ends",
            "e.assignee ~= reviewer and tonumber(e['claimed-until']) > now",
            "e.assignee ~= reviewer"
        ),
        Mutation(
            "a decided escalation stays listed",
            "redis.call('ZREM', b.base .. (e.blocks == '0' and ':samples' or ':escalated'), escalation)",
            ""
        ),
        Mutation(
            "a retry keeps the old result",
            "redis.call('HDEL', k, 'result', 'confidence', 'parts'",
            "redis.call('HDEL', k, 'confidence', 'parts'"
        ),
        Mutation(
            "a retry keeps the used attempts",
            "'attempts', 0, 'deliveries', 0)\n  redis.call('HDEL', k, 'result'",
            "'deliveries', 0)\n  redis.call('HDEL', k, 'result'"
        ),
        Mutation("an undo leaves the dependents released", "(r.state == 'ready' and met < r.need)", "false"),
        Mutation("a step that has started does not stop an undo", "if r.fence then return nil, kid end", ""),
        Mutation(
            "an undone rejection leaves the dependents cancelled",
            "if r.state == 'cancelled' and r.cause == 'upstream' and",
            "if false and"
        ),
        Mutation("an undo revives what was cancelled by request", "r.cause == 'upstream' and met", "met"),
        Mutation("an undone override stays the result", "keep_fields(k, 'result')", ""),
        Mutation("an undone retry keeps the new input", "keep_fields(k, 'input', ", "keep_fields(k, "),
        Mutation(
            "a decision is undone after its flow has settled",
            "if redis.call('HGET', flow_key(b.base, flow), 'state') ~= 'running' then return",
            "if false then return"
        ),
        Mutation(
            "an undo leaves the flow's counts",
            "redis.call('HINCRBY', flow_key(b.base, flow), r[1], -1)",
            ""
        ),
        Mutation(
            "a retry is undone after its job was claimed",
            "r[1] == 'ready' and r[5] == string.match(escalation, '^esc%-(%d+)%-')",
            "r[1] == 'ready'"
        ),
        Mutation(
            "an undone job expires while it waits",
            "redis.call('PERSIST', k)\n  note(b, id, 'escalated'",
            "note(b, id, 'escalated'"
        ),
        Mutation(
            "an undone escalation stays among the decided",
            "redis.call('ZREM', base .. ':resolved', escalation)",
            ""
        ),
        Mutation("an audit sample parks its job", "if reason == 'audit_sample' then", "if false then"),
        Mutation("a sampled job's record goes at once", "b.held[id] = true", ""),
        Mutation("a sampled job's record stays", "let_go_sampled_job(b, escalation, id)\n    count", "count"),
        Mutation(
            "an audit sample is retried",
            "if decision == 'retry' then\n      return",
            "if false then\n      return"
        ),
        Mutation(
            "a retried flow forgets its completed steps",
            "if states[parent] == 'completed' then",
            "if false then"
        ),
        Mutation(
            "a retried step is still a dead letter",
            "if r[1] == 'dead' then redis.call('ZREM', b.base .. ':dead', id) end",
            ""
        ),
        Mutation(
            "a retried step keeps the used attempts",
            "'state', state, 'attempts', 0, 'deliveries', 0)",
            "'state', state, 'deliveries', 0)"
        ),
        Mutation("a retried flow still expires", "redis.call('PERSIST', job_key(base, id))", ""),
        Mutation(
            "a flow is retried while its owner is told",
            "if told and told ~= 'completed'",
            "if false and told ~= 'completed'"
        ),
        Mutation("a flow is retried while it runs", "if f.state ~= 'settled' then", "if false then"),
        Mutation(
            "a comment makes decisions stale",
            "redis.call('HSET', k, 'comments',",
            "redis.call('HSET', k, 'version', version + 1, 'comments',"
        ),
        Mutation(
            "a claim is missing in the stream of changes",
            "  tell(b, escalation, e, event, version, by, detail)\n",
            "  if event ~= 'claimed' then tell(b, escalation, e, event, version, by, detail) end\n"
        ),
        Mutation(
            "a timeline misses what runs",
            "b.flows[#e + 1] = flow or flow_of(id)",
            "if state ~= 'running' then b.flows[#e + 1] = flow or flow_of(id) end"
        ),
        Mutation(
            "a timeline forgets its beginning",
            "redis.pcall('XADD', k, 'NOMKSTREAM', id,",
            "redis.pcall('XADD', k, 'NOMKSTREAM', 'MAXLEN', 8, id,"
        ),
        Mutation(
            "a due time stays listed",
            "if e.due then redis.call('ZREM', b.base .. ':due', escalation) end",
            ""
        ),
        Mutation(
            "an assignment cannot be taken back",
            "redis.call('HDEL', escalation_key(base, escalation), 'designee')",
            ""
        ),
    ]
}
