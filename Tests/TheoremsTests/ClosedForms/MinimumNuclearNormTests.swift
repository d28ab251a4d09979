import Checkers
import GSLBridge
import Models
import Testing
import Theorems

@Suite("Completion of least nuclear norm")
struct MinimumNuclearNormTests {
  /// [[*, 1], [1, z]].
  private func problem(_ z: Double) throws -> Measurements {
    try Measurements(shape: [2, 2], operators: .entries(indices: [0, 1, 1, 0, 1, 1]), values: [1, 1, z])
  }

  @Test("[[*, 1], [1, z]]: value 2 at entry z for |z| ≤ 1, |z| + 1/|z| at entry 1/z beyond; the gap certifies it")
  func family() throws {
    for z in [0, 0.1, 0.5, -0.7] {
      let solution = try MinimumNuclearNorm(try problem(z))
      #expect(solution.gap < 1e-9)
      #expect(solution.lowerBound <= 2 + 1e-12 && solution.value >= 2 - 1e-12)
      #expect(abs(solution.value - 2) < 1e-9)
    }
    let beyond = try MinimumNuclearNorm(try problem(2))
    #expect(abs(beyond.value - 2.5) < 1e-9 && beyond.gap < 1e-9)
    #expect(abs(beyond.matrix[0, 0] - 0.5) < 1e-4)
  }

  @Test(
    "A random 8×8 rank-2 target, 75 % observed: the gap closes to 1e-6 and the target bounds the optimum from above")
  func random() throws {
    var random = TestRandom(3)
    let u = Matrix(rows: 8, columns: 2, elements: random.numbers(16))
    let v = Matrix(rows: 2, columns: 8, elements: random.numbers(16))
    let target = u * v
    let indices = random.entries(48, shape: [8, 8])
    let values = (0..<48).map { target[Int(indices[2 * $0]), Int(indices[2 * $0 + 1])] }
    let measurements = try Measurements(shape: [8, 8], operators: .entries(indices: indices), values: values)
    let solution = try MinimumNuclearNorm(measurements, tolerance: 1e-7)
    #expect(solution.gap <= 1e-6 * solution.value)
    let truth = try SVD.singularValues(of: target).reduce(0, +)
    #expect(solution.lowerBound <= truth * (1 + 1e-12))
    for k in 0..<48 { #expect(solution.matrix[Int(indices[2 * k]), Int(indices[2 * k + 1])] == values[k]) }
  }

  @Test("Sensing and contradicting entries are refused, and values whose nuclear norm is no number")
  func refused() throws {
    let dense = try Measurements(shape: [2, 2], operators: .dense([1, 0, 0, 1]), values: [1])
    #expect(throws: Refusal.self) { try MinimumNuclearNorm(dense) }
    let twice = try Measurements(shape: [2, 2], operators: .entries(indices: [0, 1, 0, 1]), values: [1, 2])
    #expect(throws: Refusal.self) { try MinimumNuclearNorm(twice) }
    let huge = try Measurements(
      shape: [2, 2], operators: .entries(indices: [0, 0, 1, 1]), values: [1.5e308, 1.5e308])
    #expect(throws: Refusal.self) { try MinimumNuclearNorm(huge) }
  }
}
