import Models

/// Taylor series of monomials along a trajectory modulo a prime.
package enum FlowSeries {
  /// Row i holds the coefficients of tⁱ of m(x(t)), x(0) the point, for every monomial m: Xⁱ m / i! at the point. Nil where i! is 0 modulo
  /// the prime.
  package static func matrix(
    _ image: FieldImage, at point: [UInt64], _ monomials: [Exponents], orders: Int
  ) -> [[UInt64]]? {
    let field = image.field
    guard field.prime > UInt64(orders) else { return nil }
    var table = Table(count: image.count)
    let wanted = monomials.map { table.place($0) }
    let rates = image.rates.map { $0.terms.map { (table.place($0.exponents), $0.coefficient) } }
    var states = point.map { [$0] }
    var series = [[UInt64]](repeating: [], count: table.parents.count)
    for order in 0..<orders {
      for (place, parent) in table.parents.enumerated() {
        guard let parent else {
          series[place].append(order == 0 ? 1 : 0)
          continue
        }
        let (left, right) = (series[parent.place], states[parent.variable])
        var sum: UInt64 = 0
        for k in 0...order { sum = field.add(sum, field.multiply(left[k], right[order - k])) }
        series[place].append(sum)
      }
      guard order + 1 < orders else { break }
      guard let inverse = field.inverse(UInt64(order + 1) % field.prime) else { return nil }
      for (k, terms) in rates.enumerated() {
        let rate = terms.reduce(0) { field.add($0, field.multiply($1.1, series[$1.0][order])) }
        states[k].append(field.multiply(inverse, rate))
      }
    }
    return (0..<orders).map { order in wanted.map { series[$0][order] } }
  }

  /// Monomials, each as one before it times a variable.
  private struct Table {
    var parents: [(place: Int, variable: Int)?] = [nil]
    var places: [Exponents: Int]

    init(count: Int) { places = [Exponents(repeating: 0, count: count): 0] }

    mutating func place(_ monomial: Exponents) -> Int {
      if let place = places[monomial] { return place }
      guard let variable = monomial.lastIndex(where: { $0 > 0 }) else { return 0 }
      var rest = monomial
      rest[variable] -= 1
      let parent = place(rest)
      parents.append((parent, variable))
      places[monomial] = parents.count - 1
      return parents.count - 1
    }
  }
}
