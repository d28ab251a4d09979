/// Exponents, up to constants, as combinations with rational factors of those that came first.
package struct ExponentBasis {
  /// Exponents that are no combination of those before them.
  package private(set) var members: [Polynomial] = []
  /// The members in rows: every pivot has the factor 1 in its row and is in no later row; the row as a combination of members.
  private var rows: [(pivot: Monomial, row: Polynomial, combination: [Int: Fraction])] = []

  /// No exponents yet.
  package init() {}

  /// The factors of members whose combination an exponent is; an exponent that is none becomes a member. For a polynomial without a
  /// constant term.
  package mutating func combination(_ exponent: Polynomial, _ budget: Budget) throws(Rejection) -> [Int: Fraction] {
    var (rest, found) = (exponent, [Int: Fraction]())
    func add(_ own: [Int: Fraction], _ factor: Fraction) throws(Rejection) {
      try budget.spend(own.count)
      for (member, value) in own {
        let sum = (found[member] ?? .zero) + value * factor
        guard sum.length <= Budget.bitLimit else { throw Rejection("a factor of an exponent has too many bits") }
        found[member] = sum.isZero ? nil : sum
      }
    }
    for (pivot, row, own) in rows {
      try budget.spend()
      guard let factor = rest.terms[pivot] else { continue }
      try rest.add(row, times: -factor, budget)
      try add(own, factor)
    }
    guard let (pivot, factor) = rest.leadingTerm, let inverse = factor.inverse else { return found }
    // rest = exponent − Σ found, so that the new row is a combination with the new member.
    var combination = found.mapValues { -$0 * inverse }
    combination[members.count] = inverse
    rows.append((pivot, rest.scaled(by: inverse), combination))
    members.append(exponent)
    return [members.count - 1: .one]
  }
}
