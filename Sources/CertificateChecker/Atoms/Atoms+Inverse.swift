/// Quotients: 1/z is an atom, so that sums of quotients need no common denominator before something is to be 0.
extension Atoms {
  /// 1/z. Denominators within z are cleared first; variables that divide z have inverses of their own.
  package func inverse(_ argument: Polynomial) throws(Rejection) -> Polynomial {
    let (cleared, multiplier) = try cleared(reduced(argument))
    guard let (monic, factor) = cleared.monic, let scale = factor.inverse else {
      throw Rejection("the text divides by 0")
    }
    var result = multiplier.scaled(by: scale)
    let (content, rest) = try Self.split(monic)
    for power in content.powers {
      let divisor = Monomial.variable(power)
      if let own = try inverseByRoot(Polynomial(variable: divisor)) {
        result = try result.times(own.power(Monomial.exponent(power), budget), budget)
        continue
      }
      let own = try variable(
        .inverse, Polynomial(variable: divisor), isNeverZero: isExponential(divisor), leading: Monomial(divisor))
      result = try result.times(Monomial(own, exponent: Monomial.exponent(power)), .one, budget)
    }
    if let own = try inverseByRoot(rest) {
      result = try result.times(own, budget)
    } else if rest.constant == nil, let (leading, _) = rest.leadingTerm {
      let isOfExponentials = rest.variables.allSatisfy { isExponential($0) }
      var others = rest
      try others.add(Fraction(-1), leading)
      let own = try variable(
        .inverse, rest, isNeverZero: isOfExponentials && rest.terms.values.allSatisfy { $0.sign > 0 },
        leading: leading, rest: isOfExponentials ? others : nil)
      result = try result.times(Monomial(own), .one, budget)
    }
    return try reduced(result)
  }

  /// 1/z = c (1/s)² where the root s of c z is known, so that powers of 1/s have one form.
  private func inverseByRoot(_ monic: Polynomial) throws(Rejection) -> Polynomial? {
    guard let (factor, root) = roots[monic]?.first else { return nil }
    let own = try variable(.inverse, Polynomial(variable: root), leading: Monomial(root))
    return try Polynomial(factor).times(Monomial(own, exponent: 2), .one, budget)
  }

  private func isExponential(_ variable: Int) -> Bool {
    if case .exponential? = items[variable]?.kind { true } else { false }
  }

  /// The monomial that divides all terms, and what is left.
  private static func split(_ polynomial: Polynomial) throws(Rejection) -> (content: Monomial, rest: Polynomial) {
    guard var content = polynomial.terms.keys.first else { return (.one, polynomial) }
    for monomial in polynomial.terms.keys {
      var common: [UInt64] = []
      for power in content.powers {
        let exponent = min(Monomial.exponent(power), monomial.exponent(of: Monomial.variable(power)))
        if exponent > 0 { common.append(power & ~0xFFFF_FFFF | UInt64(exponent)) }
      }
      content = Monomial(powers: common)
    }
    if content.powers.isEmpty { return (.one, polynomial) }
    var rest = Polynomial.zero
    for (monomial, coefficient) in polynomial.terms {
      if let left = monomial.divided(by: content) { try rest.add(coefficient, left) }
    }
    return (content, rest)
  }

  /// A polynomial without inverses that is the given one times the multiplier, a product of denominators: where none is 0 both are 0
  /// together.
  package func cleared(_ value: Polynomial) throws(Rejection) -> (value: Polynomial, multiplier: Polynomial) {
    var (value, multiplier) = (value, Polynomial.one)
    // A denominator has no variables beyond those that were there before its inverse.
    while let inverse = value.variables.filter({ items[$0]?.kind == .inverse }).max(), let atom = items[inverse] {
      var parts: [Int: Polynomial] = [:]
      for (monomial, coefficient) in value.terms {
        try budget.spend()
        let exponent = monomial.exponent(of: inverse)
        try parts[exponent, default: .zero].add(coefficient, monomial.setting(inverse, to: 0))
      }
      // Σ cₖ z^(m−k) by Horner's rule.
      let height = parts.keys.max() ?? 0
      var sum = parts[0] ?? .zero
      for exponent in stride(from: 1, through: height, by: 1) {
        sum = try sum.times(atom.argument, budget)
        if let part = parts[exponent] { try sum.add(part, budget) }
        sum = try reduced(sum)
        multiplier = try reduced(multiplier.times(atom.argument, budget))
      }
      value = sum
    }
    return (value, multiplier)
  }
}
