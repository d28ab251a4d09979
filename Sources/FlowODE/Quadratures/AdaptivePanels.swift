/// Integrals of several rates over one step on one set of nodes: five Lobatto nodes on every part of the step, which is halved where
/// any rate asks for it.
final class AdaptivePanels {
  /// A part of a step that was halved so often is taken as it is, and its estimate counts among the errors: enough for a jump of the
  /// rates, which exactly crossing values have, at the tightest tolerances.
  private static let mostHalvings = 40

  /// So many parts suffice for a few jumps; rates that are noise would have every part halved for ever. From there on parts are taken as
  /// they are, and their estimates count among the errors.
  private static let mostPanels = 160

  /// A part [start, end] of the step, and in which rows the rates at its five nodes are.
  private struct Panel {
    var start: Double
    var end: Double
    var halvings: Int
    var rows: (Int, Int, Int, Int, Int)
  }

  /// How many rates there are.
  private(set) var count: Int
  private var panels: [Panel] = []
  private var waiting: [Panel] = []
  /// Rates at one node after the other: those at the beginning of the step, at its end, and between.
  private var rows: [Double]
  private var used = 0
  /// The errors' estimates over one part, and their sums over the step.
  private var estimates: [Double]
  private var errors: [Double]
  private var step = 0.0
  private let nulls = LobattoPanel.nulls

  init(count: Int) {
    self.count = count
    rows = [Double](repeating: 0, count: 16 * count)
    estimates = [Double](repeating: 0, count: count)
    errors = estimates
  }

  /// Goes on with another number of rates; what was integrated is forgotten.
  func resize(_ count: Int) {
    self.count = count
    estimates = [Double](repeating: 0, count: count)
    errors = estimates
    if rows.count < 16 * count { rows = [Double](repeating: 0, count: 16 * count) }
    panels.removeAll(keepingCapacity: true)
  }

  /// Integrates over a step of size h.
  ///
  /// - Parameters:
  ///   - first: the rates at its beginning.
  ///   - last: those at its end.
  ///   - allowances: the error of each integral over one part that is not worth another halving.
  ///   - write: writes the rates at t + θh.
  func integrate(
    step: Double, first: UnsafePointer<Double>, last: UnsafePointer<Double>, allowances: [Double],
    write: (Double, UnsafeMutablePointer<Double>) -> Void
  ) {
    self.step = step
    used = 0
    for r in 0..<count { errors[r] = 0 }
    panels.removeAll(keepingCapacity: true)
    waiting.removeAll(keepingCapacity: true)
    let ends = (addRow { $0.update(from: first, count: count) }, addRow { $0.update(from: last, count: count) })
    waiting.append(Panel(start: 0, end: 1, halvings: 0, rows: (ends.0, 0, 0, 0, ends.1)))
    while var panel = waiting.popLast() {
      let (start, width) = (panel.start, panel.end - panel.start)
      func node(_ k: Int) -> Int { addRow { write(start + LobattoPanel.nodes[k] * width, $0) } }
      (panel.rows.1, panel.rows.2, panel.rows.3) = (node(1), node(2), node(3))
      estimate(panel)
      if panel.halvings < Self.mostHalvings, panels.count + waiting.count < Self.mostPanels, !isFine(allowances) {
        let middle = start + 0.5 * width
        let (rows, halvings) = (panel.rows, panel.halvings + 1)
        waiting.append(Panel(start: middle, end: panel.end, halvings: halvings, rows: (rows.2, 0, 0, 0, rows.4)))
        waiting.append(Panel(start: start, end: middle, halvings: halvings, rows: (rows.0, 0, 0, 0, rows.2)))
        continue
      }
      panels.append(panel)
      for r in 0..<count { errors[r] += estimates[r] }
    }
  }

  /// Integrates over a step of size h over which rates that are small at both ends are taken to be linear.
  func coast(step: Double, first: UnsafePointer<Double>, last: UnsafePointer<Double>) {
    self.step = step
    used = 0
    panels.removeAll(keepingCapacity: true)
    let places = LobattoPanel.nodes.map { x in
      addRow { row in for r in 0..<count { row[r] = (1 - x) * first[r] + x * last[r] } }
    }
    panels.append(
      Panel(start: 0, end: 1, halvings: 0, rows: (places[0], places[1], places[2], places[3], places[4])))
    for r in 0..<count { errors[r] = step * max(abs(first[r]), abs(last[r])) }
  }

  private func addRow(_ write: (UnsafeMutablePointer<Double>) -> Void) -> Int {
    let place = used * count
    if place + count > rows.count { rows += [Double](repeating: 0, count: rows.count) }
    rows.withUnsafeMutableBufferPointer { if let base = $0.baseAddress { write(base + place) } }
    used += 1
    return place
  }

  /// Adds the integrals up to t + θh.
  func add(upTo theta: Double = 1, to values: inout [Double]) {
    for panel in panels where panel.start < theta {
      let weights =
        panel.end <= theta
        ? LobattoPanel.weights : LobattoPanel.weights(upTo: (theta - panel.start) / (panel.end - panel.start))
      let width = step * (panel.end - panel.start)
      let (a, b, c, d, e) = panel.rows
      rows.withUnsafeBufferPointer { rows in
        values.withUnsafeMutableBufferPointer { values in
          for r in 0..<count {
            let ends = weights[0] * rows[a + r] + weights[4] * rows[e + r]
            let inner = weights[1] * rows[b + r] + weights[3] * rows[d + r]
            values[r] += width * (ends + inner + weights[2] * rows[c + r])
          }
        }
      }
    }
  }

  /// Adds the estimates of their errors over the whole step.
  func addErrors(to sums: inout [Double]) {
    for r in 0..<count { sums[r] += errors[r] }
  }

  /// An estimate that is no number is fine: no halving would make it one.
  private func isFine(_ allowances: [Double]) -> Bool {
    for r in 0..<count where estimates[r] > allowances[r] { return false }
    return true
  }

  /// Estimates the errors over a part.
  private func estimate(_ panel: Panel) {
    let (a, b, c, d, e) = panel.rows
    let width = step * (panel.end - panel.start)
    let (n1, n2, n3, n4) = (nulls[0], nulls[1], nulls[2], nulls[3])
    rows.withUnsafeBufferPointer { rows in
      for r in 0..<count {
        // Rules of odd degree are antisymmetric, those of even degree symmetric.
        let (ends, tilt) = (rows[e + r] + rows[a + r], rows[e + r] - rows[a + r])
        let (inner, lean) = (rows[d + r] + rows[b + r], rows[d + r] - rows[b + r])
        let middle = rows[c + r]
        estimates[r] =
          width
          * LobattoPanel.error(
            n1[4] * tilt + n1[3] * lean, n2[4] * ends + n2[3] * inner + n2[2] * middle,
            n3[4] * tilt + n3[3] * lean, n4[4] * ends + n4[3] * inner + n4[2] * middle)
      }
    }
  }
}
