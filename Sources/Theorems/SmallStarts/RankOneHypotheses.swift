import FlowODE
import Models
import Verdicts

extension RankOneStudy {
  /// The vacuous report of an experiment for which the theorem does not even name a norm to compare at: the order is below
  /// 3, or an observed entry is 0. Nil where the study can run.
  ///
  /// - Throws: ``Refusal`` if the model is no CP factorization.
  public static func unmet(_ experiment: Experiment) throws(Refusal) -> ClaimReport? {
    let order = experiment.problem.model.endShape.count
    let hypotheses: [Hypothesis]
    if order < 3 {
      hypotheses = [
        LeadingComponent.Condition.order.hypothesis(
          isMet: false, detail: "N = \(order); give problem.shape three or more dimensions")
      ]
    } else if escapeNorm(experiment) > 0 {
      return nil
    } else {
      hypotheses = try LeadingComponent(experiment, start: experiment.start)
        .hypotheses(experiment, start: experiment.start)
    }
    return ClaimReport(
      claim: card.name, kind: "limit", statement: statement(experiment, order: order, largestNorm: .infinity),
      hypotheses: hypotheses, judgement: JudgingRule.judge(hypotheses: hypotheses, rungs: []), controls: [], tables: [])
  }

  static func statement(_ experiment: Experiment, order: Int, largestNorm: Double) -> String {
    "from α a, ‖W(T₀ + t) − W₁(t)‖_F → 0 as α → 0 for rank-one trajectories W₁, like α^\(order) (A, B), until "
      + "t ≥ \(tableSetting(experiment.until))"
      + (largestNorm.isFinite ? " or ‖W‖ ≥ \(tableSetting(largestNorm))" : "")
  }
}
