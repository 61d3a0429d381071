import Configuration
import Foundation
import Logging
import Orchestrator
import Telemetry
import Workers

extension Settings {
    /// Reads the configuration: flags over environment over file over defaults.
    ///
    /// - Parameters:
    ///   - flags: the values given on the command line.
    ///   - environment: the variables of the process; an empty one counts as not set.
    ///   - file: the values of `concord.yaml`.
    /// - Throws: ``SettingsError`` that names the first key whose value is not accepted.
    init(
        flags: [SettingKey: String] = [:],
        environment: [String: String] = [:],
        file: [SettingKey: String] = [:]
    ) throws(SettingsError) {
        let values = Values(
            reader: ConfigReader(providers: [
                InMemoryProvider(name: "flags", values: Values.provided(flags)),
                EnvironmentVariablesProvider(environmentVariables: environment.filter { !$0.value.isEmpty }),
                InMemoryProvider(name: "file", values: Values.provided(file)),
            ])
        )
        redisURL = values.text(.redisURL)
        databaseURL = values.text(.databaseURL)
        confidenceThreshold = try values.number(.confidenceThreshold, 0...1)
        auditRate = try values.number(.auditRate, 0...1)
        verificationLimit =
            values.text(.verificationLimit) == "none"
            ? nil : try values.duration(.verificationLimit, from: .milliseconds(100))
        templates = values.text(.templates).isEmpty ? "" : FileAddress.absolutePath(values.text(.templates))
        namespace = values.text(.namespace)
        partitions = try values.integer(.partitions, 1...64)
        lease = try values.duration(.lease, from: .seconds(1))
        maximumPayloadBytes = try values.integer(.maximumPayloadBytes, 1024...(512 << 20))
        concurrency = try values.integer(.concurrency, 1...1024)
        gracePeriod = try values.duration(.grace, from: .zero)
        host = values.text(.host)
        port = values.text(.port).isEmpty ? nil : try values.integer(.port, 0...65_535)
        apiURL = values.text(.apiURL)
        workFolder = FileAddress.absolutePath(values.text(.workFolder))
        let reviewer = values.text(.reviewer)
        self.reviewer = reviewer.isEmpty ? NSUserName() : reviewer
        reviewPolicy = try ReviewPolicy { values.text($0) }
        webhookURLs = values.text(.webhookURLs).split(separator: ",").map { $0.trimmingCharacters(in: .whitespaces) }
        webhookSecret = values.text(.webhookSecret)
        webhookDetails = try values.truth(.webhookDetails)
        webhookTimeout = min(.seconds(60), try values.duration(.webhookTimeout, from: .milliseconds(100)))
        floridaSource = FileAddress.absolute(values.text(.floridaSource))
        sunbizSource = FileAddress.absolute(values.text(.sunbizSource))
        var sftp = SFTPSettings()
        sftp.identityFile = values.path(.sunbizIdentityFile)
        sftp.password = values.text(.sunbizPassword)
        sftp.knownHostsFile = values.path(.sunbizKnownHosts)
        sftp.hostKeyCheck = try values.word(.sunbizHostKeyCheck, SFTPSettings.HostKeyCheck.self)
        self.sftp = sftp
        modelKey = values.text(.modelKey)
        modelBaseURL = values.text(.modelBaseURL)
        modelName = values.text(.modelName)
        tokenBudget = try values.integer(.tokenBudget, 0...10_000_000)
        let ranks = values.text(.tokenizerRanks)
        tokenizerRanks = ranks.isEmpty ? "" : FileAddress.absolutePath(ranks)
        logLevel = try values.word(.logLevel, Logger.Level.self)
        logFormat = try values.word(.logFormat, LogFormat.self)
        texts = Dictionary(SettingKey.all.map { ($0, values.text($0)) }) { $1 }
    }
}

/// The configuration's values by key, each checked as it is read.
private struct Values {
    let reader: ConfigReader

    /// Values in the form of a provider.
    static func provided(_ values: [SettingKey: String]) -> [AbsoluteConfigKey: ConfigValue] {
        Dictionary(
            values.map { key, value in
                (AbsoluteConfigKey(ConfigKey(key.name)), ConfigValue(.string(value), isSecret: key.isSecret))
            }
        ) { $1 }
    }

    func text(_ key: SettingKey) -> String {
        reader.string(forKey: ConfigKey(key.name), isSecret: key.isSecret, default: key.fallback)
    }

    /// A path made absolute; empty where none is given.
    func path(_ key: SettingKey) -> String {
        text(key).isEmpty ? "" : FileAddress.absolutePath(text(key))
    }

    func integer(_ key: SettingKey, _ range: ClosedRange<Int>) throws(SettingsError) -> Int {
        guard let value = Int(text(key)), range.contains(value) else {
            throw invalid(key, "must be a whole number from \(range.lowerBound) to \(range.upperBound)")
        }
        return value
    }

    func number(_ key: SettingKey, _ range: ClosedRange<Double>) throws(SettingsError) -> Double {
        guard let value = Double(text(key)), range.contains(value) else {
            throw invalid(key, "must be a number from \(range.lowerBound) to \(range.upperBound)")
        }
        return value
    }

    func duration(_ key: SettingKey, from least: Duration) throws(SettingsError) -> Duration {
        guard let value = Duration(text: text(key)), value >= least else {
            throw invalid(key, "must be a time such as 500ms, 5s, 2m or 1h, at least \(least)")
        }
        return value
    }

    func truth(_ key: SettingKey) throws(SettingsError) -> Bool {
        guard let value = Bool(text(key)) else { throw invalid(key, "must be true or false") }
        return value
    }

    func word<Word: RawRepresentable<String> & CaseIterable>(
        _ key: SettingKey,
        _: Word.Type
    ) throws(SettingsError) -> Word {
        guard let word = Word(rawValue: text(key)) else {
            throw invalid(key, "must be one of \(Word.allCases.map(\.rawValue).joined(separator: ", "))")
        }
        return word
    }

    private func invalid(_ key: SettingKey, _ rule: String) -> SettingsError {
        SettingsError(.invalidValue, key.name, "\(rule); it is \"\(key.isSecret ? "…" : text(key))\"")
    }
}
