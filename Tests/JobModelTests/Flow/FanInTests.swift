import Testing

@testable import JobModel

@Suite struct FanInTests {
    @Test(arguments: [
        (FanIn.all, 0, Int?(0)), (.all, 3, 3), (.any, 0, nil), (.any, 1, 1), (.any, 9, 1), (.atLeast(1), 1, 1),
        (.atLeast(2), 3, 2), (.atLeast(3), 3, 3), (.atLeast(4), 3, nil), (.atLeast(0), 3, nil), (.atLeast(-1), 3, nil),
        (.atLeast(1), 0, nil),
    ])
    func `a policy says how many parents release the job, or that it does not fit them`(
        _ fanIn: FanIn,
        _ parents: Int,
        _ need: Int?
    ) {
        #expect(fanIn.need(parents: parents) == need)
    }
}
