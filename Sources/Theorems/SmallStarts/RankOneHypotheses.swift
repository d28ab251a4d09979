import FlowODE
import Models
import Verdicts

extension RankOneStudy {
  public static let hypotheses: [LadderHypothesis<RankOneStudy>] = [
    LadderHypothesis("the order N is at least 3") { study in
      let model = study.experiment.problem.model
      let order = model.endShape.count
      let remedy =
        model.identifier == CPFactorization.card.name
        ? "give problem.shape three or more dimensions" : "use problem.model cp with three or more dimensions"
      return (order >= 3, order >= 3 ? "N = \(order)" : "N = \(order); \(remedy)")
    },
    ofLeader("the measurements are observed entries") { study, _ in
      var isCompletion = false
      if case .entries = study.experiment.problem.measurements.operators { isCompletion = true }
      return (isCompletion, study.experiment.problem.dataSummary)
    },
    ofLeader("no observed entry is 0") { study, _ in
      (study.least > 0, "the smallest |y| is \(tableNumber(study.least))")
    },
    ofLeader("the loss is Huber's with δ below every |y|") { study, _ in
      let (loss, least) = (study.experiment.loss, study.least)
      return (
        loss.linearBranch.map { $0 < least } ?? false,
        loss.linearBranch.map { "δ = \(tableNumber($0)), the smallest |y| is \(tableNumber(least))" }
          ?? "the loss is \(loss.identifier); try loss.name huber loss.huber-delta \(tableNumber(least / 2))"
      )
    },
    ofLeader("the start is balanced") { study, _ in
      let level =
        ComponentSetting(ClaimSetting(experiment: study.experiment))?.relativeUnbalancedness ?? .infinity
      return (
        level <= ComponentSetting.balancedLevel,
        "squared norms differ by \(tableNumber(level)) of the smaller; use init.name balanced"
      )
    },
    ofLeader("(i) the leading component has γ(0) > 0") { _, leading in
      let gamma = leading.gammas[leading.leader]
      return (gamma > 0, "component \(leading.leader) has γ(0) = \(tableNumber(gamma))")
    },
    ofLeader("(ii) its norm exceeds the others' by (‖∇L(0)‖/γ(0))^(1/(N−2))") { _, leading in
      (leading.margin > 1, "its norm is \(tableNumber(leading.margin)) times what that asks; see init.leader")
    },
  ]

  /// A condition that supposes the order that gives a leader.
  private static func ofLeader(
    _ text: String, _ check: @escaping @Sendable (RankOneStudy, LeadingComponent) -> HypothesisRule.Finding
  ) -> LadderHypothesis<RankOneStudy> {
    LadderHypothesis(text) { study in study.leading.map { check(study, $0) } }
  }

  /// The smallest |y|.
  private var least: Double { experiment.problem.measurements.values.map(abs).min() ?? 0 }
}
