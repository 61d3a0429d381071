import Crypto

/// The hash by which a file is known.
package enum FileHash {
    /// SHA-256 of a file's bytes, in hexadecimal; cancellation is noticed every 256 KiB.
    package static func sha256(ofFile path: String) async throws -> String {
        let stream = TaxRollStream(plain: try RandomAccessFile(path))
        var hash = SHA256()
        while let piece = try stream.next() {
            hash.update(bufferPointer: piece)
            try Task.checkCancellation()
        }
        return hash.finalize().map { byte in
            let digits = String(byte, radix: 16)
            return byte < 16 ? "0\(digits)" : digits
        }.joined()
    }
}
