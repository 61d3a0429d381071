import Foundation
import JobModel
import JobQueue
import Orchestrator

/// Parameters as they are given on a command line: `--param KEY=VALUE`, and a file of JSON.
enum ParameterText {
    /// Puts parameters together; what is given as `KEY=VALUE` counts over the file.
    ///
    /// A value is read as the template says: a list takes several values, separated by commas or by repeating the key.
    /// Without a template, a value that is JSON stands for itself and any other is a string. A relative path in
    /// `file:PATH` is made absolute, since a worker reads it in another folder.
    ///
    /// - Throws: ``CommandFailure`` that names the parameter.
    static func object(
        pairs: [String],
        file: String?,
        template: PlanTemplate? = nil
    ) throws(CommandFailure) -> [String: JSONValue] {
        var values: [String: JSONValue] = [:]
        if let file {
            guard case .object(let members) = try json(ofFile: file) else {
                throw CommandFailure(.usage, "\(file): must hold a JSON object")
            }
            values = members.mapValues(absolute)
        }
        var given: [String: [JSONValue]] = [:]
        for pair in pairs {
            guard let mark = pair.firstIndex(of: "="), mark > pair.startIndex else {
                throw CommandFailure(.usage, "--param \(pair): must be KEY=VALUE")
            }
            let key = String(pair[..<mark])
            let text = String(pair[pair.index(after: mark)...])
            given[key, default: []] += read(text, as: template?.parameters[key], hasTemplate: template != nil)
        }
        for (key, all) in given {
            if template?.parameters[key]?.list == true {
                values[key] = .array(all)
            } else if all.count == 1 {
                values[key] = all[0]
            } else {
                throw CommandFailure(.usage, "--param \(key): is given \(all.count) times, and takes one value")
            }
        }
        return values
    }

    /// Reads a JSON document from a file, or from standard input for `-`.
    static func json(ofFile path: String) throws(CommandFailure) -> JSONValue {
        do {
            let data =
                path == "-"
                ? FileHandle.standardInput.readDataToEndOfFile() : try Data(contentsOf: URL(fileURLWithPath: path))
            return try JSONValue(parsing: data)
        } catch let error as DecodingError {
            throw CommandFailure(.usage, "\(path): \(JobFailure(decoding: error).message)")
        } catch {
            throw CommandFailure(.usage, "\(path): cannot be read")
        }
    }

    private static func read(_ text: String, as rule: PlanTemplate.Parameter?, hasTemplate: Bool) -> [JSONValue] {
        let document = (try? JSONValue(parsing: text)) ?? .string(text)
        if rule?.list == true, case .array(let elements) = document { return elements }
        let texts = rule?.list == true ? text.split(separator: ",").map(String.init) : [text]
        return texts.map { text in
            switch rule?.type {
            // A code such as 06 is text, not a number.
            case nil where !hasTemplate, "integer", "boolean":
                absolute((try? JSONValue(parsing: text)) ?? .string(text))
            default: absolute(.string(text))
            }
        }
    }

    private static func absolute(_ value: JSONValue) -> JSONValue {
        switch value {
        case .string(let text): .string(FileAddress.absolute(text))
        case .array(let elements): .array(elements.map(absolute))
        case .object(let members): .object(members.mapValues(absolute))
        case .null, .bool, .integer, .number: value
        }
    }
}
