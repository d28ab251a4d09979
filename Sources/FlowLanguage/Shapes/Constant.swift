/// What a formula of numbers and sizes alone is worth.
enum Constant: Equatable {
  /// A fraction in lowest terms.
  case fraction(Int, Int)
  /// A constant that depends on an open size.
  case open
  /// A constant that is no fraction, or needs more than 64 bits.
  case other

  /// Nil of a term that holds anything but numbers and sizes.
  init?(_ term: Term) {
    switch term.kind {
    case .number(let number): self = .fraction(number.numerator, number.denominator)
    case .size(.number(let value)): self = .fraction(value, 1)
    case .size(.open): self = .open
    case .negative(let operand):
      guard let value = Constant(operand) else { return nil }
      self = value.times(.fraction(-1, 1))
    case .sum(let first, let addends):
      guard var total = Constant(first) else { return nil }
      for addend in addends {
        guard let value = Constant(addend.operand) else { return nil }
        total = total.plus(value.times(.fraction(addend.isSubtracted ? -1 : 1, 1)))
      }
      self = total
    case .product(let first, let factors):
      guard var result = Constant(first) else { return nil }
      for factor in factors {
        guard let value = Constant(factor.operand) else { return nil }
        result = result.times(factor.joint == .quotient ? value.inverse : value)
      }
      self = result
    case .power(let base, _, let exponent):
      guard let value = Constant(base), let exponent = Constant(exponent) else { return nil }
      self = value.power(exponent)
    default: return nil
    }
  }

  private static func reduced(_ numerator: Int, _ denominator: Int, _ overflows: Bool) -> Constant {
    guard !overflows, denominator != 0, numerator != .min, denominator != .min else { return .other }
    let divisor = Self.divisor(numerator, denominator) * (denominator < 0 ? -1 : 1)
    return .fraction(numerator / divisor, denominator / divisor)
  }

  private func times(_ other: Constant) -> Constant {
    guard case (.fraction(let a, let b), .fraction(let c, let d)) = (self, other) else { return either(other) }
    let (numerator, above) = a.multipliedReportingOverflow(by: c)
    let (denominator, below) = b.multipliedReportingOverflow(by: d)
    return Self.reduced(numerator, denominator, above || below)
  }

  private func plus(_ other: Constant) -> Constant {
    guard case (.fraction(let a, let b), .fraction(let c, let d)) = (self, other) else { return either(other) }
    let (left, first) = a.multipliedReportingOverflow(by: d)
    let (right, second) = c.multipliedReportingOverflow(by: b)
    let (numerator, third) = left.addingReportingOverflow(right)
    let (denominator, fourth) = b.multipliedReportingOverflow(by: d)
    return Self.reduced(numerator, denominator, first || second || third || fourth)
  }

  /// A whole power, of at most 64 factors.
  private func power(_ exponent: Constant) -> Constant {
    guard case .fraction(let count, 1) = exponent, abs(count) <= 64 else { return either(exponent, else: .other) }
    let base = count < 0 ? inverse : self
    return (0..<abs(count)).reduce(.fraction(1, 1)) { result, _ in result.times(base) }
  }

  /// What a combination is that is no fraction because one of both is none.
  private func either(_ other: Constant, else fraction: Constant = .open) -> Constant {
    if self == .other || other == .other { return .other }
    return self == .open || other == .open ? .open : fraction
  }

  private var inverse: Constant {
    guard case .fraction(let numerator, let denominator) = self else { return self }
    return Self.reduced(denominator, numerator, false)
  }

  /// Greatest common divisor of numbers above the least integer; at least 1.
  private static func divisor(_ a: Int, _ b: Int) -> Int {
    var (a, b) = (abs(a), abs(b))
    while b != 0 { (a, b) = (b, a % b) }
    return max(a, 1)
  }
}
