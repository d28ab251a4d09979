import Checkers
import FlowODE
import GSLBridge
import Models
import Testing

/// The cases on which the fast methods are compared with rk8pd: small copies of the benchmark's.
enum PlateauCase: String, CaseIterable, Sendable {
  case fourthOrder, thirdOrder, matrix, wideMatrix, largeMatrix

  var until: Double {
    switch self {
    case .fourthOrder: 3e4
    case .thirdOrder: 3000
    case .matrix: 300
    case .wideMatrix: 60
    case .largeMatrix: 12
    }
  }

  func probe() throws -> (Probe, [Double]) {
    switch self {
    case .fourthOrder: try Self.completion("cp", [4, 4, 4, 4], 12, rank: 2, norm: 1, observed: 150, scale: 0.1)
    case .thirdOrder: try Self.completion("cp", [5, 4, 5], 10, rank: 2, norm: 1, observed: 60, scale: 0.02)
    case .matrix: try Self.hidden()
    case .wideMatrix: try Self.completion("matrix", [6, 5], nil, rank: 2, norm: 4, observed: 20, scale: 0.05)
    // Too many parameters for a dense Hessian.
    case .largeMatrix: try Self.completion("matrix", [21, 20], nil, rank: 2, norm: 10, observed: 150, scale: 0.02)
    }
  }

  static func completion(
    _ name: String, _ shape: [Int], _ components: Int?, rank: Int, norm: Double, observed: Int, scale: Double
  ) throws -> (Probe, [Double]) {
    let problem = try Problem(
      model: name,
      options: ModelOptions(
        shape: shape, depth: components == nil ? 3 : nil, widths: nil, components: components),
      source: .generated(rank: rank, norm: norm), observed: .count(observed), dataSeed: 4)
    return (
      try Probe(problem.model, problem.measurements, normalization: components == nil ? .halfSum : .mean),
      try Initialization.gaussian.parameters(for: problem.model, scale: scale, seed: 2)
    )
  }

  /// The 2×2 completion of depth 3 with (0,1) = (1,0) = 1 and (1,1) = 0 observed.
  static func hidden() throws -> (Probe, [Double]) {
    let model = try Model(MatrixFactorization(shape: [2, 2], hiddenWidths: [2, 2]))
    let measurements = try Measurements(
      shape: [2, 2], operators: .entries(indices: [0, 1, 1, 0, 1, 1]), values: [1, 1, 0])
    return (
      try Probe(model, measurements), try Initialization.gaussian.parameters(for: model, scale: 8e-3, seed: 1)
    )
  }
}

@Suite("Exponential Adams with exact blocks on gradient flows")
struct PlateauTests {
  @Test(
    "components too flat to join do not lock the step of a flow that has come to its end",
    arguments: [1e-8, 1e-10, 1e-12])
  func noLock(tolerance: Double) throws {
    let problem = try Problem(
      model: "cp", options: ModelOptions(shape: [4, 4, 4], depth: nil, widths: nil, components: 5),
      source: .generated(rank: 1, norm: 3), observed: .count(64), dataSeed: 1)
    let probe = try Probe(problem.model, problem.measurements, normalization: .halfSum)
    let start = try Initialization.gaussian.parameters(for: problem.model, scale: 0.1, seed: 1)
    let plan = IntegrationPlan(
      method: .auto, relativeTolerance: tolerance, grid: try .linear(until: 2.8e5, count: 2), maxSteps: 20_000)
    let end = try Integrator(
      model: problem.model, field: GradientFlow(objective: probe.objective, layout: problem.model.layout), plan: plan
    ).run(from: start, observers: [])
    #expect(end.outcome == .reachedEnd && end.counts.accepted < 3000, "\(end.outcome), \(end.counts)")
  }

  /// ‖a − b‖/‖b‖.
  static func distance(_ a: [Double], _ b: [Double]) -> Double {
    let change = zip(a, b).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }
    return (change / b.reduce(0) { $0 + $1 * $1 }).squareRoot()
  }

  /// The errors against rk8pd at 1e-13 fall at least in proportion to rtol from 1e-4 to 1e-10, up to a factor of 4 or what
  /// is left of the reference's own error, and end below 1e-7; at 1e-12 both agree. dop853 by itself is held by stability at
  /// loose tolerances, where it errs less than it may: its errors fall like rtol^0.75.
  @Test(arguments: PlateauCase.allCases, ["plateau", "dop853", "auto"])
  func errorsFallWithTheTolerance(_ example: PlateauCase, _ name: String) throws {
    let (probe, start) = try example.probe()
    let reference = try probe.flow(from: start, until: example.until, method: .explicit(.rk8pd), rtol: 1e-13)
    let method = try IntegrationMethod(named: name)
    func error(_ rtol: Double) throws -> Double {
      let end = try probe.flow(from: start, until: example.until, method: method, rtol: rtol)
      #expect(end.outcome == .reachedEnd)
      return Self.distance(end.parameters, reference.parameters)
    }
    let errors = try [1e-4, 1e-6, 1e-8, 1e-10].map(error)
    for (coarse, fine) in zip(errors, errors.dropFirst()) { #expect(fine < coarse || fine < 1e-10, "\(errors)") }
    #expect(errors[3] < 1e-7 && errors[3] < max(2e-12, (name == "dop853" ? 3e-5 : 4e-6) * errors[0]), "\(errors)")
    #expect(try error(1e-12) < 1e-9)
  }

  /// From small starts the flow passes saddles, where a method with too old a block can leave on another branch: every
  /// tolerance must find the branch of the reference, and closer as it tightens.
  @Test(arguments: [IntegrationMethod.plateau, .auto]) func everyToleranceFindsTheSameBranch(
    _ method: IntegrationMethod
  ) throws {
    let (probe, start) = try PlateauCase.completion(
      "cp", [5, 5, 5], 20, rank: 3, norm: 1, observed: 80, scale: 1e-3)
    let ends = try [1e-12, 1e-10, 1e-9, 1e-8, 3e-8, 1e-7, 3e-7, 1e-6, 3e-6, 1e-5, 3e-5].map { rtol in
      let end = try probe.flow(
        from: start, until: 1e6, method: method, rtol: rtol, stops: [.lossBelow(1e-8)])
      #expect(end.loss <= 1e-8)
      return end
    }
    let reference = ends[0].parameters.withUnsafeBufferPointer { probe.model.endToEnd($0.baseAddress!) }
    for (end, bound) in zip(ends.dropFirst(), [1e-7, 1e-6, 1e-5, 3e-5, 1e-4, 3e-4, 1e-3, 3e-3, 1e-2, 3e-2]) {
      let tensor = end.parameters.withUnsafeBufferPointer { probe.model.endToEnd($0.baseAddress!) }
      #expect(Self.distance(tensor, reference) < bound)
    }
    // The price of waiting: an explicit method pays for it in full.
    let explicit = try probe.flow(
      from: start, until: ends[0].time, method: .explicit(.dop853), rtol: 1e-6, maxSteps: 1_000_000)
    #expect(ends[7].counts.evaluations * 3 < explicit.counts.evaluations)
  }

  /// Huber's loss does not bend while all residuals are large and bends fully once they are small: what was measured before says
  /// nothing of the stiffness then, and steps would be held by stability until the end. dop853, which is, needs some twenty times the
  /// evaluations.
  @Test(arguments: ["cp", "matrix"]) func aLossThatBeginsToBend(_ name: String) throws {
    let problem = try Problem(
      model: name,
      options: ModelOptions(
        shape: name == "cp" ? [3, 3, 3] : [3, 3], depth: name == "cp" ? nil : 2, widths: nil,
        components: name == "cp" ? 3 : nil),
      source: .generated(rank: 1, norm: 8), observed: .fraction(1), dataSeed: 4)
    let probe = try Probe(problem.model, problem.measurements, loss: HuberLoss(delta: 1e-3), normalization: .mean)
    let start = try Initialization.gaussian.parameters(for: problem.model, scale: 0.3, seed: 1)
    let explicit = try probe.flow(from: start, until: 5e4, method: .explicit(.dop853), rtol: 1e-10)
    let plateau = try probe.flow(from: start, until: 5e4, method: .plateau, rtol: 1e-8)
    #expect(probe.residuals(start).contains { abs($0) > 1e-3 })
    #expect(probe.residuals(plateau.parameters).contains { abs($0) < 1e-3 })
    #expect(Self.distance(plateau.parameters, explicit.parameters) < 1e-5)
    #expect(plateau.counts.evaluations * 5 < explicit.counts.evaluations)
  }

  /// The loss that was dissipated equals the integral of ‖∇f‖², formed beside the state.
  @Test func integralsAreFormedAlong() throws {
    let (probe, start) = try PlateauCase.thirdOrder.probe()
    let before = probe.value(start)
    for rtol in [1e-6, 1e-9] {
      let end = try probe.flow(
        from: start, until: 3000, method: .plateau, rtol: rtol, quadratures: [SquaredSpeed()])
      #expect(abs(before - end.loss - end.quadratures[0]) < 1e3 * rtol * before)
    }
  }

  private final class SquaredSpeed: Quadrature {
    let names = ["speed"]
    func rates(at point: FlowPoint, into rates: UnsafeMutablePointer<Double>) {
      let norm = BLAS.norm2(count: point.objective.parameterCount, point.gradient)
      rates[0] = norm * norm
    }
    func derivatives(at point: FlowPoint, into derivatives: UnsafeMutablePointer<Double>) {}
    func scales(at start: FlowPoint) -> [Double] { [start.value] }
  }

  /// The balanced 2×2 completion of depth 3 whose loss reaches 1e-8 only at t ≈ 2.3e9, where w₀₀ = 1/√(2·1e-8) = 7071.07:
  /// the loss is ½ · 1/w₀₀² to leading order, and an explicit method would need some 10¹³ evaluations.
  @Test func longHorizonsNearADegenerateMinimum() throws {
    let (probe, _) = try PlateauCase.hidden()
    let model = try MatrixFactorization(shape: [2, 2], hiddenWidths: [2, 2])
    // det > 0, and balanced.
    let start = try model.balancedParameters(
      endToEnd: Matrix(rows: 2, columns: 2, elements: [0.01, 0.002, 0.001, 0.01]))
    for rtol in [1e-6, 1e-8] {
      let end = try probe.flow(
        from: start, until: 1e12, method: .auto, rtol: rtol, stops: [.lossBelow(1e-8)])
      let w = end.parameters.withUnsafeBufferPointer { model.endToEnd($0.baseAddress!) }
      #expect(abs(w[0] - 7071.07) < 1, "w00 = \(w[0])")
      #expect(end.counts.evaluations < 50_000 && (end.choice ?? "").contains("plateau"))
    }
  }

  @Test("another rate in one block is another flow, and is followed too")
  func blockRates() throws {
    for example in [PlateauCase.thirdOrder, .matrix, .largeMatrix] {
      let (probe, start) = try example.probe()
      var rates = [Double](repeating: 1, count: probe.model.layout.blocks.count)
      rates[1] = 1.3
      let ends = try [IntegrationMethod.explicit(.rk8pd), .plateau].map {
        try probe.flow(from: start, until: example.until, method: $0, rtol: 1e-11, rates: rates)
      }
      #expect(Self.distance(ends[1].parameters, ends[0].parameters) < 1e-8)
    }
  }

  @Test("the same run twice gives the same bits")
  func repeatability() throws {
    let (probe, start) = try PlateauCase.fourthOrder.probe()
    let ends = try (0..<2).map { _ in try probe.flow(from: start, until: 1e4, method: .plateau, rtol: 1e-7) }
    #expect(ends[0] == ends[1])
  }

  @Test("Huber's loss, whose second derivative jumps")
  func huber() throws {
    let (smooth, start) = try PlateauCase.thirdOrder.probe()
    let problem = try Problem(
      model: "cp", options: ModelOptions(shape: [5, 4, 5], depth: nil, widths: nil, components: 10),
      source: .generated(rank: 2, norm: 1), observed: .count(60), dataSeed: 4)
    let probe = try Probe(
      smooth.model, problem.measurements, loss: HuberLoss(delta: 0.05), normalization: .mean)
    let ends = try [IntegrationMethod.explicit(.rk8pd), .plateau].map {
      try probe.flow(from: start, until: 4000, method: $0, rtol: 1e-8)
    }
    #expect(Self.distance(ends[1].parameters, ends[0].parameters) < 1e-5)
  }
}
