import Models

extension AtomAlgebra {
  /// The positive root s of a value z, with sⁿ = z. With z = a/b, b = Π fᵢ^kᵢ, the atom is t = s Π fᵢ^⌈kᵢ/n⌉, so that tⁿ is a polynomial.
  package func root(_ value: AtomQuotient, _ order: Int) throws(EntryFault) -> AtomQuotient {
    if let number = try constantValue(value) { return try root(ofNumber: number, order) }
    if let simple = try simpleRoot(value, order) { return simple }
    conditions.hasRoots = true
    if try vanishes(value) { return try constant(0) }
    var outer: [Int: Int] = [:]
    var inner: [Int: Int] = [:]
    for (factor, exponent) in value.denominator {
      outer[factor] = (exponent + order - 1) / order
      inner[factor] = (exponent + order - 1) / order * order
    }
    let kind = Atom.Kind.root(order: order, isPlain: value.denominator.isEmpty)
    if let (number, factor) = try known(kind, value, { $0.numerator > 0 }) {
      // t belongs to the key; the denominator of that is the one to divide by.
      var own: [Int: Int] = [:]
      for (factor, exponent) in atoms[number].key.denominator { own[factor] = (exponent + order - 1) / order }
      return try times(root(ofNumber: factor, order), AtomQuotient(polynomial(ofAtom: number), over: own))
    }
    let power = try reduced(over(AtomQuotient(value.numerator, over: value.denominator), inner))
    let number = try add(
      Atom(kind: kind, argument: AtomQuotient(power), key: value, relation: (order, power)))
    return AtomQuotient(try polynomial(ofAtom: number), over: outer)
  }

  /// Of a number: exact where it is a power, otherwise an atom of a positive integer without the square factors that are seen.
  private func root(ofNumber number: Rational, _ order: Int) throws(EntryFault) -> AtomQuotient {
    guard number.numerator >= 0 else { throw .notPolynomial("the root of \(number)") }
    if let exact = number.root(order) { return try constant(exact) }
    var (outside, inside) = (Rational(1), number)
    if order == 2, let (square, rest) = number.squareFactor { (outside, inside) = (square, Rational(rest)) }
    let key = try constant(inside)
    let kind = Atom.Kind.root(order: order, isPlain: true)
    let atom: Int
    if let (found, _) = try known(kind, key, { $0 == 1 }) {
      atom = found
    } else {
      atom = try add(Atom(kind: kind, argument: key, key: key, relation: (order, key.numerator)))
    }
    return try scaled(self.value(ofAtom: atom), by: outside)
  }

  /// c Π vᵢ^kᵢ of atoms that are not negative, where c has a root and every kᵢ is a multiple of the order or belongs to an exponential:
  /// the root of e^(k z) is e^(k z/n).
  private func simpleRoot(_ value: AtomQuotient, _ order: Int) throws(EntryFault) -> AtomQuotient? {
    guard value.numerator.count == 1 else { return nil }
    let (coefficient, above) = try refusing { () throws(Refusal) in try value.numerator.term(0) }
    guard let factor = Polynomial.fraction(coefficient)?.root(order) else { return nil }
    var powers = above
    for (position, exponent) in value.denominator {
      let below = factors[position]
      guard below.count == 1, below.degree == 1,
        let variable = try refusing({ () throws(Refusal) in try below.variables() }).first
      else { return nil }
      powers.append((variable, -exponent))
    }
    for (variable, exponent) in powers {
      guard variable >= firstAtom else { return nil }
      let atom = atoms[variable - firstAtom]
      guard atom.kind == .exponential || atom.isNonnegative && exponent.isMultiple(of: order) else { return nil }
    }
    var result = try constant(factor)
    for (variable, exponent) in powers {
      let atom = atoms[variable - firstAtom]
      if atom.kind == .exponential {
        let share = try refusing { () throws(Refusal) in try Rational(exponent, order) }
        result = try times(result, exponential(scaled(atom.argument, by: share)))
        continue
      }
      var power = try constant(1)
      for _ in 0..<abs(exponent) / order { power = try times(power, self.value(ofAtom: variable - firstAtom)) }
      if exponent < 0 {
        guard let inverse = try inverse(power) else { return nil }
        power = inverse
      }
      result = try times(result, power)
    }
    return result
  }
}

extension Rational {
  /// The root of a number that is the power of a fraction; nil of others.
  func root(_ order: Int) -> Rational? {
    guard numerator >= 0, let above = Self.root(numerator, order), let below = Self.root(denominator, order) else {
      return nil
    }
    return try? Rational(above, below)
  }

  private static func root(_ number: Int, _ order: Int) -> Int? {
    if number < 2 { return number }
    // Not above 2³² for a square, so that no power below overflows unseen.
    var (low, high) = (1, min(number, 1 << (62 / order + 1)))
    while low < high {
      let middle = low + (high - low) / 2
      if power(middle, order).map({ $0 < number }) ?? false { low = middle + 1 } else { high = middle }
    }
    return power(low, order) == number ? low : nil
  }

  private static func power(_ base: Int, _ exponent: Int) -> Int? {
    var result = 1
    for _ in 0..<exponent {
      let (product, overflow) = result.multipliedReportingOverflow(by: base)
      if overflow { return nil }
      result = product
    }
    return result
  }

  /// a and n with √self = a √n, n an integer from which the squares of small primes are taken; nil of what does not fit.
  var squareFactor: (Rational, Int)? {
    var (rest, overflow) = numerator.multipliedReportingOverflow(by: denominator)
    guard !overflow, rest > 0 else { return nil }
    var outside = 1
    for divisor in 2...1000 {
      while rest.isMultiple(of: divisor * divisor) {
        rest /= divisor * divisor
        outside *= divisor
      }
    }
    guard let factor = try? Rational(outside, denominator) else { return nil }
    return (factor, rest)
  }
}
