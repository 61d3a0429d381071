import Foundation
import JobQueue

/// How good a classifier is on parcels that it was not trained on.
struct ClassifierQuality: Encodable, Sendable {
    /// Parcels with a known code.
    var rows: Int
    /// Codes that have enough of them.
    var classes: Int
    var folds: Int
    /// The share of parcels whose most likely code is the right one.
    var accuracy: Double
    /// The accuracy of always naming the most frequent code.
    var baseline: Double
    /// The share whose most likely code is of the right category.
    var categoryAccuracy: Double
    /// The mean over the codes of how often each is found, so that rare ones count.
    var balancedAccuracy: Double
    var logLoss: Double
    /// The expected calibration error in ten bins, with a temperature fitted on the other folds.
    var calibrationError: Double
    /// The same without a temperature.
    var calibrationErrorBefore: Double
    /// The temperature fitted on all folds, which the final model uses.
    var temperature: Double
    /// The least confidence from which on at least 95 of 100 codes are right; nil where there is none.
    var safeConfidence: Double?

    private enum CodingKeys: String, CodingKey {
        case rows, classes, folds, accuracy, baseline, temperature
        case categoryAccuracy = "category_accuracy"
        case balancedAccuracy = "balanced_accuracy"
        case logLoss = "log_loss"
        case calibrationError = "calibration_error"
        case calibrationErrorBefore = "calibration_error_before"
        case safeConfidence = "safe_confidence"
    }

    static let schema = JSONSchema.object([
        .required("rows", .integer("parcels with a known code", minimum: 0)),
        .required("classes", .integer("codes that have enough of them", minimum: 0)),
        .required("folds", .integer(minimum: 2)),
        .required("accuracy", .number("right most likely codes", minimum: 0, maximum: 1)),
        .required("baseline", .number("of always naming the most frequent code", minimum: 0, maximum: 1)),
        .required("category_accuracy", .number(minimum: 0, maximum: 1)),
        .required("balanced_accuracy", .number("the mean over the codes", minimum: 0, maximum: 1)),
        .required("log_loss", .number(minimum: 0)),
        .required("calibration_error", .number("in ten bins", minimum: 0, maximum: 1)),
        .required("calibration_error_before", .number("without a temperature", minimum: 0, maximum: 1)),
        .required("temperature", .number(minimum: 0)),
        .optional("safe_confidence", .number("from which on 95 of 100 are right", minimum: 0, maximum: 1)),
    ])
}

/// Measures a classifier on folds that it was not trained on, and fits its temperature there (Guo et al, 2017).
struct CrossValidation {
    let examples: [UseCodeClassifier.Example]
    /// The category of each class.
    let categories: [String]
    let seed: Int
    static let folds = 5

    /// The scores of each example from the model that has not seen it.
    private struct Held {
        var fold: Int
        var label: Int
        var scores: [Double]
    }

    /// Trains one model for each fold, in turn.
    func run(_ progress: (Int) -> Void) throws -> ClassifierQuality {
        var order = Array(examples.indices)
        var random = SeededRandom(seed: seed)
        random.shuffle(&order)
        var held: [Held] = []
        for fold in 0..<Self.folds {
            let training = order.enumerated().filter { $0.offset % Self.folds != fold }.map { examples[$0.element] }
            let model = try UseCodeClassifier(training, classes: categories.count, seed: seed + fold)
            for (offset, index) in order.enumerated() where offset % Self.folds == fold {
                let scores = model.scores(examples[index].features)
                held.append(Held(fold: fold, label: examples[index].label, scores: scores))
            }
            progress(fold + 1)
        }
        return quality(held)
    }

    private func quality(_ held: [Held]) -> ClassifierQuality {
        // Each fold is judged with a temperature that was fitted without it.
        let temperatures = (0..<Self.folds).map { fold in Self.temperature(held.filter { $0.fold != fold }) }
        var right = 0
        var rightCategory = 0
        var loss = 0.0
        var found = [Int](repeating: 0, count: categories.count)
        var counts = found
        var calibrated: [(Double, Bool)] = []
        var raw: [(Double, Bool)] = []
        for example in held {
            var probabilities = example.scores
            UseCodeClassifier.softmax(&probabilities, temperature: temperatures[example.fold])
            let best = Self.argmax(probabilities)
            let isRight = best == example.label
            right += isRight ? 1 : 0
            rightCategory += categories[best] == categories[example.label] ? 1 : 0
            counts[example.label] += 1
            found[example.label] += isRight ? 1 : 0
            loss -= log(max(probabilities[example.label], 1e-12))
            calibrated.append((probabilities[best], isRight))
            var plain = example.scores
            UseCodeClassifier.softmax(&plain, temperature: 1)
            raw.append((plain[best], isRight))
        }
        let total = Double(max(1, held.count))
        let recalls = zip(found, counts).filter { $0.1 > 0 }.map { Double($0.0) / Double($0.1) }
        return ClassifierQuality(
            rows: held.count,
            classes: categories.count,
            folds: Self.folds,
            accuracy: Double(right) / total,
            baseline: Double(counts.max() ?? 0) / total,
            categoryAccuracy: Double(rightCategory) / total,
            balancedAccuracy: recalls.reduce(0, +) / Double(max(1, recalls.count)),
            logLoss: loss / total,
            calibrationError: Self.calibrationError(calibrated),
            calibrationErrorBefore: Self.calibrationError(raw),
            temperature: Self.temperature(held),
            safeConfidence: Self.safeConfidence(calibrated)
        )
    }

    /// The temperature with the least log loss, by golden-section search on its logarithm.
    private static func temperature(_ held: [Held]) -> Double {
        func loss(_ logarithm: Double) -> Double {
            held.reduce(0) { sum, example in
                var probabilities = example.scores
                UseCodeClassifier.softmax(&probabilities, temperature: exp(logarithm))
                return sum - log(max(probabilities[example.label], 1e-12))
            }
        }
        let ratio = (5.0.squareRoot() - 1) / 2
        var (low, high) = (log(0.2), log(10.0))
        while high - low > 0.01 {
            let left = high - ratio * (high - low)
            let right = low + ratio * (high - low)
            if loss(left) <= loss(right) { high = right } else { low = left }
        }
        return exp((low + high) / 2)
    }

    /// The mean distance of confidence and accuracy over ten bins, each by its size (Naeini et al, 2015).
    static func calibrationError(_ predictions: [(confidence: Double, isRight: Bool)]) -> Double {
        let bins = Dictionary(grouping: predictions) { min(9, Int($0.confidence * 10)) }
        // In their order, so that the same predictions have the same error to the last digit.
        return bins.sorted { $0.key < $1.key }.map(\.value).reduce(0) { sum, bin in
            let confidence = bin.reduce(0) { $0 + $1.confidence }
            return sum + abs(confidence - Double(bin.count(where: \.isRight)))
        } / Double(max(1, predictions.count))
    }

    /// Goes down from the surest prediction as long as 95 of 100 of those so far are right; by whole hundredths.
    private static func safeConfidence(_ predictions: [(confidence: Double, isRight: Bool)]) -> Double? {
        stride(from: 100, through: 0, by: -1).map { Double($0) / 100 }.last { edge in
            let sure = predictions.filter { $0.confidence >= edge }
            return sure.count >= 20 && Double(sure.count(where: \.isRight)) >= 0.95 * Double(sure.count)
        }
    }

    static func argmax(_ values: [Double]) -> Int {
        values.indices.max { values[$0] < values[$1] } ?? 0
    }
}
