import AllocationCounter
import Checkers
import Models
import Testing

/// A run asks for no memory: neither values nor gradients nor second derivatives, of programs and of kernels.
@Suite(.enabled(if: allocation_counter_is_supported() == 1 && !_isDebugAssertConfiguration()))
struct ProgramAllocationTests {
  /// Otherwise nothing below would mean anything.
  @Test func requestsAreSeen() {
    var kept: [Any] = []
    let capacity = Int(ContinuousClock.now.duration(to: .now).components.seconds) + 3
    #expect(requests { kept.append([Double](repeating: 1, count: capacity)) } > 0)
    #expect(requests { UnsafeMutablePointer<Double>.allocate(capacity: capacity).deallocate() } == 1)
    #expect(requests { UnsafeMutableRawPointer.allocate(byteCount: 64 * capacity, alignment: 64).deallocate() } == 1)
    #expect(requests { kept.append(PreparedPoint(measurementCount: capacity)) } > 1)
    #expect(kept.count == 2)
  }

  private static func models(_ random: inout TestRandom) throws -> [Model] {
    [
      try ProgramModel.matrix([40, 33, 37]).model, try ProgramModel.cp([4, 3, 5], components: 11).model,
      try ProgramModel.tucker([4, 3, 5], core: [2, 3, 2]).model, try ProgramModel.tree(3, 2).model,
      try ProgramModel.twoLayers(3, 5, 2, batch: 4, .erf, &random).model,
      try ProgramModel.attention(batch: 2, tokens: 5, width: 6, heads: 2, head: 3, &random).model,
      try Model(MatrixFactorization(shape: [8, 9], hiddenWidths: [11, 7])),
      try Model(CPFactorization(shape: [5, 6, 4], components: 19)),
    ]
  }

  @Test func evaluatorsAskForNothing() throws {
    var random = TestRandom(141)
    for model in try Self.models(&random) {
      for kind in Sensing.allCases {
        let measurements = try measure(kind, shape: model.endShape, random: &random)
        let objective = try Objective(
          model: model, measurements: measurements, loss: SquaredLoss(), normalization: .mean)
        let n = objective.parameterCount
        let theta = UnsafeMutablePointer<Double>.allocate(capacity: 3 * n)
        defer { theta.deallocate() }
        for (k, value) in random.numbers(3 * n).enumerated() { theta[k] = value }
        let (direction, result) = (theta + n, theta + 2 * n)
        let hessian = objective.preparedHessian(at: theta)
        let counts = [
          steadyRequests { _ = objective.value(theta) },
          steadyRequests { objective.gradient(theta, into: result) },
          steadyRequests { objective.hessianVectorProduct(theta, direction: direction, into: result) },
          steadyRequests { hessian.multiply(direction, into: result) },
        ]
        #expect(counts == [0, 0, 0, 0], "\(model.summary), \(kind)")
      }
    }
  }
}
