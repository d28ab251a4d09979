// swift-tools-version: 6.1
import PackageDescription

let package = Package(
  name: "flowcheck",
  platforms: [.macOS(.v15)],
  products: [
    .executable(name: "flowcheck", targets: ["flowcheck"]),
    .library(name: "FlowODE", targets: ["FlowODE"]),
    .library(name: "Theorems", targets: ["Theorems"]),
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2")
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
    .target(
      name: "GSLBridge", dependencies: ["CGSL", "COpenBLAS", "CKernels"], exclude: ["CGSL", "COpenBLAS"]),
    .target(name: "ArrayFiles", dependencies: ["CZlib"], exclude: ["CZlib"]),
    .target(name: "CKernels"),
    .target(name: "FlowODE", dependencies: ["GSLBridge", "ArrayFiles", "CKernels"]),
    .target(name: "Theorems", dependencies: ["FlowODE"]),
    .target(name: "Settings"),
    .target(name: "Presentation"),
    .executableTarget(
      name: "flowcheck",
      dependencies: [
        "Theorems", "Settings", "Presentation",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ]),
    .testTarget(name: "GSLBridgeTests", dependencies: ["GSLBridge"]),
    .testTarget(name: "ArrayFilesTests", dependencies: ["ArrayFiles"]),
    .testTarget(name: "FlowODETests", dependencies: ["FlowODE", "ArrayFiles", "GSLBridge"]),
    .testTarget(name: "TheoremsTests", dependencies: ["Theorems", "FlowODE", "GSLBridge"]),
    .testTarget(name: "SettingsTests", dependencies: ["Settings"]),
    .testTarget(name: "PresentationTests", dependencies: ["Presentation"]),
    .testTarget(name: "flowcheckTests", dependencies: ["flowcheck", "ArrayFiles"]),
  ]
)
