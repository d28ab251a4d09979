import Models

/// A product of variables: their numbers, ascending, one as often as its power.
package struct Monomial: Hashable {
  package private(set) var variables: [Int32]

  /// 1.
  package static let one = Monomial(variables: [])

  package init(variables: [Int32]) { self.variables = variables }

  package init(_ variables: [Int]) { self.variables = variables.map { Int32($0) }.sorted() }

  /// The most variables of a product.
  package static let largestDegree = 256

  package static func * (a: Monomial, b: Monomial) -> Monomial {
    if a.variables.isEmpty { return b }
    if b.variables.isEmpty { return a }
    var result: [Int32] = []
    result.reserveCapacity(a.variables.count + b.variables.count)
    var (i, j) = (0, 0)
    while i < a.variables.count, j < b.variables.count {
      if a.variables[i] <= b.variables[j] {
        result.append(a.variables[i])
        i += 1
      } else {
        result.append(b.variables[j])
        j += 1
      }
    }
    result += a.variables[i...]
    result += b.variables[j...]
    return Monomial(variables: result)
  }

  /// Its derivatives: variable, power and the rest.
  package var derivatives: [(variable: Int, power: Int, rest: Monomial)] {
    var result: [(Int, Int, Monomial)] = []
    var position = 0
    while position < variables.count {
      let variable = variables[position]
      let power = variables[position...].prefix { $0 == variable }.count
      var rest = variables
      rest.remove(at: position)
      result.append((Int(variable), power, Monomial(variables: rest)))
      position += power
    }
    return result
  }
}

/// A polynomial with rational coefficients, exact.
package struct ExactPolynomial {
  package private(set) var terms: [Monomial: Rational] = [:]

  package var isZero: Bool { terms.isEmpty }

  /// Adds c · monomial.
  ///
  /// - Throws: ``Refusal`` if a fraction outgrows 64 bits.
  package mutating func add(_ coefficient: Rational, _ monomial: Monomial) throws(Refusal) {
    guard coefficient != 0 else { return }
    guard let known = terms[monomial] else {
      terms[monomial] = coefficient
      return
    }
    let sum = try known + coefficient
    terms[monomial] = sum == 0 ? nil : sum
  }
}

/// Exact polynomials on a tape, with a limit on the work.
package struct ExactArithmetic: TapeArithmetic {
  package typealias Element = ExactPolynomial
  /// Products of terms that may still be formed.
  package private(set) var budget: Int

  package init(budget: Int) { self.budget = budget }

  package var zero: ExactPolynomial { ExactPolynomial() }

  package static let tooLarge = Refusal(
    "the model's polynomials have too many terms to be expanded",
    remedy: "use smaller sizes for laws that labels do not show")

  package mutating func add(
    _ coefficient: Rational, _ x: ExactPolynomial?, _ y: ExactPolynomial?, to z: inout ExactPolynomial
  ) throws(Refusal) {
    budget -= max(x?.terms.count ?? 1, 1) * max(y?.terms.count ?? 1, 1)
    guard budget >= 0 else { throw Self.tooLarge }
    guard let x else { return try z.add(coefficient, .one) }
    for (monomial, value) in x.terms {
      let scaled = try coefficient * value
      guard let y else {
        try z.add(scaled, monomial)
        continue
      }
      for (other, factor) in y.terms {
        let product = monomial * other
        guard product.variables.count <= Monomial.largestDegree else {
          throw Refusal(
            "the model has a degree above \(Monomial.largestDegree)", remedy: "use smaller powers")
        }
        try z.add(scaled * factor, product)
      }
    }
  }

  package func value(
    _ operation: Tape.Operation, _ x: ExactPolynomial, leaf: Int?
  ) throws(Refusal) -> ExactPolynomial {
    throw Refusal("the model is no polynomial", remedy: "laws that labels do not show are proved of polynomials")
  }
}
