import Foundation

/// `linkage-samples persons|duplicates|organisations|listing COUNT SEED FOLDER [DAMAGE]`: writes a labelled sample as CSV files.
@main
struct WriteSamples {
    static func main() throws {
        let arguments = CommandLine.arguments
        guard arguments.count >= 5, let count = Int(arguments[2]), let seed = UInt64(arguments[3]) else {
            throw UsageError()
        }
        let damage = arguments.count > 5 ? Double(arguments[5]) ?? 1 : 1
        let sample: LabelledSample
        switch arguments[1] {
        case "persons": sample = PersonSample.linking(count, seed: seed, damage: damage)
        case "duplicates": sample = PersonSample.duplicates(count, seed: seed, damage: damage)
        case "organisations": sample = OrganisationSample.linking(count, seed: seed, damage: damage)
        case "listing": sample = OrganisationSample.listing(count, seed: seed, damage: damage)
        default: throw UsageError()
        }
        let folder = URL(fileURLWithPath: arguments[4])
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        func write(_ text: String, _ name: String) throws {
            try Data(text.utf8).write(to: folder.appendingPathComponent(name))
        }
        try write(sample.csv(sample.left), "left.csv")
        try write(sample.leftEntities.map { "\($0)\n" }.joined(), "left.truth")
        if !sample.right.isEmpty {
            try write(sample.csv(sample.right), "right.csv")
            try write(sample.rightEntities.map { "\($0)\n" }.joined(), "right.truth")
        }
    }
}

/// The command line is not as documented.
struct UsageError: Error, CustomStringConvertible {
    var description: String {
        "usage: linkage-samples persons|duplicates|organisations|listing COUNT SEED FOLDER [DAMAGE]"
    }
}
