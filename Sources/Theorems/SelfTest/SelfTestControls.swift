import FlowODE
import GSLBridge
import Models
import Verdicts

/// Rows of the self-test that run negative controls: each must be rejected on an experiment on which the true claim holds.
enum SelfTestControls {
  static let rows: [SelfTestRow] = [
    SelfTestRow("B5.1", "balancedness of matrix layers", unit: "wrong rate, plus sign") {
      try examine(matrix(depth: 3), [Balancedness.self])
    },
    SelfTestRow("B5.2", "end-to-end dynamics, depth 3", unit: "wrong rate, exponents over L + 1") {
      try examine(matrix(depth: 3), [EndToEndDynamics.self])
    },
    SelfTestRow("B5.3", "singular-value law, depth 3", unit: "wrong rate, exponent 2 − 2/(L + 1)") {
      try examine(matrix(depth: 3), [BalancedSingularValues.self])
    },
    SelfTestRow("B5.4", "exact singular-value rates, unbalanced, depth 3", unit: "wrong rate, a layer left out") {
      try examine(matrix(depth: 3, start: .gaussian), [SingularValueRates.self])
    },
    SelfTestRow("B5.5", "depth-2 imbalance bound", unit: "constant 1/4") {
      try examine(matrix(depth: 2, start: .gaussian), [ImbalanceBound.self])
    },
    SelfTestRow("B6.1", "norms of the 2×2 problem, depth 3", unit: "steeper floors, other det sign, unbalanced start") {
      try examine(hiddenEntry(), [DivergingNorms.self], exempt: ["distance to rank one ≤ δ²"])
    },
    SelfTestRow("B6.2", "|w00| ≥ B(δ), depth 3", unit: "1.05 B, B(δ²), other det sign, unbalanced start") {
      try examine(hiddenEntry(), [HiddenEntryFloor.self])
    },
    SelfTestRow("B6.3", "asymptotic law of |w00|, depth 3", unit: "exponent of depth L + 1, factor 2L + 3") {
      try examine(hiddenEntry(), [HiddenEntryGrowth.self])
    },
    SelfTestRow(
      "B6.4", "depth 2 to t = 400, |w00| ≥ B(δ)", unit: "inconclusive in the weights, holds in svd coordinates"
    ) {
      try falseRefutation()
    },
    SelfTestRow("B5.3e", "fitted exponent of singular values, depth 3", unit: "wrong exponents, unbalanced start") {
      try examine(growing(), [SingularValueExponent.self])
    },
    SelfTestRow("B6.8c", "exponential of commuting measurements", unit: "wrong rate, factor −4, start not commuting") {
      try examine(commuting(), [CommutingMeasurementsLaw.self])
    },
    SelfTestRow("B6.8", "nuclear-norm conjecture on [[*, 1], [1, 0.1]], det > 0", unit: "conjecture violated") {
      try nuclearNorm()
    },
  ]

  @inline(never)
  private static func experiment(
    _ problem: Problem, start: [Double], until: Double, saves: Int = 40, logarithmic: Bool = false,
    method: IntegrationMethod = .auto, coordinates: Coordinates = .weights
  ) throws -> Experiment {
    try Experiment(
      problem: problem, loss: SquaredLoss(), normalization: .halfSum, start: start, startSummary: "self-test",
      method: method, absoluteTolerance: .auto, until: until, saveCount: saves, savesLogarithmically: logarithmic,
      stops: [], maxSteps: 200_000, coordinates: coordinates)
  }

  private static func matrix(depth: Int, start kind: Initialization = .balanced) throws -> Experiment {
    let problem = try Problem(
      model: "matrix", options: ModelOptions(shape: [4, 3], depth: depth),
      source: .generated(rank: 2, norm: 3), observed: .fraction(0.7), dataSeed: 1)
    let start = try kind.parameters(for: problem.model, scale: 0.4, seed: 1)
    return try experiment(problem, start: start, until: 5)
  }

  /// Singular values that grow a hundredfold.
  private static func growing() throws -> Experiment {
    let problem = try Problem(
      model: "matrix", options: ModelOptions(shape: [6, 5], depth: 3),
      source: .generated(rank: 2, norm: 5), observed: .fraction(0.7), dataSeed: 1)
    let start = try Initialization.balanced.parameters(for: problem.model, scale: 0.01, seed: 1)
    return try experiment(problem, start: start, until: 20, saves: 100)
  }

  private static func commuting() throws -> Experiment {
    let problem = try Problem(
      model: "matrix", options: ModelOptions(shape: [5, 5], depth: 2),
      source: .generated(rank: 2, norm: 2), kind: .commuting, samples: 3, dataSeed: 1)
    let start = try Initialization.identity.parameters(for: problem.model, scale: 0.3, seed: 1)
    return try experiment(problem, start: start, until: 30)
  }

  private static func hiddenEntry(
    depth: Int = 3, opposite z: Double = 0, until: Double = 1000, scale: Double = 0.5,
    method: IntegrationMethod = .implicit(.bsimp), coordinates: Coordinates = .weights
  ) throws -> Experiment {
    let problem = try Problem.hiddenEntry(model: "matrix", ModelOptions(shape: [], depth: depth), opposite: z)
    let start = try Initialization.balanced.parameters(
      for: problem.model, scale: scale, seed: 1, determinant: .positive)
    return try experiment(
      problem, start: start, until: until, saves: 60, logarithmic: true, method: method, coordinates: coordinates)
  }

  /// Judges the claims and all their controls; every control must apply to this experiment and be rejected on it.
  ///
  /// - Parameter exempt: controls that are true statements here, and so are left out.
  static func examine(
    _ experiment: Experiment, _ claims: [any Claim.Type], exempt: [String] = []
  ) throws -> SelfTestOutcome {
    let refinement = try Refinement(experiment: experiment, tolerances: [1e-6, 1e-8, 1e-10])
    var count = 0
    var complaints: [String] = []
    for report in try Examination(refinement: refinement, claims: claims, runsControls: true).run().reports {
      if report.verdict != .holds {
        complaints.append("\(report.claim) is \(report.verdict.rawValue): \(report.reason)")
      }
      let controls = report.controls.filter { $0.isApplicable || !exempt.contains($0.name) }
      count += controls.count
      for control in controls where !control.isRejected {
        complaints.append("\(control.name) is \(control.verdict.rawValue)")
      }
    }
    return .controls(count: count, complaints: complaints)
  }

  private static func falseRefutation() throws -> SelfTestOutcome {
    var complaints: [String] = []
    for (coordinates, wanted) in [(Coordinates.weights, Verdict.inconclusive), (.svd, .holds)] {
      let experiment = try hiddenEntry(depth: 2, until: 400, coordinates: coordinates)
      let refinement = try Refinement(experiment: experiment, tolerances: [1e-8, 1e-10])
      let reports = try Examination(refinement: refinement, claims: [HiddenEntryFloor.self], runsControls: false).run()
        .reports
      for report in reports where report.verdict != wanted {
        complaints.append("\(report.verdict.rawValue) in \(coordinates.rawValue): \(report.reason)")
      }
    }
    return .controls(count: 2, complaints: complaints)
  }

  private static func nuclearNorm() throws -> SelfTestOutcome {
    let experiment = try hiddenEntry(depth: 2, opposite: 0.1, until: 1e4, method: .auto)
    let report = try NuclearNormStudy(experiment: experiment, scales: [1e-1, 1e-2, 1e-3]).report()
    return .controls(
      count: 1, complaints: report.verdict == .violated ? [] : ["the conjecture is \(report.verdict.rawValue)"])
  }
}
