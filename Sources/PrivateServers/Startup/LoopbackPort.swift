import Glibc

/// Loopback TCP ports: finding a free one, and one short exchange with the server behind it.
package enum LoopbackPort {
    /// The port that was asked for, or a free one.
    package static func chosen(_ port: Int?) throws(PrivateServerError) -> Int {
        guard let port else { return try pick() }
        return port
    }

    /// Picks a port that nobody listens on now.
    ///
    /// Below the kernel's range for outgoing connections: a client that keeps dialling a server that is down could
    /// otherwise be given the very same port as its own and connect to itself.
    private static func pick() throws(PrivateServerError) -> Int {
        for _ in 0..<200 {
            let port = Int.random(in: 15_000..<32_000)
            if isFree(port) { return port }
        }
        throw PrivateServerError(code: .portUnavailable, message: "no free loopback port between 15000 and 32000")
    }

    /// Whether nobody listens on a port now.
    package static func isFree(_ port: Int) -> Bool {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        guard descriptor >= 0 else { return false }
        defer { close(descriptor) }
        var reuse: Int32 = 1
        setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &reuse, socklen_t(MemoryLayout<Int32>.size))
        return withAddress(port) { bind(descriptor, $0, $1) } == 0
    }

    /// Sends bytes and returns the first bytes that come back, nil when nobody answers within 200 ms.
    package static func exchange(port: Int, request: [UInt8]) -> [UInt8]? {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        var timeout = timeval(tv_sec: 0, tv_usec: 200_000)
        let size = socklen_t(MemoryLayout<timeval>.size)
        setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &timeout, size)
        setsockopt(descriptor, SOL_SOCKET, SO_SNDTIMEO, &timeout, size)
        guard withAddress(port, { connect(descriptor, $0, $1) }) == 0 else { return nil }
        guard send(descriptor, request, request.count, Int32(MSG_NOSIGNAL)) == request.count else { return nil }
        var reply = [UInt8](repeating: 0, count: 512)
        let count = recv(descriptor, &reply, reply.count, 0)
        return count > 0 ? Array(reply[..<count]) : nil
    }

    private static func withAddress<R>(_ port: Int, _ body: (UnsafePointer<sockaddr>, socklen_t) -> R) -> R {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = in_port_t(port).bigEndian
        address.sin_addr.s_addr = in_addr_t(0x7f00_0001).bigEndian
        return withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                body($0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
    }
}
