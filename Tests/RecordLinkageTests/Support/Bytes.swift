@testable import RecordLinkage

/// Calls the body with the bytes of two texts.
func withBytes<R>(
    _ left: String,
    _ right: String,
    _ body: (UnsafeBufferPointer<UInt8>, UnsafeBufferPointer<UInt8>) -> R
) -> R {
    Array(left.utf8).withUnsafeBufferPointer { a in Array(right.utf8).withUnsafeBufferPointer { b in body(a, b) } }
}

/// A value's canonical text.
func normalised(_ text: String, _ kind: ColumnKind) -> String {
    var scratch: [UInt8] = []
    let value = Array(text.utf8).withUnsafeBufferPointer { NormalisedValue($0, kind, scratch: &scratch) }
    return String(decoding: value.text, as: UTF8.self)
}
