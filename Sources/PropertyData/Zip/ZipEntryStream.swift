import CZlib

/// The content of one file of a zip archive, in pieces, checked against its size and CRC-32 at the end.
final class ZipEntryStream {
    private let file: RandomAccessFile
    private let entry: ZipEntry
    private var offset: Int
    private var remaining: Int
    private var input = [UInt8](repeating: 0, count: 1 << 16)
    private var stream = z_stream()
    private var checksum: UInt
    private var produced = 0
    private var isAtEnd = false

    /// Opens an entry.
    init(_ file: RandomAccessFile, _ entry: ZipEntry) throws(PropertyDataError) {
        guard !entry.isEncrypted, entry.method == 0 || entry.method == 8 else {
            let what = entry.isEncrypted ? "is encrypted" : "uses compression method \(entry.method)"
            throw PropertyDataError(.unsupportedArchive, file: file.name, "\(entry.name) \(what)")
        }
        guard let bytes = try file.bytes(at: entry.headerOffset, count: 30) else {
            throw PropertyDataError(.truncatedArchive, file: file.name, "the zip ends before \(entry.name) begins")
        }
        var header = LittleEndianCursor(bytes)
        guard header.number(4) == 0x0403_4b50, header.skip(22), let nameCount = header.number(2),
            let extraCount = header.number(2)
        else { throw PropertyDataError(.corruptArchive, file: file.name, "the header of \(entry.name) is damaged") }
        self.file = file
        self.entry = entry
        offset = entry.headerOffset + 30 + nameCount + extraCount
        remaining = entry.compressedCount
        checksum = crc32(0, nil, 0)
        guard offset <= file.byteCount - entry.compressedCount else {
            throw PropertyDataError(.truncatedArchive, file: file.name, "the zip ends within \(entry.name)")
        }
        // Raw deflate data, without zlib's own header.
        guard inflateInit2_(&stream, -MAX_WBITS, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size)) == Z_OK else {
            throw PropertyDataError(.inputOutput, file: file.name, "zlib cannot be initialized")
        }
    }

    deinit {
        inflateEnd(&stream)
    }

    /// The next bytes of the content; 0 at its end.
    func read(into buffer: UnsafeMutableRawBufferPointer) throws(PropertyDataError) -> Int {
        guard !isAtEnd, !buffer.isEmpty else { return 0 }
        let count = entry.method == 0 ? try readStored(buffer) : try inflate(buffer)
        checksum = crc32(checksum, buffer.baseAddress?.assumingMemoryBound(to: Bytef.self), uInt(count))
        produced += count
        guard produced <= entry.byteCount else { throw damaged("is longer than the directory says") }
        if count == 0 || isAtEnd {
            isAtEnd = true
            guard produced == entry.byteCount else { throw damaged("is shorter than the directory says") }
            guard UInt32(truncatingIfNeeded: checksum) == entry.checksum else {
                throw damaged("has another CRC than stated")
            }
        }
        return count
    }

    private func readStored(_ buffer: UnsafeMutableRawBufferPointer) throws(PropertyDataError) -> Int {
        let part = UnsafeMutableRawBufferPointer(rebasing: buffer[..<min(buffer.count, remaining)])
        let count = try file.read(into: part, at: offset)
        offset += count
        remaining -= count
        return count
    }

    private func inflate(_ buffer: UnsafeMutableRawBufferPointer) throws(PropertyDataError) -> Int {
        stream.next_out = buffer.baseAddress?.assumingMemoryBound(to: Bytef.self)
        stream.avail_out = uInt(buffer.count)
        while stream.avail_out > 0 {
            let status = try inflateStep()
            if status == Z_STREAM_END {
                isAtEnd = true
                break
            }
            guard status == Z_OK || status == Z_BUF_ERROR else { throw damaged("has damaged compressed data") }
            if status == Z_BUF_ERROR, remaining == 0 { throw damaged("has compressed data without an end") }
        }
        return buffer.count - Int(stream.avail_out)
    }

    /// Inflates one piece of the input, from where the last call stopped.
    private func inflateStep() throws(PropertyDataError) -> Int32 {
        let result = input.withUnsafeMutableBytes { bytes in
            Result { () throws(PropertyDataError) -> Int32 in
                if stream.avail_in == 0, remaining > 0 {
                    let part = UnsafeMutableRawBufferPointer(rebasing: bytes[..<min(bytes.count, remaining)])
                    let count = try file.read(into: part, at: offset)
                    offset += count
                    remaining = count == 0 ? 0 : remaining - count
                    pending = 0
                    stream.avail_in = uInt(count)
                }
                stream.next_in = bytes.baseAddress?.advanced(by: pending).assumingMemoryBound(to: Bytef.self)
                let before = stream.avail_in
                let status = CZlib.inflate(&stream, Z_NO_FLUSH)
                pending += Int(before - stream.avail_in)
                return status
            }
        }
        return try result.get()
    }

    /// Where in the input buffer the next call goes on: the array may move between calls.
    private var pending = 0

    private func damaged(_ what: String) -> PropertyDataError {
        PropertyDataError(.corruptArchive, file: file.name, "\(entry.name) \(what): download it again")
    }
}
