import CZlib

/// Writes a zip archive of one deflated file, the same bytes for the same content.
enum ZipWriter {
    /// The archive's bytes.
    ///
    /// The date in it is fixed: 1 January 1980, the format's zero.
    static func archive(name: String, content: [UInt8]) throws(PropertyDataError) -> [UInt8] {
        let data = try deflated(content)
        let checksum = UInt32(
            truncatingIfNeeded: content.withUnsafeBufferPointer { crc32(0, $0.baseAddress, uInt($0.count)) }
        )
        guard data.count < 0xffff_ffff, content.count < 0xffff_ffff, name.utf8.count < 0xffff else {
            throw PropertyDataError(.unsupportedArchive, file: name, "too large for a zip without zip64")
        }
        var common = LittleEndianBytes()
        common.append(20, 2)  // version needed: 2.0, deflate
        common.append(0, 2)
        common.append(8, 2)
        common.append(0x0021_0000, 4)
        common.append(Int(checksum), 4)
        common.append(data.count, 4)
        common.append(content.count, 4)
        common.append(name.utf8.count, 2)
        common.append(0, 2)

        var archive = LittleEndianBytes()
        archive.append(0x0403_4b50, 4)
        archive.bytes += common.bytes
        archive.bytes += Array(name.utf8)
        archive.bytes += data
        let directory = archive.bytes.count
        archive.append(0x0201_4b50, 4)
        archive.append(20, 2)
        archive.bytes += common.bytes
        archive.append(0, 14)  // comment, disk, attributes, offset of the local header
        archive.bytes += Array(name.utf8)
        let size = archive.bytes.count - directory
        archive.append(0x0605_4b50, 4)
        archive.append(0, 4)
        archive.append(1, 2)
        archive.append(1, 2)
        archive.append(size, 4)
        archive.append(directory, 4)
        archive.append(0, 2)
        return archive.bytes
    }

    private static func deflated(_ content: [UInt8]) throws(PropertyDataError) -> [UInt8] {
        var stream = z_stream()
        let size = Int32(MemoryLayout<z_stream>.size)
        guard
            deflateInit2_(
                &stream,
                Z_DEFAULT_COMPRESSION,
                Z_DEFLATED,
                -MAX_WBITS,
                8,
                Z_DEFAULT_STRATEGY,
                ZLIB_VERSION,
                size
            )
                == Z_OK
        else { throw PropertyDataError(.inputOutput, "zlib cannot be initialized") }
        defer { deflateEnd(&stream) }
        var source = content
        var target = [UInt8](repeating: 0, count: Int(deflateBound(&stream, uLong(content.count))))
        let status = source.withUnsafeMutableBufferPointer { input in
            target.withUnsafeMutableBufferPointer { output in
                stream.next_in = input.baseAddress
                stream.avail_in = uInt(input.count)
                stream.next_out = output.baseAddress
                stream.avail_out = uInt(output.count)
                return deflate(&stream, Z_FINISH)
            }
        }
        guard status == Z_STREAM_END else { throw PropertyDataError(.inputOutput, "zlib cannot compress (\(status))") }
        return Array(target[..<Int(stream.total_out)])
    }
}

/// Little-endian numbers in a row.
private struct LittleEndianBytes {
    var bytes: [UInt8] = []

    mutating func append(_ number: Int, _ count: Int) {
        for index in 0..<count {
            bytes.append(index < 8 ? UInt8(truncatingIfNeeded: number >> (8 * index)) : 0)
        }
    }
}
