import CMath
import Checkers
import Models
import Testing

/// Tucker and its deep forms beside what they are in special cases.
@Suite struct TuckerFamilyTests {
  private static func model(
    _ name: String, _ shape: [Int], core: [Int]? = nil, depth: Int? = nil, components: Int? = nil
  ) throws -> Model {
    var options = ModelOptions(shape: shape, depth: depth, components: components)
    options.values["core"] = core.map { .integers($0) }
    return try ModelCatalog.model(name, options)
  }

  /// Fills the blocks of one model from named arrays.
  private static func parameters(_ model: Model, _ arrays: [String: [Double]]) throws -> [Double] {
    try model.layout.blocks.flatMap { block in try #require(arrays[block.name], "\(block.name)") }
  }

  private static func arrays(_ model: Model, _ parameters: [Double]) -> [String: [Double]] {
    Dictionary(uniqueKeysWithValues: model.layout.blocks.map { ($0.name, Array(parameters[$0.range])) })
  }

  /// Error unit: absolute; entries are sums of 3 products of numbers below 1.
  @Test func superdiagonalCoresAreCP() throws {
    var random = TestRandom(211)
    let (shape, r) = ([3, 4, 2], 3)
    let cp = try Self.model("cp", shape, components: r)
    let tucker = try Self.model("tucker", shape, core: [r])
    let factors = random.numbers(cp.layout.count)
    var arrays: [String: [Double]] = [:]
    for (name, values) in Self.arrays(cp, factors) { arrays["U" + name.dropFirst()] = values }
    var core = [Double](repeating: 0, count: r * r * r)
    for i in 0..<r { core[(i * r + i) * r + i] = 1 }
    arrays["G"] = core
    #expect(
      agree(
        object(of: cp, factors), object(of: tucker, try Self.parameters(tucker, arrays)), within: 1e-14))
    // With one entry of the core moved off the diagonal they differ.
    core[0] = 0
    core[1] = 1
    arrays["G"] = core
    #expect(
      !agree(object(of: cp, factors), object(of: tucker, try Self.parameters(tucker, arrays)), within: 1e-6))
  }

  /// Error unit: absolute; sums of up to 24 products of numbers below 1.
  @Test func depthOneIsTuckerAndDepthZeroTheCore() throws {
    var random = TestRandom(212)
    let shape = [3, 2, 4]
    let tucker = try Self.model("tucker", shape, core: shape)
    let parameters = random.numbers(tucker.layout.count)
    let arrays = Self.arrays(tucker, parameters)
    let columns = try Self.model("deep-tucker-columns", shape, depth: 1)
    let renamed = Dictionary(
      uniqueKeysWithValues: arrays.map { ($0.key.replacing("U", with: "V"), $0.value) })
    let expected = object(of: tucker, parameters)
    #expect(agree(object(of: columns, try Self.parameters(columns, renamed)), expected, within: 1e-13))
    let matrices = try Self.model("deep-tucker-matrices", shape, core: shape, depth: 1)
    let chained = Dictionary(
      uniqueKeysWithValues: arrays.map { ($0.key == "G" ? $0.key : $0.key + "_1", $0.value) })
    #expect(agree(object(of: matrices, try Self.parameters(matrices, chained)), expected, within: 1e-13))
    let core = try Self.model("deep-tucker-columns", shape, depth: 0)
    let numbers = random.numbers(core.layout.count)
    #expect(object(of: core, numbers) == numbers && core.laws.isEmpty)
  }

  /// Both deep forms beside their definitions by loops. Error unit: absolute; sums of up to 200 products.
  @Test(arguments: [2, 3]) func deepFormsAreTheirDefinitions(depth: Int) throws {
    var random = TestRandom(213)
    let (shape, core) = ([2, 3], [2, 2])
    let matrices = try Self.model("deep-tucker-matrices", shape, core: core, depth: depth)
    let first = random.numbers(matrices.layout.count)
    let chain = Self.arrays(matrices, first)
    /// Entry (i, j) of the product of the matrices of mode n.
    func entry(_ n: Int, _ i: Int, _ j: Int) -> Double {
      var row = (0..<core[n]).map { chain["U\(n + 1)_1"]?[i * core[n] + $0] ?? .nan }
      for k in 2...depth {
        row = (0..<core[n]).map { c in
          (0..<core[n]).reduce(0.0) { $0 + row[$1] * (chain["U\(n + 1)_\(k)"]?[$1 * core[n] + c] ?? .nan) }
        }
      }
      return row[j]
    }
    let small = chain["G"] ?? []
    let byLoops: [Double] = (0..<6).map { place -> Double in
      var sum = 0.0
      for c in small.indices { sum += small[c] * entry(0, place / 3, c / 2) * entry(1, place % 3, c % 2) }
      return sum
    }
    #expect(agree(object(of: matrices, first), byLoops, within: 1e-13))

    let columns = try Self.model("deep-tucker-columns", shape, depth: depth)
    let second = random.numbers(columns.layout.count)
    let own = Self.arrays(columns, second)
    /// u_{n,j} = M_1[:,:,j] ⋯ M_(D−1)[:,:,j] v[:,j].
    func column(_ n: Int, _ j: Int) -> [Double] {
      let d = shape[n]
      var u = (0..<d).map { own["V\(n + 1)"]?[$0 * d + j] ?? .nan }
      for k in (1..<depth).reversed() {
        let matrix = own["M\(n + 1)_\(k)"] ?? []
        u = (0..<d).map { a in (0..<d).reduce(0.0) { $0 + matrix[(a * d + $1) * d + j] * u[$1] } }
      }
      return u
    }
    let large = own["G"] ?? []
    let byColumns: [Double] = (0..<6).map { place -> Double in
      var sum = 0.0
      for c in large.indices { sum += large[c] * column(0, c / 3)[place / 3] * column(1, c % 3)[place % 3] }
      return sum
    }
    #expect(agree(object(of: columns, second), byColumns, within: 1e-13))
  }

  /// A slice, its matrices and its vector are a component of D + 1 vectors.
  @Test(arguments: [1, 2, 3]) func slicesAreComponents(depth: Int) throws {
    let columns = try Self.model("deep-tucker-columns", [3, 2, 4], depth: depth)
    let counts = (columns.components?.components ?? []).filter { $0.contains { $0.name.hasPrefix("G[") } }.map(\.count)
    #expect(counts == Array(repeating: depth + 1, count: 9))
  }

  /// The source's start: every matrix and vector has the norm of its slice; the core's entries have the deviation s.
  /// Error unit: relative; of the deviation three standard errors of 1000 draws.
  @Test(arguments: [1, 2, 3]) func chainsStartWithTheNormOfTheirSlice(depth: Int) throws {
    let d = 10
    let columns = try Self.model("deep-tucker-columns", [d, d, d], depth: depth)
    let start = try #require(Initialization(rawValue: "slice-norms"))
    let parameters = try start.parameters(for: columns, scale: 0.01, seed: 3)
    let arrays = Self.arrays(columns, parameters)
    let core = try #require(arrays["G"])
    let deviation = (core.reduce(0) { $0 + $1 * $1 } / Double(core.count)).squareRoot()
    let factor = [1: 0.6931, 2: 2.1972, 3: 4.1589][depth] ?? .nan
    #expect(abs(deviation / (0.01 * factor) - 1) < 3 / (2 * 1000.0).squareRoot() + 1e-4)
    for n in 0..<3 {
      for j in 0..<d {
        let slice = core.indices.filter { [$0 / 100, $0 / 10 % 10, $0 % 10][n] == j }.reduce(0) {
          $0 + core[$1] * core[$1]
        }
        for (name, values) in arrays where name.hasPrefix("V\(n + 1)") || name.hasPrefix("M\(n + 1)_") {
          let own = values.indices.filter { $0 % d == j }.reduce(0) { $0 + values[$1] * values[$1] }
          #expect(abs(own / slice - 1) < 1e-12, "\(name) \(j)")
        }
      }
    }
  }

  @Test func sizesThatDoNotFitAreRefused() throws {
    #expect(throws: Refusal.self) { try Self.model("deep-tucker-matrices", [3, 2], core: [2], depth: 0) }
    #expect(throws: Refusal.self) { try Self.model("deep-tucker-matrices", [3, 2], core: [2, 2, 2], depth: 1) }
    #expect(throws: Refusal.self) { try Self.model("deep-tucker-matrices", [3, 2], core: [2], depth: 1000) }
    #expect(throws: Refusal.self) { try Self.model("deep-tucker-columns", [3, 2], depth: -1) }
    #expect(throws: Refusal.self) { try Self.model("deep-tucker-columns", [3], depth: 2) }
    #expect(throws: Refusal.self) { try Self.model("deep-tucker-columns", [3, 2], depth: .max) }
  }
}
