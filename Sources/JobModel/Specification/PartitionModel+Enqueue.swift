extension PartitionModel {
    /// `enqueue_jobs` of one job: `enqueued`, `known` or `duplicate`, and the id that counts.
    package mutating func enqueue(
        _ id: JobID,
        _ line: PolicyLine,
        input: String,
        delay: Int,
        key: String?,
        keyLife: Int,
        verify: Bool,
        now: Int
    ) -> (String, JobID) {
        let name = key.map { "\(line.queue):\($0)" }
        if let name, let holder = idempotency[name], holder.until > now { return ("duplicate", holder.id) }
        if verify, jobs[id] != nil { return ("known", id) }
        if let name { idempotency[name] = (id, now + keyLife) }
        var line = line
        line.createdMilliseconds = now
        jobs[id] = Job(state: delay > 0 ? .scheduled : .ready, line: line, input: input)
        if delay > 0 { jobs[id]?.due = now + delay } else { pushReady(id) }
        return ("enqueued", id)
    }

    /// One job of a flow to enqueue.
    package struct Step: Sendable {
        package var id: JobID
        package var line: PolicyLine
        package var input: String
        package var need: Int
        package var parents: [JobID]

        package init(id: JobID, line: PolicyLine, input: String, need: Int, parents: [JobID]) {
            self.id = id
            self.line = line
            self.input = input
            self.need = need
            self.parents = parents
        }
    }

    /// `enqueue_flow`: `enqueued`, or `known` when the flow or one of its jobs exists.
    package mutating func enqueueFlow(_ flow: JobID, _ steps: [Step], notify: Notify?, now: Int) -> String {
        let ids = steps.map(\.id)
        guard flows[flow] == nil, (ids + [notify?.id].compactMap(\.self)).allSatisfy({ jobs[$0] == nil }) else {
            return "known"
        }
        var notify = notify
        notify?.line.createdMilliseconds = now
        flows[flow] = Flow(open: steps.count, jobs: ids, notify: notify)
        if let notify { jobs[notify.id] = Job(state: .waiting, line: notify.line, input: notify.input) }
        for step in steps {
            var job = Job(state: step.parents.isEmpty ? .ready : .waiting, line: step.line, input: step.input)
            job.line.createdMilliseconds = now
            job.flow = flow
            job.kids = steps.filter { $0.parents.contains(step.id) }.map(\.id)
            if !step.parents.isEmpty {
                job.need = step.need
                job.open = step.parents.count
            }
            jobs[step.id] = job
            if step.parents.isEmpty { pushReady(step.id) }
        }
        return "enqueued"
    }
}
