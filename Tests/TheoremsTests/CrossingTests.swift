import CMath
import FlowODE
import GSLBridge
import Models
import Testing
import Theorems
import Verdicts

/// Two singular values that cross exactly: W = Q diag(x₁, x₂) Pᵀ of depth 2, fully observed, has σ̇ = 2σ(s − σ) for either.
@Suite struct CrossingTests {
  private static let modes = [(start: 0.02, target: 1.0), (start: 0.01, target: 2.0)]
  private static let until = 6.0

  private static func rotation(_ angle: Double) -> Matrix {
    Matrix(rows: 2, columns: 2, elements: [cos(angle), -sin(angle), sin(angle), cos(angle)])
  }

  /// - Parameter coupling: of the target's off-diagonal part; with it the two values meet only nearly.
  private static func experiment(coupling: Double = 0) throws -> Experiment {
    let (q, p) = (rotation(0.7), rotation(-1.9))
    func object(_ middle: [Double]) -> Matrix {
      q * Matrix(rows: 2, columns: 2, elements: middle) * p.transposed
    }
    let problem = Problem(
      model: try Model(MatrixFactorization(shape: [2, 2], hiddenWidths: [2])),
      measurements: try Measurements(
        shape: [2, 2], operators: .entries(indices: [0, 0, 0, 1, 1, 0, 1, 1]),
        values: object([modes[0].target, coupling, coupling, modes[1].target]).elements),
      truth: nil, heldOut: [], dataSummary: "two modes")
    let chain = try MatrixFactorization(shape: [2, 2], hiddenWidths: [2])
    return try Experiment(
      problem: problem, loss: SquaredLoss(), normalization: .halfSum,
      start: try chain.balancedParameters(endToEnd: object([modes[0].start, 0, 0, modes[1].start])),
      startSummary: "balanced", method: .explicit(.dop853), absoluteTolerance: .auto, until: until, saveCount: 2,
      savesLogarithmically: false, stops: [], maxSteps: 100_000)
  }

  /// The integrals of the sorted rates are the changes of the sorted values to 10 τ, for no more than 30 decompositions a step.
  @Test(arguments: [1e-6, 1e-8, 1e-10, 1e-12]) func sortedIntegralsFollowTheCrossing(_ tolerance: Double) throws {
    let experiment = try Self.experiment()
    let laws = BalancedSingularValues.laws(ClaimSetting(experiment: experiment), .law)
    let path = try #require(laws?.terms.quadratures.first as? any PathQuadrature)
    let counted = Counted(path)
    let flow = try experiment.flow(quadratures: [counted])
    let end = try Integrator(
      model: experiment.problem.model, field: flow,
      plan: experiment.plan(relativeTolerance: tolerance, grid: try .linear(until: Self.until, count: 2))
    ).run(from: experiment.start, observers: [])
    let last = Self.modes.map { mode in
      mode.target / (1 + (mode.target / mode.start - 1) * exp(-2 * mode.target * Self.until))
    }.sorted(by: >)
    let first = Self.modes.map(\.start).sorted(by: >)
    for r in 0..<2 {
      // The state's own error comes on top of the integral's.
      #expect(abs(first[r] + end.quadratures[r] - last[r]) <= 20 * tolerance * last[r] + 1e-13)
    }
    #expect(counted.calls <= 30 * end.counts.accepted, "\(counted.calls) in \(end.counts.accepted)")
  }

  private final class Counted: PathQuadrature {
    private let path: any PathQuadrature
    private(set) var calls = 0
    init(_ path: any PathQuadrature) { self.path = path }
    var names: [String] { path.names }
    func rates(at parameters: UnsafePointer<Double>, isStep: Bool, into rates: UnsafeMutablePointer<Double>) {
      calls += 1
      path.rates(at: parameters, isStep: isStep, into: rates)
    }
    func sizes(at parameters: UnsafePointer<Double>) -> [Double] { path.sizes(at: parameters) }
    func derivatives(at point: FlowPoint, into derivatives: UnsafeMutablePointer<Double>) {}
    func scales(at start: FlowPoint) -> [Double] { path.scales(at: start) }
  }

  /// Near misses: the claim holds and its controls are rejected, with residuals of 10 τ.
  @Test(arguments: [1e-3, 1e-6, 0]) func theClaimHoldsThroughIt(_ coupling: Double) throws {
    let experiment = try Self.experiment(coupling: coupling)
    let reports = try examine(experiment, [BalancedSingularValues.self, SingularValueRates.self])
    for report in reports {
      #expect(report.verdict == .holds, "\(report.claim): \(report.reason)")
      for rung in report.rungs { #expect((rung.drift ?? 1) <= 10 * rung.rtol, "\(report.claim) at \(rung.rtol)") }
      for control in report.controls { #expect(control.verdict == .violated, "\(report.claim): \(control.name)") }
    }
  }
}
