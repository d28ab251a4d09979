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
/// **Hypotheses.** A balanced start; the gradient is constant until the level is reached; the leader's advantage.
/// **Judged by.** ``IncrementalRule``: the closed form at every α, the bound, and one component risen at the smallest two.
/// **Refuted by.** The exponent 1/(N−2), or κ/2 for N = 2; γ_1 and γ_r swapped.
/// **Sources.** Razin, Maman, Cohen 2021, proof of Theorem 2; the closed form is derived.
public struct IncrementalStudy: ValueLadder, LadderStudy {
  public static let card = ClaimCard(
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

  /// The experiment; its start is a.
  public let experiment: Experiment
  /// The α, strictly decreasing.
  public let values: [Double]
  /// σ*.
  public let level: Double
  /// The tolerances of the last two rungs, coarser first.
  public let tolerances: [Double]
  public var keptRun: (experiment: Experiment, tolerance: Double)? { tolerances.last.map { (experiment, $0) } }
  let registry: ComponentRegistry

  /// - Parameters:
  ///   - scales: those of ``RankOneStudy/defaultScales(_:halvings:)`` where none are given.
  ///   - level: ``defaultLevel(_:)`` where none is given.
  /// - Throws: ``Refusal`` for unusable scales or level.
  public init(
    experiment: Experiment, scales: [Double]? = nil, level: Double? = nil, tolerances: [Double]
  ) throws(Refusal) {
    guard let registry = experiment.problem.model.components, registry.isSumOfProducts else {
      throw Refusal("the model is no CP factorization", remedy: "use problem.model cp")
    }
    self.registry = registry
    values = if let scales { scales } else { try RankOneStudy.defaultScales(experiment) }
    try ScaleRun.check(scales: values)
    self.level = level ?? Self.defaultLevel(experiment)
    guard self.level > 0, self.level.isFinite else {
      throw Refusal("the level is \(self.level)", remedy: "give integration.level a positive number")
    }
    self.tolerances = try ScaleRun.lastTwo(tolerances)
    self.experiment = experiment
  }

  /// Half the norm that no entry of a component needs to fit the smallest observation.
  public static func defaultLevel(_ experiment: Experiment) -> Double { 0.5 * RankOneStudy.escapeNorm(experiment) }

  /// N.
  var order: Int { registry.components[0].count }

  public static let hypotheses: [LadderHypothesis<IncrementalStudy>] = [
    LadderHypothesis(HypothesisRule.balancedText) { study in
      let found = ComponentSetting.balanced(ClaimSetting(experiment: study.experiment))
      return (found.isMet, found.detail)
    },
    LadderHypothesis(
      "the gradient is constant until the level is reached",
      along: { study, found in
        (
          found.fine.allSatisfy(\.isConstantGradient),
          "no residual of a Huber loss may fall to δ before the leading norm reaches \(tableNumber(study.level)); lower "
            + "integration.level"
        )
      }),
    LadderHypothesis(
      "the leading component's advantage a_1/a_r exceeds κ_r^(1/(N−2))",
      along: { study, found in
        found.fine.last.map { last in
          (
            study.order == 2 || last.separation > 1,
            "at the smallest α it is \(tableNumber(last.separation)) times that; see init.leader"
          )
        }
      }),
  ]

  public static let mutants: [LadderMutant<IncrementalStudy>] = [
    falseForm("the exponent 1/(N−2)", \.wrongExponent) { $0 > 2 }, falseForm("κ/2", \.wrongExponent) { $0 == 2 },
    falseForm("γ_1 and γ_r swapped", \.swapped) { _ in true },
  ]

  /// A closed form that is false at some orders.
  private static func falseForm(
    _ text: String, _ departure: @escaping @Sendable (Point) -> Double, where isFalse: @escaping @Sendable (Int) -> Bool
  ) -> LadderMutant<IncrementalStudy> {
    LadderMutant(text) { study, found, _ in
      guard isFalse(study.order) else { return nil }
      let worst = found.fine.map(departure).max() ?? 0
      return LadderFinding(
        ControlRule.judge(
          form: "its closed form", departure: worst, trueForm: found.fine.map(\.error).max() ?? 0), figure: worst)
    }
  }

  public static func statement(_ study: Self) -> String {
    let level = tableNumber(study.level)
    return study.order == 2
      ? "when σ_1 reaches \(level), σ_r = (α a_r)² (σ_1/(α a_1)²)^κ_r: only α^(2(1−κ_r))"
      : "when σ_1 reaches \(level), σ_r = [(α a_r)^(2−N) − κ_r ((α a_1)^(2−N) − σ_1^(−(N−2)/N))]^(−N/(N−2)) "
        + "= O(α^N) for r ≠ 1, N = \(study.order)"
  }

  public static func judge(_ study: Self, _ found: Found, _ hypotheses: [Hypothesis]) -> LadderFinding {
    LadderFinding(
      IncrementalRule.judge(
        hypotheses: hypotheses, found.coarse.map(\.evidence), found.fine.map(\.evidence), tolerance: study.tolerances[1]
      ))
  }
}
