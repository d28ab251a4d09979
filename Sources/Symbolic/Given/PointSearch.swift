import Models

/// Looks for simple rational points at which polynomials have a sign, and makes them simpler.
package struct PointSearch {
  /// An exact point.
  package struct Point {
    /// Fractions as texts by variable, those that are not 0.
    package let values: [String: String]
    /// The value there, a fraction as a text.
    package let value: String
  }

  private let ring: PolynomialRing
  private let seed: UInt64

  /// Points that are tried.
  private static let tries = 400
  /// Terms whose variables alone are tried.
  private static let mostTerms = 40

  package init(_ ring: PolynomialRing, seed: UInt64) {
    self.ring = ring
    self.seed = seed
  }

  /// A point at which a polynomial that is not 0 has another value than 0. There always is one, with as few variables that are not 0 as a
  /// term has: the terms in these variables alone are no zero polynomial, and what is none in a variable has no more roots than its degree.
  package func nonzero(_ polynomial: Polynomial) throws(Refusal) -> Point? {
    var fewest: [Int]?
    for k in 0..<polynomial.count {
      let variables = try polynomial.term(k).factors.map(\.variable)
      if fewest.map({ variables.count < $0.count }) ?? true { fewest = variables }
    }
    guard let kept = fewest else { return nil }
    var rest = polynomial
    for variable in try polynomial.variables() where !kept.contains(variable) {
      rest = try rest.fixing(variable, at: 0)
    }
    var point = [Rational](repeating: 0, count: ring.names.count)
    for variable in kept {
      for size in 1...Polynomial.largestDegree + 1 {
        let next = try rest.fixing(variable, at: Rational(size))
        let opposite = next.isZero ? try rest.fixing(variable, at: Rational(-size)) : next
        if opposite.isZero { continue }
        point[variable] = Rational(next.isZero ? -size : size)
        rest = opposite
        break
      }
    }
    return described(point, try polynomial.value(at: point))
  }

  /// A point at which a polynomial has a value of that sign.
  package func point(of polynomial: Polynomial, with sign: Int) throws(Refusal) -> Point? {
    try point(of: polynomial) { $0 == sign }
  }

  private func point(of polynomial: Polynomial, accepts: (Int) -> Bool) throws(Refusal) -> Point? {
    var random = SplitMix(seed: seed)
    // Few variables first: those of one term, the others 0.
    for k in 0..<min(polynomial.count, Self.mostTerms) {
      let variables = try polynomial.term(k).factors.map(\.variable)
      for attempt in 0..<8 {
        let candidate = draw(variables, spread: 1 + attempt / 3, &random)
        if accepts(sign(try polynomial.value(at: candidate))) {
          return try simplified(candidate, polynomial, accepts)
        }
      }
    }
    let variables = try polynomial.variables()
    for attempt in 0..<Self.tries {
      let candidate = draw(variables, spread: 1 + attempt / 40, &random)
      if accepts(sign(try polynomial.value(at: candidate))) {
        return try simplified(candidate, polynomial, accepts)
      }
    }
    return nil
  }

  private func simplified(
    _ point: [Rational], _ polynomial: Polynomial, _ accepts: (Int) -> Bool
  ) throws(Refusal) -> Point {
    let best = try simplified(point, point.indices) { (candidate) throws(Refusal) in
      accepts(sign(try polynomial.value(at: candidate)))
    }
    return described(best, try polynomial.value(at: best))
  }

  private func draw(_ variables: [Int], spread: Int, _ random: inout SplitMix) -> [Rational] {
    var point = [Rational](repeating: 0, count: ring.names.count)
    for variable in variables { point[variable] = Rational(random.next(within: spread)) }
    return point
  }

  private func sign(_ value: String) -> Int { value == "0" ? 0 : value.hasPrefix("-") ? -1 : 1 }

  /// The point with as many of these coordinates 0, 1 or −1 as it stays accepted with, one after the other.
  private func simplified(
    _ point: [Rational], _ variables: some Sequence<Int>, accepts: ([Rational]) throws(Refusal) -> Bool
  ) throws(Refusal) -> [Rational] {
    var best = point
    for variable in variables where point[variable] != 0 {
      for simple in [Rational(0), 1, -1] where best[variable] != simple {
        var candidate = best
        candidate[variable] = simple
        if try accepts(candidate) {
          best = candidate
          break
        }
      }
    }
    return best
  }

  private func described(_ point: [Rational], _ value: String) -> Point {
    let values = zip(ring.names, point).filter { $0.1 != 0 }.map { ($0.0, $0.1.description) }
    return Point(values: Dictionary(values) { first, _ in first }, value: value)
  }

  /// A point of q = 0 at which the rate of q has a value that `accepts`: q is solved for a variable that it is linear in, the others
  /// small integers.
  ///
  /// - Parameter conditions: what must be true there besides, of the signs of other polynomials.
  package func boundary(
    _ q: Polynomial, rate: Polynomial, besides conditions: [(value: Polynomial, holds: (Int) -> Bool)] = [],
    accepts: (Int) -> Bool
  ) throws(Refusal) -> Point? {
    func isLeft(_ point: [Rational]) throws(Refusal) -> Bool {
      guard try q.value(at: point) == "0", accepts(sign(try rate.value(at: point))) else { return false }
      for condition in conditions where !condition.holds(sign(try condition.value.value(at: point))) { return false }
      return true
    }
    var random = SplitMix(seed: seed)
    let variables = try q.variables()
    var occurring = Set(variables + (try rate.variables()))
    for condition in conditions { occurring.formUnion(try condition.value.variables()) }
    let others = occurring.sorted()
    var linear: [(variable: Int, slope: Polynomial)] = []
    for variable in variables {
      let slope = try q.derivative(by: variable)
      if try slope.derivative(by: variable).isZero { linear.append((variable, slope)) }
    }
    var best: [Rational]?
    for attempt in 0..<4 * Self.tries {
      var candidate = draw(others, spread: 1 + attempt / 400, &random)
      if !linear.isEmpty {
        let (variable, slope) = linear[attempt % linear.count]
        candidate[variable] = 0
        guard let a = Polynomial.fraction(try slope.value(at: candidate)), a != 0,
          let b = Polynomial.fraction(try q.value(at: candidate)),
          let solution = try? -b * Rational(a.denominator, a.numerator)
        else { continue }
        candidate[variable] = solution
      }
      guard try isLeft(candidate) else { continue }
      best = candidate
      break
    }
    guard let found = best else { return nil }
    let point = try simplified(found, others, accepts: isLeft)
    return described(point, try rate.value(at: point))
  }
}
