import FlowODE
import Models
import Verdicts

/// A statement about gradient flow that a trajectory can contradict. The claim says only what is true and how it could be
/// false; folding, judging, perturbing and reporting are the machine's.
///
/// To add one, write one file with a conforming type under the header *Statement · Hypotheses · Judged by · Refuted by ·
/// Sources*, and name the type in ``ClaimCatalog``.
public protocol Claim: CatalogedClaim {
  /// The law, and one case per false relative; ``NoVariant`` if there are none.
  associatedtype Variant: ClaimVariant
  /// What must be true for the claim to say anything, in the order in which it is asked.
  static var hypotheses: [HypothesisRule] { get }
  /// The ways to be wrong that a run must reject, or the claim proves nothing on it.
  static var mutants: [MutantRule<Variant>] { get }
  /// The statement for this setting, with its formula.
  static func statement(_ setting: ClaimSetting) -> String
  /// What the law or a false relative of it says in this setting, made anew for every rung; nil where the setting has no
  /// such law, so that the claim is vacuous.
  static func laws(_ setting: ClaimSetting, _ variant: Variant) -> Laws?
  /// Whether a command on the claim's topic takes it up in this setting, where another claim may fit better.
  static func isCalledFor(_ setting: ClaimSetting) -> Bool
}

extension Claim {
  /// The card's formulas.
  public static func statement(_ setting: ClaimSetting) -> String {
    card.formulas.map { formula in (formula.scope.map { "\($0): " } ?? "") + formula.text }.joined(separator: "; ")
  }

  public static func isCalledFor(_ setting: ClaimSetting) -> Bool { true }

  public static var kind: ClaimKind { .trajectory }

  /// The claim as `explain` presents it.
  public static var page: ClaimPage { ClaimPage(self) }

  /// The ways to be wrong in words.
  fileprivate static var controls: [String] { mutants.map(\.text) }

  /// The hypotheses that can be decided before the run, evaluated.
  static func startHypotheses(_ setting: ClaimSetting) -> [Hypothesis] {
    hypotheses.compactMap { $0.moment == .start ? $0.evaluate(setting, PathFacts()) : nil }
  }
}

extension ClaimPage {
  fileprivate init(_ claim: any Claim.Type) {
    self.init(card: claim.card, hypotheses: claim.hypotheses.map(\.text), controls: claim.controls)
  }
}
