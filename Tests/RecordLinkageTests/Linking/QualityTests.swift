import Testing

@testable import RecordLinkage
@testable import linkage_samples

/// Floors on samples whose seeds were used for nothing else.
@Suite("Quality without labels", .timeLimit(.minutes(10)))
struct QualityTests {
    @Test("persons of two files are found", arguments: [101, 102] as [UInt64])
    func persons(seed: UInt64) async throws {
        let scores = try await Scores(PersonSample.linking(300, seed: seed))
        #expect(scores.f1 >= 0.985, "\(scores)")
        #expect(scores.calibrationError <= 0.02, "\(scores)")
    }

    @Test("duplicates within a file are found, several of one person too")
    func duplicates() async throws {
        let scores = try await Scores(PersonSample.duplicates(250, seed: 103))
        #expect(scores.f1 >= 0.985, "\(scores)")
        #expect(scores.brier <= 0.02, "\(scores)")
    }

    @Test(
        "messy listings of organisations are matched, chains and shared addresses among them",
        arguments: [104, 105] as [UInt64]
    )
    func organisations(seed: UInt64) async throws {
        let scores = try await Scores(OrganisationSample.linking(250, seed: seed, damage: 1.5))
        #expect(scores.f1 >= 0.93, "\(scores)")
        #expect(scores.calibrationError <= 0.06, "\(scores)")
    }

    @Test(
        "duplicates within a messy listing are found, with tenants of one house and branches of one agency in it",
        arguments: [108, 109] as [UInt64]
    )
    func listing(seed: UInt64) async throws {
        let scores = try await Scores(OrganisationSample.listing(300, seed: seed))
        #expect(scores.f1 >= 0.93, "\(scores)")
        #expect(scores.brier <= 0.06, "\(scores)")
        #expect(scores.calibrationError <= 0.06, "\(scores)")
    }

    @Test("blocking costs next to nothing against comparing all pairs")
    func blocked() async throws {
        var settings = LinkageSettings()
        settings.exhaustiveLimit = 0
        let scores = try await Scores(PersonSample.linking(300, seed: 106), settings: settings)
        #expect(!scores.linkage.report.isExhaustive)
        #expect(scores.f1 >= 0.98, "\(scores)")
    }

    @Test("records of which none is another are left apart")
    func nothing() async throws {
        var sample = PersonSample.linking(200, seed: 107)
        // The halves that only one file has.
        let right = Set(sample.rightEntities)
        let kept = sample.left.indices.filter { !right.contains(sample.leftEntities[$0]) }
        sample.left = kept.map { sample.left[$0] }
        sample.leftEntities = kept.map { sample.leftEntities[$0] }
        let scores = try await Scores(sample)
        #expect(scores.linkage.accepted.count <= 1, "\(scores)")
    }
}
