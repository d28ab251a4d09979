import CMath
import FlowODE
import GSLBridge
import Models
import Verdicts

/// Rows of the self-test about CP components: the named mutants of balancedness, growth, closed forms and small starts.
enum SelfTestGrowth {
  static let rows: [SelfTestRow] = [
    SelfTestRow(
      "B1", "balancedness of CP components", unit: "wrong rate, plus sign, unsquared norms, off-diagonal products"
    ) {
      try SelfTestControls.examine(components(.gaussian, until: 10), [Balancedness.self])
    },
    SelfTestRow("B1p", "balancedness under a preconditioner per coordinate", unit: "drift that no tolerance moves") {
      try preconditioned()
    },
    SelfTestRow("B2.1", "exact rate of component norms", unit: "wrong rate, squares dropped, integral × 1.01") {
      try SelfTestControls.examine(components(.gaussian, until: 10), [ComponentGrowth.self])
    },
    SelfTestRow("B2.2", "bounds of the unbalancedness", unit: "ε/20, ε = 0, unreversed for γ < 0, twice") {
      try SelfTestControls.examine(
        lopsided(), [ComponentBounds.self, SharpComponentBounds.self], exempt: ["bounds 1% closer"])
    },
    SelfTestRow("B2.3", "effective exponent of unbalanced components", unit: "wrong rate, exponent × 1.01") {
      try SelfTestControls.examine(components(.gaussian, until: 10), [EffectiveExponent.self])
    },
    SelfTestRow(
      "B2.4", "growth law and fitted exponent of balanced components",
      unit: "wrong rate, four wrong exponents each, unbalanced start"
    ) {
      try SelfTestControls.examine(
        components(.balanced, until: 1500, scale: 0.2, norm: 1), [BalancedGrowth.self, ComponentExponent.self])
    },
    SelfTestRow("B3.2", "the others when the leading component rises", unit: "exponent 1/(N − 2), γ swapped") {
      let experiment = try smallStart(components: 5, seed: 2, until: 1e9)
      return try controls(
        of: IncrementalStudy(
          experiment: experiment, scales: try RankOneStudy.defaultScales(experiment),
          level: 0.5 * RankOneStudy.escapeNorm(experiment), tolerances: [1e-11, 1e-13]
        ))
    },
    SelfTestRow("B3.4", "closed-form bounds and growing γ while ∇L is constant", unit: "rates × 1.5, falling γ") {
      let experiment = try smallStart(components: 5, seed: 3, until: 5000)
      let scale = try RankOneStudy.defaultScales(experiment)[0]
      return try SelfTestControls.examine(
        experiment.replacing(start: experiment.start.map { $0 * scale }),
        [ConstantGradientBounds.self, ConstantGradientGamma.self])
    },
    SelfTestRow("A1u", "CP, d = 1, unbalanced, N = 2: (δ/2) sinh(2γt + asinh(2σ₀/δ))", unit: "relative") {
      try .measured(error: hyperbolic(), limit: 1e-9)
    },
    SelfTestRow("B3.5", "growth of unbalanced components", unit: "wrong rate, δ × 1.05, γ(0) × 1.01") {
      let measurements = try SelfTestSetting.entries([1, 1, 1], [0, 0, 0], [3])
      let run = try SelfTestSetting.experiment(
        Model(CPFactorization(shape: [1, 1, 1], components: 1)), measurements, loss: HuberLoss(delta: 0.3),
        normalization: .sum, start: [0.2, 0.3, 0.5], until: 7, saves: 40)
      return try SelfTestControls.examine(run, [UnbalancedGrowth.self, ConstantGradientForm.self])
    },
    SelfTestRow("B4", "small starts follow rank-one trajectories, N = 3", unit: "two equal leaders") {
      let experiment = try smallStart(components: 10, seed: 1, until: 2000)
      return try controls(
        of: RankOneStudy(
          experiment: experiment, scales: try RankOneStudy.defaultScales(experiment), tolerances: [1e-11, 1e-13]
        ))
    },
  ]

  @inline(never)
  private static func components(
    _ kind: Initialization, until: Double, scale: Double = 0.4, norm: Double = 3
  ) throws -> Experiment {
    let problem = try Problem(
      model: "cp", options: ModelOptions(shape: [4, 4, 4], components: 3),
      source: .generated(rank: 2, norm: norm), observed: .fraction(0.5), dataSeed: 1)
    return try SelfTestSetting.experiment(
      problem.model, problem.measurements, normalization: .mean,
      start: kind.parameters(for: problem.model, scale: scale, seed: 1), until: until, saves: 40)
  }

  /// Every component's first vector five times as short as drawn, so that ε matters in both bounds.
  private static func lopsided() throws -> Experiment {
    let experiment = try components(.gaussian, until: 10)
    var start = experiment.start
    for i in experiment.problem.model.layout.blocks[0].range { start[i] *= 0.2 }
    return try experiment.replacing(start: start)
  }

  /// A balanced start a of a Huber problem whose leading component satisfies the rank-one theorem.
  private static func smallStart(components: Int, seed: UInt64, until: Double) throws -> Experiment {
    let problem = try Problem(
      model: "cp", options: ModelOptions(shape: [3, 3, 3], components: components),
      source: .generated(rank: 1, norm: 5), observed: .count(12), dataSeed: 1)
    let drawn = try SelfTestSetting.experiment(
      problem.model, problem.measurements, loss: HuberLoss(delta: 0.02), normalization: .mean,
      start: Initialization.balanced.parameters(for: problem.model, scale: 1, seed: seed), until: until, saves: 100)
    return try drawn.replacing(start: LeadingComponent.enlarging(drawn, start: drawn.start, factor: 1.5))
  }

  private static func controls(of study: any LadderStudy) throws -> SelfTestOutcome {
    let report = try study.report(runsControls: true)
    let missed = report.controls.filter { !$0.isRejected }.map { "\($0.name) is \($0.verdict.rawValue)" }
    return .controls(
      count: report.controls.count,
      complaints: (report.verdict == .holds ? [] : ["the claim is \(report.verdict.rawValue): \(report.reason)"])
        + missed)
  }

  private static func hyperbolic() throws -> Double {
    let (a0, b0, delta, time) = (0.7, 0.2, 0.4, 3.0)
    let model = try Model(CPFactorization(shape: [1, 1], components: 1))
    let run = try SelfTestSetting.experiment(
      model, SelfTestSetting.entries([1, 1], [0, 0], [10]), loss: HuberLoss(delta: delta), normalization: .sum,
      start: [a0, b0], until: time)
    let end = try SelfTestSetting.solve(run).parameters
    let excess = a0 * a0 - b0 * b0
    let exact = excess / 2 * sinh(2 * delta * time + asinh(2 * a0 * b0 / excess))
    return abs(end[0] * end[1] / exact - 1)
  }

  /// Balancedness judged on θ̇_i = −g_i/√(g_i² + ε²), what RMSprop and Adam without momentum follow.
  private static func preconditioned() throws -> SelfTestOutcome {
    let experiment = try components(.gaussian, until: 1)
    let law = Statement.law(of: Balancedness.self)
    let setting = ClaimSetting(experiment: experiment)
    let rungs = try [1e-6, 1e-8, 1e-10].map { tolerance in
      guard let fold = law.laws(setting)?.fold(LawIntegrals([])) else {
        throw Refusal("\(setting.model.summary) has no law", remedy: "")
      }
      let trajectory = try Integrator(
        model: experiment.problem.model, field: PreconditionedFlow(objective: experiment.objective()),
        plan: experiment.plan(relativeTolerance: tolerance, grid: experiment.grid(tightest: tolerance))
      ).run(from: experiment.start, observers: [fold])
      return RungEvidence(
        relativeTolerance: tolerance, steps: trajectory.counts.accepted, incompleteness: nil, evidence: fold.evidence)
    }
    let verdict = JudgingRule.judge(hypotheses: [], rungs: rungs).verdict
    return .controls(count: 1, complaints: verdict == .violated ? [] : ["balancedness is \(verdict.rawValue)"])
  }
}

/// θ̇_i = −g_i/√(g_i² + ε²): gradient flow with the preconditioner per coordinate of RMSprop, which no scaling symmetry survives.
private final class PreconditionedFlow: VectorField {
  let objective: Objective
  var leadingCount: Int { objective.parameterCount }
  var quadratureCount: Int { 0 }
  private static let floor = 1e-2

  init(objective: Objective) { self.objective = objective }

  func evaluate(
    _ time: Double, _ state: UnsafePointer<Double>, _ derivative: UnsafeMutablePointer<Double>
  ) throws(RightHandSideFailure) {
    objective.gradient(state, into: derivative)
    for i in 0..<leadingCount {
      let g = derivative[i]
      derivative[i] = -g / (g * g + Self.floor * Self.floor).squareRoot()
    }
  }

  func jacobian(
    _ time: Double, _ state: UnsafePointer<Double>, _ dfdy: UnsafeMutablePointer<Double>,
    _ dfdt: UnsafeMutablePointer<Double>
  ) throws(RightHandSideFailure) {
    // Explicit methods only.
    dfdt.update(repeating: 0, count: leadingCount)
    dfdy.update(repeating: .nan, count: leadingCount * leadingCount)
  }

  func quadratureScales(_ state: UnsafePointer<Double>) -> [Double] { [] }
}
