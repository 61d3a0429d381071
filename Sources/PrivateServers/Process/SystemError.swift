import Glibc

extension String {
    /// The text of an `errno` value.
    init(systemError number: CInt) {
        var buffer = [CChar](repeating: 0, count: 256)
        guard strerror_r(number, &buffer, buffer.count) == 0, let end = buffer.firstIndex(of: 0) else {
            self = "error \(number)"
            return
        }
        self = String(decoding: buffer[..<end].map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }
}
