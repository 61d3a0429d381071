/// A key of the keyboard, as far as the page knows it.
enum ReviewKey: Hashable, Sendable {
    case character(Character)
    case enter, escape, backspace, up, down, pageUp, pageDown, home, end
    /// Ctrl-C.
    case interrupt
    /// Ctrl-L.
    case redraw
    /// Ctrl-U.
    case clear
}

/// Turns the bytes of a terminal into keys; a character or sequence may come in pieces.
struct ReviewKeyDecoder: Sendable {
    private var pending: [UInt8] = []

    /// The keys that the bytes complete.
    mutating func feed(_ bytes: [UInt8]) -> [ReviewKey] {
        pending += bytes
        var keys: [ReviewKey] = []
        while let (key, length) = first() {
            pending.removeFirst(length)
            if let key { keys.append(key) }
        }
        return keys
    }

    /// The keys in what has come, when nothing more does: a lone escape is the key of that name.
    mutating func flush() -> [ReviewKey] {
        let isEscape = pending == [0x1B]
        pending = []
        return isEscape ? [.escape] : []
    }

    /// The first key and its length; `nil` where more bytes are needed, a key of `nil` for what is none.
    private func first() -> (key: ReviewKey?, length: Int)? {
        guard let byte = pending.first else { return nil }
        switch byte {
        case 0x1B: return sequence()
        case 0x0D, 0x0A: return (.enter, 1)
        case 0x7F, 0x08: return (.backspace, 1)
        case 0x03: return (.interrupt, 1)
        case 0x0C: return (.redraw, 1)
        case 0x15: return (.clear, 1)
        case 0x00..<0x20: return (nil, 1)
        default: return character(byte)
        }
    }

    private func character(_ byte: UInt8) -> (key: ReviewKey?, length: Int)? {
        let length = byte < 0x80 ? 1 : byte >= 0xF0 ? 4 : byte >= 0xE0 ? 3 : byte >= 0xC0 ? 2 : 0
        if length == 0 { return (nil, 1) }
        guard pending.count >= length else { return nil }
        guard let text = String(validating: pending.prefix(length), as: UTF8.self), let character = text.first else {
            return (nil, 1)
        }
        return (.character(character), length)
    }

    /// `ESC [ … letter` or `ESC O letter`; an escape before anything else is the key itself.
    private func sequence() -> (key: ReviewKey?, length: Int)? {
        guard pending.count > 1 else { return nil }
        guard pending[1] == UInt8(ascii: "[") || pending[1] == UInt8(ascii: "O") else { return (.escape, 1) }
        guard let end = pending.dropFirst(2).firstIndex(where: { (0x40...0x7E).contains($0) }) else {
            return pending.count > 16 ? (nil, pending.count) : nil
        }
        let name = String(decoding: pending[2...end], as: UTF8.self)
        let keys: [String: ReviewKey] = [
            "A": .up, "B": .down, "H": .home, "F": .end, "1~": .home, "4~": .end, "5~": .pageUp, "6~": .pageDown,
        ]
        return (keys[name], end + 1)
    }
}
