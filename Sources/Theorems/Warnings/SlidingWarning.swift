import FlowODE
import Verdicts

extension ReportWarning {
  /// What a report says of a flow that slid along kinks of its model; nil for one that did not.
  public init?(_ kinks: ModelKinks?) {
    guard let kinks, let first = kinks.firstSlide else { return nil }
    let times =
      ", \(kinks.slides == 1 ? "" : "\(counted(kinks.slides, "time")) and ")for \(tableNumber(kinks.slidingTime)) of time in all"
    self.init(
      kind: .sliding,
      text:
        "from t = \(tableNumber(first.total)) on the flow slides along a kink of the model that attracts it from both sides\(times): there it is "
        + "that of Clarke's subdifferential, θ' ∈ -∂f, and the gradient is the one that stays on the kink",
      time: first.total, value: Double(kinks.slides))
  }
}
