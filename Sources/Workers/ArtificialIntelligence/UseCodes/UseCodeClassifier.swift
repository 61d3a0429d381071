import Foundation

/// Multinomial logistic regression over hashed facts, trained by stochastic gradients with AdaGrad steps (Duchi et al,
/// 2011); the same examples and seed give the same model.
struct UseCodeClassifier: Sendable {
    /// An example of a class.
    struct Example: Sendable {
        var features: ParcelFeatures
        /// The place of its code in `codes`.
        var label: Int
    }

    let classes: Int
    private var weights: [Float]
    /// What the scores are divided by before they become probabilities; 1 before it is calibrated.
    var temperature: Double = 1

    /// Trains a model; stops with an error when the task is cancelled.
    init(_ examples: [Example], classes: Int, epochs: Int = 8, seed: Int = 1) throws {
        self.classes = classes
        weights = [Float](repeating: 0, count: classes * ParcelFeatures.range)
        var squares = [Float](repeating: 1e-6, count: weights.count)
        var random = SeededRandom(seed: seed)
        var order = Array(examples.indices)
        var scores = [Double](repeating: 0, count: classes)
        for _ in 0..<epochs {
            random.shuffle(&order)
            for (step, index) in order.enumerated() {
                if step.isMultiple(of: 256) { try Task.checkCancellation() }
                let example = examples[index]
                score(example.features, into: &scores)
                Self.softmax(&scores, temperature: 1)
                for label in 0..<classes {
                    let gradient = Float(scores[label] - (label == example.label ? 1 : 0))
                    guard abs(gradient) > 1e-4 else { continue }
                    for place in example.features.places {
                        let slot = Int(place) * classes + label
                        // Small steps and decay keep facts of a few parcels from being believed too much.
                        let slope = gradient + 1e-2 * weights[slot]
                        squares[slot] += slope * slope
                        weights[slot] -= 0.05 * slope / squares[slot].squareRoot()
                    }
                }
            }
        }
    }

    /// The scores of a parcel, one for each class.
    func scores(_ features: ParcelFeatures) -> [Double] {
        var scores = [Double](repeating: 0, count: classes)
        score(features, into: &scores)
        return scores
    }

    /// The calibrated probabilities of a parcel, one for each class.
    func probabilities(_ features: ParcelFeatures) -> [Double] {
        var scores = scores(features)
        Self.softmax(&scores, temperature: temperature)
        return scores
    }

    private func score(_ features: ParcelFeatures, into scores: inout [Double]) {
        for label in 0..<classes { scores[label] = 0 }
        for place in features.places {
            let start = Int(place) * classes
            for label in 0..<classes { scores[label] += Double(weights[start + label]) }
        }
    }

    static func softmax(_ scores: inout [Double], temperature: Double) {
        let highest = scores.max() ?? 0
        var sum = 0.0
        for index in scores.indices {
            scores[index] = exp((scores[index] - highest) / temperature)
            sum += scores[index]
        }
        for index in scores.indices { scores[index] /= sum }
    }
}
