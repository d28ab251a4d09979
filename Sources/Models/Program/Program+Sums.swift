extension Program {
  /// The most factors a product may have: sets of them are bits of one integer.
  static let mostFactors = 60
  /// The most labels a product may have, for the same reason.
  static let mostLabels = 64

  /// Σ of products as a node of this shape.
  ///
  /// Products are brought to one form, factors in the order of nodes and labels in the order of appearance, numbers
  /// in the coefficient; equal ones are merged, zeros dropped, and a single unscaled factor read as it stands is that factor.
  ///
  /// - Throws: ``Refusal`` if a node is unknown, labels do not fit a shape, extents of a label disagree, or a
  ///   coefficient outgrows 64 bits.
  public mutating func sum(_ products: [Product], shape: [Int]) throws(Refusal) -> ID {
    try checkExtents(shape, of: "a sum")
    var merged: [Product] = []
    var positions: [Product: Int] = [:]
    for product in products {
      try check(product, shape: shape)
      guard product.coefficient != 0, !product.uses.contains(where: { isZero($0.node) }) else { continue }
      var key = Self.canonical(try withoutNumbers(product))
      let coefficient = key.coefficient
      key.coefficient = 1
      if let position = positions[key] {
        merged[position].coefficient = try merged[position].coefficient + coefficient
      } else {
        positions[key] = merged.count
        key.coefficient = coefficient
        merged.append(key)
      }
    }
    merged.removeAll { $0.coefficient == 0 }
    if merged.count == 1, merged[0].coefficient == 1, merged[0].uses.count == 1,
      merged[0].uses[0].labels == merged[0].out, merged[0].out.isDistinct
    {
      return merged[0].uses[0].node
    }
    return add(.sum(merged), shape: shape)
  }

  /// The product with factors that are constant numbers in its coefficient.
  private func withoutNumbers(_ product: Product) throws(Refusal) -> Product {
    var result = Product(product.coefficient, [], out: product.out)
    for use in product.uses {
      if case .sum(let terms) = self[use.node].kind, terms.count == 1, terms[0].uses.isEmpty, terms[0].out.isEmpty {
        result.coefficient = try result.coefficient * terms[0].coefficient
      } else {
        result.uses.append(use)
      }
    }
    return result
  }

  /// Whether a node is the empty sum.
  public func isZero(_ id: ID) -> Bool { self[id].kind == .sum([]) }

  /// coefficient · Σ Π operands by a text such as `"ir,jr,kr->ijk"`: one letter an axis, operands separated by commas.
  ///
  /// `extents` gives those letters of the result that no operand has.
  ///
  /// - Throws: ``Refusal`` where the text does not fit the operands.
  public mutating func einsum(
    _ text: String, _ operands: [ID], times coefficient: Rational = 1, extents: [Character: Int] = [:]
  ) throws(Refusal) -> ID {
    let product = try self.product(text, operands, times: coefficient)
    var known: [Label: Int] = [:]
    for use in product.uses {
      for (axis, label) in use.labels.enumerated() { known[label] = self[use.node].shape[axis] }
    }
    let letters = text.filter { $0 != " " }.split(separator: ">", omittingEmptySubsequences: false).last.map(Array.init)
    var shape: [Int] = []
    for (letter, label) in zip(letters ?? [], product.out) {
      guard let extent = known[label] ?? extents[letter] else {
        throw Refusal(
          "the extent of \(letter) in \(text) is not known", remedy: "use the letter in an operand, or give its extent")
      }
      shape.append(extent)
    }
    return try sum([product], shape: shape)
  }

  /// The product an `einsum` text describes, for sums of several.
  ///
  /// - Throws: ``Refusal`` where the text does not fit the operands.
  public func product(
    _ text: String, _ operands: [ID], times coefficient: Rational = 1
  ) throws(Refusal) -> Product {
    let characters = text.filter { $0 != " " }
    let sides = characters.split(separator: ">", maxSplits: 1, omittingEmptySubsequences: false)
    guard sides.count == 2, sides[0].last == "-" else {
      throw Refusal("\(text) has no arrow", remedy: "write an einsum as in \"ij,jk->ik\"")
    }
    let left = sides[0].dropLast()
    let terms = operands.isEmpty && left.isEmpty ? [] : left.split(separator: ",", omittingEmptySubsequences: false)
    guard terms.count == operands.count else {
      throw Refusal(
        "\(text) names \(terms.count) operands and is given \(operands.count)", remedy: "separate operands by commas")
    }
    var numbers: [Character: Label] = [:]
    func labels(_ term: Substring) -> [Label] {
      term.map { letter in
        if let label = numbers[letter] { return label }
        numbers[letter] = numbers.count
        return numbers.count - 1
      }
    }
    var uses: [Use] = []
    for (term, operand) in zip(terms, operands) {
      try check(operand)
      guard term.count == self[operand].shape.count else {
        throw Refusal(
          "\(term) in \(text) has \(term.count) letters for an array of shape \(self[operand].shape)",
          remedy: "give one letter an axis")
      }
      uses.append(Use(operand, labels(term)))
    }
    return Product(coefficient, uses, out: labels(sides[1]))
  }

  /// Checks that a node belongs to this program.
  @inline(never)
  func check(_ id: ID) throws(Refusal) {
    guard nodes.indices.contains(id.index) else {
      throw Refusal("node \(id.index) is not in the program", remedy: "use nodes this program has returned")
    }
  }

  private func check(_ product: Product, shape: [Int]) throws(Refusal) {
    var extents: [Label: Int] = [:]
    func meet(_ labels: [Label], _ shape: [Int]) throws(Refusal) {
      guard labels.count == shape.count else {
        throw Refusal(
          "\(labels.count) labels do not fit an array of shape \(shape)", remedy: "give one label an axis")
      }
      for (label, extent) in zip(labels, shape) {
        if let known = extents[label], known != extent {
          throw Refusal(
            "label \(label) of a product has extent \(known) and extent \(extent)",
            remedy: "axes that share a label must agree")
        }
        extents[label] = extent
      }
    }
    for use in product.uses {
      try check(use.node)
      try meet(use.labels, self[use.node].shape)
    }
    try meet(product.out, shape)
    guard product.coefficient.numerator != .min else {
      throw Refusal("the coefficient \(product.coefficient) has no negative", remedy: "use smaller coefficients")
    }
    guard extents.count <= Self.mostLabels, product.uses.count <= Self.mostFactors else {
      throw Refusal(
        "a product has \(product.uses.count) factors and \(extents.count) labels",
        remedy: "write it as products of at most \(Self.mostFactors) factors and \(Self.mostLabels) labels")
    }
  }

  /// Factors in the order of nodes, labels numbered by first appearance.
  private static func canonical(_ product: Product) -> Product {
    renumbered(product, order(of: product.uses, from: 0))
  }

  /// The positions of factors, those from `start` on in the order of nodes.
  static func order(of uses: [Use], from start: Int) -> [Int] {
    var order = Array(uses.indices)
    for position in order.indices.dropFirst(start + 1) {
      var k = position
      while k > start, uses[order[k]].node < uses[order[k - 1]].node {
        order.swapAt(k, k - 1)
        k -= 1
      }
    }
    return order
  }

  /// The factors in this order, labels numbered by first appearance.
  static func renumbered(_ product: Product, _ order: [Int]) -> Product {
    // A product has few labels: a search is as fast as a table.
    var known: [Label] = []
    func renumber(_ labels: [Label]) -> [Label] {
      var numbers: [Label] = []
      for label in labels {
        let number = known.firstIndex(of: label) ?? known.count
        if number == known.count { known.append(label) }
        numbers.append(number)
      }
      return numbers
    }
    let uses = order.map { Use(product.uses[$0].node, renumber(product.uses[$0].labels)) }
    return Product(product.coefficient, uses, out: renumber(product.out))
  }
}

extension [Program.Label] {
  /// Whether no number stands twice: of few, which take no table.
  @inline(never)
  var isDistinct: Bool {
    for (position, label) in enumerated() {
      for other in 0..<position where self[other] == label { return false }
    }
    return true
  }
}
