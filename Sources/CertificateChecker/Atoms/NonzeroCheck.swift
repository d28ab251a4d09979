/// Looks in doubles whether a polynomial in atoms is far from 0 at numbers that obey everything that is known of the atoms. There it cannot
/// be shown to be 0, and clearing its denominators would be work for nothing. It decides no proof: what it does not see is computed exactly.
package struct NonzeroCheck {
  private let atoms: Atoms
  /// The state of a generator of numbers that are the same in every run.
  private var state: UInt64 = 0x2545_F491_4F6C_DD1D

  /// A check of polynomials in these atoms.
  package init(_ atoms: Atoms) { self.atoms = atoms }

  private static let attempts = 4
  /// A sum is far from 0 if it is more than this part of what its terms come to without their signs.
  private static let part = 1e-6

  /// Whether a value is far from 0 at one of a few points.
  package mutating func isFarFromZero(_ value: Polynomial) throws(Rejection) -> Bool {
    let found = atoms.closure(of: value.variables).sorted()
    for _ in 0..<Self.attempts {
      try atoms.budget.spend(value.terms.count + found.count)
      if let numbers = try numbers(of: found), let (sum, size) = Self.sum(value, numbers), abs(sum) > Self.part * size {
        return true
      }
    }
    return false
  }

  /// A number between 1/2 and 2.
  private mutating func draw() -> Double {
    state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
    return 0.5 + 1.5 * Double(state >> 11) / Double(1 << 53 as UInt64)
  }

  /// Numbers for variables and atoms; nil where a root or a quotient has none, or one of few digits.
  private mutating func numbers(of found: [Int]) throws(Rejection) -> [Int: Double]? {
    var numbers: [Int: Double] = [:]
    for variable in found {
      guard let atom = atoms.items[variable] else {
        numbers[variable] = draw() - 0.7
        continue
      }
      switch atom.kind {
      case .gate: numbers[variable] = draw() > 1.2 ? 1 : 0
      case .root, .inverse:
        try atoms.budget.spend(atom.argument.terms.count)
        guard let (sum, size) = Self.sum(atom.argument, numbers), abs(sum) > 1e-3 * size else { return nil }
        if atom.kind == .inverse { numbers[variable] = 1 / sum } else { numbers[variable] = sum.squareRoot() }
      case .exponential(let part, let base) where part > 1:
        // Only square roots are taken.
        guard part == 2, let power = numbers[base] else { return nil }
        numbers[variable] = power.squareRoot()
      default: numbers[variable] = draw()
      }
    }
    return numbers
  }

  /// The value, and the sum of its terms without their signs; nil where they are not finite or 0.
  private static func sum(_ value: Polynomial, _ numbers: [Int: Double]) -> (sum: Double, size: Double)? {
    var (sum, size) = (0.0, 0.0)
    for (monomial, coefficient) in value.terms {
      var product = Double(coefficient.numerator) / Double(coefficient.denominator)
      for power in monomial.powers {
        let exponent = Monomial.exponent(power)
        guard let number = numbers[Monomial.variable(power)], exponent <= 100 else { return nil }
        for _ in 0..<exponent { product *= number }
      }
      sum += product
      size += abs(product)
    }
    return sum.isFinite && size.isFinite && size > 0 ? (sum, size) : nil
  }
}
