/// Integrals of several rates over one step on one set of nodes: five Lobatto nodes on every part of the step, which get four more or which
/// is halved where any rate asks for it; three nodes over a whole step in a calm stretch.
final class AdaptivePanels {
  /// A part of a step that was halved so often is taken as it is, and its estimate counts among the errors: enough for a jump of the
  /// rates, which exactly crossing values have, at the tightest tolerances.
  private static let mostHalvings = 40

  /// So many parts suffice for a few jumps; rates that are noise would have every part halved for ever. From there on parts are taken as
  /// they are, and their estimates count among the errors.
  private static let mostPanels = 160

  /// A step whose estimates are below this part of the allowances is calm.
  private static let calm = 0.1
  /// So many steps in a row may be taken with three nodes.
  private static let mostQuiet = 7

  /// A part [start, end] of the step, and in which rows the rates at its five or nine nodes are.
  private struct Panel {
    var start: Double
    var end: Double
    var halvings: Int
    var rows: [Int]
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
  /// Whether the step before was calm, and how many before this were taken with three nodes.
  private var isCalm = false
  private var quiet = 0

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
    isCalm = false
  }

  /// Integrates over a step of size h.
  ///
  /// - Parameters:
  ///   - first: the rates at its beginning.
  ///   - last: those at its end.
  ///   - allowances: the error of each integral over one part that is not worth another halving.
  ///   - write: writes the rates at up to four times t + θh, row after row.
  func integrate(
    step: Double, first: UnsafePointer<Double>, last: UnsafePointer<Double>, allowances: [Double],
    write: ([Double], UnsafeMutablePointer<Double>) -> Void
  ) {
    begin(step)
    for r in 0..<count { errors[r] = 0 }
    let ends = (addRows { $0.update(from: first, count: count) }, addRows { $0.update(from: last, count: count) })
    let middle = addRows { write([0.5], $0) }
    if isCalm, quiet < Self.mostQuiet, isQuiet(ends.0, middle, ends.1, allowances) {
      quiet += 1
      return keepQuadratic(ends.0, middle, ends.1)
    }
    quiet = 0
    waiting.append(Panel(start: 0, end: 1, halvings: 0, rows: [ends.0, 0, middle, 0, ends.1]))
    isCalm = false
    while var panel = waiting.popLast() {
      let (start, width) = (panel.start, panel.end - panel.start)
      func add(_ nodes: [Double]) -> Int {
        addRows(nodes.count) { write(nodes.map { start + $0 * width }, $0) }
      }
      let wanted = panel.halvings > 0 ? [1, 2, 3] : [1, 3]
      let place = add(wanted.map { LobattoPanel.nodes[$0] })
      for (k, node) in wanted.enumerated() { panel.rows[node] = place + k }
      estimate(panel, nulls: LobattoPanel.nulls, LobattoPanel.error)
      let isLast = panel.halvings == Self.mostHalvings || panels.count + waiting.count >= Self.mostPanels
      if !isLast, !isFine(allowances), isNearlyFine(panel, allowances) {
        let place = add([1, 3, 5, 7].map { LobattoExtension.nodes[$0] })
        panel.rows = (0..<9).map { $0.isMultiple(of: 2) ? panel.rows[$0 / 2] : place + $0 / 2 }
        estimate(panel, nulls: LobattoExtension.nulls, LobattoExtension.error)
      }
      if !isLast, !isFine(allowances) {
        let middle = start + 0.5 * width
        let (rows, halvings) = (panel.rows, panel.halvings + 1)
        let (first, inner, last) = (rows[0], rows[rows.count / 2], rows[rows.count - 1])
        waiting.append(Panel(start: middle, end: panel.end, halvings: halvings, rows: [inner, 0, 0, 0, last]))
        waiting.append(Panel(start: start, end: middle, halvings: halvings, rows: [first, 0, 0, 0, inner]))
        continue
      }
      panels.append(panel)
      for r in 0..<count { errors[r] += estimates[r] }
      isCalm = panels.count == 1 && waiting.isEmpty && isFine(allowances, times: Self.calm)
    }
  }

  /// Integrates over a step of size h over which rates that are small at both ends are taken to be linear.
  func coast(step: Double, first: UnsafePointer<Double>, last: UnsafePointer<Double>) {
    begin(step)
    let places = LobattoPanel.nodes.map { x in
      addRows { row in for r in 0..<count { row[r] = (1 - x) * first[r] + x * last[r] } }
    }
    panels.append(Panel(start: 0, end: 1, halvings: 0, rows: places))
    for r in 0..<count { errors[r] = step * max(abs(first[r]), abs(last[r])) }
  }

  private func begin(_ step: Double) {
    self.step = step
    used = 0
    panels.removeAll(keepingCapacity: true)
    waiting.removeAll(keepingCapacity: true)
  }

  /// Adds rows and returns the first of their numbers.
  private func addRows(_ added: Int = 1, _ write: (UnsafeMutablePointer<Double>) -> Void) -> Int {
    let row = used
    used += added
    while used * count > rows.count { rows += [Double](repeating: 0, count: rows.count) }
    rows.withUnsafeMutableBufferPointer { if let base = $0.baseAddress { write(base + row * count) } }
    return row
  }

  /// Whether Simpson's rule is enough, to the second degree more that it integrates: the parts of degree 1 and 2, which fall off from one
  /// to the next, make up no more than the allowances at degree 3. Estimates go to ``errors``.
  ///
  /// As the part of degree 2 may be small by accident, rates fall off no faster than all of them together.
  private func isQuiet(_ first: Int, _ middle: Int, _ last: Int, _ allowances: [Double]) -> Bool {
    var (tilts, bends) = (0.0, 0.0)
    func parts(_ r: Int) -> (tilt: Double, bend: Double) {
      let (a, b, c) = (rows[first * count + r], rows[middle * count + r], rows[last * count + r])
      return (0.5 * abs(c - a), 0.25 * abs(a - 2 * b + c))
    }
    for r in 0..<count {
      let (tilt, bend) = parts(r)
      tilts += tilt * tilt / (allowances[r] * allowances[r])
      bends += bend * bend / (allowances[r] * allowances[r])
    }
    let common = bends > 0 ? bends / tilts : 0
    for r in 0..<count {
      let (tilt, bend) = parts(r)
      let fall = min(1, max(common.squareRoot(), bend > 0 ? bend / tilt : 0))
      errors[r] = step * max(bend * fall, tilt * fall * fall)
      guard errors[r] <= allowances[r] else {
        for r in 0..<count { errors[r] = 0 }
        return false
      }
    }
    return true
  }

  /// Takes rates to be the quadratic polynomials through their values at the ends and in the middle.
  private func keepQuadratic(_ first: Int, _ middle: Int, _ last: Int) {
    func between(_ x: Double) -> Int {
      let (a, b, c) = ((1 - x) * (1 - 2 * x), 4 * x * (1 - x), x * (2 * x - 1))
      let values = (0..<count).map {
        a * rows[first * count + $0] + b * rows[middle * count + $0] + c * rows[last * count + $0]
      }
      return addRows { row in for r in 0..<count { row[r] = values[r] } }
    }
    let inner = (between(LobattoPanel.nodes[1]), between(LobattoPanel.nodes[3]))
    panels.append(Panel(start: 0, end: 1, halvings: 0, rows: [first, inner.0, middle, inner.1, last]))
  }

  /// Adds the integrals up to t + θh.
  func add(upTo theta: Double = 1, to values: inout [Double]) {
    for panel in panels where panel.start < theta {
      let x = panel.end <= theta ? 1 : (theta - panel.start) / (panel.end - panel.start)
      let isExtended = panel.rows.count > LobattoPanel.count
      let weights = isExtended ? LobattoExtension.weights(upTo: x) : LobattoPanel.weights(upTo: x)
      let width = step * (panel.end - panel.start)
      let places = panel.rows.map { $0 * count }
      rows.withUnsafeBufferPointer { rows in
        values.withUnsafeMutableBufferPointer { values in
          for r in 0..<count {
            // From both ends inwards, so that what is symmetric stays so.
            let last = weights.count - 1
            var sum = weights[last / 2] * rows[places[last / 2] + r]
            for k in 0..<(last / 2) {
              sum += weights[k] * rows[places[k] + r] + weights[last - k] * rows[places[last - k] + r]
            }
            values[r] += width * sum
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
  private func isFine(_ allowances: [Double], times factor: Double = 1) -> Bool {
    for r in 0..<count where estimates[r] > factor * allowances[r] { return false }
    return true
  }

  /// Whether estimates that go on falling as they did, over four more degrees, are fine with four more nodes.
  private func isNearlyFine(_ panel: Panel, _ allowances: [Double]) -> Bool {
    for r in 0..<count where estimates[r] > allowances[r] {
      let fall = parts(panel, LobattoPanel.nulls, r) { LobattoPanel.fall($0, $1, $2, $3) }
      if estimates[r] * fall * fall * fall * fall > allowances[r] { return false }
    }
    return true
  }

  /// What four null rules say of one rate.
  @inline(__always)
  private func parts(
    _ panel: Panel, _ nulls: [[Double]], _ r: Int, _ judge: (Double, Double, Double, Double) -> Double
  ) -> Double {
    var (a, b, c, d) = (0.0, 0.0, 0.0, 0.0)
    for (k, row) in panel.rows.enumerated() {
      let rate = rows[row * count + r]
      a += nulls[0][k] * rate
      b += nulls[1][k] * rate
      c += nulls[2][k] * rate
      d += nulls[3][k] * rate
    }
    return judge(a, b, c, d)
  }

  /// Estimates the errors over a part.
  private func estimate(
    _ panel: Panel, nulls: [[Double]], _ judge: (Double, Double, Double, Double) -> Double
  ) {
    let width = step * (panel.end - panel.start)
    for r in 0..<count { estimates[r] = width * parts(panel, nulls, r, judge) }
  }
}
