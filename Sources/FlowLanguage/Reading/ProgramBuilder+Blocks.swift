import Models

/// Entries, numbers in rows and matrices made of blocks.
extension ProgramBuilder {
  mutating func entry(_ base: Term, _ places: [Term.Place], _ term: Term) throws(Refusal) -> Formula {
    let formula = try formula(base)
    let extents = formula.shape
    var (fixed, kept): ([(axis: Int, place: Int32)], [Int]) = ([], [])
    for (axis, place) in places.enumerated() {
      switch place {
      case .whole: kept.append(axis)
      case .at(let position): fixed.append((axis, Int32(clamping: position - 1)))
      case .last: fixed.append((axis, Int32(clamping: extents[axis] - 1)))
      case .index, .sum: break
      }
    }
    var selections: [(node: Program.ID, labels: [Program.Label], axes: [Int])] = []
    if !fixed.isEmpty {
      let node = try program.selection(rows: [], of: fixed.map { extents[$0.axis] }, indices: fixed.map(\.place))
      selections.append((node, [], fixed.map(\.axis)))
    }
    for (axis, place) in places.enumerated() {
      guard case .sum(let sum) = place else { continue }
      selections.append((try window(sum, extents[axis]), sum.parts.map { Self.label(ofIndex: $0.index) }, [axis]))
    }
    var summands = formula.summands
    for k in summands.indices {
      for (axis, place) in places.enumerated() {
        guard case .index(let index) = place else { continue }
        try bind(&summands[k], Self.label(ofIndex: index), summands[k].axes[axis])
      }
    }
    // A selection in a product is one row of it; several in one product are written out, one after the other.
    guard selections.count > 1 else {
      for k in summands.indices {
        for item in selections {
          let axes = summands[k].axes
          summands[k].uses.append(Program.Use(item.node, item.labels + item.axes.map { axes[$0] }))
        }
        try keep(&summands[k], kept)
      }
      let result = Formula(summands: summands, Axes(term))
      return selections.isEmpty ? result : try rewritten(result, term.span)
    }
    return try selected(
      Formula(summands: summands, Axes(shape: extents, indices: indices(of: places, base), isBatched: base.isBatched)),
      selections, kept, term)
  }

  /// The indices that a formula depends on after plain indices were bound.
  private func indices(of places: [Term.Place], _ base: Term) -> [Int] {
    let bound = places.flatMap { place in if case .index(let index) = place { [index] } else { [Int]() } }
    return Set(base.indices + bound).sorted()
  }

  /// Several selections of one array, each written out before the next.
  private mutating func selected(
    _ formula: Formula, _ selections: [(node: Program.ID, labels: [Program.Label], axes: [Int])], _ kept: [Int],
    _ term: Term
  ) throws(Refusal) -> Formula {
    // Axes that plain indices name are no axes any more.
    var open = Array(formula.shape.indices).filter { axis in
      kept.contains(axis) || selections.contains { $0.axes.contains(axis) }
    }
    var current = try relabeled(formula, keeping: open, shape: open.map { formula.shape[$0] })
    for item in selections {
      let rest = open.filter { !item.axes.contains($0) }
      let places = item.axes.compactMap { open.firstIndex(of: $0) }
      var summands = current.summands
      for k in summands.indices {
        let axes = summands[k].axes
        summands[k].uses.append(Program.Use(item.node, item.labels + places.map { axes[$0] }))
        try keep(&summands[k], rest.compactMap { open.firstIndex(of: $0) })
      }
      let indices = Set(current.indices + item.labels.map { $0 - Self.label(ofIndex: 0) }).sorted()
      current = try rewritten(
        Formula(
          summands: summands,
          Axes(shape: rest.map { formula.shape[$0] }, indices: indices, isBatched: current.isBatched)), term.span)
      open = rest
    }
    return current
  }

  /// The 0/1 array that tells where a sum of indices stands on an axis.
  private mutating func window(_ sum: Term.IndexSum, _ extent: Int) throws(Refusal) -> Program.ID {
    let rows = sum.parts.map { extents[Self.label(ofIndex: $0.index)] }
    let count = try MemoryLimit.check(rows, what: "index arithmetic", remedy: "use smaller sizes")
    var indices: [Int32] = []
    indices.reserveCapacity(count)
    var place = [Int](repeating: 0, count: rows.count)
    for _ in 0..<count {
      var value = sum.offset - 1
      for (part, index) in zip(sum.parts, place) { value += part.factor * (index + 1) }
      indices.append(Int32(clamping: value))
      for axis in rows.indices.reversed() {
        place[axis] += 1
        if place[axis] < rows[axis] { break }
        place[axis] = 0
      }
    }
    return try program.selection(rows: rows, of: [extent], indices: indices)
  }

  // MARK: Brackets

  mutating func literal(_ rows: [[Term]], _ term: Term) throws(Refusal) -> Formula {
    let shape = term.shape.numbers
    let entries = rows.flatMap { $0 }
    var values: [Formula] = []
    for entry in entries { values.append(try formula(entry)) }
    if let numbers = exactDoubles(values) {
      return read(try program.data(numbers, shape), Axes(shape: shape, indices: [], isBatched: false))
    }
    var summands: [Formula.Summand] = []
    for (position, value) in values.enumerated() {
      // Where the entry stands.
      let place = shape.count == 1 ? [position] : [position / shape[1], position % shape[1]]
      let unit = try program.selection(rows: [], of: shape, indices: place.map { Int32(clamping: $0) })
      let array = read(unit, Axes(shape: shape, indices: [], isBatched: false))
      summands += try multiplied(
        [(value, entries[position].span), (array, term.span)], keeping: Array(shape.indices), shape: shape
      ).summands
    }
    return Formula(summands: summands, Axes(term))
  }

  /// Every block at its place in the whole.
  mutating func blocks(_ rows: [[Term]], _ term: Term) throws(Refusal) -> Formula {
    let shape = term.shape.numbers
    // The axes that the whole has: a vector has rows only, a row columns only.
    let axes = shape.count == 2 ? [0, 1] : [term.shape.isRow ? 1 : 0]
    var summands: [Formula.Summand] = []
    var above = 0
    for row in rows {
      var (left, height) = (0, 1)
      for block in row {
        let sides = [block.shape.sides?.height.number ?? 1, block.shape.sides?.width.number ?? 1]
        defer { left += sides[1] }
        height = sides[0]
        let value = try rewritten(formula(block), block.span)
        guard !value.summands.isEmpty else { continue }
        let own = axes.filter { block.shape.axes.contains($0) }
        let extents = own.map { sides[$0] }
        var places: [Int32] = []
        places.reserveCapacity(extents.reduce(axes.count, *))
        for number in 0..<extents.reduce(1, *) {
          var at = [above, left]
          if own.count == 2 {
            at = [above + number / extents[1], left + number % extents[1]]
          } else if let axis = own.first {
            at[axis] += number
          }
          places += axes.map { Int32(clamping: at[$0]) }
        }
        let selection = try program.selection(rows: extents, of: shape, indices: places)
        for summand in value.summands {
          var placed = summand
          var whole: [Program.Label] = []
          for extent in shape { whole.append(freshLabel(extent)) }
          // Of an axis of length 1 that the whole does not have, the only entry is read.
          let labels = zip(block.shape.axes, summand.axes).filter { own.contains($0.0) }.map(\.1)
          placed.uses.append(Program.Use(selection, labels + whole))
          placed.axes = whole
          summands.append(placed)
        }
      }
      above += height
    }
    return Formula(summands: summands, Axes(term))
  }

  /// Numbers that doubles hold exactly, if all are.
  private func exactDoubles(_ values: [Formula]) -> [Double]? {
    var numbers: [Double] = []
    for value in values {
      guard let number = value.constant, number.denominator & (number.denominator - 1) == 0,
        abs(number.numerator) < 1 << 53
      else { return nil }
      numbers.append(number.value)
    }
    return numbers
  }
}

extension Shape {
  /// Which sides of a block its axes are: 0 its rows, 1 its columns.
  fileprivate var axes: [Int] {
    switch sizes.count {
    case 0: []
    case 1: [isRow ? 1 : 0]
    default: [0, 1]
    }
  }
}

extension Axes {
  init(_ term: Term) {
    self.init(shape: term.shape.numbers, indices: term.indices, isBatched: term.isBatched)
  }
}
