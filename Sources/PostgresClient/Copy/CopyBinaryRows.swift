/// Rows in COPY's binary format (PostgreSQL manual, COPY, "Binary Format").
///
/// A row is `beginRow` and then one call for each of its columns, in their order and of exactly their types: the server
/// converts nothing. Texts must be UTF-8 without NUL. Not Sendable: it belongs to the task that fills it.
package final class CopyBinaryRows {
    /// The buffer, behind a pointer: properties of a class are checked for exclusive access at each byte.
    @usableFromInline
    struct Buffer {
        @usableFromInline var bytes: UnsafeMutablePointer<UInt8>
        @usableFromInline var capacity: Int
        @usableFromInline var count = 0

        @inlinable
        mutating func reserve(_ more: Int) {
            if count + more > capacity { grow(more) }
        }

        @usableFromInline
        mutating func grow(_ more: Int) {
            capacity = max(capacity * 2, count + more)
            let larger = UnsafeMutablePointer<UInt8>.allocate(capacity: capacity)
            larger.update(from: bytes, count: count)
            bytes.deallocate()
            bytes = larger
        }
    }

    @usableFromInline let buffer: UnsafeMutablePointer<Buffer>

    /// How many bytes have gathered.
    package var byteCount: Int { buffer.pointee.count }

    /// Creates a buffer that holds the format's header.
    package init(capacity: Int = 1 << 19) {
        let size = max(capacity, 64)
        buffer = .allocate(capacity: 1)
        buffer.initialize(to: Buffer(bytes: .allocate(capacity: size), capacity: size))
        for byte in "PGCOPY\n".utf8 { append(byte) }
        for byte: UInt8 in [0xff, 0x0d, 0x0a, 0x00] { append(byte) }
        // No flags, no extension of the header.
        append(bigEndian: Int64(0))
    }

    deinit {
        buffer.pointee.bytes.deallocate()
        buffer.deallocate()
    }

    /// Begins a row.
    @inlinable
    package func beginRow(columns: Int) {
        append(bigEndian: Int16(truncatingIfNeeded: columns))
    }

    /// Adds NULL.
    @inlinable
    package func null() {
        append(bigEndian: Int32(-1))
    }

    /// Adds a text given as UTF-8.
    @inlinable
    package func text(_ text: UnsafeBufferPointer<UInt8>) {
        append(bigEndian: Int32(truncatingIfNeeded: text.count))
        append(text)
    }

    /// Adds a value of type smallint, integer or bigint, as the number's own type says.
    @inlinable
    package func number<Number: FixedWidthInteger>(_ number: Number) {
        append(bigEndian: Int32(truncatingIfNeeded: MemoryLayout<Number>.size))
        append(bigEndian: number)
    }

    /// Begins a value of type jsonb, whose text the next calls append; `endValue` with the place returned ends it.
    @inlinable
    package func beginJSON() -> Int {
        append(bigEndian: Int32(0))
        // The version of the binary form of jsonb.
        append(1)
        return buffer.pointee.count - 5
    }

    /// Ends the value that began at a place.
    @inlinable
    package func endValue(_ place: Int) {
        store(Int32(truncatingIfNeeded: buffer.pointee.count - place - 4).bigEndian, at: place)
    }

    /// Makes the value that began at a place NULL.
    @inlinable
    package func nullify(_ place: Int) {
        buffer.pointee.count = place
        null()
    }

    /// Adds bytes to the value under way.
    @inlinable
    package func append(_ text: UnsafeBufferPointer<UInt8>) {
        guard let base = text.baseAddress else { return }
        buffer.pointee.reserve(text.count)
        (buffer.pointee.bytes + buffer.pointee.count).update(from: base, count: text.count)
        buffer.pointee.count += text.count
    }

    /// Adds a byte to the value under way.
    @inlinable
    package func append(_ byte: UInt8) {
        buffer.pointee.reserve(1)
        buffer.pointee.bytes[buffer.pointee.count] = byte
        buffer.pointee.count += 1
    }

    /// Ends the data: nothing may follow.
    package func finish() {
        append(bigEndian: Int16(-1))
    }

    /// Takes the bytes out; rows may go on behind them.
    package func take() -> [UInt8] {
        defer { buffer.pointee.count = 0 }
        return Array(UnsafeBufferPointer(start: buffer.pointee.bytes, count: buffer.pointee.count))
    }

    /// Forgets the bytes that have gathered.
    package func discard() {
        buffer.pointee.count = 0
    }

    @inlinable
    func append<Number: FixedWidthInteger>(bigEndian number: Number) {
        buffer.pointee.reserve(MemoryLayout<Number>.size)
        store(number.bigEndian, at: buffer.pointee.count)
        buffer.pointee.count += MemoryLayout<Number>.size
    }

    @inlinable
    func store<Number: FixedWidthInteger>(_ value: Number, at place: Int) {
        UnsafeMutableRawPointer(buffer.pointee.bytes + place).storeBytes(of: value, as: Number.self)
    }
}
