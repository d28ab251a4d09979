import FlowLanguage
import Models

/// An exact value at a point, with its derivatives in what moves.
package struct PointValue {
  /// The value.
  package var value: PointNumber
  /// The derivatives that are not 0, by variable; nil of what is a derivative itself.
  package var slopes: [Int: PointNumber]?
}

/// Evaluates formulas and their derivatives at a rational point, by themselves and without any expansion.
///
/// A function has a value here where that is a fraction: relu and abs where the argument is not 0, roots of powers of fractions, and exp,
/// tanh, sigmoid and gelu at 0, log at 1. Everywhere else evaluation ends.
package final class PointAlgebra: EntryAlgebra {
  package typealias Motion = PointMotion

  /// The arithmetic of its values.
  package let numbers: PointNumbers
  private let point: [Rational]
  private let moving: Set<Int>
  /// The numbers whose square roots were asked for, in their order; where evaluation ended for want of a root it is the last.
  package private(set) var squares: [Rational] = []
  /// How much was computed.
  package private(set) var operations = 0
  /// Evaluation ends where more is to be computed.
  package static let mostOperations = 4_000_000

  /// - Parameters:
  ///   - point: a value for every variable.
  ///   - moving: the variables in which derivatives are taken.
  package init(_ point: [Rational], moving: Set<Int>, _ numbers: PointNumbers) {
    (self.point, self.moving, self.numbers) = (point, moving, numbers)
  }

  package var hasFunctions: Bool { true }

  package func constant(_ value: Rational) throws(EntryFault) -> PointValue {
    PointValue(value: .small(value), slopes: [:])
  }

  package func variable(_ position: Int) throws(EntryFault) -> PointValue {
    PointValue(value: .small(point[position]), slopes: moving.contains(position) ? [position: .one] : [:])
  }

  package func isZero(_ value: PointValue) -> Bool { value.value.isZero && value.slopes?.isEmpty == true }

  package func constantValue(_ value: PointValue) throws(EntryFault) -> Rational? {
    guard value.slopes?.isEmpty == true, case .small(let number) = value.value else { return nil }
    return number
  }

  package func plus(_ a: PointValue, _ b: PointValue) throws(EntryFault) -> PointValue {
    try combined(a, .one, b, .one, numbers.plus(a.value, b.value))
  }

  package func minus(_ a: PointValue, _ b: PointValue) throws(EntryFault) -> PointValue { try plus(a, negative(b)) }

  package func times(_ a: PointValue, _ b: PointValue) throws(EntryFault) -> PointValue {
    try combined(a, b.value, b, a.value, numbers.times(a.value, b.value))
  }

  package func negative(_ value: PointValue) throws(EntryFault) -> PointValue {
    try chained(value, numbers.negative(value.value), slope: .small(-1))
  }

  package func sum(_ values: [PointValue]) throws(EntryFault) -> PointValue {
    var total = PointValue(value: .zero, slopes: [:])
    for value in values { total = try plus(total, value) }
    return total
  }

  package func inverse(_ value: PointValue) throws(EntryFault) -> PointValue? {
    if value.value.isZero { return nil }
    let inverse = try numbers.inverse(value.value)
    return try chained(value, inverse, slope: numbers.negative(numbers.times(inverse, inverse)))
  }

  package func root(_ value: PointValue, _ order: Int) throws(EntryFault) -> PointValue {
    if isZero(value) { return value }
    if order == 2, case .small(let number) = value.value { squares.append(number) }
    guard try value.value.sign() > 0, let root = try numbers.root(value.value, order) else { throw Self.noValue }
    // ds = s dz / (n z)
    let share = try refusing { () throws(Refusal) in try Rational(1, order) }
    let slope = try numbers.times(root, numbers.times(.small(share), numbers.inverse(value.value)))
    return try chained(value, root, slope: slope)
  }

  package func apply(
    _ function: FunctionName, _ value: PointValue, for name: FunctionName
  ) throws(EntryFault) -> PointValue {
    let sign = try value.value.sign()
    func fraction(_ denominator: Int) throws(EntryFault) -> PointNumber {
      .small(try refusing { () throws(Refusal) in try Rational(1, denominator) })
    }
    switch function {
    case .relu where sign != 0:
      return sign > 0 ? value : PointValue(value: .zero, slopes: value.slopes.map { _ in [:] })
    case .absolute where sign != 0: return sign > 0 ? value : try negative(value)
    case .exp where sign == 0: return try chained(value, .one, slope: .one)
    case .tanh where sign == 0: return try chained(value, .zero, slope: .one)
    case .sigmoid where sign == 0: return try chained(value, fraction(2), slope: fraction(4))
    case .gelu where sign == 0: return try chained(value, .zero, slope: fraction(2))
    case .log:
      guard case .small(1) = value.value else { throw Self.noValue }
      return try chained(value, .zero, slope: .one)
    default: throw Self.noValue
    }
  }

  package func anySlope() throws(EntryFault) -> PointValue { throw Self.noValue }

  private static var noValue: EntryFault { .notPolynomial("a value that is no fraction") }

  private func count(_ more: Int) throws(EntryFault) {
    operations += more
    guard operations <= Self.mostOperations else { throw .notPolynomial("too much to compute at a point") }
  }

  // MARK: Derivatives

  private func combined(
    _ a: PointValue, _ left: PointNumber, _ b: PointValue, _ right: PointNumber, _ value: PointNumber
  ) throws(EntryFault) -> PointValue {
    try count(1 + (a.slopes?.count ?? 0) + (b.slopes?.count ?? 0))
    guard let own = a.slopes, let other = b.slopes else { return PointValue(value: value, slopes: nil) }
    var slopes: [Int: PointNumber] = [:]
    if !left.isZero { for (variable, slope) in own { slopes[variable] = try numbers.times(slope, left) } }
    if !right.isZero {
      for (variable, slope) in other {
        let sum = try numbers.plus(slopes[variable] ?? .zero, numbers.times(slope, right))
        slopes[variable] = sum.isZero ? nil : sum
      }
    }
    return PointValue(value: value, slopes: slopes)
  }

  private func chained(
    _ inner: PointValue, _ value: PointNumber, slope: PointNumber
  ) throws(EntryFault) -> PointValue {
    try count(1 + (inner.slopes?.count ?? 0))
    guard let own = inner.slopes else { return PointValue(value: value, slopes: nil) }
    var slopes: [Int: PointNumber] = [:]
    for (variable, part) in own { slopes[variable] = try numbers.times(part, slope) }
    return PointValue(value: value, slopes: slopes)
  }
}
