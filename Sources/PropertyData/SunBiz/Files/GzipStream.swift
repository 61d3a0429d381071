import CZlib

/// The content of a gzip file (RFC 1952) with one member or several, in pieces, checked by its CRC-32 and lengths.
final class GzipStream {
    private let file: RandomAccessFile
    private var offset = 0
    private var input = [UInt8](repeating: 0, count: 1 << 16)
    /// Where in the input the next call goes on: the array may move between calls.
    private var pending = 0
    private var stream = z_stream()
    private var isMemberOpen = true
    private var isAtEnd = false

    /// Opens a file at its start.
    init(_ file: RandomAccessFile) throws(PropertyDataError) {
        self.file = file
        // 16 more than the window's bits: a gzip header is expected.
        guard inflateInit2_(&stream, MAX_WBITS + 16, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size)) == Z_OK else {
            throw PropertyDataError(.inputOutput, file: file.name, "zlib cannot be initialized")
        }
    }

    deinit {
        inflateEnd(&stream)
    }

    /// The next bytes of the content; 0 at its end.
    func read(into buffer: UnsafeMutableRawBufferPointer) throws(PropertyDataError) -> Int {
        guard !isAtEnd, !buffer.isEmpty else { return 0 }
        stream.next_out = buffer.baseAddress?.assumingMemoryBound(to: Bytef.self)
        stream.avail_out = uInt(buffer.count)
        while stream.avail_out > 0 {
            if stream.avail_in == 0, try fill() == 0 {
                guard !isMemberOpen else {
                    throw PropertyDataError(.truncatedArchive, file: file.name, "the gzip ends within its data")
                }
                isAtEnd = true
                break
            }
            if !isMemberOpen {
                inflateReset(&stream)
                isMemberOpen = true
            }
            switch step() {
            case Z_STREAM_END: isMemberOpen = false
            case Z_OK, Z_BUF_ERROR: continue
            default: throw PropertyDataError(.corruptArchive, file: file.name, "the gzip's data are damaged")
            }
        }
        return buffer.count - Int(stream.avail_out)
    }

    private func fill() throws(PropertyDataError) -> Int {
        let place = offset
        let result = input.withUnsafeMutableBytes { bytes in
            Result { () throws(PropertyDataError) in try file.read(into: bytes, at: place) }
        }
        let count = try result.get()
        offset += count
        pending = 0
        stream.avail_in = uInt(count)
        return count
    }

    private func step() -> Int32 {
        input.withUnsafeMutableBytes { bytes in
            stream.next_in = bytes.baseAddress?.advanced(by: pending).assumingMemoryBound(to: Bytef.self)
            let before = stream.avail_in
            let status = inflate(&stream, Z_NO_FLUSH)
            pending += Int(before - stream.avail_in)
            return status
        }
    }
}
