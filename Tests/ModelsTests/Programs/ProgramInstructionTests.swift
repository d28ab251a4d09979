import Checkers
import Models
import Testing

/// Every instruction of the double-precision arithmetic against naive loops over random strides.
@Suite struct ProgramInstructionTests {
  private static let paths = KernelPath.allCases.filter(\.isSupported)

  /// Random loops: every array has some of the labels, in an order of its own, sometimes with gaps and diagonals.
  private static func loops(_ random: inout TestRandom, factors: Int) -> (loops: [Loop], sizes: [Int]) {
    let count = random.index(0...4)
    var loops = (0..<count).map { _ in
      Loop(extent: random.index(0...3) == 0 ? random.index(8...75) : random.index(1...6), z: 0, x: 0, y: 0)
    }
    var sizes = [1, 1, 1]
    for (array, path) in [\Loop.z, \Loop.x, \Loop.y].enumerated() where array <= factors {
      var stride = random.index(0...5) == 0 ? 2 : 1
      for label in loops.indices.shuffled(using: &random) where random.index(0...2) > 0 {
        loops[label][keyPath: path] = stride
        sizes[array] += stride * (loops[label].extent - 1)
        stride *= loops[label].extent
        if random.index(0...4) == 0 { stride += random.index(1...3) }
      }
    }
    return (loops, sizes)
  }

  /// Loops of a matrix product, or of a matrix and a vector, within a batch, with the axes of every array in a random order.
  private static func matrices(_ random: inout TestRandom) -> (loops: [Loop], sizes: [Int]) {
    let extents = [
      random.index(1...3), random.index(9...24), random.index(0...1) * random.index(9...24), random.index(9...24),
    ]
    var loops = extents.map { Loop(extent: max($0, 1), z: 0, x: 0, y: 0) }
    var sizes = [1, 1, 1]
    // Batch, rows, columns and the sum.
    for (array, (path, labels)) in [(\Loop.z, [0, 1, 2]), (\Loop.x, [0, 1, 3]), (\Loop.y, [0, 2, 3])].enumerated() {
      for label in labels.shuffled(using: &random) {
        loops[label][keyPath: path] = sizes[array]
        sizes[array] *= loops[label].extent
      }
    }
    return random.index(0...1) == 0
      ? (loops, sizes)
      : (loops.map { Loop(extent: $0.extent, z: $0.z, x: $0.y, y: $0.x) }, [sizes[0], sizes[2], sizes[1]])
  }

  private static func naive(
    _ loops: [Loop], _ c: Double, _ z: inout [Double], _ starts: [Int], _ x: [Double]?, _ y: [Double]?
  ) {
    for flat in 0..<loops.reduce(1, { $0 * $1.extent }) {
      var (rest, atZ, atX, atY) = (flat, starts[0], starts[1], starts[2])
      for loop in loops {
        let k = rest % loop.extent
        rest /= loop.extent
        atZ += k * loop.z
        atX += k * loop.x
        atY += k * loop.y
      }
      z[atZ] += c * (x?[atX] ?? 1) * (y?[atY] ?? 1)
    }
  }

  private static func name(_ form: ContractionForm) -> String {
    switch form {
    case .matrix: "matrix"
    case .vector: "vector"
    case .nest(let nest): "\(nest.kind)"
    }
  }

  private static func run(
    _ contraction: Contraction, _ z: inout [Double], _ x: [Double], _ y: [Double], _ path: KernelPath
  ) {
    let backend = DoubleBackend([.contraction(contraction)], arenaCount: 1, data: [], path: path)
    z.withUnsafeMutableBufferPointer { z in
      x.withUnsafeBufferPointer { x in
        y.withUnsafeBufferPointer { y in
          backend.set(.result, z.baseAddress!)
          backend.set(.parameters, x.baseAddress!)
          backend.set(.direction, y.baseAddress!)
          backend.execute(0)
        }
      }
    }
  }

  private static let places = [Base.parameters, .direction].map { Place(base: $0, offset: 0) }

  @Test(arguments: paths) func contractions(_ path: KernelPath) {
    var random = TestRandom(91)
    var seen: Set<String> = []
    for round in 0..<500 {
      let factors = round % 4 == 0 ? 2 : random.index(0...9) == 0 ? 0 : random.index(1...2)
      let (loops, sizes) = round % 4 == 0 ? Self.matrices(&random) : Self.loops(&random, factors: factors)
      guard loops.reduce(1, { $0 * $1.extent }) <= 40_000 else { continue }
      let merged = Loop.merged(loops)
      // Sums of so many terms of at most 1.5, each addition rounded.
      let terms = Double(loops.reduce(1) { $1.z == 0 ? $0 * $1.extent : $0 })
      let tolerance = 0x1p-52 * (terms + 2) * (1.5 * terms + 2)
      let lowering = Lowering(merged, factors: factors)
      seen.insert(Self.name(lowering.form))
      let (x, y) = (random.numbers(sizes[1]), random.numbers(sizes[2]))
      for accumulates in lowering.completesEntries ? [true, false] : [true] {
        // Setting must not read what was there.
        let start = accumulates ? random.numbers(sizes[0]) : [Double](repeating: .nan, count: sizes[0])
        var (got, expected) = (start, start)
        if !accumulates {
          // Entries the loops reach begin at zero, the others stay.
          for flat in 0..<loops.reduce(1, { $0 * $1.extent }) {
            expected[zip(multiIndex(flat, shape: loops.map(\.extent)), loops).reduce(0) { $0 + $1.0 * $1.1.z }] = 0
          }
        }
        Self.naive(loops, 1.5, &expected, [0, 0, 0], factors > 0 ? x : nil, factors > 1 ? y : nil)
        Self.run(
          Contraction(
            coefficient: try! Rational(3, 2), result: Place(base: .result, offset: 0),
            factors: Array(Self.places.prefix(factors)), loops: merged, rows: nil, accumulates: accumulates,
            form: lowering.form), &got, x, y, path)
        #expect(
          zip(got, expected).allSatisfy { abs($0 - $1) <= tolerance || ($0.isNaN && $1.isNaN) },
          "\(merged) \(lowering.form)")
      }
    }
    #expect(seen == ["matrix", "vector", "times", "scaled", "dot", "total", "strided"])
  }

  @Test(arguments: paths) func rows(_ path: KernelPath) {
    var random = TestRandom(92)
    for round in 0..<300 {
      let factors = random.index(0...2)
      var (loops, sizes) = Self.loops(&random, factors: factors)
      if round % 3 == 0 {
        // One loop, as factorizations have: the fast kernels.
        let unit = random.index(0...2)
        let extent = random.index(1...150)
        loops = [Loop(extent: extent, z: unit == 0 ? 0 : 1, x: factors > 0 ? 1 : 0, y: factors > 1 && unit < 2 ? 1 : 0)]
        sizes = [extent, extent, extent]
      }
      guard loops.reduce(1, { $0 * $1.extent }) <= 5000 else { continue }
      let count = random.index(1...20)
      let tables = sizes.map { _ in (0..<count).map { _ in Int32(random.index(0...6) * random.index(1...40)) } }
      let lengths = zip(sizes, tables).map { $0 + Int($1.max()!) }
      let (x, y) = (random.numbers(lengths[1]), random.numbers(lengths[2]))
      let start = random.numbers(lengths[0])
      var (got, expected) = (start, start)
      for row in 0..<count {
        Self.naive(
          loops, -1, &expected, tables.map { Int($0[row]) }, factors > 0 ? x : nil, factors > 1 ? y : nil)
      }
      let merged = Loop.merged(loops)
      Self.run(
        Contraction(
          coefficient: -1, result: Place(base: .result, offset: 0), factors: Array(Self.places.prefix(factors)),
          loops: merged,
          rows: Contraction.Rows(z: tables[0], factors: Array(tables.dropFirst().prefix(factors))), accumulates: true,
          form: Lowering(merged, factors: factors, takesMatrices: false).form), &got, x, y, path)
      #expect(agree(got, expected, within: 1e-11), "\(merged)")
    }
  }
}
