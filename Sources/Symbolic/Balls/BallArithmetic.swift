import CFLINT
import Models

/// Real balls on a tape: every value lies within its ball. A ball is known by its number.
package final class BallArithmetic: TapeArithmetic {
  package typealias Element = Int

  private let balls: OpaquePointer
  /// Bits of the midpoints.
  package let precision: Int
  /// How many balls there are room for.
  private let room: Int
  private var used: Int

  /// - Parameters:
  ///   - count: the balls 0, 1, …, one a place of a tape, which are 0.
  ///   - room: how many balls beyond functions may make.
  /// - Throws: ``Refusal`` if the memory is used up.
  package init(count: Int, room: Int, precision: Int) throws(Refusal) {
    cflint_start()
    try MemoryLimit.check([count + room], what: "the balls of a model", remedy: "use smaller sizes")
    var made: OpaquePointer?
    try check(cflint_balls_create(&made, Int64(count + room), Int64(precision)))
    guard let made else { throw outOfMemory }
    (balls, used, self.room, self.precision) = (made, count, count + room, precision)
  }

  deinit { cflint_balls_drop(balls) }

  /// Not asked for: the places of a tape are set beforehand.
  package var zero: Int { 0 }

  /// A ball becomes an exact number.
  package func set(_ ball: Int, to value: Double) throws(Refusal) {
    try check(cflint_balls_set(balls, Int64(ball), value))
  }

  package func add(_ coefficient: Rational, _ x: Int?, _ y: Int?, to z: inout Int) throws(Refusal) {
    try check(
      cflint_balls_add(
        balls, Int64(z), Int64(coefficient.numerator), Int64(coefficient.denominator), Int64(x ?? -1), Int64(y ?? -1)))
  }

  package func value(_ operation: Tape.Operation, _ x: Int, leaf: Int?) throws(Refusal) -> Int {
    guard let function = Self.function(operation), used < room else { throw TapeBuilder.missing }
    try check(cflint_balls_map(balls, function, Int64(used), Int64(x)))
    used += 1
    return used - 1
  }

  private static func function(_ operation: Tape.Operation) -> cflint_function? {
    switch operation {
    case .sum: nil
    case .reciprocal: CFLINT_RECIPROCAL
    case .exponential: CFLINT_EXPONENTIAL
    case .root: CFLINT_ROOT
    case .logarithm: CFLINT_LOGARITHM
    case .erf: CFLINT_ERF
    case .gaussian: CFLINT_GAUSSIAN
    }
  }

  /// A double near a ball; nil of one that is not finite.
  package func midpoint(_ ball: Int) throws(Refusal) -> Double? {
    var (value, isFinite): (Double, Int32) = (0, 0)
    try check(cflint_balls_look(balls, Int64(ball), &value, &isFinite))
    return isFinite != 0 && value.isFinite ? value : nil
  }

  /// Copies a ball to a place of another arithmetic.
  package func copy(_ ball: Int, to place: Int, of other: BallArithmetic) throws(Refusal) {
    try check(cflint_balls_copy(other.balls, Int64(place), balls, Int64(ball)))
  }

  /// The determinant of a square matrix of balls, if its ball excludes 0: then no values within the balls have the determinant 0.
  ///
  /// - Parameter places: row-major.
  package func determinant(_ places: [Int], size: Int) throws(Refusal) -> Double? {
    var (value, isNotZero): (Double, Int32) = (0, 0)
    try check(cflint_balls_determinant(balls, places.map { Int64($0) }, Int64(size), &isNotZero, &value))
    return isNotZero != 0 ? value : nil
  }
}
