// swift-tools-version: 6.2
import PackageDescription

let nio = "swift-nio"
let argumentParser = Target.Dependency.product(name: "ArgumentParser", package: "swift-argument-parser")
let asyncHTTPClient = Target.Dependency.product(name: "AsyncHTTPClient", package: "async-http-client")
let configuration = Target.Dependency.product(name: "Configuration", package: "swift-configuration")
let crypto = Target.Dependency.product(name: "Crypto", package: "swift-crypto")
let deque = Target.Dependency.product(name: "DequeModule", package: "swift-collections")
let heap = Target.Dependency.product(name: "HeapModule", package: "swift-collections")
let hummingbird = Target.Dependency.product(name: "Hummingbird", package: "hummingbird")
let hummingbirdCore = Target.Dependency.product(name: "HummingbirdCore", package: "hummingbird")
let hummingbirdTesting = Target.Dependency.product(name: "HummingbirdTesting", package: "hummingbird")
let logging = Target.Dependency.product(name: "Logging", package: "swift-log")
let nioCore = Target.Dependency.product(name: "NIOCore", package: nio)
let nioEmbedded = Target.Dependency.product(name: "NIOEmbedded", package: nio)
let nioHTTP1 = Target.Dependency.product(name: "NIOHTTP1", package: nio)
let nioHTTPTypes = Target.Dependency.product(name: "NIOHTTPTypes", package: "swift-nio-extras")
let nioHTTPTypesHTTP1 = Target.Dependency.product(name: "NIOHTTPTypesHTTP1", package: "swift-nio-extras")
let nioPosix = Target.Dependency.product(name: "NIOPosix", package: nio)
let nioSSL = Target.Dependency.product(name: "NIOSSL", package: "swift-nio-ssl")
let nioTestUtils = Target.Dependency.product(name: "NIOTestUtils", package: nio)
let nioWebSocket = Target.Dependency.product(name: "NIOWebSocket", package: nio)
let serviceLifecycle = Target.Dependency.product(name: "ServiceLifecycle", package: "swift-service-lifecycle")
let unixSignals = Target.Dependency.product(name: "UnixSignals", package: "swift-service-lifecycle")
let yams = Target.Dependency.product(name: "Yams", package: "Yams")

let package = Package(
    name: "concord",
    products: [
        .library(name: "JobQueue", targets: ["JobQueue"]),
        .executable(name: "concord", targets: ["concord"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/apple/swift-collections", from: "1.6.0"),
        .package(url: "https://github.com/apple/swift-configuration", from: "1.4.0", traits: []),
        .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
        .package(url: "https://github.com/apple/swift-nio-extras", from: "1.35.2"),
        .package(url: "https://github.com/apple/swift-nio-ssl", from: "2.37.6"),
        .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.1"),
        .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
        .package(url: "https://github.com/swift-server/async-http-client", from: "1.37.0"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
    ],
    targets: [
        .systemLibrary(name: "CHiredis"),
        .systemLibrary(name: "CLibpq"),
        .systemLibrary(name: "CZlib"),
        .target(name: "PrivateServers"),
        .target(name: "Telemetry", dependencies: [logging]),
        .target(name: "RedisClient", dependencies: ["CHiredis", nioCore, nioPosix, nioSSL, logging, deque]),
        .target(name: "PostgresClient", dependencies: ["CLibpq", logging, deque]),
        .target(name: "JobModel"),
        .target(
            name: "RecordLinkage",
            // Numbers over many records: without optimisation, what takes seconds takes minutes, in every test.
            swiftSettings: [.unsafeFlags(["-O"], .when(configuration: .debug))]
        ),
        .target(
            name: "JobQueue",
            dependencies: ["JobModel", "RedisClient", nioCore, nioPosix, logging, deque, serviceLifecycle],
            resources: [.embedInCode("Functions")]
        ),
        .target(name: "PropertyData", dependencies: ["PostgresClient", "CZlib", logging, crypto]),
        .target(
            name: "Workers",
            dependencies: [
                "JobQueue", "JobModel", "PropertyData", "PostgresClient", "RecordLinkage", "RedisClient",
                "PrivateServers",
                asyncHTTPClient, crypto, nioCore, nioHTTP1, logging,
            ]
        ),
        .target(
            name: "LanguageModel",
            dependencies: ["JobModel", asyncHTTPClient, heap, nioCore, nioHTTP1, nioPosix, logging]
        ),
        .target(
            name: "Orchestrator",
            dependencies: [
                "JobQueue", "JobModel", "LanguageModel", "PostgresClient", "RedisClient", asyncHTTPClient, crypto,
                logging,
                nioCore, nioHTTP1, serviceLifecycle, yams,
            ],
            resources: [.embedInCode("Templates")]
        ),
        .target(
            name: "Agents",
            dependencies: [
                "Orchestrator", "JobQueue", "JobModel", "PropertyData", "PostgresClient", "RedisClient", crypto,
                logging,
                serviceLifecycle,
            ]
        ),
        .target(
            name: "Gateway",
            dependencies: [
                "Orchestrator", "JobQueue", "JobModel", "RedisClient", hummingbird, hummingbirdCore, logging,
                serviceLifecycle,
                nioCore, nioHTTP1, nioHTTPTypes, nioHTTPTypesHTTP1, nioWebSocket,
            ]
        ),
        .executableTarget(
            name: "concord",
            dependencies: [
                "Agents", "Gateway", "LanguageModel", "Workers", "Orchestrator", "JobQueue", "JobModel", "PropertyData",
                "PostgresClient", "RecordLinkage", "RedisClient",
                "PrivateServers", "Telemetry", argumentParser, asyncHTTPClient, configuration, logging,
                serviceLifecycle,
                nioCore, nioHTTP1, nioPosix, unixSignals, yams,
            ]
        ),
        .executableTarget(name: "example-worker", dependencies: ["JobQueue", logging, serviceLifecycle, unixSignals]),
        .executableTarget(name: "linkage-samples", path: "Tests/LinkageSamples"),
        .testTarget(name: "RecordLinkageTests", dependencies: ["RecordLinkage", "linkage-samples"]),
        .target(
            name: "TestSupport",
            dependencies: ["PrivateServers", nioCore, nioHTTP1, nioPosix],
            path: "Tests/TestSupport"
        ),
        .testTarget(
            name: "RedisClientTests",
            dependencies: [
                "RedisClient", "TestSupport", "PrivateServers", nioCore, nioPosix, nioEmbedded, nioTestUtils, nioSSL,
                logging,
            ]
        ),
        .testTarget(
            name: "PostgresClientTests",
            dependencies: ["PostgresClient", "TestSupport", "PrivateServers", logging]
        ),
        .testTarget(name: "JobModelTests", dependencies: ["JobModel"]),
        .testTarget(
            name: "JobQueueTests",
            dependencies: [
                "JobQueue", "JobModel", "RedisClient", "TestSupport", "PrivateServers", logging, nioCore, nioPosix,
                serviceLifecycle,
            ]
        ),
        .testTarget(
            name: "GatewayTests",
            dependencies: [
                "Gateway", "Orchestrator", "JobQueue", "JobModel", "RedisClient", "TestSupport", "PrivateServers",
                hummingbird, hummingbirdTesting, logging, serviceLifecycle, nioCore, nioHTTP1, nioPosix, nioWebSocket,
            ]
        ),
        .testTarget(
            name: "IntegrationTests",
            dependencies: [
                "concord", "Orchestrator", "JobQueue", "JobModel", "PrivateServers", "PropertyData", logging,
                serviceLifecycle,
            ]
        ),
        .testTarget(
            name: "LanguageModelTests",
            dependencies: ["LanguageModel", "JobModel", "TestSupport", logging, nioCore, nioHTTP1]
        ),
        .testTarget(
            name: "OrchestratorTests",
            dependencies: [
                "Orchestrator", "JobQueue", "JobModel", "LanguageModel", "PostgresClient", "RedisClient",
                "PrivateServers", "TestSupport", asyncHTTPClient, logging, nioCore, nioHTTP1, nioPosix,
                serviceLifecycle,
            ]
        ),
        .testTarget(
            name: "PropertyDataTests",
            dependencies: ["PropertyData", "PostgresClient", "TestSupport", "PrivateServers", logging]
        ),
        .testTarget(
            name: "WorkersTests",
            dependencies: [
                "Workers", "JobQueue", "JobModel", "PropertyData", "PostgresClient", "RecordLinkage", "RedisClient",
                "TestSupport", "PrivateServers", logging, nioCore, nioPosix, serviceLifecycle,
            ]
        ),
        .testTarget(
            name: "AgentsTests",
            dependencies: [
                "Agents", "Workers", "Orchestrator", "JobQueue", "JobModel", "PropertyData", "PostgresClient",
                "RedisClient", "TestSupport", "PrivateServers", logging, serviceLifecycle,
            ]
        ),
        .testTarget(
            name: "ConcordTests",
            dependencies: [
                "Agents", "concord", "example-worker", "Orchestrator", "JobQueue", "JobModel", "RedisClient",
                "PrivateServers",
                "Telemetry", "TestSupport", "Workers", argumentParser, logging,
            ]
        ),
    ]
)

// One place for the settings of every target of ours; see docs/decisions for why each is on.
let settings: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
    .treatAllWarnings(as: .error),
    .treatWarning("DeprecatedDeclaration", as: .warning),
]
for target in package.targets where target.type != .system && target.type != .plugin {
    target.swiftSettings = (target.swiftSettings ?? []) + settings
}
