import GSLBridge

/// A product of at most two arrays and a selection, with strides: which loops, how carried out, at what cost.
struct ProductLowering {
  let loops: [Loop]
  let lowering: Lowering
  /// Estimated nanoseconds.
  let cost: Double
  /// Whether the result can be set instead of cleared and added to.
  let setsResult: Bool

  /// Strides of one label in the three arrays, those of the result first.
  private let strides: [Loop?]
  private let selection: (use: Program.Use, array: Program.Selection)?

  /// - Parameters:
  ///   - shape: of the result.
  ///   - result: strides of the result, one an axis.
  ///   - factors: strides of every factor that is no selection.
  init(_ product: Program.Product, _ program: Program, shape: [Int], result: [Int], factors: [[Int]]) {
    var byLabel: [Loop?] = []
    func add(_ labels: [Program.Label], _ shape: [Int], _ strides: [Int]?, _ path: WritableKeyPath<Loop, Int>) {
      for (axis, label) in labels.enumerated() {
        while byLabel.count <= label { byLabel.append(nil) }
        var loop = byLabel[label] ?? Loop.once
        loop.extent = shape[axis]
        if let strides { loop[keyPath: path] += strides[axis] }
        byLabel[label] = loop
      }
    }
    var selection: (Program.Use, Program.Selection)?
    var position = 0
    for use in product.uses {
      let node = program[use.node]
      if case .selection(let number) = node.kind {
        selection = (use, program.selections[number])
        add(use.labels, node.shape, nil, \.z)
      } else {
        add(use.labels, node.shape, factors[position], position == 0 ? \.x : \.y)
        position += 1
      }
    }
    add(product.out, shape, result, \.z)
    self.init(product, byLabel, selection, factors: factors.count)
  }

  private init(
    _ product: Program.Product, _ byLabel: [Loop?], _ selection: (Program.Use, Program.Selection)?, factors: Int
  ) {
    let isDistinct = product.out.isDistinct
    guard let selection else {
      loops = Loop.merged(byLabel.compactMap { $0 })
      lowering = Lowering(loops, factors: factors)
      cost = lowering.cost
      setsResult = isDistinct && lowering.completesEntries
      strides = []
      self.selection = nil
      return
    }
    let inside = selection.0.labels
    var own: [Loop] = []
    for (label, loop) in byLabel.enumerated() where !inside.contains(label) {
      if let loop { own.append(loop) }
    }
    loops = Loop.merged(own)
    lowering = Lowering(loops, factors: factors, takesMatrices: false)
    cost = Double(selection.1.count) * (lowering.cost - 2)
    let rows = selection.0.labels.prefix(selection.1.rows.count)
    let targets = selection.0.labels.dropFirst(rows.count)
    setsResult =
      isDistinct && lowering.completesEntries && rows.allSatisfy(product.out.contains)
      && !product.out.contains(where: targets.contains)
    strides = byLabel
    self.selection = selection
  }

  /// The instruction; the result is set unless `accumulates`.
  func contraction(
    _ coefficient: Rational, result: Place, factors: [Place], accumulates: Bool
  ) throws(Refusal) -> Contraction {
    Contraction(
      coefficient: coefficient, result: result, factors: factors, loops: loops,
      rows: try rows(factors.count, accumulates),
      accumulates: accumulates, form: lowering.form)
  }

  /// Where every row starts. Rows that add to the same place come together, and their sum stays in registers; otherwise
  /// those that read the same first factor.
  private func rows(_ factors: Int, _ accumulates: Bool) throws(Refusal) -> Contraction.Rows? {
    guard let (use, array) = selection else { return nil }
    var (z, x, y) = ([Int](), [Int](), [Int]())
    let loops = use.labels.map { strides[$0] ?? Loop.once }
    let sizes = array.rows + array.targets
    let most = zip(loops, sizes).reduce(0) { $0 + max($1.0.z, $1.0.x, $1.0.y) * ($1.1 - 1) }
    guard most <= Int(Int32.max), array.count <= Int(Int32.max) else {
      throw Refusal("a selection points into an array of more than 2³¹ numbers", remedy: "use smaller extents")
    }
    let (own, looked) = (loops.prefix(array.rows.count), loops.dropFirst(array.rows.count))
    for row in 0..<array.count {
      var (rest, atZ, atX, atY) = (row, 0, 0, 0)
      for (loop, extent) in zip(own, array.rows).reversed() {
        let at = rest % extent
        rest /= extent
        atZ += at * loop.z
        atX += at * loop.x
        atY += at * loop.y
      }
      var position = row * array.targets.count
      for loop in looked {
        let at = Int(array.indices[position])
        position += 1
        atZ += at * loop.z
        atX += at * loop.x
        atY += at * loop.y
      }
      z.append(atZ)
      x.append(atX)
      y.append(atY)
    }
    // Sorted by start and then by row, both in one integer.
    let meets = accumulates && Set(z).count < z.count
    let order = Ordering.ascending((meets ? z : x).enumerated().map { $1 << 32 | $0 }).map { $0 & 0xffff_ffff }
    let columns = [order.map { Int32(x[$0]) }, order.map { Int32(y[$0]) }]
    return Contraction.Rows(z: order.map { Int32(z[$0]) }, factors: Array(columns.prefix(factors)))
  }
}
