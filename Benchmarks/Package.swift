// swift-tools-version: 6.1
import PackageDescription

// A package of its own, so that building flowcheck does not build this.
let package = Package(
  name: "flowbench",
  platforms: [.macOS(.v15)],
  products: [.library(name: "flowbench", type: .dynamic, targets: ["flowbench"])],
  dependencies: [.package(name: "flowcheck", path: "..")],
  targets: [
    .target(
      name: "flowbench",
      dependencies: [
        .product(name: "ExternalModels", package: "flowcheck"), .product(name: "FlowLanguage", package: "flowcheck"),
        .product(name: "FlowODE", package: "flowcheck"),
        .product(name: "Models", package: "flowcheck"),
      ])
  ]
)
