import Testing

@testable import PostgresClient

@Suite("The pool's state")
struct PoolStateTests {
    @Test("random histories keep the limit, lose no waiter and wake them in order", arguments: 0..<50)
    func randomHistories(seed: Int) {
        var random = SeededGenerator(seed: UInt64(seed))
        var state = PoolState<Int, Int>(limit: 3, maximumWaiting: 4)
        var lent: Set<Int> = []
        var opening = 0
        var waiting: [Int] = []
        var nextConnection = 0
        func grant(_ handover: PoolState<Int, Int>.Handover) {
            guard case .grant(let waiter, let grant) = handover else { return }
            #expect(waiter == waiting.removeFirst())
            switch grant {
            case .use(let connection): lent.insert(connection)
            case .open: opening += 1
            }
        }
        for _ in 0..<400 {
            switch Int.random(in: 0..<6, using: &random) {
            case 0, 1:
                switch state.acquire() {
                case .use(let connection): #expect(lent.insert(connection).inserted)
                case .open: opening += 1
                case .wait:
                    let id = state.nextID()
                    state.enqueue(id, id)
                    waiting.append(id)
                case .refuse(let code): #expect(code == .poolQueueFull && waiting.count == 4)
                }
            case 2 where opening > 0:
                opening -= 1
                nextConnection += 1
                lent.insert(nextConnection)
            case 3 where opening > 0:
                opening -= 1
                grant(state.giveUp())
            case 4:
                if let connection = lent.min() {
                    lent.remove(connection)
                    grant(Bool.random(using: &random) ? state.release(connection) : state.giveUp())
                }
            case 5:
                if let id = waiting.randomElement(using: &random) {
                    #expect(state.remove(id) == id)
                    waiting.removeAll { $0 == id }
                }
            default: break
            }
            #expect(state.openCount == lent.count + opening + state.idle.count)
            #expect(state.openCount <= 3)
            #expect(state.waiting.map(\.id) == waiting)
            #expect(waiting.isEmpty || state.idle.isEmpty)
        }
    }
}

/// A generator that repeats its numbers for a seed (SplitMix64).
struct SeededGenerator: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) {
        state = seed
    }

    mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xbf58_476d_1ce4_e5b9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94d0_49bb_1331_11eb
        return mixed ^ (mixed >> 31)
    }
}
