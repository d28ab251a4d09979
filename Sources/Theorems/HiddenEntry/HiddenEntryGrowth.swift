import FlowODE
import GSLBridge
import Models
import Verdicts

/// How fast the hidden entry of the 2×2 problem goes to infinity.
///
/// **Statement.** Under balanced gradient flow of depth L, |h| ~ ((2L + 2)t)^{L/(2L+2)} and ℓ ~ 1/(2h²), with t the time of the
/// half-sum loss (a flow of c Σ r² runs through it at 2c t).
/// **Hypotheses.** Those of norms; a sum of squares.
/// **Judged by.** Both ratios within 2 % of 1 over the last decade of t. An asymptotic law cannot hold at finite t; a ratio that is further
/// off but whose distance from 1 falls like a power of t is on its way there, which neither supports nor refutes the law; that of a wrong
/// law stays or grows.
/// **Refuted by.** The exponent of depth L + 1; the factor 2L + 3.
/// **Sources.** Derived from the singular-value law.
public enum HiddenEntryGrowth: Claim {
  public enum Variant: ClaimVariant {
    case law
    /// L + 1 for L in the exponent.
    case deeperExponent
    /// 2L + 3 for 2L + 2.
    case largerFactor
  }

  /// The largest |ratio − 1| over the last decade.
  public static let closeness = 0.02
  /// The law still settles while over either half of the last decade its departure falls like t to a power below this.
  static let settlingPower = -LimitRule.leastSlope
  /// Over a shorter stretch of t than this factor no power can be told.
  static let leastStretch = 1.3
  /// How many times larger than at the start the hidden entry must be before a departure refutes its law.
  static let leastGrowth = 10.0
  /// The hidden entry must have reached this for the law to have any say.
  public static let leastEntry = 20.0

  public static let card = ClaimCard(
    name: "hidden-entry-growth", summary: "how fast the hidden entry of the 2×2 problem goes to infinity",
    formulas: ["|h| ~ ((2L + 2)t)^(L/(2L + 2)) and ℓ ~ 1/(2h²); t of the half-sum loss (c Σ r² runs at 2c t)"],
    sources: [.derived("from the singular-value law; asymptotic")], judgedBy: .bound,
    residual:
      "both ratios within 2% of 1 at every save time of the last decade, once |h| ≥ 20; inconclusive while the departure "
      + "still falls like a power of t; the exponent fitted over that decade and its interval are printed and decide nothing (a "
      + "fit at finite t is biased)",
    example: "flowcheck norms --depth 4 --init-scale 0.5 --until 1e6 --save-log --method bsimp")

  public static let hypotheses =
    HiddenEntrySetting.hypotheses + [
      .isCanonicalProblem,
      HypothesisRule("squares", "the loss is a sum of squares") { setting in
        (setting.experiment.loss.isSquare, "loss \(setting.experiment.loss.identifier)")
      },
    ]

  public static let mutants: [MutantRule<Variant>] = [
    .statement("the exponent of depth L + 1", .deeperExponent), .statement("the factor 2L + 3", .largerFactor),
  ]

  public static func statement(_ setting: ClaimSetting) -> String {
    let depth = MatrixSetting.depth(setting)
    return
      "|h|/(\(2 * depth + 2)t)^(\(depth)/\(2 * depth + 2)) and 2ℓh² are within \(Int(100 * closeness))% of 1 over the last decade "
      + "of t, t in the half-sum's unit"
  }

  public static func laws(_ setting: ClaimSetting, _ variant: Variant) -> Laws? {
    let clock = 2 * setting.experiment.normalization.constant(for: setting.experiment.problem.measurements)
    return setting.hiddenEntryState.map { .bound(HiddenEntryGrowthTerms($0, variant, clock: clock)) }
  }

  public static func isCalledFor(_ setting: ClaimSetting) -> Bool { HiddenEntrySetting.isCanonical(setting) }
}
