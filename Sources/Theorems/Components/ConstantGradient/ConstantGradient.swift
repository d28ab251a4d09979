import FlowODE
import Models
import Verdicts

/// The constant-gradient regime: as long as every residual of a Huber loss stays beyond its threshold, ∇L(W) does not depend on W,
/// and component norms obey closed forms. Its claims are checked from the start to the first kink, which is located.
enum ConstantGradient {
  /// The first kink, where the regime ends.
  static func events(_ setting: ClaimSetting) -> [Event] {
    Event.firstKink(of: setting.experiment.loss)
  }

  /// An example of the regime with a given start.
  static func example(_ claim: String, _ start: String) -> String {
    "flowcheck run --claims \(claim) --model cp --shape 4,4,4 --components 5 --rank 1 --target-norm 8 --observed 20 "
      + "--loss huber --huber-delta 0.01 \(start) --until 300"
  }
}

extension HypothesisRule {
  /// Every residual starts on the linear branch of a Huber loss, so ∇L is constant until one of them falls to δ.
  static let startsSteep = HypothesisRule("steep", "the loss is Huber's and every |residual| starts above δ") {
    setting in
    let delta = setting.experiment.loss.linearBranch
    var least = 0.0
    if let objective = try? setting.experiment.objective() {
      var residuals = [Double](repeating: 0, count: objective.measurementCount)
      residuals.withUnsafeMutableBufferPointer { buffer in
        if let base = buffer.baseAddress { objective.residuals(setting.start, into: base) }
      }
      least = residuals.map(abs).min() ?? 0
    }
    return (
      delta.map { $0 < least } ?? false,
      "the smallest |residual| is \(tableNumber(least)), δ \(delta.map { tableNumber($0) } ?? "none")"
    )
  }
}
