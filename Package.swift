// swift-tools-version: 6.1
import Foundation
import PackageDescription

// Debian's FLINT 2.9 has no description for pkg-config; its files are where compilers look, and balls are a library of their own.
#if os(macOS)
  let flint: String? = "flint"
  let balls: [LinkerSetting] = []
#else
  let flint: String? = nil
  let balls: [LinkerSetting] =
    FileManager.default.fileExists(atPath: "/usr/include/arb.h") ? [.linkedLibrary("flint-arb")] : []
#endif

let package = Package(
  name: "flowcheck",
  platforms: [.macOS(.v15)],
  products: [
    .executable(name: "flowcheck", targets: ["flowcheck"]),
    .library(name: "FlowcheckKit", targets: ["FlowcheckKit", "Theorems", "Verdicts", "FlowODE", "Models"]),
    .library(name: "FlowLanguage", targets: ["FlowLanguage"]),
    .library(name: "Models", targets: ["Models"]),
    .library(name: "FlowODE", targets: ["FlowODE"]),
    .library(name: "ExternalModels", targets: ["ExternalModels"]),
    .library(name: "Verdicts", targets: ["Verdicts"]),
    .library(name: "Theorems", targets: ["Theorems"]),
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
    .package(url: "https://github.com/attaswift/BigInt", from: "6.0.1"),
  ],
  targets: [
    .systemLibrary(
      name: "CGSL", path: "Sources/GSLBridge/CGSL", pkgConfig: "gsl",
      providers: [.apt(["libgsl-dev"]), .brew(["gsl"])]),
    .systemLibrary(
      name: "COpenBLAS", path: "Sources/GSLBridge/COpenBLAS", pkgConfig: "openblas",
      providers: [.apt(["libopenblas-dev"]), .brew(["openblas"])]),
    .systemLibrary(
      name: "CZlib", path: "Sources/ArrayFiles/CZlib", pkgConfig: "zlib",
      providers: [.apt(["zlib1g-dev"]), .brew(["zlib"])]),
    .systemLibrary(
      name: "CFLINTLibrary", path: "Sources/CFLINT/Library", pkgConfig: flint,
      providers: [.apt(["libflint-dev", "libflint-arb-dev"]), .brew(["flint"])]),
    .systemLibrary(name: "CMath"),
    .target(
      name: "GSLBridge", dependencies: ["CGSL", "COpenBLAS", "CKernels", "CMath"],
      exclude: ["CGSL", "COpenBLAS"]),
    .target(name: "ArrayFiles", dependencies: ["CZlib"], exclude: ["CZlib"]),
    .target(name: "CKernels"),
    .target(name: "CCommit"),
    .target(name: "Models", dependencies: ["GSLBridge", "ArrayFiles", "CKernels", "CMath"]),
    .target(name: "FlowODE", dependencies: ["Models", "GSLBridge", "ArrayFiles", "CMath"]),
    .target(name: "FlowLanguage", dependencies: ["Models", "GSLBridge"]),
    .target(
      name: "CFLINT", dependencies: ["CFLINTLibrary"], exclude: ["Library"],
      linkerSettings: balls + [.linkedLibrary("flint"), .linkedLibrary("gmp")]),
    .target(
      name: "CertificateChecker",
      dependencies: ["ArrayFiles", "FlowLanguage", "Models", .product(name: "BigInt", package: "BigInt")]),
    .target(
      name: "Symbolic",
      dependencies: ["ArrayFiles", "CFLINT", "CertificateChecker", "FlowLanguage", "Models", "Verdicts"]),
    .target(name: "Verdicts", dependencies: ["CMath"]),
    .target(name: "Theorems", dependencies: ["FlowODE", "Models", "Verdicts", "GSLBridge", "CMath"]),
    .target(name: "CProcess"),
    .target(name: "ExternalModels", dependencies: ["Models", "GSLBridge", "Presentation", "CProcess"]),
    .target(name: "Settings"),
    .target(name: "Presentation", dependencies: ["Verdicts", "CProcess"]),
    .target(
      name: "Workbench",
      dependencies: [
        "Theorems", "Verdicts", "FlowLanguage", "Symbolic", "CertificateChecker", "FlowODE", "ExternalModels", "Models",
        "GSLBridge", "ArrayFiles", "Settings", "Presentation", "CCommit", "CMath", "CProcess",
      ]),
    .target(
      name: "FlowcheckKit",
      dependencies: [
        "Workbench", "Theorems", "Verdicts", "FlowODE", "ExternalModels", "Models", "GSLBridge", "ArrayFiles",
        "Settings",
        "Presentation",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ]),
    .executableTarget(name: "flowcheck", dependencies: ["FlowcheckKit"]),
    // Sees what an outside package sees.
    .executableTarget(
      name: "own-model", dependencies: ["FlowcheckKit", "Theorems", "Verdicts", "FlowODE", "Models"],
      path: "Examples/OwnModel", packageAccess: false),
    .target(
      name: "Checkers", dependencies: ["AllocationCounter", "Theorems", "Verdicts", "Models", "FlowODE", "CMath"],
      path: "Tests/Checkers"),
    .target(
      name: "AllocationCounter", path: "Tests/AllocationCounter",
      linkerSettings: [.linkedLibrary("dl", .when(platforms: [.linux]))]),
    .testTarget(name: "GSLBridgeTests", dependencies: ["GSLBridge", "CKernels", "CMath"]),
    .testTarget(name: "ArrayFilesTests", dependencies: ["ArrayFiles"]),
    .testTarget(
      name: "ModelsTests",
      dependencies: ["AllocationCounter", "Checkers", "FlowODE", "Models", "ArrayFiles", "GSLBridge", "CMath"]),
    .testTarget(
      name: "FlowODETests", dependencies: ["Checkers", "FlowODE", "Models", "ArrayFiles", "GSLBridge", "CMath"]),
    .testTarget(
      name: "FlowLanguageTests", dependencies: ["FlowLanguage"], exclude: ["malformed.txt"]),
    .testTarget(
      name: "CertificateCheckerTests",
      dependencies: [
        "ArrayFiles", "CertificateChecker", "FlowLanguage", "Models", .product(name: "BigInt", package: "BigInt"),
      ]),
    .testTarget(
      name: "SymbolicTests", dependencies: ["Symbolic", "CertificateChecker", "FlowLanguage", "Models", "Verdicts"]),
    .testTarget(name: "FlowReadingTests", dependencies: ["AllocationCounter", "Checkers", "FlowLanguage", "Models"]),
    .testTarget(name: "VerdictsTests", dependencies: ["Verdicts", "CMath"]),
    .testTarget(
      name: "TheoremsTests",
      dependencies: ["Checkers", "Theorems", "Verdicts", "FlowODE", "Models", "GSLBridge", "CMath"]),
    .testTarget(name: "SettingsTests", dependencies: ["Settings"]),
    .testTarget(
      name: "WorkbenchTests",
      dependencies: [
        "Checkers", "Workbench", "Theorems", "Verdicts", "FlowODE", "Models", "ArrayFiles", "Settings",
      ], exclude: ["end-states.txt"]),
    .testTarget(
      name: "ExternalModelsTests", dependencies: ["ExternalModels", "Models"], exclude: ["program.py"]),
    .testTarget(name: "PresentationTests", dependencies: ["Presentation", "Verdicts"]),
    .testTarget(
      name: "flowcheckTests",
      dependencies: [
        "Checkers", "flowcheck", "own-model", "FlowcheckKit", "Theorems", "FlowODE", "Models", "ArrayFiles",
      ],
      exclude: ["commands.txt"]),
  ]
)
