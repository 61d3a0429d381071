import Foundation
import JobModel
import Orchestrator
import Testing

@testable import concord

@Suite("Parameters on the command line")
struct ParameterTextTests {
    private func template() throws -> PlanTemplate {
        let templates = try PlanTemplates(types: PropertyParameters.types, threshold: 0.7)
        return try #require(templates["data_pipeline"])
    }

    @Test("are JSON where they are, and strings where they are not")
    func free() throws {
        let values = try ParameterText.object(
            pairs: ["a=1", "b=true", "c=x y", "d=[1,\"z\"]", "e={\"f\":null}", "g=a=b", "h=", "code=06"],
            file: nil
        )
        #expect(values["a"] == 1)
        #expect(values["b"] == true)
        #expect(values["c"] == "x y")
        #expect(values["d"] == [1, "z"])
        #expect(values["e"] == ["f": nil])
        #expect(values["g"] == "a=b")
        #expect(values["h"] == "")
        #expect(values["code"] == "06")
    }

    @Test("are read as the template says: lists, texts, numbers")
    func templated() throws {
        let values = try ParameterText.object(
            pairs: ["counties=BROWARD,6", "counties=DOR:16", "datasets=[\"SDF\"]", "year=2025", "roll=P"],
            file: nil,
            template: try template()
        )
        #expect(values["counties"] == ["BROWARD", "6", "DOR:16"])
        #expect(values["datasets"] == ["SDF"])
        #expect(values["year"] == 2025)
        #expect(values["roll"] == "P")
    }

    @Test("carry absolute paths to workers that run elsewhere")
    func paths() throws {
        let values = try ParameterText.object(pairs: ["source=file:rolls"], file: nil, template: try template())
        #expect(values["source"]?.string == "file:" + FileManager.default.currentDirectoryPath + "/rolls")
    }

    @Test("count over those of a file")
    func file() throws {
        let path = FileManager.default.temporaryDirectory.appendingPathComponent("\(UUID().uuidString).json").path
        try #"{"a": 1, "b": {"path": "file:x"}}"#.write(toFile: path, atomically: true, encoding: .utf8)
        defer { try? FileManager.default.removeItem(atPath: path) }
        let values = try ParameterText.object(pairs: ["a=2"], file: path)
        #expect(values["a"] == 2)
        #expect(values["b"]?["path"]?.string?.hasPrefix("file:/") == true)
    }

    @Test("are refused as wrong usage", arguments: [["novalue"], ["=x"], ["a=1", "a=2"]])
    func refusals(pairs: [String]) throws {
        let error = try #require(throws: CommandFailure.self) { try ParameterText.object(pairs: pairs, file: nil) }
        #expect(error.status == .usage)
    }
}

@Suite("The parameter types of property data")
struct PropertyParametersTests {
    @Test(
        "name the county whatever the scheme",
        arguments: ["BROWARD", "Broward County", "06", "DOR:16", "FIPS:12011"] as [JSONValue] + [6]
    )
    func counties(value: JSONValue) throws {
        #expect(try PropertyParameters.types["county"]?(value) == "BROWARD")
    }

    @Test("know datasets, rolls and levels by their words")
    func words() throws {
        #expect(try PropertyParameters.types["dataset"]?("tpp") == "NAP")
        #expect(try PropertyParameters.types["roll"]?("final") == "F")
        #expect(try PropertyParameters.types["validation_level"]?("strict") == "strict")
    }

    @Test(
        "say what is accepted",
        arguments: [
            ("county", "ATLANTIS"), ("county", 68), ("dataset", "XYZ"), ("roll", "Q"), ("validation_level", "lax"),
        ]
            as [(String, JSONValue)]
    )
    func refusals(type: String, value: JSONValue) throws {
        let read = try #require(PropertyParameters.types[type])
        #expect(throws: JobFailure.self) { try read(value) }
    }
}
