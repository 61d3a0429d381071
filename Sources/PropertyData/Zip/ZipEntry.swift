/// A file in a zip archive, as the central directory describes it.
struct ZipEntry: Sendable, Equatable {
    /// The name with its folders.
    let name: String
    /// 0 stored, 8 deflated.
    let method: Int
    /// CRC-32 of the content.
    let checksum: UInt32
    /// How many bytes the archive holds of it.
    let compressedCount: Int
    /// How many bytes it has.
    let byteCount: Int
    /// Where its local header is.
    let headerOffset: Int
    /// Whether it needs a password.
    let isEncrypted: Bool
}
