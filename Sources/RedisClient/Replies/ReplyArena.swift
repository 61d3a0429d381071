/// A reply under construction: what hiredis' object callbacks append to.
///
/// An array reserves one slot per element when its header is read, so its children lie side by side and an element is
/// found by its index. hiredis carries one opaque pointer per open array; here it is the array's node number, never
/// dereferenced: 1 is the root, n + 2 the node at index n (0 would mean "out of memory" to hiredis).
struct ReplyArena {
    /// The largest sizes accepted from a server.
    ///
    /// A header may promise any number of elements in a dozen bytes, and the slots are reserved before the first of
    /// them arrives.
    struct Limits {
        /// All elements of one reply, at all depths: 4 Mi elements are 64 MiB of nodes.
        var elements = 1 << 22
        /// All string bytes of one reply; the server's own limit for one string (`proto-max-bulk-len`).
        var bytes = 512 << 20
    }

    private static let rootHandle = 1
    private static let firstNodeHandle = 2

    private var root = RedisReply.Node()
    private var nodes: [RedisReply.Node] = []
    private var bytes: [UInt8] = []
    private let limits: Limits

    /// Why the reply was refused; set before a callback answers nil.
    private(set) var failure: String?

    init(limits: Limits) {
        self.limits = limits
    }

    /// Hands out the finished reply and starts an empty one.
    mutating func takeReply() -> RedisReply {
        let reply = RedisReply(node: root, nodes: nodes, bytes: bytes)
        nodes = []
        bytes = []
        return reply
    }

    /// Stores a value at `index` of the array with handle `parent`, or as the root when there is no parent.
    ///
    /// Returns the value's own handle.
    mutating func place(_ node: RedisReply.Node, parent: Int?, index: Int) -> Int {
        guard let parent else {
            root = node
            return Self.rootHandle
        }
        let array = parent == Self.rootHandle ? root : nodes[parent - Self.firstNodeHandle]
        let slot = array.payload + index
        nodes[slot] = node
        return slot + Self.firstNodeHandle
    }

    /// Copies a string's bytes into the store; nil when the reply grows beyond its limit.
    mutating func store(_ string: UnsafeRawBufferPointer, as kind: RedisReply.Kind) -> RedisReply.Node? {
        guard string.count <= limits.bytes - bytes.count else {
            failure = "a reply of more than \(limits.bytes) bytes"
            return nil
        }
        let node = RedisReply.Node(payload: bytes.count, length: UInt32(string.count), kind: kind)
        bytes.append(contentsOf: string)
        return node
    }

    /// Reserves the slots of an array's elements; nil when the reply grows beyond its limit.
    mutating func reserve(count: Int) -> RedisReply.Node? {
        guard count <= limits.elements - nodes.count else {
            failure = "a reply of more than \(limits.elements) elements"
            return nil
        }
        let node = RedisReply.Node(payload: nodes.count, length: UInt32(count), kind: .array)
        nodes.append(contentsOf: repeatElement(RedisReply.Node(), count: count))
        return node
    }
}
