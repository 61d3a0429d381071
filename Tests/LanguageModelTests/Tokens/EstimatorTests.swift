import Testing

@testable import LanguageModel

@Suite("The estimator")
struct EstimatorTests {
    /// Texts of the kinds that prompts are made of, with their cl100k_base tokens as tiktoken counted them.
    struct Sample: Sendable {
        var kind: String
        var text: String
        var tokens: Int
        /// How far off it may be.
        var tolerance: Double
    }

    @Test("is close to the real count", arguments: EstimatorSamples.all)
    func close(_ sample: Sample) {
        let estimate = Double(TokenEstimator.count(sample.text))
        let error = estimate / Double(sample.tokens) - 1
        #expect(abs(error) <= sample.tolerance, "\(sample.kind): \(estimate) for \(sample.tokens)")
    }

    @Test("counts nothing for nothing, and more for more")
    func monotonous() {
        #expect(TokenEstimator.count("") == 0)
        #expect(TokenEstimator.count(" ") == 0)
        #expect(TokenEstimator.count("a") == 1)
        for sample in EstimatorSamples.all {
            #expect(TokenEstimator.count(sample.text + sample.text) >= 2 * TokenEstimator.count(sample.text) - 2)
        }
    }

    @Test("the samples' counts are the tokenizer's", .enabled(if: RankFiles.areThere), arguments: EstimatorSamples.all)
    func real(_ sample: Sample) throws {
        #expect(try GoldenTokenizers.cl100k.get().count(sample.text) == sample.tokens)
    }
}
