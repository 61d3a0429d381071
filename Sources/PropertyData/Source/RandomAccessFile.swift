import Glibc

/// A file that is read at any place.
final class RandomAccessFile {
    /// The path.
    let path: String
    /// How many bytes the file had when it was opened.
    let byteCount: Int
    private let descriptor: Int32

    /// Opens a file for reading.
    init(_ path: String) throws(PropertyDataError) {
        self.path = path
        descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else {
            let reason = errno
            let code: PropertyDataError.Code = reason == ENOENT ? .fileNotFound : .inputOutput
            throw PropertyDataError(code, file: Self.name(path), "cannot be opened (errno \(reason))")
        }
        var information = stat()
        guard fstat(descriptor, &information) == 0, information.st_mode & S_IFMT == S_IFREG else {
            close(descriptor)
            throw PropertyDataError(.inputOutput, file: Self.name(path), "is not a regular file")
        }
        byteCount = Int(information.st_size)
    }

    deinit {
        close(descriptor)
    }

    /// The file's name without its folder.
    var name: String { Self.name(path) }

    /// Reads up to the buffer's size; fewer bytes only at the end of the file.
    func read(into buffer: UnsafeMutableRawBufferPointer, at offset: Int) throws(PropertyDataError) -> Int {
        var done = 0
        while done < buffer.count, let base = buffer.baseAddress {
            let count = pread(descriptor, base + done, buffer.count - done, offset + done)
            if count == 0 { break }
            if count < 0 {
                if errno == EINTR { continue }
                throw PropertyDataError(.inputOutput, file: name, "cannot be read (errno \(errno))")
            }
            done += count
        }
        return done
    }

    /// Reads a range; nil when the file ends before it does.
    func bytes(at offset: Int, count: Int) throws(PropertyDataError) -> [UInt8]? {
        guard offset >= 0, count >= 0, offset <= byteCount - count else { return nil }
        var bytes = [UInt8](repeating: 0, count: count)
        let result = bytes.withUnsafeMutableBytes { buffer in
            Result { () throws(PropertyDataError) in try read(into: buffer, at: offset) }
        }
        return try result.get() == count ? bytes : nil
    }

    private static func name(_ path: String) -> String {
        path.split(separator: "/").last.map(String.init) ?? path
    }
}
