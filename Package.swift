// swift-tools-version: 6.1
import PackageDescription

let settings: [SwiftSetting] = [
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("InternalImportsByDefault"),
]

let crypto: Target.Dependency = .product(name: "Crypto", package: "swift-crypto")

let package = Package(
    name: "sijill",
    products: [
        .executable(name: "sijill", targets: ["sijill"]),
        .library(name: "Quantities", targets: ["Quantities"]),
        .library(name: "StrictJSON", targets: ["StrictJSON"]),
        .library(name: "ExpressionLanguage", targets: ["ExpressionLanguage"]),
        .library(name: "Rules", targets: ["Rules"]),
        .library(name: "CivilNumber", targets: ["CivilNumber"]),
        .library(name: "TransparencyLog", targets: ["TransparencyLog"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/apple/swift-configuration", from: "1.4.0"),
        .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
        .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
        .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.1"),
        .package(url: "https://github.com/hummingbird-project/swift-mustache", from: "2.1.1"),
        .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
    ],
    targets: [
        // Kernels: pure. Values in, values out.
        .target(name: "Quantities", path: "Sources/Kernels/Quantities", swiftSettings: settings),
        .target(name: "StrictJSON", path: "Sources/Kernels/StrictJSON", swiftSettings: settings),
        .target(
            name: "ExpressionLanguage", dependencies: ["Quantities", "StrictJSON"],
            path: "Sources/Kernels/ExpressionLanguage", swiftSettings: settings),
        .target(
            name: "Rules", dependencies: ["Quantities", "StrictJSON", "ExpressionLanguage", "Yams", crypto],
            path: "Sources/Kernels/Rules", swiftSettings: settings),
        .target(
            name: "CivilNumber", dependencies: [crypto], path: "Sources/Kernels/CivilNumber", swiftSettings: settings),
        .target(
            name: "TransparencyLog", dependencies: [crypto], path: "Sources/Kernels/TransparencyLog",
            swiftSettings: settings),
    ]
)
