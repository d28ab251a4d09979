/// Integrals of several rates over one step on one set of nodes: four Gauss nodes on every part of the step, which is halved where any
/// rate asks for it.
struct AdaptivePanels {
  /// A part of a step that was halved so often is taken as it is, and its estimate counts among the errors: enough for a jump of the
  /// rates, which exactly crossing values have, at the tightest tolerances.
  private static let mostHalvings = 40

  /// A part [start, end] of the step, and where the rates at its six nodes are.
  private struct Panel {
    var start: Double
    var end: Double
    var rows: [Int]
  }

  /// How many rates there are.
  let count: Int
  private var panels: [Panel] = []
  private var rows: [Double] = []
  private var step = 0.0

  init(count: Int) { self.count = count }

  /// Integrates over a step of size h.
  ///
  /// - Parameters:
  ///   - first: the rates at its beginning.
  ///   - last: those at its end.
  ///   - allowances: the error of each integral over one part that is not worth another halving.
  ///   - append: appends the rates at t + θh.
  mutating func integrate(
    step: Double, first: [Double], last: [Double], allowances: [Double], append: (Double, inout [Double]) -> Void
  ) {
    self.step = step
    rows.removeAll(keepingCapacity: true)
    rows += first
    rows += last
    panels.removeAll(keepingCapacity: true)
    var waiting = [(start: 0.0, end: 1.0, halvings: 0, first: 0, last: 1)]
    while let part = waiting.popLast() {
      let mark = rows.count
      let width = part.end - part.start
      for x in GaussPanel.nodes[1...4] { append(part.start + x * width, &rows) }
      let places = [part.first] + (0..<4).map { mark / count + $0 } + [part.last]
      let panel = Panel(start: part.start, end: part.end, rows: places)
      if part.halvings < Self.mostHalvings, !isFine(panel, allowances) {
        rows.removeSubrange(mark...)
        let middle = part.start + 0.5 * width
        append(middle, &rows)
        let place = mark / count
        waiting.append((middle, part.end, part.halvings + 1, place, part.last))
        waiting.append((part.start, middle, part.halvings + 1, part.first, place))
        continue
      }
      panels.append(panel)
    }
  }

  /// Adds the integrals up to t + θh.
  func add(upTo theta: Double = 1, to values: inout [Double]) {
    for panel in panels where panel.start < theta {
      let weights =
        panel.end <= theta
        ? GaussPanel.weights : GaussPanel.weights(upTo: (theta - panel.start) / (panel.end - panel.start))
      let width = step * (panel.end - panel.start)
      for (weight, row) in zip(weights, panel.rows) where weight != 0 {
        for r in 0..<count { values[r] += width * weight * rows[row * count + r] }
      }
    }
  }

  /// Adds the estimates of their errors over the whole step.
  func addErrors(to errors: inout [Double]) {
    for panel in panels { for r in 0..<count { errors[r] += abs(estimate(panel, r)) } }
  }

  /// An estimate that is no number is fine: no halving would make it one.
  private func isFine(_ panel: Panel, _ allowances: [Double]) -> Bool {
    !allowances.indices.contains { abs(estimate(panel, $0)) > allowances[$0] }
  }

  private func estimate(_ panel: Panel, _ r: Int) -> Double {
    var sum = 0.0
    for (weight, row) in zip(GaussPanel.null, panel.rows) { sum += weight * rows[row * count + r] }
    return step * (panel.end - panel.start) * sum
  }
}
