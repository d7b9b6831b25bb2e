// swift-tools-version: 6.3
import PackageDescription

// One set of settings for every room: warnings are errors, imports are internal
// unless they say otherwise. See ARCHITECTURE.md for which room may import which.
let house: [SwiftSetting] = [
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("InternalImportsByDefault"),
  .enableUpcomingFeature("MemberImportVisibility"),
  .treatAllWarnings(as: .error),
]

// The rooms that handle evidence mark every unsafe operation as such.
let strict: [SwiftSetting] = house + [.strictMemorySafety()]

let argumentParser = Target.Dependency.product(
  name: "ArgumentParser", package: "swift-argument-parser")
let grdb = Target.Dependency.product(name: "GRDB", package: "GRDB.swift")

let package = Package(
  name: "custody",
  products: [
    .executable(name: "custody", targets: ["custody"])
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
    .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
  ],
  targets: [
    .systemLibrary(
      name: "COpenSSL", pkgConfig: "libcrypto", providers: [.apt(["libssl-dev"])]),
    .systemLibrary(
      name: "CSQLite", pkgConfig: "sqlite3", providers: [.apt(["libsqlite3-dev"])]),
    .systemLibrary(name: "CZint", providers: [.apt(["libzint-dev"])]),

    .target(name: "Notation", swiftSettings: strict),
    .target(
      name: "LedgerCore", dependencies: ["Notation", "COpenSSL"], swiftSettings: strict),
    .target(name: "Dispensary", dependencies: ["Notation"], swiftSettings: strict),
    .target(
      name: "Compliance", dependencies: ["Notation", "Dispensary"], swiftSettings: strict),
    .target(
      name: "LedgerStore",
      dependencies: ["LedgerCore", "Notation", "CSQLite", grdb],
      swiftSettings: strict),
    .target(
      name: "Recordkeeping",
      dependencies: ["Notation", "Dispensary", "Compliance", "LedgerCore", "LedgerStore"],
      swiftSettings: house),
    .target(
      name: "Interchange", dependencies: ["Notation", "Dispensary"], swiftSettings: house),
    .target(name: "Symbols", dependencies: ["CZint"], swiftSettings: strict),
    .target(
      name: "Reports",
      dependencies: ["Notation", "Dispensary", "Compliance", "LedgerCore"],
      swiftSettings: house),
    .executableTarget(
      name: "custody",
      dependencies: [
        "Notation", "Dispensary", "Compliance", "LedgerCore", "LedgerStore",
        "Recordkeeping", "Interchange", "Reports", "Symbols", argumentParser,
      ],
      swiftSettings: house),

    .testTarget(
      name: "NotationTests", dependencies: ["Notation"], swiftSettings: house),
    .testTarget(
      name: "LedgerCoreTests", dependencies: ["LedgerCore", "Notation"],
      swiftSettings: house),
    .testTarget(
      name: "DispensaryTests", dependencies: ["Dispensary", "Notation"],
      swiftSettings: house),
    .testTarget(
      name: "WalkTests", dependencies: ["Dispensary", "Interchange", "Notation"],
      swiftSettings: house),
    .testTarget(
      name: "ComplianceTests", dependencies: ["Compliance", "Dispensary", "Notation"],
      exclude: ["Golden"], swiftSettings: house),
    .testTarget(
      name: "LedgerStoreTests",
      dependencies: ["LedgerStore", "LedgerCore", "Notation"],
      swiftSettings: house),
    .testTarget(
      name: "RecordkeepingTests",
      dependencies: [
        "Recordkeeping", "LedgerStore", "LedgerCore", "Compliance", "Dispensary", "Notation",
        "Interchange", "Reports",
      ],
      swiftSettings: house),
    .testTarget(
      name: "InterchangeTests", dependencies: ["Interchange", "Dispensary", "Notation"],
      swiftSettings: house),
    .testTarget(
      name: "ReportsTests",
      dependencies: ["Reports", "Dispensary", "Compliance", "LedgerCore", "Notation"],
      exclude: ["Golden"], swiftSettings: house),
    .testTarget(name: "SymbolsTests", dependencies: ["Symbols"], swiftSettings: house),
    .testTarget(
      name: "CommandTests", dependencies: ["custody"], exclude: ["Transcripts"],
      swiftSettings: house),
    .testTarget(name: "HouseTests", swiftSettings: house),
  ],
  swiftLanguageModes: [.v6]
)
