/// What every rule asks before it looks at a number.
public enum VacuousRule {
  /// *Vacuous*, naming the first hypothesis that is not met; nil if all are met.
  public static func judge(_ hypotheses: [Hypothesis]) -> Judgement? {
    hypotheses.first { !$0.isMet }.map {
      Judgement(.vacuous, "a hypothesis is not met: \($0.statement) (\($0.detail))")
    }
  }

  /// *Inconclusive*, as a run did not get to its end.
  ///
  /// - Parameter reason: what happened and what to try; nil if the run is complete.
  static func judge(_ run: String, incompleteness reason: String?) -> Judgement? {
    reason.map { Judgement(.inconclusive, "\(run) is incomplete: \($0)") }
  }
}
