import CMath
import FlowODE
import Models
import Verdicts

/// One component leaves zero first while the others are O(αᴺ), as the closed form says.
///
/// **Statement.** From small balanced starts α a: at the instant t* when the leading component's norm reaches a level σ*, every
/// other one is what the closed form says, and so O(αᴺ) where a_1/a_r > (γ̄_r/γ̄_1)^{1/(N−2)}. With s = σ^{1/N},
/// κ_r = ∫γ_r / ∫γ_1 up to t* (γ_r/γ_1 where directions are frozen) and N ≥ 3,
///
///     σ_r(t*) = [ (α a_r)^{2−N} − κ_r ((α a_1)^{2−N} − σ*^{−(N−2)/N}) ]^{−N/(N−2)} ≤ αᴺ [a_r^{2−N} − κ_r a_1^{2−N}]^{−N/(N−2)},
///
/// and for N = 2, σ_r(t*) = (α a_r)² (σ*/(α a_1)²)^{κ_r}, only α^{2(1−κ_r)}. Finite-α slopes approach N slowly, so the closed
/// form is what is tested.
/// **Hypotheses.** ``Condition``.
/// **Judged by.** ``IncrementalRule``: the closed form at every α, the bound, and one component risen at the smallest two.
/// **Refuted by.** The exponent 1/(N−2), or κ/2 for N = 2; γ_1 and γ_r swapped.
/// **Sources.** Razin, Maman, Cohen 2021, proof of Theorem 2; the closed form is derived.
public struct IncrementalStudy: Sendable {
  static let card = ClaimCard(
    name: "incremental",
    summary: "one component leaves zero first while the others are O(αᴺ), as the closed form says (own command)",
    formulas: [
      "when σ_1 = σ*:  σ_r = [(α a_r)^(2−N) − κ_r ((α a_1)^(2−N) − σ*^(−(N−2)/N))]^(−N/(N−2)), κ_r = ∫γ_r/∫γ_1",
      "≤ αᴺ [a_r^(2−N) − κ_r a_1^(2−N)]^(−N/(N−2)) where a_1/a_r > κ_r^(1/(N−2));  N = 2: σ_r = (α a_r)² (σ*/(α a_1)²)^κ_r",
    ],
    sources: [.razinMamanCohen2021("proof of Theorem 2"), .derived("closed form")], judgedBy: .limit,
    residual:
      "largest relative departure from the closed form at every α of at least four halvings, beside 1000·τ times the growth "
      + "(σ/σ_0)^((N−2)/N); and one component risen at the two smallest α",
    example: "flowcheck incremental --shape 4,4,4 --components 5 --rank 1 --target-norm 8 --observed 20 --loss huber "
      + "--huber-delta 0.01 --until 1e9 --control")

  /// What is asked besides a balanced start.
  enum Condition: String, CaseIterable {
    case constantGradient = "the gradient is constant until the level is reached"
    case advantage = "the leading component's advantage a_1/a_r exceeds κ_r^(1/(N−2))"
  }

  /// The false closed forms.
  enum Mutant: String, CaseIterable {
    case exponent = "the exponent 1/(N−2)"
    case halfKappa = "κ/2"
    case swapped = "γ_1 and γ_r swapped"
  }

  /// What `list` and `explain` print.
  public static let page = ClaimPage(
    card: card, hypotheses: [HypothesisRule.balancedText] + Condition.allCases.map(\.rawValue),
    controls: Mutant.allCases.map(\.rawValue))

  /// The experiment; its start is a.
  public let experiment: Experiment
  /// The α, strictly decreasing.
  public let scales: [Double]
  /// σ*.
  public let level: Double
  /// The tolerances of the last two rungs, coarser first.
  public let tolerances: [Double]
  let context: RunContext

  /// What the instant t* looks like at one α.
  public struct Point: Sendable, Equatable {
    public let alpha: Double
    public let time: Double
    public let leader: Int
    /// Components whose norm is above the geometric mean of where the leader started and σ*.
    public let risen: Int
    /// The largest other component and its norm.
    public let runnerUp: Int
    public let runnerUpNorm: Double
    /// κ of that component; its a_1/a_r over κ^{1/(N−2)}, above 1 where O(αᴺ) is claimed (κ ≤ 0 counts as infinite).
    public let kappa: Double
    public let separation: Double
    /// Largest relative departure of a component from the closed form; the same for the mutated forms.
    public let error: Double
    public let wrongExponent: Double
    public let swapped: Double
    /// αᴺ [a_r^{2−N} − max(0, κ) a_1^{2−N}]^{−N/(N−2)}, nil where it is no bound.
    public let bound: Double?
    /// Whether the gradient was constant up to t*.
    public let isConstantGradient: Bool
    /// Magnification of the solver's error in σ_r: (σ_r(t*)/σ_r(0))^{(N−2)/N}, at most.
    public let magnification: Double
    /// Every component at t*.
    public let components: [Component]
  }

  /// One component at the instant t*.
  public struct Component: Sendable, Equatable {
    public let startNorm: Double
    public let norm: Double
    /// κ_r; 1 for the leading one.
    public let kappa: Double
    /// What the closed form says; the leading one's own norm.
    public let closedForm: Double
  }

  /// - Throws: ``Refusal`` for unusable scales or level.
  public init(
    experiment: Experiment, scales: [Double], level: Double, tolerances: [Double],
    context: RunContext = RunContext()
  ) throws(Refusal) {
    guard scales.count >= 2, scales.allSatisfy({ $0 > 0 && $0.isFinite }),
      zip(scales, scales.dropFirst()).allSatisfy({ $0 > $1 })
    else {
      throw Refusal(
        "the ladder of scales is \(scales)", remedy: "give init.scales two or more decreasing positive numbers")
    }
    guard level > 0, level.isFinite else {
      throw Refusal("the level is \(level)", remedy: "give integration.level a positive number")
    }
    guard tolerances.count >= 2 else {
      throw Refusal("the refinement ladder is \(tolerances)", remedy: "give integration.refine two or more tolerances")
    }
    guard experiment.problem.model is CPFactorization else {
      throw Refusal("the model is no CP factorization", remedy: "use problem.model cp")
    }
    self.experiment = experiment
    self.scales = scales
    self.level = level
    self.tolerances = Array(tolerances.suffix(2))
    self.context = context
  }

  func point(alpha: Double, tolerance: Double) throws -> Point {
    guard let registry = ComponentRegistry(experiment.problem.model) else {
      throw Refusal("the model has no components", remedy: "use problem.model cp")
    }
    let order = registry.components[0].count
    let n = Double(order)
    let start = experiment.start.map { alpha * $0 }
    let run = try experiment.replacing(start: start, stops: [.componentNormAbove(level)])
    let law = ComponentLaw(kind: .power(2 - 2 / n))
    let events = (experiment.loss as? HuberLoss).map { [Event.firstKink(delta: $0.delta)] } ?? []
    let trajectory = try ScaleRun.integrate(
      run, tolerance: tolerance, grid: try SaveGrid.linear(until: run.until, count: 2), events: events,
      quadratures: [ComponentQuadrature(registry, rates: [law.quadrature])], isCancelled: context.isCancelled)
    guard case .stopped(_, let time) = trajectory.outcome, time > 0 else {
      throw Refusal(
        "at α = \(tableSetting(alpha)) no component norm grows to \(tableNumber(level)) by t = \(tableNumber(run.until))",
        remedy: "raise integration.until, lower integration.level or use larger init.scales")
    }
    let terms = ComponentTerms(registry)
    func norms(_ parameters: [Double]) -> [Double] {
      terms.update(parameters, gradient: nil)
      return (0..<terms.count).map { terms.component($0).norm }
    }
    let before = norms(start)
    let after = norms(trajectory.parameters)
    // The quadrature holds ∫ N γ.
    let integrals = trajectory.quadratures.map { $0 / n }
    let leader = after.indices.max { after[$0] < after[$1] } ?? 0
    let others = after.indices.filter { $0 != leader }
    let runnerUp = others.max { after[$0] < after[$1] } ?? leader
    func departure(_ form: (Double, Double, Double, Double) -> Double) -> Double {
      others.reduce(0) { worst, r in
        let value = form(before[leader], before[r], integrals[r] / integrals[leader], after[leader])
        let error = abs(value - after[r]) / after[r]
        return error.isNaN ? .infinity : max(worst, error)
      }
    }
    let form = { Self.closedForm(order: order, leader: $0, other: $1, kappa: $2, level: $3) }
    let kappa = integrals[runnerUp] / integrals[leader]
    let a1 = pow(before[leader], 1 / n) / alpha
    let ar = pow(before[runnerUp], 1 / n) / alpha
    // A component that shrinks (κ < 0) ends below where it started.
    let limit = pow(ar, 2 - n) - max(0, kappa) * pow(a1, 2 - n)
    let components = after.indices.map { r in
      let kappa = r == leader ? 1 : integrals[r] / integrals[leader]
      return Component(
        startNorm: before[r], norm: after[r], kappa: kappa,
        closedForm: r == leader ? after[r] : form(before[leader], before[r], kappa, after[leader]))
    }
    return Point(
      alpha: alpha, time: time, leader: leader,
      risen: after.indices.filter { after[$0] > (before[leader] * after[leader]).squareRoot() }.count,
      runnerUp: runnerUp, runnerUpNorm: others.isEmpty ? 0 : after[runnerUp], kappa: kappa,
      separation: kappa > 0 && order > 2 ? (a1 / ar) / pow(kappa, 1 / (n - 2)) : .infinity, error: departure(form),
      wrongExponent: order > 2
        ? departure { pow(Self.base(order, $0, $1, $2, $3), -1 / (n - 2)) } : departure { form($0, $1, 0.5 * $2, $3) },
      swapped: departure { form($0, $1, 1 / $2, $3) },
      bound: order > 2 && limit > 0 ? pow(alpha, n) * pow(limit, -n / (n - 2)) : nil,
      isConstantGradient: !events.isEmpty && trajectory.events.isEmpty,
      magnification: after.indices.reduce(1) { max($0, pow(after[$1] / before[$1], max(0, n - 2) / n)) },
      components: components)
  }

  /// The points of the ladder at one tolerance.
  func points(tolerance: Double, pass: Double) throws -> [Point] {
    try scales.enumerated().map { k, alpha in
      defer { context.progress(k, (pass + 1) / 2) }
      return try point(alpha: alpha, tolerance: tolerance)
    }
  }

  /// Runs the smallest scale once more, with the experiment's save times spread over [0, t*], for whoever records it.
  func record(until time: Double) throws {
    let observers = try context.recorders()
    guard !observers.isEmpty else { return }
    let run = try experiment.replacing(
      start: experiment.start.map { $0 * scales[scales.count - 1] }, until: time, stops: [])
    _ = try ScaleRun.integrate(
      run, tolerance: tolerances[1], grid: try SaveGrid.linear(until: time, count: run.saveCount), observers: observers,
      isCancelled: context.isCancelled)
  }

  private static func base(_ order: Int, _ leader: Double, _ other: Double, _ kappa: Double, _ level: Double) -> Double
  {
    let q = -Double(order - 2) / Double(order)
    return pow(other, q) - kappa * (pow(leader, q) - pow(level, q))
  }

  /// σ_r when the leading component, which started at the norm `leader`, is at `level`; balanced starts, κ the ratio of the
  /// integrals of γ. NaN where the form says that r blew up first.
  public static func closedForm(order: Int, leader: Double, other: Double, kappa: Double, level: Double) -> Double {
    if order == 2 { return other * pow(level / leader, kappa) }
    return pow(base(order, leader, other, kappa, level), -Double(order) / Double(order - 2))
  }
}
