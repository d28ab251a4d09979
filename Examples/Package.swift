// swift-tools-version: 6.1
import PackageDescription

// The example of Package.swift above, built as somebody else's package would build it. A package of its own replaces the path by
//   .package(url: "…/flowcheck", from: "…")
let package = Package(
  name: "own-model",
  platforms: [.macOS(.v15)],
  dependencies: [.package(name: "flowcheck", path: "..")],
  targets: [
    .executableTarget(
      name: "own-model", dependencies: [.product(name: "FlowcheckKit", package: "flowcheck")], path: "OwnModel")
  ]
)
