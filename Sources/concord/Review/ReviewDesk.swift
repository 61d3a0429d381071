import Foundation
import JobModel
import JobQueue
import Orchestrator

/// The review page at work: what the session asks for is done here, against the queue and the terminal.
final class ReviewDesk {
    private let reviews: Reviews
    private let reviewer: String
    private let terminal: RawTerminal
    private let filter: EscalationFilter
    private var session = ReviewSession()
    private var decoder = ReviewKeyDecoder()
    /// What was skipped in this round, so that the next one is another one.
    private var skipped: Set<String> = []
    private var wanted: String?
    private var lastKey = ContinuousClock.now
    private var lastLook = ContinuousClock.now

    private static let lease: Duration = .seconds(300)
    /// A page that nobody has touched for so long lets its item go.
    private static let patience: Duration = .seconds(600)

    private var queue: JobQueue { reviews.operations.queue }

    /// A desk that shows what the filter admits, beginning with one escalation where it is named.
    init(reviews: Reviews, reviewer: String, terminal: RawTerminal, filter: EscalationFilter, first: String?) {
        self.reviews = reviews
        self.reviewer = reviewer
        self.terminal = terminal
        self.filter = filter
        wanted = first
    }

    /// Works until the reviewer quits or the process is told to stop; the item on the page is given back.
    ///
    /// - Returns: whether it was told to stop.
    func run() async throws -> Bool {
        try await next()
        while true {
            draw()
            switch await terminal.input(within: 250) {
            case .bytes(let bytes):
                lastKey = .now
                for key in decoder.feed(bytes) where try await !perform(session.press(key)) { return false }
            case .resized: terminal.forget()
            case .stop:
                try await release()
                return true
            case .nothing:
                for key in decoder.flush() where try await !perform(session.press(key)) { return false }
            }
            try await look()
        }
    }

    private func draw() {
        let size = terminal.size
        func screen() -> ReviewScreen {
            ReviewScreen(
                session: session,
                reviewer: reviewer,
                policy: reviews.policy,
                width: size.width,
                height: size.height,
                now: Date()
            )
        }
        session.limitScroll(to: screen().lastScroll)
        terminal.show(screen().lines())
    }

    // MARK: What is asked for

    /// Does it; returns whether to go on. What is refused is said on the page, and ends nothing.
    private func perform(_ effect: ReviewSession.Effect?) async throws -> Bool {
        guard let effect else { return true }
        do {
            switch effect {
            case .quit:
                try await release()
                return false
            case .redraw: terminal.forget()
            case .refresh: try await refresh()
            case .next:
                if let id = session.item?.escalation.id { skipped.insert(id) }
                try await release()
                try await next()
            case .comment(let text):
                guard let id = session.item?.escalation.id else { break }
                _ = try await queue.commentEscalation(id, by: reviewer, text: text)
                session.say("noted", .good)
                try await refresh()
            case .decide(let decision): try await decide(decision)
            case .retry(let parameters, let guidance): try await retry(parameters, guidance)
            case .edit(let value): try await edit(value)
            case .undo(let id, let version): try await undo(id, version)
            }
        } catch {
            guard let failure = CommandFailure(error), failure.status != .unreachable else { throw error }
            session.say(failure.message, .bad)
            try await refresh()
        }
        return true
    }

    private func decide(_ decision: Decision) async throws {
        guard let item = session.item else { return }
        // A remark or a reminder has changed nothing that was decided on; what the page shows is what counts.
        let outcome = try await reviews.decide(
            item.escalation.id,
            decision,
            version: item.escalation.version,
            reviewer: reviewer
        )
        let hidden = item.escalation.isConfidenceHidden ? StateStyle.number(item.escalation.confidence) : nil
        session.applied(decision, version: outcome.version, confidence: hidden)
        try await next()
    }

    private func retry(_ words: String, _ guidance: String?) async throws {
        let pairs = words.split(separator: " ").map(String.init)
        let changed = pairs.isEmpty ? nil : JSONValue.object(try ParameterText.object(pairs: pairs, file: nil))
        try await decide(.retry(parameters: changed, guidance: guidance))
    }

    private func undo(_ id: String, _ version: Int) async throws {
        do {
            _ = try await queue.undoDecision(id, version: version, by: reviewer)
        } catch {
            guard error.code != .unreachable else { throw error }
            session.undone(id, refusal: error.message)
            return
        }
        session.undone(id, refusal: nil)
        try await release()
        wanted = id
        try await next()
    }

    // MARK: The editor

    /// Has the result edited until it fits or the reviewer leaves it as it was.
    private func edit(_ value: JSONValue?) async throws {
        guard let escalation = session.item?.escalation else { return }
        let file = FileManager.default.temporaryDirectory
            .appendingPathComponent("concord-override-\(UUID().uuidString).json").path
        defer { try? FileManager.default.removeItem(atPath: file) }
        let schema = try await reviews.description(of: escalation)?.result
        var text = try OverrideText.text(value, schema: schema, defects: [])
        while true {
            // A result can hold personal data, and the folder is everybody's.
            let written = FileManager.default.createFile(
                atPath: file,
                contents: Data(text.utf8),
                attributes: [.posixPermissions: 0o600]
            )
            guard written else { throw CommandFailure(.failed, "\(file) cannot be written") }
            terminal.leave()
            let isDone: Bool
            do {
                isDone = try await EditorProcess.edit(file)
            } catch {
                terminal.enter()
                throw error
            }
            terminal.enter()
            lastKey = .now
            let answer = try String(contentsOfFile: file, encoding: .utf8)
            guard isDone, answer != text, !OverrideText.body(of: answer).isEmpty else {
                session.say("nothing was changed")
                return
            }
            do {
                let value = try OverrideText.value(of: answer)
                let defects = try await reviews.defects(in: value, overriding: escalation)
                if defects.isEmpty {
                    session.propose(value)
                    return
                }
                text = try OverrideText.text(nil, schema: nil, defects: defects.map(\.description), of: answer)
            } catch let failure as CommandFailure {
                text = try OverrideText.text(nil, schema: nil, defects: [failure.message], of: answer)
            }
        }
    }

    // MARK: What is shown

    /// Shows the next escalation that nobody else holds, the wanted one first; what was skipped comes again after the
    /// last.
    private func next() async throws {
        if let id = wanted {
            wanted = nil
            if let escalation = try await queue.escalation(id) {
                try await show(escalation)
                return
            }
            session.say("there is no escalation \(id)", .bad)
        }
        if try await showFree() { return }
        guard !skipped.isEmpty else { return }
        skipped = []
        _ = try await showFree()
    }

    /// Shows the first that is free and was not skipped; returns whether there was one.
    private func showFree() async throws -> Bool {
        var page = filter
        page.limit = 200
        repeat {
            let (escalations, next) = try await queue.escalations(matching: page)
            for escalation in escalations where !skipped.contains(escalation.id) {
                guard escalation.assignee == nil || escalation.assignee == reviewer else { continue }
                try await show(escalation)
                if session.hold == .mine { return true }
                // Another was faster: the one after it is as good.
                skipped.insert(escalation.id)
            }
            page.cursor = next
        } while page.cursor != nil
        session.showNothing(waiting: try await queue.openEscalationCount())
        return false
    }

    private func show(_ escalation: EscalationSnapshot) async throws {
        var escalation = escalation
        if escalation.state == .open || escalation.assignee == reviewer {
            do {
                _ = try await queue.claimEscalation(
                    escalation.id,
                    version: escalation.version,
                    reviewer: reviewer,
                    lease: Self.lease
                )
            } catch {
                guard error.code == .conflict else { throw error }
                session.say(error.message, .bad)
            }
            escalation = try await queue.escalation(escalation.id) ?? escalation
        }
        session.show(
            try await ReviewItem(escalation, from: reviews.operations),
            hold(escalation),
            waiting: try await queue.openEscalationCount()
        )
        lastLook = .now
    }

    private func hold(_ escalation: EscalationSnapshot) -> ReviewSession.Hold {
        switch escalation.state {
        case .open: return .mine
        case .claimed: return escalation.assignee.map { $0 == reviewer ? .mine : .other($0) } ?? .mine
        case .resolved:
            let by = escalation.reviewer.map { " by \($0)" } ?? ""
            return .over("\(escalation.resolution ?? "resolved")\(by)")
        case .expired: return .over("expired, as its job was cancelled")
        }
    }

    /// Looks once a second whether the item has changed, and keeps the claim while somebody is at the page.
    private func look() async throws {
        guard ContinuousClock.now - lastLook >= .seconds(1) else { return }
        lastLook = .now
        do {
            guard let item = session.item else {
                try await next()
                return
            }
            guard let current = try await queue.escalation(item.escalation.id) else { return }
            if current.version != item.escalation.version || current.comments.count != item.escalation.comments.count {
                session.update(try await ReviewItem(current, from: reviews.operations), hold(current))
            }
            try await keep(current)
        } catch let error as JobQueueError where error.code == .unreachable {
            // Redis may be restarting: the page stays, and the next look tries again.
            session.say("Redis cannot be reached; trying again", .bad)
        }
    }

    private func keep(_ escalation: EscalationSnapshot) async throws {
        guard session.hold == .mine, ContinuousClock.now - lastKey < Self.patience else { return }
        let left = (escalation.claimedUntilMilliseconds ?? 0) - Int(Date().timeIntervalSince1970 * 1000)
        guard escalation.state == .open || left < Int(Self.lease / .milliseconds(2)) else { return }
        do {
            _ = try await queue.claimEscalation(
                escalation.id,
                version: escalation.version,
                reviewer: reviewer,
                lease: Self.lease
            )
        } catch {
            guard error.code == .conflict else { throw error }
            return  // It has changed: the next look shows how.
        }
        try await refresh()
    }

    private func refresh() async throws {
        guard let id = session.item?.escalation.id, let current = try await queue.escalation(id) else { return }
        session.update(try await ReviewItem(current, from: reviews.operations), hold(current))
    }

    /// Gives the item back; one that is not held here is left as it is.
    private func release() async throws {
        guard let id = session.item?.escalation.id, let current = try await queue.escalation(id),
            current.state == .claimed, current.assignee == reviewer
        else { return }
        do {
            _ = try await queue.releaseEscalation(id, version: current.version, reviewer: reviewer)
        } catch {
            guard error.code == .conflict else { throw error }
            return  // The lease has run out meanwhile: it is open already.
        }
    }
}
