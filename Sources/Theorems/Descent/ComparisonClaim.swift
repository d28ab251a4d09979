import Verdicts

/// A statement about descents beside their flow, judged from one comparison.
///
/// To add one, write one file with a conforming type and name it in ``ComparisonCatalog``.
protocol ComparisonClaim: Sendable {
  static var card: ClaimCard { get }
  /// What it rests on, in the order in which an unmet one is named.
  static var hypotheses: [ComparisonHypothesis] { get }
  /// What must be flagged, or the claim proves nothing here.
  static var mutants: [ComparisonMutant] { get }
  static func statement(_ setting: ComparisonSetting) -> String
  /// Whether the claim is about this setting at all; it is left out where not asked for by name.
  static func applies(to setting: ComparisonSetting) -> Bool
  static func judge(_ setting: ComparisonSetting, _ run: ComparisonRun, _ hypotheses: [Hypothesis]) -> ComparisonFinding
}

extension ComparisonClaim {
  /// What `list` and `explain` print: the texts of what runs.
  static var page: ClaimPage {
    ClaimPage(card: card, hypotheses: hypotheses.map(\.text), controls: mutants.map(\.text))
  }

  static func hypotheses(_ setting: ComparisonSetting, _ run: ComparisonRun) -> [Hypothesis] {
    hypotheses.compactMap { $0.evaluate(setting, run) }
  }

  static func controls(_ setting: ComparisonSetting, _ run: ComparisonRun) -> [ComparisonControl] {
    mutants.compactMap { $0.control(setting, run) }
  }
}
