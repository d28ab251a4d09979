import Models

/// A polynomial modulo a prime, as a sparse list of terms.
package struct ModularTerms {
  /// coefficient · monomial.
  package struct Term {
    package let coefficient: UInt64
    package let exponents: Exponents

    package init(coefficient: UInt64, exponents: Exponents) {
      (self.coefficient, self.exponents) = (coefficient, exponents)
    }
  }

  package var terms: [Term]

  package init(_ terms: [Term]) { self.terms = terms }

  /// Σ of terms, those of the same monomial added and zeros left out, in the order in which monomials appear.
  package init(summing parts: [Term], _ field: PrimeField) {
    var places: [Exponents: Int] = [:]
    var (sums, monomials): ([UInt64], [Exponents]) = ([], [])
    for part in parts {
      if let place = places[part.exponents] {
        sums[place] = field.add(sums[place], part.coefficient)
      } else {
        places[part.exponents] = sums.count
        sums.append(part.coefficient)
        monomials.append(part.exponents)
      }
    }
    terms = zip(sums, monomials).filter { $0.0 != 0 }.map { Term(coefficient: $0.0, exponents: $0.1) }
  }

  /// The value at a point.
  package func value(at point: [UInt64], _ field: PrimeField) -> UInt64 {
    terms.reduce(0) { field.add($0, Self.value(of: $1, at: point, field)) }
  }

  /// The derivatives in the first `count` variables at a point.
  package func gradient(at point: [UInt64], count: Int, _ field: PrimeField) -> [UInt64] {
    var gradient = [UInt64](repeating: 0, count: count)
    for term in terms {
      for k in 0..<count where term.exponents[k] > 0 {
        var exponents = term.exponents
        exponents[k] -= 1
        let part = Self.value(of: Term(coefficient: term.coefficient, exponents: exponents), at: point, field)
        gradient[k] = field.add(gradient[k], field.multiply(field.residue(Int(term.exponents[k])), part))
      }
    }
    return gradient
  }

  private static func value(of term: Term, at point: [UInt64], _ field: PrimeField) -> UInt64 {
    var product = term.coefficient
    for (exponent, coordinate) in zip(term.exponents, point) where exponent > 0 {
      product = field.multiply(product, exponent == 1 ? coordinate : field.power(coordinate, UInt64(exponent)))
    }
    return product
  }

  /// The polynomial in the first `count` variables, the others at values.
  package func fixing(from count: Int, at values: [UInt64], _ field: PrimeField) -> ModularTerms {
    ModularTerms(
      summing: terms.map { term in
        let point = [UInt64](repeating: 1, count: count) + values
        return Term(
          coefficient: Self.value(of: term, at: point, field), exponents: Exponents(term.exponents.prefix(count)))
      }, field)
  }

  /// The product.
  package func times(_ other: ModularTerms, _ field: PrimeField) -> ModularTerms {
    var parts: [Term] = []
    parts.reserveCapacity(terms.count * other.terms.count)
    for a in terms {
      for b in other.terms {
        parts.append(
          Term(
            coefficient: field.multiply(a.coefficient, b.coefficient),
            exponents: zip(a.exponents, b.exponents).map { $0 &+ $1 }))
      }
    }
    return ModularTerms(summing: parts, field)
  }
}

extension PrimeField {
  /// The class of a fraction of any length, such as `-12/7`; nil where the prime divides its denominator.
  package func residue(text: String) -> UInt64? {
    func residue(digits: Substring) -> UInt64 {
      digits.utf8.reduce(0) { add(multiply($0, 10 % prime), UInt64($1 &- 48) % prime) }
    }
    let parts = text.split(separator: "/")
    guard let first = parts.first else { return nil }
    let isNegative = first.hasPrefix("-")
    let numerator = residue(digits: isNegative ? first.dropFirst() : first)
    guard let inverse = parts.count == 2 ? inverse(residue(digits: parts[1])) : 1 else { return nil }
    let size = multiply(numerator, inverse)
    return isNegative ? negative(size) : size
  }
}

/// A field modulo a prime, over its states and then its constants.
package struct FieldImage {
  package let field: PrimeField
  /// Number of states.
  package let count: Int
  /// The derivatives of the states.
  package let rates: [ModularTerms]

  package init(field: PrimeField, count: Int, rates: [ModularTerms]) {
    (self.field, self.count, self.rates) = (field, count, rates)
  }

  /// - Throws: ``Refusal`` if the prime divides a denominator.
  package init(_ source: PolynomialField, _ field: PrimeField) throws(Refusal) {
    var rates: [ModularTerms] = []
    for rate in source.rates { rates.append(try Self.terms(rate, source, field)) }
    self.init(field: field, count: source.states.count, rates: rates)
  }

  /// A polynomial of the same ring.
  ///
  /// - Throws: ``Refusal`` if the prime divides a denominator.
  package static func terms(
    _ polynomial: Polynomial, _ source: PolynomialField, _ field: PrimeField
  ) throws(Refusal) -> ModularTerms {
    var parts: [ModularTerms.Term] = []
    for term in try source.terms(of: polynomial) {
      guard let coefficient = field.residue(text: term.coefficient) else {
        throw Refusal("the number \(term.coefficient) has no value modulo \(field.prime)", remedy: "use another prime")
      }
      if coefficient != 0 { parts.append(.init(coefficient: coefficient, exponents: term.exponents)) }
    }
    return ModularTerms(parts)
  }

  /// The field at values of its constants.
  package func fixing(_ constants: [UInt64]) -> FieldImage {
    FieldImage(field: field, count: count, rates: rates.map { $0.fixing(from: count, at: constants, field) })
  }
}
