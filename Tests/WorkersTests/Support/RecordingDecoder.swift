import Foundation

/// The names of members that a type asks for when it is decoded.
final class KeyRecorder {
    var keys: Set<String> = []
}

/// A decoder of an object that has every member: a text, a number or an empty object, as the type asks for it.
struct RecordingDecoder: Decoder {
    let recorder: KeyRecorder
    var codingPath: [any CodingKey] = []
    let userInfo: [CodingUserInfoKey: Any] = [:]

    init(recorder: KeyRecorder) {
        self.recorder = recorder
    }

    func container<Key: CodingKey>(keyedBy type: Key.Type) throws -> KeyedDecodingContainer<Key> {
        KeyedDecodingContainer(Members<Key>(recorder: recorder))
    }

    func unkeyedContainer() throws -> any UnkeyedDecodingContainer { throw NotAnObject() }

    func singleValueContainer() throws -> any SingleValueDecodingContainer { throw NotAnObject() }

    struct NotAnObject: Error {}

    private struct Members<Key: CodingKey>: KeyedDecodingContainerProtocol {
        private static var values: [String] {
            let file = """
                {"path":"p","name":"n","sha256":"s","bytes":1,"dataset":"SDF","county":{"dor_number":16,"name":"n"},
                "roll":"P","year":2025,"submission":1,"source":"s","address":"a","is_sample":true}
                """
            return [
                "\"1\"", "1", "[]", file, "{\"id\":\"i\",\"file\":\(file),\"level\":\"strict\",\"rows\":1}",
                "{\"from\":\"2025-01-01\",\"to\":\"2025-01-01\"}", "{}",
            ]
        }

        let recorder: KeyRecorder
        var codingPath: [any CodingKey] { [] }
        var allKeys: [Key] { [] }

        func contains(_ key: Key) -> Bool {
            recorder.keys.insert(key.stringValue)
            return false
        }

        func decodeNil(forKey key: Key) throws -> Bool {
            recorder.keys.insert(key.stringValue)
            return true
        }

        func decodeIfPresent<T: Decodable>(_ type: T.Type, forKey key: Key) throws -> T? {
            recorder.keys.insert(key.stringValue)
            return nil
        }

        func decodeIfPresent(_ type: Bool.Type, forKey key: Key) throws -> Bool? {
            recorder.keys.insert(key.stringValue)
            return nil
        }

        func decodeIfPresent(_ type: String.Type, forKey key: Key) throws -> String? {
            recorder.keys.insert(key.stringValue)
            return nil
        }

        func decodeIfPresent(_ type: Int.Type, forKey key: Key) throws -> Int? {
            recorder.keys.insert(key.stringValue)
            return nil
        }

        func decodeIfPresent(_ type: Double.Type, forKey key: Key) throws -> Double? {
            recorder.keys.insert(key.stringValue)
            return nil
        }

        func decode(_ type: String.Type, forKey key: Key) throws -> String {
            recorder.keys.insert(key.stringValue)
            return "1"
        }

        func decode(_ type: Int.Type, forKey key: Key) throws -> Int {
            recorder.keys.insert(key.stringValue)
            return 1
        }

        func decode(_ type: Bool.Type, forKey key: Key) throws -> Bool { try decode(Int.self, forKey: key) == 1 }
        func decode(_ type: Double.Type, forKey key: Key) throws -> Double { try Double(decode(Int.self, forKey: key)) }
        func decode(_ type: Float.Type, forKey key: Key) throws -> Float { try Float(decode(Int.self, forKey: key)) }
        func decode(_ type: Int8.Type, forKey key: Key) throws -> Int8 { try Int8(decode(Int.self, forKey: key)) }
        func decode(_ type: Int16.Type, forKey key: Key) throws -> Int16 { try Int16(decode(Int.self, forKey: key)) }
        func decode(_ type: Int32.Type, forKey key: Key) throws -> Int32 { try Int32(decode(Int.self, forKey: key)) }
        func decode(_ type: Int64.Type, forKey key: Key) throws -> Int64 { try Int64(decode(Int.self, forKey: key)) }
        func decode(_ type: UInt.Type, forKey key: Key) throws -> UInt { try UInt(decode(Int.self, forKey: key)) }
        func decode(_ type: UInt8.Type, forKey key: Key) throws -> UInt8 { try UInt8(decode(Int.self, forKey: key)) }
        func decode(_ type: UInt16.Type, forKey key: Key) throws -> UInt16 { try UInt16(decode(Int.self, forKey: key)) }
        func decode(_ type: UInt32.Type, forKey key: Key) throws -> UInt32 { try UInt32(decode(Int.self, forKey: key)) }
        func decode(_ type: UInt64.Type, forKey key: Key) throws -> UInt64 { try UInt64(decode(Int.self, forKey: key)) }

        func decode<T: Decodable>(_ type: T.Type, forKey key: Key) throws -> T {
            recorder.keys.insert(key.stringValue)
            // The members of a nested object are its own: one of these texts is such an object, or a value.
            for text in Self.values {
                if let value = try? JSONDecoder().decode(T.self, from: Data(text.utf8)) { return value }
            }
            throw NotAnObject()
        }

        func nestedContainer<Nested: CodingKey>(
            keyedBy type: Nested.Type,
            forKey key: Key
        ) throws -> KeyedDecodingContainer<Nested> { throw NotAnObject() }

        func nestedUnkeyedContainer(forKey key: Key) throws -> any UnkeyedDecodingContainer { throw NotAnObject() }
        func superDecoder() throws -> any Decoder { throw NotAnObject() }
        func superDecoder(forKey key: Key) throws -> any Decoder { throw NotAnObject() }
    }
}
