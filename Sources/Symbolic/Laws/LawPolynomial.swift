import Models

/// A polynomial in the parameters with rational coefficients, as a sparse list of terms.
public struct LawPolynomial: Equatable, Sendable {
  /// coefficient · Π θᵢ.
  public struct Term: Equatable, Sendable {
    /// The number in front.
    public let coefficient: Rational
    /// Positions in θ, ascending, one as often as its power.
    public let variables: [Int]

    /// coefficient · Π θᵢ.
    public init(_ coefficient: Rational, _ variables: [Int]) {
      self.coefficient = coefficient
      self.variables = variables.sorted()
    }
  }

  /// The terms, none with the variables of another.
  public let terms: [Term]

  /// Σ of terms, those of the same variables added.
  ///
  /// - Throws: ``Refusal`` if a fraction outgrows 64 bits.
  public init(_ terms: [Term]) throws(Refusal) {
    var sums: [[Int]: Rational] = [:]
    for term in terms { sums[term.variables] = try (sums[term.variables] ?? 0) + term.coefficient }
    var seen: Set<[Int]> = []
    var merged: [Term] = []
    for term in terms where seen.insert(term.variables).inserted {
      if let sum = sums[term.variables], sum != 0 { merged.append(Term(sum, term.variables)) }
    }
    self.terms = merged
  }

  /// The largest degree of a term; 0 of none.
  public var degree: Int { terms.map(\.variables.count).max() ?? 0 }

  /// Σ of terms with names for the parameters, in the syntax of `.flow` files.
  public func text(_ names: [String]) -> String {
    var result = ""
    for term in terms {
      let isNegative = term.coefficient.numerator < 0
      let size = isNegative ? -term.coefficient : term.coefficient
      result += result.isEmpty ? (isNegative ? "-" : "") : (isNegative ? " - " : " + ")
      var factors = size == 1 && !term.variables.isEmpty ? [] : [size.description]
      var position = 0
      while position < term.variables.count {
        let variable = term.variables[position]
        let power = term.variables[position...].prefix { $0 == variable }.count
        factors.append(names[variable] + (power == 1 ? "" : "^\(power)"))
        position += power
      }
      result += factors.joined(separator: "*")
    }
    return result.isEmpty ? "0" : result
  }

  /// Its value at a point modulo a prime.
  ///
  /// - Throws: ``Refusal`` if the prime divides a denominator.
  package func value(at point: [UInt64], _ field: PrimeField) throws(Refusal) -> UInt64 {
    var sum: UInt64 = 0
    for term in terms {
      var product = try field.residue(term.coefficient)
      for variable in term.variables { product = field.multiply(product, point[variable]) }
      sum = field.add(sum, product)
    }
    return sum
  }

  /// Its gradient at a point modulo a prime.
  ///
  /// - Throws: ``Refusal`` if the prime divides a denominator.
  package func gradient(at point: [UInt64], _ field: PrimeField) throws(Refusal) -> [UInt64] {
    var gradient = [UInt64](repeating: 0, count: point.count)
    for term in terms {
      let coefficient = try field.residue(term.coefficient)
      for (position, variable) in term.variables.enumerated() {
        var product = coefficient
        for (other, factor) in term.variables.enumerated() where other != position {
          product = field.multiply(product, point[factor])
        }
        gradient[variable] = field.add(gradient[variable], product)
      }
    }
    return gradient
  }
}

/// A polynomial, a quotient of two, or a polynomial and multiples of logarithms of polynomials, that every field of a model conserves.
public struct ConservedQuantity: Equatable, Sendable {
  /// P.
  public let numerator: LawPolynomial
  /// Q of P/Q; nil of a polynomial.
  public let denominator: LawPolynomial?
  /// The terms of P + Σ λ log|p|, only of fields that a file states; none of P and P/Q.
  public let logarithms: [Logarithm]

  /// λ log|p|.
  public struct Logarithm: Equatable, Sendable {
    /// λ, a polynomial in the constants of the field.
    public let weight: LawPolynomial
    /// p.
    public let argument: LawPolynomial

    /// λ log|p|.
    package init(weight: LawPolynomial, argument: LawPolynomial) { (self.weight, self.argument) = (weight, argument) }
  }

  /// P, or P/Q.
  public init(_ numerator: LawPolynomial, over denominator: LawPolynomial? = nil) {
    (self.numerator, self.denominator, logarithms) = (numerator, denominator, [])
  }

  /// P + Σ λ log|p|.
  public init(_ polynomial: LawPolynomial, logarithms: [Logarithm]) {
    (numerator, denominator, self.logarithms) = (polynomial, nil, logarithms)
  }

  /// The formula in the syntax of `.flow` files.
  public func text(_ names: [String]) -> String {
    if !logarithms.isEmpty { return logarithmText(names) }
    guard let denominator else { return numerator.text(names) }
    return "(\(numerator.text(names)))/(\(denominator.text(names)))"
  }

  private func logarithmText(_ names: [String]) -> String {
    var text = numerator.terms.isEmpty ? "" : numerator.text(names)
    for logarithm in logarithms {
      let weight = logarithm.weight.text(names)
      let isSingle = logarithm.weight.terms.count == 1
      let isNegative = isSingle && weight.hasPrefix("-")
      let size = isNegative ? String(weight.dropFirst()) : isSingle ? weight : "(\(weight))"
      text += text.isEmpty ? (isNegative ? "-" : "") : (isNegative ? " - " : " + ")
      text += (size == "1" ? "" : "\(size)*") + "log(abs(\(logarithm.argument.text(names))))"
    }
    return text
  }

  /// The gradient's direction at a point: ∇P, or Q ∇P − P ∇Q.
  ///
  /// - Throws: ``Refusal`` if the prime divides a denominator.
  package func gradient(at point: [UInt64], _ field: PrimeField) throws(Refusal) -> [UInt64] {
    var gradient = try numerator.gradient(at: point, field)
    guard let denominator else { return gradient }
    let q = try denominator.value(at: point, field)
    let p = try numerator.value(at: point, field)
    let other = try denominator.gradient(at: point, field)
    for k in gradient.indices {
      gradient[k] = field.subtract(field.multiply(q, gradient[k]), field.multiply(p, other[k]))
    }
    return gradient
  }
}
