import CMath
import Checkers
import GSLBridge
import Models
import Testing
import Theorems

@Suite("Commuting measurements and certificates of least nuclear norm")
struct CommutingTests {
  private func problem(samples: Int = 3, seed: UInt64 = 1) throws -> Problem {
    try Problem(
      model: "matrix", options: ModelOptions(shape: [5, 5], depth: 2),
      source: .generated(rank: 2, norm: 2), kind: .commuting, samples: samples, dataSeed: seed)
  }

  @Test("Their matrices are symmetric, commute, and measure a positive semidefinite target of the norm asked for")
  func generated() throws {
    let problem = try problem(samples: 4)
    let found = try #require(CommutingMeasurements(problem.measurements))
    guard case .dense(let coefficients) = problem.measurements.operators else {
      Issue.record("no dense measurements")
      return
    }
    let truth = Matrix(rows: 5, columns: 5, elements: try #require(problem.truth))
    #expect(abs(truth.frobeniusNorm - 2) < 1e-12)
    let lowest = try #require(try SymmetricEigen(truth).values.first)
    #expect(lowest > -1e-12)
    for k in 0..<4 {
      let matrix = Matrix(rows: 5, columns: 5, elements: Array(coefficients[25 * k..<25 * (k + 1)]))
      #expect(matrix == matrix.transposed)
      let rebuilt = found.matrix((0..<5).map { found.eigenvalues[k, $0] })
      #expect((rebuilt - matrix).maxAbs < 1e-13)
      let value = zip(matrix.elements, truth.elements).reduce(0) { $0 + $1.0 * $1.1 }
      #expect(abs(value - problem.measurements.values[k]) < 1e-13)
    }
  }

  @Test("Measurements that do not commute, are not symmetric or are entries have no common frame")
  func others() throws {
    let diagonal = [1.0, 0, 0, 2]
    for second in [[0.0, 1, 1, 0], [1, 1, 0, 1]] {
      let measurements = try Measurements(shape: [2, 2], operators: .dense(diagonal + second), values: [1, 1])
      #expect(CommutingMeasurements(measurements) == nil)
    }
    let entries = try Measurements(shape: [2, 2], operators: .entries(indices: [0, 0]), values: [1])
    #expect(CommutingMeasurements(entries) == nil)
  }

  @Test(
    "The fit of largest entropy fits to 1e-12 and log x − log α² lies in the span of the measurements to 1e-8",
    arguments: [0.3, 0.03, 1e-4])
  func entropy(alpha: Double) throws {
    let problem = try problem()
    let found = try #require(CommutingMeasurements(problem.measurements))
    let x = try found.entropyLimit(scale: alpha)
    for k in 0..<3 {
      let value = (0..<5).reduce(0.0) { $0 + found.eigenvalues[k, $1] * x[$1] }
      #expect(abs(value - found.values[k]) < 1e-12 * 2)
    }
    // The part of log x − log α² outside the rows' span, by an orthonormal basis of it.
    let basis = try SVD(found.eigenvalues.transposed).u
    let logs = Matrix(rows: 5, columns: 1, elements: x.map { log($0) - 2 * log(alpha) })
    let outside = logs - basis * (basis.transposed * logs)
    #expect(outside.maxAbs < 1e-8)
  }

  @Test("A certificate proves the optimum; moved completions, leaking, long and short duals prove nothing")
  func certificate() throws {
    let measurements = try Measurements(
      shape: [2, 2], operators: .entries(indices: [0, 1, 1, 0, 1, 1]), values: [1, 1, 0.5])
    let solution = try MinimumNuclearNorm(measurements)
    let (matrix, dual) = (solution.matrix, solution.dual)
    #expect(try solution.certificate.flaw(measurements) == nil)
    var moved = matrix
    moved[0, 0] += 0.1
    var broken = matrix
    broken[1, 1] += 1e-9
    var leaking = dual
    leaking[0, 0] = 0.01
    for wrong in [
      NuclearNormCertificate(matrix: moved, dual: dual), NuclearNormCertificate(matrix: broken, dual: dual),
      NuclearNormCertificate(matrix: matrix, dual: leaking), NuclearNormCertificate(matrix: matrix, dual: 1.05 * dual),
      NuclearNormCertificate(matrix: matrix, dual: 0.95 * dual),
    ] { #expect(try wrong.flaw(measurements) != nil) }
  }

  @Test("Products with a transpose are those with the transpose formed, to a few unit roundoffs")
  func transposes() {
    var random = TestRandom(5)
    let a = Matrix(rows: 4, columns: 3, elements: random.numbers(12))
    let b = Matrix(rows: 4, columns: 5, elements: random.numbers(20))
    let c = Matrix(rows: 6, columns: 3, elements: random.numbers(18))
    #expect((a.transposedTimes(b) - a.transposed * b).maxAbs < 1e-14)
    #expect((a.times(transposed: c) - a * c.transposed).maxAbs < 1e-14)
  }
}
