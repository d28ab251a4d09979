import ArrayFiles
import Foundation
import Settings
import Testing
import Workbench

/// Deep matrices, tensors and diagonal networks as texts, beside the families of that name: from one start on one set of data both end
/// at the same parameters.
@Suite("Texts of built-in families")
struct FlowFamilyTests {
  struct Problem: Sendable, CustomTestStringConvertible {
    let name: String
    /// The family with its settings.
    let family: [(String, String)]
    /// The same model as a text.
    let text: String
    let shape: [Int]
    /// The blocks in the order of θ, with their shapes.
    let blocks: [(name: String, shape: [Int])]
    let seed: Int
    var testDescription: String { name }
  }

  static let problems: [Problem] =
    [([2, 2], 2), ([3, 2], 2), ([3, 3], 3), ([2, 3], 4), ([4, 3], 3)].enumerated().map { matrix($1.0, $1.1, seed: $0) }
    + [([2, 3, 2], 2), ([3, 3, 3], 1), ([2, 2, 2, 2], 2), ([3, 4, 2], 3)].enumerated().map { cp($1.0, $1.1, seed: $0) }
    + [(3, 2), (4, 3), (2, 4)].enumerated().map { diagonal($1.0, $1.1, seed: $0) }

  private static func text(_ sizes: [Int]) -> String { sizes.map(String.init).joined(separator: ",") }

  private static func matrix(_ shape: [Int], _ depth: Int, seed: Int) -> Problem {
    let width = shape.min() ?? 1
    let sizes = [shape[1]] + Array(repeating: width, count: depth - 1) + [shape[0]]
    let blocks = (1...depth).map { (name: "W\($0)", shape: [sizes[$0], sizes[$0 - 1]]) }
    let product = (1...depth).reversed().map { "W\($0)" }.joined(separator: "*")
    return Problem(
      name: "matrix \(text(shape)) depth \(depth)",
      family: [("problem.model", "matrix"), ("problem.depth", "\(depth)")],
      text: parameters(blocks) + "model W = \(product)\n", shape: shape, blocks: blocks, seed: seed)
  }

  private static func cp(_ shape: [Int], _ components: Int, seed: Int) -> Problem {
    let blocks = shape.enumerated().map { (name: "A\($0 + 1)", shape: [$1, components]) }
    let indices = ["i", "j", "k", "l"].prefix(shape.count)
    let factors = zip(blocks, indices).map { "\($0.name)[\($1),r]" }.joined(separator: "*")
    return Problem(
      name: "cp \(text(shape)) of \(components)",
      family: [("problem.model", "cp"), ("problem.components", "\(components)")],
      text: parameters(blocks) + "model T[\(indices.joined(separator: ","))] = sum(r: \(factors))\n", shape: shape,
      blocks: blocks, seed: 10 + seed)
  }

  private static func diagonal(_ size: Int, _ depth: Int, seed: Int) -> Problem {
    let blocks = ["u", "v"].map { (name: $0, shape: [size]) }
    return Problem(
      name: "diagonal \(size) depth \(depth)",
      family: [("problem.model", "diagonal"), ("problem.depth", "\(depth)")],
      text: parameters(blocks) + "model w = u.^\(depth) - v.^\(depth)\n", shape: [size], blocks: blocks, seed: 20 + seed
    )
  }

  private static func parameters(_ blocks: [(name: String, shape: [Int])]) -> String {
    "param " + blocks.map { "\($0.name)[\(text($0.shape))]" }.joined(separator: ", ") + "\n"
  }

  /// The parameters at the end of a run.
  private func end(
    _ problem: Problem, _ model: [(String, String)], start: String, data: String, in folder: URL, _ name: String
  ) throws -> [Double] {
    var settings = Settings(schema: ExperimentSchema.schema)
    let given =
      model + [
        ("problem.shape", Self.text(problem.shape)), ("problem.data", data), ("init.file", start),
        ("loss.normalization", "half-sum"), ("integration.until", "1"), ("integration.rtol", "1e-12"),
        ("integration.save", "2"), ("integration.method", "rk8pd"),
      ]
    for (path, text) in given { try settings.set(path: path, text: text, place: path) }
    let output = folder.appendingPathComponent(name).path
    _ = try Run(.integrate, settings: settings, output: OutputRequest(directory: output)).report()
    let archive = try NumpyFile.readArchive(output + "/trajectory.npz")
    return try problem.blocks.flatMap { block in
      let array = try #require(try archive.array(block.name))
      return Array(array.values.suffix(array.values.count / 2))
    }
  }

  @Test("end where the families end", arguments: problems)
  func agrees(_ problem: Problem) throws {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("families-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    var generator = FamilyNumbers(state: UInt64(problem.seed) + 1)
    func path(_ name: String) -> String { folder.appendingPathComponent(name).path }
    let places = problem.shape.reduce([[]]) { places, extent in places.flatMap { p in (0..<extent).map { p + [$0] } } }
    let header = problem.shape.indices.map { "i\($0)," }.joined() + "value\n"
    let lines = places.map { place in place.map { "\($0)," }.joined() + "\(generator.next())\n" }
    try (header + lines.joined()).write(toFile: path("y.csv"), atomically: true, encoding: .utf8)
    try problem.text.write(toFile: path("m.flow"), atomically: true, encoding: .utf8)
    let start = problem.blocks.map { block in
      (block.name, DenseArray(shape: block.shape, values: (0..<block.shape.reduce(1, *)).map { _ in generator.next() }))
    }
    let moved = start.map { name, array in
      (name, DenseArray(shape: array.shape, values: array.values.map { $0 + 1e-7 * generator.next() }))
    }
    try NumpyFile.writeNPZ(start, to: path("start.npz"))
    try NumpyFile.writeNPZ(moved, to: path("moved.npz"))
    let model = [("problem.model", path("m.flow"))]
    let (data, first) = (path("y.csv"), path("start.npz"))
    let family = try end(problem, problem.family, start: first, data: data, in: folder, "a")
    let text = try end(problem, model, start: first, data: data, in: folder, "b")
    let beside = try end(problem, model, start: path("moved.npz"), data: data, in: folder, "c")
    func norm(_ values: [Double]) -> Double { values.reduce(0) { $0 + $1 * $1 }.squareRoot() }
    func difference(_ a: [Double], _ b: [Double]) -> Double { norm(zip(a, b).map { $0 - $1 }) }
    let from = difference(start.flatMap { $0.1.values }, moved.flatMap { $0.1.values })
    // What the flow makes of a difference at the start.
    let amplification = difference(text, beside) / from
    #expect(amplification > 0.01 && amplification <= 10, "\(amplification)")
    #expect(difference(family, text) <= 1e-12 * norm(family), "\(difference(family, text) / norm(family))")
    // They moved.
    #expect(difference(start.flatMap { $0.1.values }, text) > 0.01 * norm(family))
  }
}

/// Numbers in (−1, 1), the same in every run (SplitMix64).
private struct FamilyNumbers {
  var state: UInt64

  mutating func next() -> Double {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    z ^= z >> 31
    return Double(z >> 11) * 0x1p-52 - 1
  }
}
