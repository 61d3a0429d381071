import Testing

/// The suites of the worker's runtime, one test after another: they measure times, and one of them keeps every thread busy.
@Suite("The worker's runtime", .serialized)
enum RuntimeTests {}
