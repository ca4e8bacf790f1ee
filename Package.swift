// swift-tools-version: 6.1
import PackageDescription

let settings: [SwiftSetting] = [
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("InternalImportsByDefault"),
]

let crypto: Target.Dependency = .product(name: "Crypto", package: "swift-crypto")
let grdb: Target.Dependency = .product(name: "GRDB", package: "GRDB.swift")

let package = Package(
    name: "sijill",
    products: [
        .executable(name: "sijill", targets: ["sijill"]),
        .library(name: "Quantities", targets: ["Quantities"]),
        .library(name: "StrictJSON", targets: ["StrictJSON"]),
        .library(name: "ExpressionLanguage", targets: ["ExpressionLanguage"]),
        .library(name: "Rules", targets: ["Rules"]),
        .library(name: "ColumnRules", targets: ["ColumnRules"]),
        .library(name: "CivilNumber", targets: ["CivilNumber"]),
        .library(name: "TransparencyLog", targets: ["TransparencyLog"]),
        .library(name: "Names", targets: ["Names"]),
        .library(name: "Linkage", targets: ["Linkage"]),
        .library(name: "Fingerprint", targets: ["Fingerprint"]),
        .library(name: "BiometricFormats", targets: ["BiometricFormats"]),
        .library(name: "Iris", targets: ["Iris"]),
        .library(name: "Gallery", targets: ["Gallery"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/apple/swift-configuration", from: "1.4.0"),
        .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
        .package(url: "https://github.com/apple/swift-http-types", from: "1.8.0"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
        .package(url: "https://github.com/apple/swift-numerics", from: "1.1.1"),
        .package(url: "https://github.com/apple/swift-system", from: "1.8.1"),
        .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
        .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.1"),
        .package(url: "https://github.com/hummingbird-project/swift-mustache", from: "2.1.1"),
        .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
    ],
    targets: [
        // Kernels: pure. Values in, values out.
        .target(
            name: "Quantities", path: "Sources/Kernels/Quantities", exclude: ["README.md"], swiftSettings: settings),
        .target(
            name: "StrictJSON", path: "Sources/Kernels/StrictJSON", exclude: ["README.md"], swiftSettings: settings),
        .target(
            name: "ExpressionLanguage", dependencies: ["Quantities", "StrictJSON"],
            path: "Sources/Kernels/ExpressionLanguage", exclude: ["README.md"], swiftSettings: settings),
        .target(
            name: "Rules", dependencies: ["Quantities", "StrictJSON", "ExpressionLanguage", "Yams", crypto],
            path: "Sources/Kernels/Rules", exclude: ["README.md"], swiftSettings: settings),
        .target(name: "CColumnRules", path: "Sources/Kernels/CColumnRules", exclude: ["README.md"]),
        .target(
            name: "ColumnRules", dependencies: ["CColumnRules", "Rules", "Quantities", "StrictJSON"],
            path: "Sources/Kernels/ColumnRules", exclude: ["README.md"], swiftSettings: settings),
        .target(
            name: "CivilNumber", dependencies: [crypto], path: "Sources/Kernels/CivilNumber", exclude: ["README.md"],
            swiftSettings: settings),
        .target(
            name: "TransparencyLog", dependencies: [crypto], path: "Sources/Kernels/TransparencyLog",
            exclude: ["README.md"],
            swiftSettings: settings),

        .target(
            name: "SyntheticPopulation",
            dependencies: ["Quantities", "StrictJSON", .product(name: "RealModule", package: "swift-numerics")],
            path: "Sources/Kernels/SyntheticPopulation", exclude: ["README.md"], swiftSettings: settings),

        .target(name: "Names", path: "Sources/Kernels/Names", exclude: ["README.md"], swiftSettings: settings),
        .target(
            name: "Linkage", dependencies: ["Names", .product(name: "RealModule", package: "swift-numerics")],
            path: "Sources/Kernels/Linkage", exclude: ["README.md"], swiftSettings: settings),
        .target(
            name: "BiometricFormats", path: "Sources/Kernels/BiometricFormats", exclude: ["README.md"],
            swiftSettings: settings),
        .target(name: "CIrisKernels", path: "Sources/Kernels/CIrisKernels", exclude: ["README.md"]),
        .target(
            name: "Iris", dependencies: ["BiometricFormats", "CIrisKernels"], path: "Sources/Kernels/Iris",
            exclude: ["README.md"], swiftSettings: settings),

        .target(
            name: "SyntheticFingerprints",
            dependencies: ["BiometricFormats", .product(name: "RealModule", package: "swift-numerics")],
            path: "Sources/Kernels/SyntheticFingerprints", exclude: ["README.md"], swiftSettings: settings),

        .target(name: "CDigests", path: "Sources/Kernels/CDigests", exclude: ["README.md"]),
        .target(name: "CKernels", path: "Sources/Kernels/CKernels", exclude: ["README.md"]),
        .target(
            name: "Fingerprint",
            dependencies: [
                "BiometricFormats", "CKernels", .product(name: "RealModule", package: "swift-numerics"),
            ],
            path: "Sources/Kernels/Fingerprint", exclude: ["README.md"], swiftSettings: settings),

        .target(
            name: "Gallery",
            dependencies: [
                "BiometricFormats", "Fingerprint", "Iris", .product(name: "RealModule", package: "swift-numerics"),
            ],
            path: "Sources/Kernels/Gallery", exclude: ["README.md"], swiftSettings: settings),

        // Platform: input and output, and nothing about people.
        .systemLibrary(
            name: "CArgon2", path: "Sources/Platform/CArgon2", providers: [.apt(["libargon2-dev"])]),
        .systemLibrary(
            name: "CLibPQ", path: "Sources/Platform/CLibPQ", pkgConfig: "libpq", providers: [.apt(["libpq-dev"])]),
        .target(
            name: "CImageCodecs", path: "Sources/Platform/CImageCodecs",
            linkerSettings: [
                .linkedLibrary("png"), .linkedLibrary("jpeg"), .linkedLibrary("tiff"), .linkedLibrary("openjp2"),
            ]),
        .target(
            name: "ImageDecoding", dependencies: ["BiometricFormats", "CImageCodecs"],
            path: "Sources/Platform/ImageDecoding", swiftSettings: settings),
        .target(
            name: "CSQLiteSums", path: "Sources/Platform/CSQLiteSums", linkerSettings: [.linkedLibrary("sqlite3")]),
        .target(
            name: "Storage",
            dependencies: [
                "CLibPQ", "CSQLiteSums", grdb, .product(name: "GRDBSQLite", package: "GRDB.swift"),
            ],
            path: "Sources/Platform/Storage", swiftSettings: settings),
        .target(
            name: "IndexFiles", dependencies: ["Linkage"], path: "Sources/Platform/IndexFiles", swiftSettings: settings),
        .target(
            name: "GalleryShards", dependencies: ["Gallery", crypto], path: "Sources/Platform/GalleryShards",
            swiftSettings: settings),
        .target(
            name: "Vault", dependencies: ["CArgon2", crypto], path: "Sources/Platform/Vault", swiftSettings: settings),
        .target(
            name: "RecordStore",
            dependencies: ["CDigests", "Quantities", "StrictJSON", "TransparencyLog", "Storage", "Vault", crypto],
            path: "Sources/Platform/RecordStore", swiftSettings: settings),

        // Registers: what the agency does.
        .target(
            name: "PopulationRegister",
            dependencies: [
                "Quantities", "StrictJSON", "CivilNumber", "Names", "Linkage", "Storage", "RecordStore",
                "BiometricFormats", "Fingerprint", "Gallery", "ImageDecoding", "GalleryShards", crypto,
            ],
            path: "Sources/Registers/PopulationRegister", swiftSettings: settings),
        .target(
            name: "SocialRegister",
            dependencies: [
                "Quantities", "StrictJSON", "CivilNumber", "Rules", "Storage", "RecordStore", "PopulationRegister",
            ],
            path: "Sources/Registers/SocialRegister", swiftSettings: settings),
        .target(
            name: "Programmes",
            dependencies: ["Quantities", "CivilNumber", "Rules", "Storage", "RecordStore", "SocialRegister", crypto],
            path: "Sources/Registers/Programmes", swiftSettings: settings),
        .target(
            name: "Agency", dependencies: ["Quantities", "Storage", "Vault", "RecordStore"],
            path: "Sources/Registers/Agency", swiftSettings: settings),
        .target(
            name: "Outreach", dependencies: ["Quantities", "Storage", "RecordStore"],
            path: "Sources/Registers/Outreach", swiftSettings: settings),

        // Doors: ways in. No rule of the domain lives here.
        .target(
            name: "Installation",
            dependencies: [
                "Quantities", "CivilNumber", "Rules", "Storage", "Vault", "RecordStore", "PopulationRegister",
                "SocialRegister", "Programmes", "Agency", "Outreach", "StrictJSON", "SyntheticPopulation", "Names",
                "Linkage", "Yams", "Fingerprint", "GalleryShards", crypto,
            ],
            path: "Sources/Doors/Installation", swiftSettings: settings),
        .target(
            name: "Web",
            dependencies: [
                "Quantities", "StrictJSON", "CivilNumber", "TransparencyLog", "Rules", "Storage", "Vault",
                "RecordStore", "Fingerprint",
                "PopulationRegister", "SocialRegister", "Programmes", "Agency", "Outreach", "Installation", "Yams",
                crypto,
                .product(name: "Hummingbird", package: "hummingbird"),
                .product(name: "Mustache", package: "swift-mustache"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "HTTPTypes", package: "swift-http-types"),
                .product(name: "NIOCore", package: "swift-nio"),
            ],
            path: "Sources/Doors/Web", resources: [.embedInCode("Templates")], swiftSettings: settings),
        .target(
            name: "CommandLineDoor",
            dependencies: [
                "Quantities", "StrictJSON", "ExpressionLanguage", "Rules", "ColumnRules", "CivilNumber", "RecordStore",
                "PopulationRegister", "SocialRegister", "Agency", "Installation", "TransparencyLog", "Storage", "Vault",
                "Web",
                "Names", "Linkage", "IndexFiles", "Yams",
                "SyntheticPopulation", "Fingerprint", "BiometricFormats", "ImageDecoding", "Iris", "Gallery",
                "GalleryShards", crypto,
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
                .product(name: "Configuration", package: "swift-configuration"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
                .product(name: "SystemPackage", package: "swift-system"),
            ],
            path: "Sources/Doors/CommandLine", swiftSettings: settings),

        .executableTarget(
            name: "sijill", dependencies: ["CommandLineDoor"], path: "Sources/sijill", swiftSettings: settings),

        // Figures that no command of the program gives.
        .executableTarget(
            name: "fuzz-formats", dependencies: ["BiometricFormats", "FaultyBytes"],
            path: "Benchmarks/Sources/FuzzFormats", swiftSettings: settings),
        .executableTarget(
            name: "iris-figures", dependencies: ["Iris"], path: "Benchmarks/Sources/IrisFigures",
            swiftSettings: settings),
        .executableTarget(
            name: "gallery-figures",
            dependencies: ["BiometricFormats", "Fingerprint", "Gallery", "SyntheticFingerprints"],
            path: "Benchmarks/Sources/GalleryFigures", swiftSettings: settings),

        // Tests mirror the sources.
        .target(name: "FaultyBytes", path: "Tests/FaultyBytes", swiftSettings: settings),
        .testTarget(
            name: "StrictJSONTests", dependencies: ["StrictJSON"], path: "Tests/Kernels/StrictJSONTests",
            swiftSettings: settings),
        .testTarget(
            name: "ExpressionLanguageTests",
            dependencies: ["ExpressionLanguage", "Quantities", "StrictJSON", "TestMaterial"],
            path: "Tests/Kernels/ExpressionLanguageTests", swiftSettings: settings),
        .testTarget(
            name: "RulesTests",
            dependencies: ["Rules", "Quantities", "StrictJSON", "ExpressionLanguage", "TestMaterial", "Yams"],
            path: "Tests/Kernels/RulesTests", exclude: ["Cases"], swiftSettings: settings),
        .testTarget(
            name: "ColumnRulesTests",
            dependencies: ["ColumnRules", "Rules", "Quantities", "StrictJSON", "TestMaterial", grdb],
            path: "Tests/Kernels/ColumnRulesTests", swiftSettings: settings),
        .testTarget(
            name: "CivilNumberTests", dependencies: ["CivilNumber", "TestMaterial", crypto],
            path: "Tests/Kernels/CivilNumberTests",
            swiftSettings: settings),
        .testTarget(
            name: "TransparencyLogTests", dependencies: ["CDigests", "TransparencyLog", "TestMaterial", crypto],
            path: "Tests/Kernels/TransparencyLogTests", swiftSettings: settings),
        .testTarget(
            name: "SyntheticPopulationTests", dependencies: ["SyntheticPopulation", "StrictJSON", "Quantities"],
            path: "Tests/Kernels/SyntheticPopulationTests", swiftSettings: settings),
        .testTarget(
            name: "NamesTests", dependencies: ["Names"], path: "Tests/Kernels/NamesTests", swiftSettings: settings),
        .testTarget(
            name: "IndexFilesTests", dependencies: ["IndexFiles", "Linkage", "Yams"],
            path: "Tests/Platform/IndexFilesTests", swiftSettings: settings),
        .testTarget(
            name: "LinkageTests", dependencies: ["Linkage", "Yams"], path: "Tests/Kernels/LinkageTests",
            swiftSettings: settings),
        .testTarget(
            name: "SyntheticFingerprintsTests",
            dependencies: [
                "SyntheticFingerprints", "BiometricFormats", .product(name: "RealModule", package: "swift-numerics"),
            ],
            path: "Tests/Kernels/SyntheticFingerprintsTests", swiftSettings: settings),
        .testTarget(
            name: "BiometricFormatsTests", dependencies: ["BiometricFormats", "FaultyBytes", "TestMaterial"],
            path: "Tests/Kernels/BiometricFormatsTests", swiftSettings: settings),
        .testTarget(
            name: "FingerprintTests", dependencies: ["Fingerprint", "CKernels", "BiometricFormats"],
            path: "Tests/Kernels/FingerprintTests", swiftSettings: settings),
        .testTarget(
            name: "IrisTests", dependencies: ["BiometricFormats", "Iris"], path: "Tests/Kernels/IrisTests",
            swiftSettings: settings),
        .target(
            name: "InventedPersons",
            dependencies: ["BiometricFormats", "Fingerprint", "Gallery", "Iris", "SyntheticFingerprints"],
            path: "Tests/InventedPersons", swiftSettings: settings),
        .testTarget(
            name: "GalleryTests", dependencies: ["Fingerprint", "Gallery", "InventedPersons"],
            path: "Tests/Kernels/GalleryTests", swiftSettings: settings),
        .testTarget(
            name: "GalleryShardsTests", dependencies: ["Gallery", "GalleryShards", "InventedPersons", crypto],
            path: "Tests/Platform/GalleryShardsTests", swiftSettings: settings),
        .testTarget(
            name: "CommandLineTests",
            dependencies: [
                "BiometricFormats", "Gallery", "InventedPersons", "Iris", "StrictJSON", "TestMaterial", "sijill",
            ],
            path: "Tests/Doors/CommandLineTests", swiftSettings: settings),
        .target(name: "TestMaterial", path: "Tests/Material", swiftSettings: settings),
        .target(
            name: "InventedFingers", dependencies: ["BiometricFormats", "ImageDecoding", "TestMaterial"],
            path: "Tests/InventedFingers", swiftSettings: settings),
        .target(
            name: "TestSupport",
            dependencies: [
                "TestMaterial", "InventedFingers", "Quantities", "StrictJSON", "Storage", "RecordStore",
                "PopulationRegister", "Installation", "GalleryShards", "Vault", crypto,
            ],
            path: "Tests/Support", swiftSettings: settings),
        .testTarget(
            name: "QuantitiesTests", dependencies: ["Quantities", "TestMaterial"],
            path: "Tests/Kernels/QuantitiesTests",
            swiftSettings: settings),
        .testTarget(
            name: "StorageTests",
            dependencies: [
                "CSQLiteSums", "Storage", "Installation", "PopulationRegister", "RecordStore", "SocialRegister",
                "StrictJSON",
                "TestMaterial",
                "TestSupport", grdb,
            ],
            path: "Tests/Platform/StorageTests", swiftSettings: settings),
        .testTarget(
            name: "ImageDecodingTests", dependencies: ["ImageDecoding", "BiometricFormats", "TestMaterial", "sijill"],
            path: "Tests/Platform/ImageDecodingTests", swiftSettings: settings),
        .testTarget(
            name: "VaultTests", dependencies: ["Vault", "StrictJSON", "TestMaterial", "TestSupport", crypto],
            path: "Tests/Platform/VaultTests", swiftSettings: settings),
        .testTarget(
            name: "RecordStoreTests",
            dependencies: [
                "CivilNumber", "RecordStore", "Quantities", "Storage", "StrictJSON", "TransparencyLog", "Vault",
                "Agency",
                "PopulationRegister", "SocialRegister", "Outreach", "Installation", "TestMaterial", "TestSupport",
                "InventedFingers", "sijill", crypto, grdb,
            ],
            path: "Tests/Platform/RecordStoreTests", swiftSettings: settings),
        .testTarget(
            name: "PopulationRegisterTests",
            dependencies: [
                "PopulationRegister", "CivilNumber", "Quantities", "RecordStore", "StrictJSON", "Installation",
                "Linkage", "Storage", "TestMaterial", "TestSupport", "InventedFingers", "BiometricFormats",
                "Fingerprint", "GalleryShards", "sijill", crypto,
            ],
            path: "Tests/Registers/PopulationRegisterTests", swiftSettings: settings),
        .testTarget(
            name: "SocialRegisterTests",
            dependencies: [
                "SocialRegister", "PopulationRegister", "CivilNumber", "Quantities", "RecordStore", "Rules",
                "StrictJSON", "Installation", "TestMaterial", "TestSupport",
            ],
            path: "Tests/Registers/SocialRegisterTests", swiftSettings: settings),
        .testTarget(
            name: "ProgrammesTests",
            dependencies: [
                "Programmes", "SocialRegister", "Quantities", "RecordStore", "Rules", "Storage", "StrictJSON",
                "Installation", "TestMaterial", "TestSupport", grdb,
            ],
            path: "Tests/Registers/ProgrammesTests", swiftSettings: settings),
        .testTarget(
            name: "AgencyTests",
            dependencies: ["Agency", "Quantities", "RecordStore", "Installation", "TestMaterial", "TestSupport"],
            path: "Tests/Registers/AgencyTests", swiftSettings: settings),
        .testTarget(
            name: "InstallationTests",
            dependencies: [
                "Installation", "CivilNumber", "PopulationRegister", "Quantities", "RecordStore", "SocialRegister",
                "Storage",
                "StrictJSON",
                "TestMaterial", "TestSupport", "Vault",
            ],
            path: "Tests/Doors/InstallationTests", swiftSettings: settings),
        .testTarget(
            name: "WebTests",
            dependencies: [
                "TestMaterial", "InventedFingers", "Fingerprint", "BiometricFormats", "sijill", "Web", "Installation",
                "Agency", "Outreach", "PopulationRegister", "SocialRegister",
                "RecordStore",
                "Rules", "Linkage",
                "Quantities", "StrictJSON", "CivilNumber", "Yams",
                .product(name: "Hummingbird", package: "hummingbird"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "Mustache", package: "swift-mustache"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
            ],
            path: "Tests/Doors/WebTests", swiftSettings: settings),
        .executableTarget(
            name: "JobWorker", dependencies: ["RecordStore", "TestSupport"], path: "Tests/JobWorker",
            swiftSettings: settings),
        .testTarget(
            name: "FaultTests",
            dependencies: [
                "Installation", "Quantities", "StrictJSON", "SyntheticPopulation", "PopulationRegister", "RecordStore",
                "Storage", "TestMaterial", "TestSupport", "sijill", "JobWorker",
            ],
            path: "Tests/Faults",
            exclude: [
                "point-in-time", "failing-medium.c", "recording-writes.c", "true-timers.c", "run", "patroni",
                "patroni_cluster.py",
            ],
            swiftSettings: settings),
        .testTarget(
            name: "StructureTests", dependencies: ["Installation", "Storage"], path: "Tests/Structure",
            swiftSettings: settings),
    ]
)
