import FlowLanguage
import Models

/// A fraction of 64-bit integers in lowest terms, its denominator positive.
package struct ConstantFraction: Equatable {
  package let numerator: Int
  package let denominator: Int

  /// Nil where the denominator is 0 or an integer does not fit.
  package init?(_ numerator: Int, _ denominator: Int) {
    guard denominator != 0, numerator != .min, denominator != .min else { return nil }
    var (a, b) = (abs(numerator), abs(denominator))
    while b != 0 { (a, b) = (b, a % b) }
    let divisor = max(a, 1) * (denominator < 0 ? -1 : 1)
    (self.numerator, self.denominator) = (numerator / divisor, denominator / divisor)
  }

  /// The value of a formula of numbers and sizes; nil of others, of open sizes, and where 64 bits do not do.
  package init?(_ term: Term) {
    switch term.kind {
    case .number(let number): self.init(number.numerator, number.denominator)
    case .size(let size):
      guard let value = size.number else { return nil }
      self.init(value, 1)
    case .negative(let operand):
      guard let value = ConstantFraction(operand) else { return nil }
      self.init(-value.numerator, value.denominator)
    case .sum(let first, let addends):
      guard var total = ConstantFraction(first) else { return nil }
      for addend in addends {
        guard let value = ConstantFraction(addend.operand), let next = total.plus(value, addend.isSubtracted) else {
          return nil
        }
        total = next
      }
      self = total
    case .product(let first, let factors):
      guard var result = ConstantFraction(first) else { return nil }
      for factor in factors {
        guard factor.joint == .scaled || factor.joint == .quotient, let value = ConstantFraction(factor.operand),
          let operand = factor.joint == .scaled ? value : ConstantFraction(value.denominator, value.numerator),
          let next = result.times(operand)
        else { return nil }
        result = next
      }
      self = result
    case .power(let base, _, let exponent):
      guard let value = ConstantFraction(base), let count = ConstantFraction(exponent)?.integer, abs(count) <= 64
      else { return nil }
      guard let factor = count < 0 ? ConstantFraction(value.denominator, value.numerator) : value else { return nil }
      guard var result = ConstantFraction(1, 1) else { return nil }
      for _ in 0..<abs(count) {
        guard let next = result.times(factor) else { return nil }
        result = next
      }
      self = result
    default: return nil
    }
  }

  /// The value, if it is an integer.
  package var integer: Int? { denominator == 1 ? numerator : nil }

  private func plus(_ other: ConstantFraction, _ isSubtracted: Bool) -> ConstantFraction? {
    let (left, first) = numerator.multipliedReportingOverflow(by: other.denominator)
    let (right, second) = other.numerator.multipliedReportingOverflow(by: isSubtracted ? -denominator : denominator)
    let (sum, third) = left.addingReportingOverflow(right)
    let (below, fourth) = denominator.multipliedReportingOverflow(by: other.denominator)
    return first || second || third || fourth ? nil : ConstantFraction(sum, below)
  }

  /// The quotient; nil where an integer does not fit.
  package func divided(by other: ConstantFraction) -> ConstantFraction? {
    ConstantFraction(other.denominator, other.numerator).flatMap { times($0) }
  }

  private func times(_ other: ConstantFraction) -> ConstantFraction? {
    let (above, first) = numerator.multipliedReportingOverflow(by: other.numerator)
    let (below, second) = denominator.multipliedReportingOverflow(by: other.denominator)
    return first || second ? nil : ConstantFraction(above, below)
  }
}
