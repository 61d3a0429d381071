import JobModel
import JobQueue
import Orchestrator

/// Puts a dossier into the order in which a person reads it: what was asked, what came of it, how sure that is, who
/// decided, where the numbers come from.
struct ReportComposer {
    let dossier: Dossier
    /// When the report is made, milliseconds since 1970.
    let nowMilliseconds: Int

    typealias Cell = ReportBlock.Cell

    private var operation: OperationReport { dossier.report }

    var report: Report {
        Report(
            title: "Report of operation \(operation.operationId)",
            subtitle:
                "\(operation.operationType), asked for \(MomentText.text(milliseconds: dossier.createdMilliseconds)); "
                + "report made \(MomentText.text(milliseconds: nowMilliseconds))",
            blocks: summary + request + plan + work + certainty + decisions + provenance + timeline + about
        )
    }

    // MARK: In short

    private var summary: [ReportBlock] {
        var blocks: [ReportBlock] = [.heading("In short")]
        let time = NumberText.length(milliseconds: operation.executionTimeMs)
        let steps = "\(operation.result.stepsSuccessful) of \(operation.result.results.count) steps"
        let tone: ReportBlock.Tone =
            switch operation.status {
            case "completed": .good
            case "failed", "cancelled": .bad
            default: .doubtful
            }
        blocks.append(.paragraph("The operation is \(operation.status): \(steps) completed, \(time) in all.", tone))
        if let error = operation.error { blocks.append(.paragraph("What went wrong: \(error)", .bad)) }
        if operation.requiresHuman {
            blocks.append(
                .paragraph("It waits for a person: \(operation.escalations.joined(separator: ", "))", .doubtful)
            )
        }
        var points = ["How sure the answer is: \(NumberText.share(operation.confidenceScore))\(weakest)."]
        points.append(verificationSentence)
        let deciding = dossier.decisions.filter { Self.decisive.contains($0.event) }
        let people = Set(deciding.map(\.by).filter { !$0.isEmpty }).sorted()
        if !people.isEmpty {
            points.append("Decided by: \(people.joined(separator: ", ")).")
        } else if !operation.requiresHuman {
            points.append("No person had to decide anything.")
        }
        let samples = operation.result.results.contains { $0.result?["is_sample"] == true }
        if samples { points.append("The data is the built-in synthetic sample, not the Department's.") }
        if let answer = operation.answer {
            points.append(
                "An answer was written by the language model from the evidence; see the operation for its text."
            )
            if !answer.doubts.isEmpty {
                points.append("Doubts about the answer: \(answer.doubts.joined(separator: "; "))")
            }
        }
        blocks.append(.list(points))
        return blocks
    }

    private var weakest: String {
        guard let weakest = operation.confidence?.weakest else { return "" }
        let why = weakest.why.map { ", because of \($0)" } ?? ""
        return "; the weakest link is \(weakest.step) with \(NumberText.share(weakest.confidence))\(why)"
    }

    /// What a person does to an escalation that decides it.
    private static let decisive: Set<String> = ["approved", "rejected", "overridden", "retried"]

    /// What a look found that was asked for later than the operation's end; empty where none was.
    private var laterLook: String {
        let verdicts = (dossier.claims ?? []).compactMap { $0["verdict"]?.string }
        guard !verdicts.isEmpty else { return "" }
        let (hold, fail) = (verdicts.count { $0 == "verified" }, verdicts.count { $0 == "refuted" })
        return
            " A later look, on request, confirmed \(hold) claims and refuted \(fail); \(verdicts.count - hold - fail) could not be checked."
    }

    private var verificationSentence: String {
        guard let verdict = operation.verification else {
            return laterLook.isEmpty
                ? "Nobody has looked at the results independently yet."
                : "Nobody looked at the results independently before the end." + laterLook
        }
        switch verdict.status {
        case .verified:
            return
                "An independent look confirmed \(verdict.verified) claims; \(verdict.unchecked) could not be checked."
        case .refuted:
            return "An independent look refuted \(verdict.refuted) of \(verdict.verified + verdict.refuted) claims."
        case .inconclusive, .skipped:
            let why = verdict.reason ?? "no claim could be checked"
            return "The results were not looked at independently: \(why)." + laterLook
        }
    }

    // MARK: What was asked

    private var request: [ReportBlock] {
        var facts: [(name: String, value: Cell)] = [
            ("Type", Cell(operation.operationType)),
            ("Priority", Cell("\(dossier.request.priority) of 10")),
            ("Time limit", Cell("\(dossier.request.timeoutSeconds) s, without the time that people take")),
            ("Validation", Cell(dossier.request.requireValidation ? "asked for" : "not asked for")),
        ]
        if case .object(let parameters) = dossier.request.parameters {
            for (name, value) in parameters.sorted(by: { $0.key < $1.key }) {
                facts.append(("Parameter \(name)", .code(Self.shortened(value))))
            }
        }
        if case .object(let metadata)? = dossier.request.metadata, !metadata.isEmpty {
            facts.append(("Given by the caller", .code(Self.shortened(.object(metadata)))))
        }
        return [.heading("What was asked"), .facts(facts)]
    }

    private static func shortened(_ value: JSONValue) -> String {
        let text = value.string ?? (try? value.encoded) ?? ""
        return text.count > 300 ? "\(text.prefix(300))… (\(text.utf8.count) bytes)" : text
    }

    // MARK: The plan

    private var plan: [ReportBlock] {
        guard let plan = dossier.plan else {
            return [.heading("The plan"), .paragraph("No plan was made: the request could not be planned.", .doubtful)]
        }
        let results = operation.result.results
        let states = Dictionary(results.map { ($0.name, $0.status) }) { first, _ in first }
        let confidences = Dictionary(results.compactMap { step in step.confidence.map { (step.name, $0) } }) { $1 }
        let identity = "template \(plan.template), version \(plan.version)"
        var blocks: [ReportBlock] = [
            .heading("The plan"),
            .paragraph("\(plan.steps.count) steps from \(identity). It was fixed before anything ran.", .plain),
        ]
        if let svg = PlanPicture(plan: plan, states: states, confidences: confidences).svg {
            blocks.append(.picture(svg: svg, mermaid: plan.mermaid(states: states)))
        } else {
            blocks.append(.paragraph("The plan has too many steps for a picture.", .quiet))
        }
        blocks.append(
            .facts([("SHA-256 of the plan", .code(operation.plan?.hash ?? ""))])
        )
        if !plan.checks.isEmpty {
            blocks.append(.subheading("What had to hold at the end"))
            blocks.append(.list(plan.checks.map { $0.branch.isEmpty ? $0.says : "\($0.branch): \($0.says)" }))
        }
        return blocks
    }

    // MARK: What was done

    private var work: [ReportBlock] {
        let after = Dictionary((dossier.plan?.steps ?? []).map { ($0.name, $0.after) }) { first, _ in first }
        let rows = operation.result.results.map { step in
            [
                Cell(step.name), Cell("\(step.worker).\(step.action)"), Cell(step.branch),
                Cell((after[step.name] ?? []).joined(separator: ", ")), Cell(step.status, Self.tone(step.status)),
                Cell(step.executionTimeMs.map(NumberText.length) ?? ""), Cell(String(step.attempts)),
                Cell(step.error ?? "", .bad),
            ]
        }
        guard !rows.isEmpty else { return [] }
        return [
            .heading("What was done"),
            .table(
                columns: ["Step", "Action", "Branch", "After", "State", "Time", "Attempts", "Error"],
                rows: rows,
                numbers: [5, 6]
            ),
        ]
    }

    private static func tone(_ status: String) -> ReportBlock.Tone {
        switch status {
        case "completed": .good
        case "dead", "cancelled": .bad
        case "escalated": .doubtful
        default: .quiet
        }
    }

    // MARK: What is sure and what is not

    private var certainty: [ReportBlock] {
        var blocks: [ReportBlock] = [.heading("What is sure and what is not")]
        if let confidence = operation.confidence {
            let factor =
                confidence.verification.map { ", times the share of verified claims, \(NumberText.share($0))" } ?? ""
            let sentence =
                "The score is \(NumberText.share(confidence.score)): the product over the steps that the answer rests on "
                + "(\(confidence.steps.joined(separator: ", ")))\(factor). Approved and fully verified steps count as "
                + "certain. The least of them is \(NumberText.share(confidence.minimum)), which bounds the truth from above."
            blocks.append(.paragraph(sentence, .plain))
        }
        var rows: [[Cell]] = []
        for step in operation.result.results {
            guard let confidence = step.confidence else { continue }
            let review = step.review.map { " (\($0) by a person)" } ?? ""
            let tone: ReportBlock.Tone = confidence >= 0.9 ? .good : (confidence >= 0.7 ? .doubtful : .bad)
            rows.append([
                Cell(step.name), Cell("all parts\(review)"), Cell(NumberText.share(confidence), tone), Cell(""),
            ])
            if case .array(let parts)? = step.confidenceParts {
                for part in parts {
                    rows.append([
                        Cell(""), Cell(part["name"]?.string ?? ""),
                        Cell(part["value"]?.double.map(NumberText.share) ?? "", .quiet),
                        Cell(part["basis"]?.string ?? ""),
                    ])
                }
            }
        }
        if !rows.isEmpty {
            blocks.append(.table(columns: ["Step", "Part", "Confidence", "Rests on"], rows: rows, numbers: [2]))
        }
        return blocks + verification
    }

    private var verification: [ReportBlock] {
        var blocks: [ReportBlock] = [.subheading("The independent look"), .paragraph(verificationSentence, .plain)]
        guard let claims = dossier.claims, !claims.isEmpty else { return blocks }
        let rows = claims.prefix(100).map { claim in
            let verdict = claim["verdict"]?.string ?? ""
            let tone: ReportBlock.Tone = verdict == "verified" ? .good : (verdict == "refuted" ? .bad : .quiet)
            return [
                Cell(claim["step"]?.string ?? ""), Cell(claim["subject"]?.string ?? ""),
                .code(claim["claimed"]?.string ?? ""), .code(claim["found"]?.string ?? ""), Cell(verdict, tone),
                Cell(claim["how"]?.string ?? ""),
            ]
        }
        blocks.append(
            .table(columns: ["Step", "Claim", "Claimed", "Found", "Verdict", "How"], rows: rows, numbers: [])
        )
        if claims.count > 100 { blocks.append(.paragraph("\(claims.count - 100) more claims are on record.", .quiet)) }
        return blocks
    }

    // MARK: Who decided

    private var decisions: [ReportBlock] {
        guard !dossier.decisions.isEmpty else {
            return [.heading("Who decided what"), .paragraph("Nothing had to be decided by a person.", .plain)]
        }
        let rows = dossier.decisions.map { decision in
            [
                Cell(decision.at), Cell(decision.by.isEmpty ? "the system" : decision.by), Cell(decision.event),
                Cell(decision.step), Cell(decision.reason), Cell(decision.comment),
            ]
        }
        return [
            .heading("Who decided what"),
            .table(columns: ["When", "Who", "What", "Step", "Asked because of", "Comment"], rows: rows, numbers: []),
            .paragraph("Read from the \(dossier.decisionSource).", .quiet),
        ]
    }

    // MARK: Where the numbers come from

    private var provenance: [ReportBlock] {
        var blocks: [ReportBlock] = [.heading("Where each number comes from")]
        var rows: [[Cell]] = []
        for step in operation.result.results {
            let files = dossier.files(behind: step.name).map { "\($0.name) (\($0.sha256.prefix(12)))" }
            let after = dossier.plan?.steps.first { $0.name == step.name }?.after ?? []
            for number in Dossier.numbers(in: step.result) {
                rows.append([
                    Cell(number.path), Cell(number.value), Cell("\(step.name) \(step.worker).\(step.action)"),
                    Cell(after.joined(separator: ", ")), Cell(files.joined(separator: ", ")),
                ])
            }
        }
        if rows.isEmpty {
            blocks.append(.paragraph("No step has left a number.", .plain))
        } else {
            let shown = rows.prefix(300)
            blocks.append(
                .table(
                    columns: ["Number", "Value", "Measured by", "From the results of", "Files behind it"],
                    rows: Array(shown),
                    numbers: [1]
                )
            )
            if rows.count > shown.count {
                blocks.append(
                    .paragraph("\(rows.count - shown.count) more numbers are in the operation's result.", .quiet)
                )
            }
        }
        let files = dossier.files
        guard !files.isEmpty else { return blocks }
        blocks.append(.subheading("Files"))
        blocks.append(
            .table(
                columns: ["File", "SHA-256", "Bytes", "Named by", "From"],
                rows: files.map { file, step in
                    [
                        Cell(file.name), .code(file.sha256), Cell(file.bytes.map(NumberText.count) ?? ""), Cell(step),
                        .code(file.object["address"]?.string ?? file.object["source"]?.string ?? ""),
                    ]
                },
                numbers: [2]
            )
        )
        return blocks
    }

    // MARK: What happened when

    private var timeline: [ReportBlock] {
        let id = operation.operationId
        let kept = dossier.events.filter { event in
            !["waiting", "ready", "settled"].contains(event.state) && !HistoryComposer.isOwnJob(event.subject, of: id)
        }
        guard !kept.isEmpty else { return [] }
        let rows = kept.prefix(200).map { event in
            let subject = event.subject == id ? "operation" : event.subject.replacing("\(id):", with: "")
            return [Cell(MomentText.text(milliseconds: event.atMilliseconds)), Cell(subject), Cell(event.state)]
        }
        var blocks: [ReportBlock] = [
            .heading("What happened when"), .table(columns: ["When", "What", "State"], rows: rows, numbers: []),
        ]
        if kept.count > rows.count {
            blocks.append(.paragraph("\(kept.count - rows.count) more events are in the timeline.", .quiet))
        }
        return blocks
    }

    // MARK: About this report

    private var about: [ReportBlock] {
        var facts: [(name: String, value: Cell)] = [
            ("Made by", Cell("Concord \(ConcordVersion.current), agent research_documenter")),
            ("Made at", Cell(MomentText.text(milliseconds: nowMilliseconds))),
        ]
        if let entries = dossier.historyEntries, let mark = dossier.historyMark {
            facts.append(("History", Cell("\(entries) entries of this operation")))
            facts.append(("End of the history then", .code(mark.description)))
        }
        var blocks: [ReportBlock] = [.heading("About this report"), .facts(facts)]
        if dossier.historyMark != nil {
            let how = "concord history verify --expect with that mark shows whether the history was altered since."
            blocks.append(.paragraph(how, .quiet))
        }
        if !dossier.gaps.isEmpty { blocks.append(.list(dossier.gaps)) }
        return blocks
    }
}
