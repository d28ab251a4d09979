/// What every rule asks before it looks at a number.
public enum VacuousRule {
  /// *Vacuous*, naming the first hypothesis that is not met; nil if all are met.
  public static func judge(_ hypotheses: [Hypothesis]) -> Judgement? {
    hypotheses.first { !$0.isMet }.map {
      Judgement(.vacuous, "a hypothesis is not met: \($0.statement) (\($0.detail))")
    }
  }

  /// *Vacuous*, as a hypothesis that was met up to a tolerance ceased to be along the run.
  ///
  /// - Parameter judgement: what the states before show.
  static func judge(_ inexactness: Inexactness, from end: Double, before judgement: Judgement) -> Judgement {
    Judgement(
      .vacuous,
      "from t = \(tableNumber(end)) on \(inexactness.what) is too much for what is claimed; \(inexactness.remedy); before: "
        + "\(judgement.verdict.rawValue), \(judgement.reason)")
  }

  /// *Inconclusive*, as a run did not get to its end.
  ///
  /// - Parameter reason: what happened and what to try; nil if the run is complete.
  static func judge(_ run: String, incompleteness reason: String?) -> Judgement? {
    reason.map { Judgement(.inconclusive, "\(run) is incomplete: \($0)") }
  }
}
