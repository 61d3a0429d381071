import Crypto
import Foundation
import JobModel

/// Re-hashes every file that a result names with its SHA-256.
struct FileChecker: ClaimChecker {
    let workFolder: String

    func claims(of step: FinishedStep) async throws -> [Claim] {
        var claims: [Claim] = []
        for file in ClaimedFile.all(in: step.result) {
            let subject = "\(file.name) sha256"
            guard let path = locate(file) else {
                claims.append(
                    .unchecked(step.name, subject, claimed: file.sha256, "the file is not on this machine (any more)")
                )
                continue
            }
            let found: (hash: String, bytes: Int)
            do {
                found = try Self.read(path)
            } catch let error as CocoaError {
                let why = "the file cannot be read (\(error.code.rawValue))"
                claims.append(.unchecked(step.name, subject, claimed: file.sha256, why))
                continue
            }
            claims.append(
                .compared(step.name, subject, claimed: file.sha256, found: found.hash, how: "hashed again")
            )
            if let bytes = file.bytes {
                claims.append(
                    .counted(step.name, "\(file.name) bytes", claimed: bytes, found: found.bytes, how: "counted again")
                )
            }
        }
        return claims
    }

    /// Where the file lies: where the result says, or in the folder of files by hash.
    func locate(_ file: ClaimedFile) -> String? {
        var places = [file.path].compactMap(\.self)
        if !file.name.contains("/") { places.append("\(workFolder)/downloads/\(file.sha256)/\(file.name)") }
        if let source = file.object["source"]?.string, source.hasPrefix("file:"), !file.name.contains("/") {
            places.append("\(source.dropFirst(5))/\(file.name)")
        }
        return places.first { path in
            var isFolder: ObjCBool = false
            return FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) && !isFolder.boolValue
        }
    }

    /// The hash and length of a file, read in pieces.
    private static func read(_ path: String) throws -> (hash: String, bytes: Int) {
        let handle = try FileHandle(forReadingFrom: URL(fileURLWithPath: path))
        defer { try? handle.close() }
        var hash = SHA256()
        var bytes = 0
        while let piece = try handle.read(upToCount: 1 << 20), !piece.isEmpty {
            try Task.checkCancellation()
            hash.update(data: piece)
            bytes += piece.count
        }
        return (Hexadecimal.text(hash.finalize()), bytes)
    }
}
