import Checkers
import GSLBridge
import Models
import Testing
import Theorems

@Suite("Completion of least nuclear norm at larger size and on data that make it hard")
struct LargeCompletionTests {
  @Test("100 × 100 of rank 5, 2000 observed: the bounds meet to 1e-10 where another method ends, below the truth")
  func fewEntries() throws {
    let (target, measurements) = try CompletionCases.random(100, rows: 100, columns: 100, rank: 5, count: 2000)
    let solution = try MinimumNuclearNorm(measurements)
    try CompletionCases.check(solution, measurements, gap: 1e-10)
    // Independent: a proximal-point method with semismooth Newton steps, double precision, gap 1e-12. Unit: relative.
    #expect(abs(solution.value / 159.6318783973 - 1) < 2e-10)
    #expect(solution.value < 0.995 * (try SVD.singularValues(of: target).reduce(0, +)))
    let loose = try MinimumNuclearNorm(measurements, tolerance: 1e-6)
    try CompletionCases.check(loose, measurements, gap: 1e-6)
    #expect(loose.iterations < solution.iterations)
  }

  @Test("100 × 100 of rank 5, 5000 observed: the completion is the truth, to 1e-8 of its largest entry")
  func recovery() throws {
    let (target, measurements) = try CompletionCases.random(101, rows: 100, columns: 100, rank: 5, count: 5000)
    let solution = try MinimumNuclearNorm(measurements, tolerance: 1e-12)
    try CompletionCases.check(solution, measurements, gap: 1e-12)
    #expect((solution.matrix - target).maxAbs < 1e-8 * target.maxAbs)
  }

  /// The bounds of splitting alone are 1e-6 apart after 4000 iterations.
  @Test("Few entries of rank one: the bounds meet to 1e-9 where another method ends, within 2000 iterations")
  func degenerate() throws {
    for (seed, rows, columns, rank, value) in [(40, 40, 40, 1, 12.3982391329), (12, 12, 30, 2, 10.45046571267)] {
      let (_, measurements) = try CompletionCases.random(
        UInt64(seed), rows: rows, columns: columns, rank: rank, count: 120)
      let solution = try MinimumNuclearNorm(measurements, maxIterations: 2000)
      try CompletionCases.check(solution, measurements, gap: 1e-9)
      // Independent as above; gaps 1e-10.
      #expect(abs(solution.value / value - 1) < 1e-9)
    }
  }

  /// The matrix of ones has norm n, and the check's own lower bound shows that no completion has less.
  @Test("Ones on and above the diagonal: n, to 1e-9, though the dual optimum is not unique", arguments: [10, 30])
  func triangle(n: Int) throws {
    let positions = (0..<n * n).filter { $0 % n >= $0 / n }
    let measurements = try CompletionCases.measurements(Matrix(rows: n, columns: n) { _, _ in 1 }, positions)
    let solution = try MinimumNuclearNorm(measurements, maxIterations: 2000)
    try CompletionCases.check(solution, measurements, gap: 1e-9)
    #expect(abs(solution.value - Double(n)) < 1e-9 * Double(n))
  }

  @Test("Powers of two in the data change nothing but the powers of two in the answer, and other factors 1e-9 of it")
  func scales() throws {
    let (target, measurements) = try CompletionCases.random(7, rows: 30, columns: 30, rank: 3, count: 300)
    let solution = try MinimumNuclearNorm(measurements)
    guard case .entries(let indices) = measurements.operators else { return }
    let positions = (0..<300).map { Int(indices[2 * $0]) * 30 + Int(indices[2 * $0 + 1]) }
    for scale in [4.0, 0x1p-900, -0x1p900] {
      let scaled = try MinimumNuclearNorm(CompletionCases.measurements(scale * target, positions))
      #expect(scaled.value == abs(scale) * solution.value && scaled.lowerBound == abs(scale) * solution.lowerBound)
      #expect(scaled.iterations == solution.iterations)
    }
    for scale in [3.0, 1e-300, 1e300, 0x1p-1050] {
      let scaled = try MinimumNuclearNorm(CompletionCases.measurements(scale * target, positions))
      #expect(scaled.gap <= 1e-9 * scaled.value)
      // Below the normal numbers the data themselves are rounded: unit 2⁻¹⁰⁷⁴ an entry.
      #expect(abs(scaled.value - scale * solution.value) <= 1e-9 * scaled.value + 1e5 * .leastNonzeroMagnitude)
    }
    let turned = try MinimumNuclearNorm(
      CompletionCases.measurements(target.transposed, positions.map { $0 % 30 * 30 + $0 / 30 }))
    #expect(abs(turned.value - solution.value) < 1e-9 * solution.value)
  }

  @Test("Rows, columns, tall, wide and sparse shapes, hidden rows, rows of zeros, all sizes: certified to 1e-9")
  func shapes() throws {
    for (rows, columns, count) in [
      (1, 7, 3), (7, 1, 3), (1, 1, 1), (2, 50, 60), (50, 2, 60), (10, 150, 300), (5, 5, 1), (20, 20, 20), (17, 18, 306),
    ] {
      var (target, _) = try CompletionCases.random(9, rows: rows, columns: columns, rank: 1, count: 1)
      var random = TestRandom(UInt64(rows + columns))
      for i in target.elements.indices {
        target.elements[i] = random.number() * Double(sign: .plus, exponent: random.index(0...20) - 10, significand: 1)
        if rows > 4, i / columns == 3 || i % columns == 2 { target.elements[i] = 0 }
      }
      let indices = random.entries(count, shape: [rows, columns])
      let positions = (0..<count).map { Int(indices[2 * $0]) * columns + Int(indices[2 * $0 + 1]) }
        .filter { rows <= 4 || $0 / columns != 0 }
      guard !positions.isEmpty else { continue }
      let measurements = try CompletionCases.measurements(target, positions)
      try CompletionCases.check(try MinimumNuclearNorm(measurements), measurements, gap: 1e-9)
      // Those at even places are given twice.
      let twice = try CompletionCases.measurements(target, positions + positions.filter { $0 % 2 == 0 })
      let again = try MinimumNuclearNorm(twice)
      #expect(again == (try MinimumNuclearNorm(measurements)))
    }
  }

  @Test("All observed: ‖Y‖_*. One row or column: ‖y‖₂. The diagonal: Σ |d|. Ones off it: n. Zeros: 0. To 1e-10")
  func closedForms() throws {
    var random = TestRandom(2)
    let full = Matrix(rows: 9, columns: 6, elements: random.numbers(54))
    let line = Matrix(rows: 1, columns: 20, elements: random.numbers(20))
    let ones = Matrix(rows: 8, columns: 8) { _, _ in 1 }
    let off = (0..<64).filter { $0 % 9 != 0 }
    let near = ones + 1e-9 * Matrix(rows: 8, columns: 8, elements: random.numbers(64))
    let diagonal = Matrix.diagonal([3, -2, 0, 0.5])
    let half = Array(stride(from: 0, to: 20, by: 2))
    let norm = half.reduce(0) { $0 + line.elements[$1] * line.elements[$1] }.squareRoot()
    let cases: [(target: Matrix, positions: [Int], value: Double)] = [
      (full, Array(0..<54), try SVD.singularValues(of: full).reduce(0, +)),
      (near, Array(0..<64), try SVD.singularValues(of: near).reduce(0, +)), (line, half, norm),
      (line.transposed, half, norm), (diagonal, [0, 5, 10, 15], 5.5), (ones, off, 8), (.zero(4, 3), [1, 5, 6], 0),
      (ones, [17], 1),
    ]
    for (target, positions, value) in cases {
      let measurements = try CompletionCases.measurements(target, positions)
      let solution = try MinimumNuclearNorm(measurements)
      try CompletionCases.check(solution, measurements, gap: 1e-10)
      #expect(abs(solution.value - value) <= 1e-10 * value)
      if positions.count == target.elements.count { #expect(solution.iterations == 0) }
    }
  }

  @Test("Whoever stops it, or asks for no iteration or for no gap at all, gets bounds that hold")
  func bounded() throws {
    let (_, measurements) = try CompletionCases.random(40, rows: 40, columns: 40, rank: 1, count: 120)
    let optimum = 12.3982391329
    for stop in [0, 1, 30, 400] {
      var polls = 0
      let solution = try MinimumNuclearNorm(measurements) {
        polls += 1
        return polls > stop
      }
      #expect(solution.iterations <= stop)
      try CompletionCases.check(solution, measurements, gap: 1)
      #expect(solution.lowerBound <= optimum * (1 + 1e-9) && solution.value >= optimum * (1 - 1e-9))
    }
    for limit in [Int.min, -1, 0, 1, 2, 7] {
      let solution = try MinimumNuclearNorm(measurements, maxIterations: limit)
      #expect(solution.iterations == max(0, limit))
      try CompletionCases.check(solution, measurements, gap: 1)
    }
    for tolerance in [0, -1, Double.leastNonzeroMagnitude] {
      let solution = try MinimumNuclearNorm(measurements, tolerance: tolerance, maxIterations: 2000)
      try CompletionCases.check(solution, measurements, gap: 1e-9)
    }
    #expect(try MinimumNuclearNorm(measurements, tolerance: .nan).iterations == 0)
  }
}
