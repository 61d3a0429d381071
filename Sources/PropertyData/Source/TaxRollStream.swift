/// The bytes of a table, piece by piece.
final class TaxRollStream {
    private enum Origin {
        case plain(RandomAccessFile)
        case zipped(ZipEntryStream)
    }

    private let origin: Origin
    private let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 18, alignment: 16)
    /// How many bytes have been read so far.
    private(set) var position = 0

    init(plain file: RandomAccessFile) {
        origin = .plain(file)
    }

    init(zipped entry: ZipEntryStream) {
        origin = .zipped(entry)
    }

    deinit {
        buffer.deallocate()
    }

    /// The next piece, valid until the next call; nil at the end.
    func next() throws(PropertyDataError) -> UnsafeRawBufferPointer? {
        let count =
            switch origin {
            case .plain(let file): try file.read(into: buffer, at: position)
            case .zipped(let entry): try entry.read(into: buffer)
            }
        position += count
        return count == 0 ? nil : UnsafeRawBufferPointer(rebasing: buffer[..<count])
    }
}
