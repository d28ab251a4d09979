import GSLBridge
import Models

/// The laws of some bonds as sums over all their terms, laid out flat for a loop that meets them at every iteration.
final class SumsOfTerms {
  /// The place of the first number of each summand, law after law, and its coefficient.
  private let places: Buffer<Int>
  private let coefficients: Buffer<Double>
  /// Of every law: how many summands it has, and how many numbers.
  private let laws: Buffer<Int>
  private let lawCount: Int
  /// Of every term: its place, and how many numbers it has.
  private let terms: Buffer<Int>
  private let termCount: Int

  init(_ bonds: BondTerms) {
    var (places, coefficients, laws, terms) = ([Int](), [Double](), [Int](), [Int]())
    for group in bonds.groups {
      for k in 0..<group.count { terms += [group.offset + k * group.size, group.size] }
      for law in group.laws {
        laws += [law.summands.count, group.size]
        for summand in law.summands {
          places.append(group.offset + summand.term * group.size)
          coefficients.append(summand.coefficient)
        }
      }
    }
    self.places = Buffer(places)
    self.coefficients = Buffer(coefficients)
    (self.laws, lawCount) = (Buffer(laws), laws.count / 2)
    (self.terms, termCount) = (Buffer(terms), terms.count / 2)
  }

  /// The largest norm of a single term.
  func largestTerm(_ values: UnsafePointer<Double>) -> Double {
    let terms = terms.pointer
    var largest = 0.0
    for t in 0..<termCount { largest = max(largest, Squares.sum(count: terms[2 * t + 1], values + terms[2 * t])) }
    return largest.squareRoot()
  }

  /// The largest ‖Σ c (x − s y)‖ and the largest ‖Σ c x‖ of a law Σ c · term; the former NaN if one is.
  func largest(
    _ x: UnsafePointer<Double>, _ y: UnsafePointer<Double>, _ s: Double
  ) -> (difference: Double, plain: Double) {
    var (places, coefficients) = (UnsafePointer(places.pointer), UnsafePointer(coefficients.pointer))
    let laws = laws.pointer
    var (difference, plain) = (0.0, 0.0)
    for l in 0..<lawCount {
      let (summands, size) = (laws[2 * l], laws[2 * l + 1])
      let squares =
        summands == 2
        ? Self.pair(size, places, coefficients, x, y, s) : Self.sum(size, summands, places, coefficients, x, y, s)
      if squares.difference > difference || squares.difference.isNaN { difference = squares.difference }
      plain = max(plain, squares.plain)
      places += summands
      coefficients += summands
    }
    return (difference.squareRoot(), plain.squareRoot())
  }

  private static func pair(
    _ size: Int, _ places: UnsafePointer<Int>, _ coefficients: UnsafePointer<Double>, _ x: UnsafePointer<Double>,
    _ y: UnsafePointer<Double>, _ s: Double
  ) -> (difference: Double, plain: Double) {
    let (c, d) = (coefficients[0], coefficients[1])
    let (x0, x1, y0, y1) = (x + places[0], x + places[1], y + places[0], y + places[1])
    return (
      Squares.total(size) { (c * x0[$0] + d * x1[$0]) - s * (c * y0[$0] + d * y1[$0]) },
      Squares.total(size) { c * x0[$0] + d * x1[$0] }
    )
  }

  private static func sum(
    _ size: Int, _ summands: Int, _ places: UnsafePointer<Int>, _ coefficients: UnsafePointer<Double>,
    _ x: UnsafePointer<Double>, _ y: UnsafePointer<Double>, _ s: Double
  ) -> (difference: Double, plain: Double) {
    var (difference, plain) = (0.0, 0.0)
    for i in 0..<size {
      var (a, b) = (0.0, 0.0)
      for k in 0..<summands {
        a += coefficients[k] * x[places[k] + i]
        b += coefficients[k] * y[places[k] + i]
      }
      plain += a * a
      difference += (a - s * b) * (a - s * b)
    }
    return (difference, plain)
  }
}
