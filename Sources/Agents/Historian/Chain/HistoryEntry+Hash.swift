import Crypto

extension HistoryEntry {
    /// The text that is hashed: each field as its length in bytes, a colon, its bytes and a comma, in a fixed order.
    ///
    /// Lengths make the encoding unambiguous: no two entries have one text, whatever their fields hold. The namespace is
    /// the first field, so that an entry cannot be moved to another chain. The form is that of netstrings
    /// (https://cr.yp.to/proto/netstrings.txt).
    package func canonicalBytes(namespace: String) -> [UInt8] {
        let fields = [
            "concord-history-1", namespace, String(sequence), eventID, kind.rawValue, subject, operationID ?? "",
            event, actor, String(happenedMilliseconds), String(recordedMilliseconds), body, previousHash,
        ]
        var bytes: [UInt8] = []
        bytes.reserveCapacity(fields.reduce(0) { $0 + $1.utf8.count + 8 })
        for field in fields {
            bytes += Array(String(field.utf8.count).utf8)
            bytes.append(UInt8(ascii: ":"))
            bytes += Array(field.utf8)
            bytes.append(UInt8(ascii: ","))
        }
        return bytes
    }

    /// The hash that the entry should have in a namespace's chain.
    package func computedHash(namespace: String) -> String {
        Hexadecimal.text(SHA256.hash(data: canonicalBytes(namespace: namespace)))
    }

    /// Whether its hash is that of its fields.
    package func isSound(namespace: String) -> Bool { hash == computedHash(namespace: namespace) }

    /// The entry that a note becomes behind another one.
    package init(
        _ note: HistoryNote,
        body: String,
        sequence: Int,
        previousHash: String,
        recordedMilliseconds: Int,
        namespace: String
    ) {
        self.init(
            sequence: sequence,
            eventID: note.eventID,
            kind: note.kind,
            subject: note.subject,
            operationID: note.operationID,
            event: note.event,
            actor: note.actor,
            happenedMilliseconds: note.happenedMilliseconds ?? recordedMilliseconds,
            recordedMilliseconds: recordedMilliseconds,
            body: body,
            previousHash: previousHash,
            hash: ""
        )
        hash = computedHash(namespace: namespace)
    }
}

/// Bytes as lower-case hexadecimal text.
enum Hexadecimal {
    private static let digits = Array("0123456789abcdef".utf8)

    static func text(_ bytes: some Sequence<UInt8>) -> String {
        var text: [UInt8] = []
        for byte in bytes {
            text.append(digits[Int(byte >> 4)])
            text.append(digits[Int(byte & 15)])
        }
        return String(decoding: text, as: UTF8.self)
    }

    /// The SHA-256 of a text.
    static func sha256(_ bytes: some Sequence<UInt8>) -> String { text(SHA256.hash(data: Array(bytes))) }
}
