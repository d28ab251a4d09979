/// What is known of powers and products of atoms, used as replacements from left to right: g² → g, s² → z, exp(z/q)^q → exp(z),
/// z · 1/z → 1.
extension Atoms {
  /// The polynomial after all replacements. Each makes a monomial smaller in the order of ``Monomial/precedes(_:)``, so that there is an end.
  package func reduced(_ polynomial: Polynomial) throws(Rejection) -> Polynomial {
    guard polynomial.terms.keys.contains(where: isReducible) else { return polynomial }
    var (done, waiting) = (Polynomial.zero, polynomial)
    while !waiting.isZero {
      var next = Polynomial.zero
      for (monomial, coefficient) in waiting.terms {
        try budget.spend()
        if let (own, factor) = try replacement(monomial) {
          if let factor {
            try next.add(factor.times(own, coefficient, budget), budget)
          } else {
            try next.add(coefficient, own)
          }
        } else {
          try done.add(coefficient, monomial)
        }
      }
      waiting = next
    }
    return done
  }

  /// Whether a monomial is replaced.
  private func isReducible(_ monomial: Monomial) -> Bool {
    monomial.powers.contains { power in
      guard let atom = items[Monomial.variable(power)] else { return false }
      switch atom.kind {
      case .gate, .root: return Monomial.exponent(power) > 1
      case .exponential(let part, _): return part > 1 && Monomial.exponent(power) >= part
      case .inverse:
        return (atom.argument.terms.count == 1 || atom.rest != nil) && monomial.divided(by: atom.leading) != nil
      default: return false
      }
    }
  }

  /// What a monomial is replaced by, a smaller one times a polynomial, or alone; nil where nothing is known of it.
  private func replacement(_ monomial: Monomial) throws(Rejection) -> (Monomial, Polynomial?)? {
    for power in monomial.powers.reversed() {
      let (variable, exponent) = (Monomial.variable(power), Monomial.exponent(power))
      guard let atom = items[variable] else { continue }
      switch atom.kind {
      case .gate where exponent > 1: return (monomial.setting(variable, to: 1), nil)
      case .root where exponent > 1:
        return (monomial.setting(variable, to: exponent % 2), try atom.argument.power(exponent / 2, budget))
      case .exponential(let part, let base) where part > 1 && exponent >= part:
        let left = monomial.setting(variable, to: exponent % part)
        return (try left.times(Monomial(base, exponent: exponent / part)), nil)
      case .inverse:
        guard let left = monomial.setting(variable, to: exponent - 1).divided(by: atom.leading) else { continue }
        if atom.leading.powers.count == 1, atom.argument.terms.count == 1 { return (left, nil) }
        guard let rest = atom.rest else { continue }
        // z/z = 1, so that the greatest monomial of z over z is 1 less the others over z.
        var factor = try rest.times(Monomial(variable), Fraction(-1), budget)
        try factor.add(.one, .one)
        return (left, factor)
      default: continue
      }
    }
    return nil
  }

  /// Whether a value is 0 wherever the functions are smooth and no denominator is 0, by what is known of its atoms.
  package func isZero(_ value: Polynomial) throws(Rejection) -> Bool { try rest(value).isZero }

  /// What is left of a value times its denominators, or of the value where that is far from 0.
  package func rest(_ value: Polynomial) throws(Rejection) -> Polynomial {
    let value = try reduced(value)
    if value.isZero { return value }
    var check = NonzeroCheck(self)
    return try check.isFarFromZero(value) ? value : cleared(value).value
  }
}
