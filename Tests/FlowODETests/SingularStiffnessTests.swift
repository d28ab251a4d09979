import CMath
import Checkers
import FlowODE
import GSLBridge
import Models
import Testing

@Suite("The stiff part of large deep matrix factorizations")
struct SingularStiffnessTests {
  /// More than 400 parameters, sparse and dense evaluators, depth 2 to 4.
  private static func problem(_ widths: [Int], shape: [Int] = [21, 22], observed: Int = 220) throws -> Probe {
    let problem = try Problem(
      model: "matrix", options: ModelOptions(shape: shape, depth: nil, widths: widths, components: nil),
      source: .generated(rank: 2, norm: 12), observed: .count(observed), dataSeed: 4)
    return try Probe(problem.model, problem.measurements, normalization: .halfSum)
  }

  /// The block is Sᵀ H S with columns s_k from the scatter, √ρ included, against the dense Hessian; the gather inverts the
  /// scatter. Unit: the largest entry of the Hessian.
  @Test(arguments: [[20], [20, 21], [9, 25, 8]], [220, 300]) func blocksAreThoseOfTheHessian(
    _ widths: [Int], _ observed: Int
  ) throws {
    let probe = try Self.problem(widths, observed: observed)
    let (n, layout) = (probe.n, probe.model.layout)
    var random = TestRandom(51)
    let theta = random.numbers(n).map { 0.3 * $0 }
    let rates = layout.blocks.indices.map { 1 + 0.5 * Double($0) }
    let part = try #require(
      GradientFlow(objective: probe.objective, layout: layout, blockRates: rates).makeStiffPart())
    var scales = [Double](repeating: 0, count: part.unitCount)
    scales.withUnsafeMutableBufferPointer { part.scales(theta, into: $0.baseAddress!) }
    let units = [0, 1]
    let coordinates = part.coordinates(of: units, at: theta)
    let m = coordinates.count
    #expect(m == 2 * (21 + 22) + 4 * (widths.count - 1))
    var columns: [[Double]] = []
    for k in 0..<m {
      let unit = (0..<m).map { $0 == k ? 1.0 : 0 }
      var vector = [Double](repeating: 0, count: n)
      vector.withUnsafeMutableBufferPointer { coordinates.scatter(unit, adding: $0.baseAddress!) }
      var back = [Double](repeating: .nan, count: m)
      back.withUnsafeMutableBufferPointer { coordinates.gather(vector, into: $0.baseAddress!) }
      #expect(agree(back, unit, within: 1e-13))
      columns.append(vector)
    }
    let hessian = probe.hessian(theta)
    var block = [Double](repeating: .nan, count: m * m)
    block.withUnsafeMutableBufferPointer {
      part.block(of: units, in: coordinates, theta, into: $0.baseAddress!)
    }
    let unit = largest(hessian)
    for k in stride(from: 0, to: m, by: 7) {
      let image = (0..<n).map { i in (0..<n).reduce(0) { $0 + hessian[i * n + $1] * columns[k][$1] } }
      for j in 0..<m { #expect(abs(block[j * m + k] - dot(columns[j], image)) < 1e-12 * unit) }
    }
  }

  /// On a plateau the subspace holds all stiffness: Lanczos' largest eigenvalue of the Hessian is the block's, and what is
  /// left beside the subspace is below a tenth of it.
  @Test func theSubspaceHoldsTheStiffness() throws {
    let probe = try Self.problem([20, 20])
    let start = try Initialization.gaussian.parameters(for: probe.model, scale: 1e-4, seed: 2)
    let theta = try probe.flow(from: start, until: 600, rtol: 1e-8).parameters
    let values = theta.withUnsafeBufferPointer { probe.model.componentNorms($0.baseAddress!) }
    let grown = values.filter { $0 > 0.1 }.count
    #expect(grown >= 1 && values[grown] < 0.01, "\(values)")
    let part = try #require(
      GradientFlow(objective: probe.objective, layout: probe.model.layout).makeStiffPart())
    var scales = [Double](repeating: 0, count: part.unitCount)
    scales.withUnsafeMutableBufferPointer { part.scales(theta, into: $0.baseAddress!) }
    let coordinates = part.coordinates(of: Array(0..<grown), at: theta)
    let m = coordinates.count
    var block = [Double](repeating: 0, count: m * m)
    block.withUnsafeMutableBufferPointer {
      part.block(of: Array(0..<grown), in: coordinates, theta, into: $0.baseAddress!)
    }
    let stiff = try SymmetricEigen(Matrix(rows: m, columns: m, elements: block)).values[m - 1]
    let whole = try probe.objective.extremeEigenvalues(theta, tolerance: 1e-6)
    #expect(abs(stiff - whole.largest) < 1e-3 * whole.largest)
    // H with the subspace projected out on both sides.
    func project(_ vector: UnsafeMutablePointer<Double>) {
      var inside = [Double](repeating: 0, count: m)
      inside.withUnsafeMutableBufferPointer { coordinates.gather(vector, into: $0.baseAddress!) }
      coordinates.scatter(inside.map { -$0 }, adding: vector)
    }
    let rest = try Lanczos(dimension: probe.n, tolerance: 1e-3) { x, result in
      var inner = Array(UnsafeBufferPointer(start: x, count: probe.n))
      inner.withUnsafeMutableBufferPointer { project($0.baseAddress!) }
      probe.objective.hessianVectorProduct(theta, direction: inner, into: result)
      project(result)
    }
    #expect(max(rest.largest, -rest.smallest) < 0.1 * stiff, "\(rest.largest) of \(stiff)")
  }

  /// Waiting times grow like 1/α at depth 3, the cost hardly; and the time and the state of the stop are those of dop853,
  /// although the small singular directions that decide both are below a millionth of the large ones.
  @Test func waitingCostsLittle() throws {
    let probe = try Self.problem([20, 20])
    func run(_ scale: Double, _ method: IntegrationMethod, _ rtol: Double) throws -> Trajectory {
      try probe.flow(
        from: Initialization.gaussian.parameters(for: probe.model, scale: scale, seed: 2), until: 1e9, method: method,
        rtol: rtol, stops: [.lossBelow(1e-2)])
    }
    let (short, long) = (try run(1e-3, .plateau, 1e-6), try run(1e-6, .plateau, 1e-6))
    #expect(long.time > 900 * short.time && long.counts.evaluations < 4 * short.counts.evaluations)
    for scale in [1e-3, 1e-4] {
      let reference = try run(scale, .explicit(.dop853), 1e-11)
      #expect(reference.outcome.isComplete)
      for (rtol, bound) in [(1e-6, 1e-3), (1e-8, 1e-5), (1e-10, 1e-7)] {
        let end = try run(scale, .plateau, rtol)
        #expect(abs(end.time / reference.time - 1) < bound)
        #expect(PlateauTests.distance(end.parameters, reference.parameters) < bound)
      }
    }
  }

  /// ‖W₂ᵀW₂ − W₁W₁ᵀ‖ and its like drift by no more than the tolerance allows, relative to the largest.
  @Test func balancednessIsKeptToTheTolerance() throws {
    let (probe, start) = try PlateauCase.largeMatrix.probe()
    func drift(_ end: [Double]) throws -> Double {
      var worst = 0.0
      for (inner, outer) in zip(probe.model.layout.blocks, probe.model.layout.blocks.dropFirst()) {
        func gram(_ theta: [Double], _ i: Int, _ j: Int) -> (difference: Double, size: Double) {
          let left = (0..<outer.rows).reduce(0) {
            $0 + theta[outer.offset + $1 * outer.columns + i] * theta[outer.offset + $1 * outer.columns + j]
          }
          let right = (0..<inner.columns).reduce(0) {
            $0 + theta[inner.offset + i * inner.columns + $1] * theta[inner.offset + j * inner.columns + $1]
          }
          return (left - right, abs(left))
        }
        var (change, size) = (0.0, 0.0)
        for i in 0..<outer.columns {
          for j in 0..<outer.columns {
            change = max(change, abs(gram(end, i, j).difference - gram(start, i, j).difference))
            size = max(size, gram(end, i, j).size)
          }
        }
        worst = max(worst, change / size)
      }
      return worst
    }
    for rtol in [1e-5, 1e-7, 1e-9] {
      let end = try probe.flow(from: start, until: 12, method: .plateau, rtol: rtol)
      #expect(try drift(end.parameters) < 100 * rtol)
    }
  }

  @Test("an ascent blows up and ends with a sentence at a finite state; θ = 0 stays")
  func contract() throws {
    let probe = try Self.problem([20, 20])
    let start = try Initialization.gaussian.parameters(for: probe.model, scale: 0.3, seed: 2)
    let end = try probe.flow(from: start, until: 100, method: .plateau, rtol: 1e-5, rates: [-1, -1, -1])
    guard case .failed(let sentence, _, let time) = end.outcome else {
      Issue.record("\(end.outcome)")
      return
    }
    #expect(!sentence.isEmpty && time.total < 100 && end.parameters.allSatisfy(\.isFinite))
    let zero = try probe.flow(
      from: [Double](repeating: 0, count: probe.n), until: 5, method: .plateau, rtol: 1e-6)
    #expect(zero.outcome == .reachedEnd && zero.parameters.allSatisfy { $0 == 0 })
    // Dead directions: a factor of rank one.
    let flat = [Double](repeating: 0.05, count: probe.n)
    #expect(try probe.flow(from: flat, until: 5, method: .plateau, rtol: 1e-6).outcome == .reachedEnd)
  }
}
