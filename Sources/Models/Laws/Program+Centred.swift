extension Program {
  /// One factor of a product of a sum, read as an array z whose change is constant along an axis: itself, or a sum of it along
  /// that axis, as a mean is.
  private struct Part {
    /// Number of the product and position of the factor, in one.
    let place: Int
    let product: Product
    /// z as it stands in the product.
    let use: Use
    /// The others.
    let rest: [Use]
  }

  /// The factors of a sum's products whose changes cancel each other, as ``place(_:_:)`` says: those of z − mean z where z moves
  /// by something constant along the axis of the mean.
  ///
  /// Such a change δ does not have the axis: a product with z under a label that no other factor has is one with δ in its
  /// place, times the extent if the label is summed. Where equal products have coefficients that add up to 0, nothing moves.
  func centred(_ products: [Product], _ changes: [Change]) -> Set<Int> {
    var cancelled: Set<Int> = []
    guard products.count > 1 else { return cancelled }
    let parts = products.enumerated().flatMap { number, product in
      product.uses.indices.compactMap { read(product, number, $0, changes) }
    }
    // One axis at a time: what has cancelled is gone before the next.
    let most = parts.reduce(0) { max($0, $1.use.labels.count) }
    for axis in 0..<most {
      var numbers: [Product: Int] = [:]
      var sums: [(total: Rational, places: [Int])] = []
      for part in parts where !cancelled.contains(part.place) && axes(part, changes) >> UInt64(axis) & 1 == 1 {
        guard let (key, coefficient) = withoutAxis(part, axis) else { continue }
        let number = numbers[key] ?? sums.count
        if number == sums.count {
          numbers[key] = number
          sums.append((0, []))
        }
        // A fraction that outgrows 64 bits cancels nothing.
        guard !sums[number].places.contains(part.place), let total = try? sums[number].total + coefficient else {
          return []
        }
        sums[number].total = total
        sums[number].places.append(part.place)
      }
      for (total, places) in sums where total == 0 { cancelled.formUnion(places) }
    }
    return cancelled
  }

  private func axes(_ part: Part, _ changes: [Change]) -> UInt64 {
    if case .constant(let along) = changes[part.use.node.index] { along } else { 0 }
  }

  /// A factor of a product, as one number.
  static func place(_ product: Int, _ factor: Int) -> Int { product * mostFactors + factor }

  /// The factor as it stands, or the array it is a sum of along one axis; nil for one that does not move.
  private func read(_ product: Product, _ number: Int, _ position: Int, _ changes: [Change]) -> Part? {
    let place = Self.place(number, position)
    let use = product.uses[position]
    guard changes[use.node.index] != .none else { return nil }
    var rest = product.uses
    rest.remove(at: position)
    guard case .sum(let terms) = self[use.node].kind, terms.count == 1, terms[0].uses.count == 1,
      let inner = terms[0].uses.first, inner.labels.isDistinct, terms[0].out.isDistinct,
      terms[0].out.allSatisfy(inner.labels.contains),
      inner.labels.count == terms[0].out.count + 1, let coefficient = try? product.coefficient * terms[0].coefficient
    else { return Part(place: place, product: product, use: use, rest: rest) }
    let fresh = ((product.uses.flatMap(\.labels) + product.out).max() ?? -1) + 1
    let labels = inner.labels.map { label in
      terms[0].out.firstIndex(of: label).map { use.labels[$0] } ?? fresh
    }
    return Part(
      place: place, product: Product(coefficient, product.uses, out: product.out), use: Use(inner.node, labels),
      rest: rest)
  }

  /// The product with a change in the place of z, which does not have the axis, and its coefficient; nil where the label of
  /// the axis stands elsewhere too.
  private func withoutAxis(_ part: Part, _ axis: Int) -> (key: Product, coefficient: Rational)? {
    let label = part.use.labels[axis]
    let out = part.product.out
    guard part.use.labels.filter({ $0 == label }).count == 1, !part.rest.contains(where: { $0.labels.contains(label) }),
      out.filter({ $0 == label }).count <= 1
    else { return nil }
    var coefficient = part.product.coefficient
    if !out.contains(label) {
      guard let times = try? coefficient * Rational(self[part.use.node].shape[axis]) else { return nil }
      coefficient = times
    }
    var labels = part.use.labels
    labels.remove(at: axis)
    // The change comes first, so that it is told from a factor of the same array.
    return (Self.renumbered(Product(1, [Use(part.use.node, labels)] + part.rest, out: out)), coefficient)
  }

  /// Labels numbered by first appearance, the factors as they are but for the order of those behind the first.
  private static func renumbered(_ product: Product) -> Product {
    renumbered(Product(1, product.uses, out: product.out), order(of: product.uses, from: 1))
  }
}
