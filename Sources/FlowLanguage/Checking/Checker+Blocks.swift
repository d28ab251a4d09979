/// What stands between brackets: numbers, or matrices beside and below each other.
extension Checker {
  /// `[a, b; c, d]`.
  mutating func rows(_ rows: [[Expression]], _ span: Span) -> Term? {
    var found: [[Term]] = []
    for row in rows {
      guard let terms = terms(row) else { continue }
      found.append(terms)
    }
    guard found.count == rows.count else { return nil }
    guard found.allSatisfy({ $0.allSatisfy(\.shape.isNumber) }) else { return blocks(found, span) }
    let extents = [rows.count, rows[0].count]
    let sizes = extents.contains(1) ? [extents[0] * extents[1]] : extents
    return Term(kind: .rows(found), shape: Shape(sizes.map(Size.number)), of: found.flatMap { $0 }, span: span)
  }

  /// Rows of a block matrix. A vector is one column, a row one row, a number both.
  private mutating func blocks(_ rows: [[Term]], _ span: Span) -> Term? {
    var heights: [Size] = []
    var widths: [Size] = []
    for (r, row) in rows.enumerated() {
      for (c, block) in row.enumerated() {
        guard let (height, width) = block.shape.sides else {
          return refuse(block.span, "an entry of [ ] is \(block.shape), a matrix or a number was expected")
        }
        if c == 0 { heights.append(height) }
        if r == 0 { widths.append(width) }
        guard height == heights[r] else {
          return refuse(
            block.span, "blocks beside each other: \(row[0].shape) and \(block.shape): \(heights[r]) and \(height) rows"
          )
        }
        guard width == widths[c] else {
          return refuse(
            block.span,
            "blocks below each other: \(rows[0][c].shape) and \(block.shape): \(widths[c]) and \(width) columns")
        }
      }
    }
    guard let height = total(heights, span), let width = total(widths, span) else { return nil }
    let shape: Shape
    switch (height, width) {
    case (_, .number(1)): shape = Shape([height])
    case (.number(1), _): shape = Shape([width], isRow: true)
    default: shape = Shape([height, width])
    }
    return Term(kind: .blocks(rows), shape: shape, of: rows.flatMap { $0 }, span: span)
  }

  /// A sum of sizes, which is one where there is a single one or all have numbers.
  private mutating func total(_ sizes: [Size], _ span: Span) -> Size? {
    if sizes.count == 1 { return sizes[0] }
    var total = 0
    for size in sizes {
      guard let number = size.number else {
        return refuse(span, "blocks of the open size \(size)", hint: "give the sizes numbers: dim \(size) = 3")
      }
      total += number
    }
    guard total <= Parser.largestSize else {
      return refuse(span, "\(total) rows or columns are more than \(Parser.largestSize)")
    }
    return .number(total)
  }
}

extension Shape {
  /// Rows and columns of a block; nil of an array that is no matrix.
  var sides: (height: Size, width: Size)? {
    switch sizes.count {
    case 0: (.number(1), .number(1))
    case 1: isRow ? (.number(1), sizes[0]) : (sizes[0], .number(1))
    case 2: (sizes[0], sizes[1])
    default: nil
    }
  }
}
