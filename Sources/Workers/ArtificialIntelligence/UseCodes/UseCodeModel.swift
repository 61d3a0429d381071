import JobQueue
import PropertyData

/// A classifier with its codes, and what cross-validation says of it.
struct UseCodeModel: Sendable {
    /// The codes, by label.
    let codes: [String]
    let quality: ClassifierQuality
    private let classifier: UseCodeClassifier
    private let excluded: Set<String>

    /// The fewest parcels with a code, in all and of each code, that a model learns from.
    static let fewestRows = 100
    static let fewestOfCode = 10

    /// A code with its probability.
    struct Guess: Encodable, Sendable {
        var code: String
        var probability: Double
    }

    /// Trains and measures; or says why there is too little to learn from.
    static func train(
        _ parcels: [KnownParcel],
        excluding excluded: Set<String>,
        seed: Int,
        progress: (Int) -> Void
    ) throws -> (model: UseCodeModel?, note: String) {
        let groups = Dictionary(grouping: parcels.filter { $0.code != nil }) { $0.code ?? "" }
        let codes = groups.filter { $0.value.count >= fewestOfCode }.map(\.key).sorted()
        let labels = Dictionary(uniqueKeysWithValues: codes.enumerated().map { ($1, $0) })
        let examples = parcels.compactMap { parcel in
            parcel.code.flatMap { labels[$0] }.map { label in
                UseCodeClassifier.Example(features: ParcelFeatures(parcel.fields, without: excluded), label: label)
            }
        }
        guard examples.count >= fewestRows, codes.count > 1 else {
            let note =
                "too little to learn from: \(examples.count) parcels of \(codes.count) codes that have at least "
                + "\(fewestOfCode) each, where \(fewestRows) of two codes are needed"
            return (nil, note)
        }
        let categories = codes.map { UseCode.find($0)?.category ?? "" }
        let quality = try CrossValidation(examples: examples, categories: categories, seed: seed).run(progress)
        var classifier = try UseCodeClassifier(examples, classes: codes.count, seed: seed)
        classifier.temperature = quality.temperature
        let rare = groups.count - codes.count
        let note =
            "trained on \(examples.count) parcels of \(codes.count) codes"
            + (rare > 0 ? "; \(rare) codes with fewer than \(fewestOfCode) parcels cannot be learnt" : "")
        return (UseCodeModel(codes: codes, quality: quality, classifier: classifier, excluded: excluded), note)
    }

    private init(codes: [String], quality: ClassifierQuality, classifier: UseCodeClassifier, excluded: Set<String>) {
        self.codes = codes
        self.quality = quality
        self.classifier = classifier
        self.excluded = excluded
    }

    /// The likeliest codes of a parcel, the best first.
    func guesses(_ fields: [String: String], limit: Int = 3) -> [Guess] {
        let probabilities = classifier.probabilities(ParcelFeatures(fields, without: excluded))
        return zip(codes, probabilities).map { Guess(code: $0, probability: $1) }
            .sorted { ($0.probability, $1.code) > ($1.probability, $0.code) }.prefix(limit).map(\.self)
    }
}
