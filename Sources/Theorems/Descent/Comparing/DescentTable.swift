import Verdicts

extension ComparisonRun {
  /// Most component norms of a row, the largest first.
  private static let shownNorms = 10

  /// Every descent at the save times: a row per learning rate and time, with the flow's own loss and norms in rows of rate 0 where
  /// all are compared with one flow. What ends before the horizon has no further rows.
  ///
  /// Columns: `learning_rate`, `t`, `loss`, `gap` in the chosen measure, `parameter_gap` = ‖θ_k − θ(t)‖₂, `drift` of balancedness where
  /// the model has laws, and `component_norm_1`, … (the ten largest) where they were kept.
  public var descents: NumberTable {
    let drifts = tracks.contains { $0.drifts.contains { $0 != nil } }
    let widest = (tracks.flatMap(\.norms) + flows.prefix(1).flatMap(\.norms)).map(\.count).max() ?? 0
    let shown = min(Self.shownNorms, widest)
    var rows: [[Double?]] = []
    func append(_ rate: Double, at k: Int, _ numbers: [Double?], _ norms: [[Double]]) {
      let sorted = k < norms.count ? norms[k].sorted(by: >) : []
      rows.append([rate, times[k]] + numbers + (0..<shown).map { $0 < sorted.count ? sorted[$0] : nil })
    }
    // Against modified flows every rate has a flow of its own.
    if let flow = flows.first, flows.count == 1 {
      for k in times.indices where k < flow.losses.count {
        append(0, at: k, [flow.losses[k], 0, 0] + (drifts ? [nil] : []), flow.norms)
      }
    }
    for track in tracks {
      for k in times.indices.prefix(track.gaps.count) {
        guard let gap = track.gaps[k] else { break }
        let numbers = [track.losses[k], gap, track.parameterGaps[k]] + (drifts ? [track.drifts[k]] : [])
        append(track.rate, at: k, numbers, track.norms)
      }
    }
    let columns = ["learning_rate", "t", "loss", "gap", "parameter_gap"] + (drifts ? ["drift"] : [])
    return NumberTable(columns + (0..<shown).map { "component_norm_\($0 + 1)" }, rows: rows)
  }
}
