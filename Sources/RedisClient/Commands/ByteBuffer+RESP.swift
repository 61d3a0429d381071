import NIOCore

/// The few RESP tokens a client writes, each with one capacity check and no allocation.
extension ByteBuffer {
    /// Appends `*count\r\n`, the header of a command.
    mutating func writeCommandHeader(argumentCount: Int) {
        writeWithUnsafeMutableBytes(minimumWritableBytes: RESPToken.headerRoom) { room in
            RESPToken.writeHeader(UInt8(ascii: "*"), argumentCount, to: room)
        }
    }

    /// Appends `$length\r\nbytes\r\n`.
    mutating func writeBulk(_ bytes: UnsafeRawBufferPointer) {
        writeWithUnsafeMutableBytes(minimumWritableBytes: bytes.count + RESPToken.headerRoom + 2) { room in
            var end = RESPToken.writeHeader(UInt8(ascii: "$"), bytes.count, to: room)
            UnsafeMutableRawBufferPointer(rebasing: room[end...]).copyMemory(from: bytes)
            end += bytes.count
            RESPToken.writeLineEnd(at: end, of: room)
            return end + 2
        }
    }

    /// Appends an integer as a bulk string of its decimal digits.
    mutating func writeBulk(decimal integer: Int) {
        writeWithUnsafeMutableBytes(minimumWritableBytes: 2 * RESPToken.headerRoom) { room in
            let isNegative = integer < 0
            let digits = RESPToken.digitCount(integer.magnitude)
            var end = RESPToken.writeHeader(UInt8(ascii: "$"), digits + (isNegative ? 1 : 0), to: room)
            if isNegative {
                room[end] = UInt8(ascii: "-")
                end += 1
            }
            RESPToken.writeDigits(integer.magnitude, count: digits, at: end, of: room)
            end += digits
            RESPToken.writeLineEnd(at: end, of: room)
            return end + 2
        }
    }
}

/// Decimal digits and line ends, written straight into a buffer's memory.
private enum RESPToken {
    /// The longest header: a marker, 20 digits and a line end.
    static let headerRoom = 23

    /// Writes `marker`, the decimal digits of `value` and a line end; returns how many bytes that took.
    @discardableResult
    static func writeHeader(_ marker: UInt8, _ value: Int, to room: UnsafeMutableRawBufferPointer) -> Int {
        room[0] = marker
        let digits = digitCount(value.magnitude)
        writeDigits(value.magnitude, count: digits, at: 1, of: room)
        writeLineEnd(at: 1 + digits, of: room)
        return digits + 3
    }

    static func writeLineEnd(at index: Int, of room: UnsafeMutableRawBufferPointer) {
        room[index] = UInt8(ascii: "\r")
        room[index + 1] = UInt8(ascii: "\n")
    }

    static func digitCount(_ value: UInt) -> Int {
        var count = 1
        var rest = value
        while rest >= 10 {
            rest /= 10
            count += 1
        }
        return count
    }

    static func writeDigits(_ value: UInt, count: Int, at index: Int, of room: UnsafeMutableRawBufferPointer) {
        var rest = value
        for position in stride(from: index + count - 1, through: index, by: -1) {
            let (quotient, digit) = rest.quotientAndRemainder(dividingBy: 10)
            room[position] = UInt8(ascii: "0") + UInt8(truncatingIfNeeded: digit)
            rest = quotient
        }
    }
}
