import Models

/// Entries of a tape that are the same fraction for all parameters and data; nil of the others, and of fractions above 64 bits.
package struct ConstantArithmetic: TapeArithmetic {
  package typealias Element = Rational?

  package init() {}

  package var zero: Element { 0 }

  package func add(_ coefficient: Rational, _ x: Element?, _ y: Element?, to z: inout Element) {
    var product: Rational? = coefficient
    for factor in [x, y] {
      guard let factor else { continue }
      // 0 times anything is 0.
      if product == 0 || factor == 0 {
        product = 0
      } else if let left = product, let factor {
        product = try? left * factor
      } else {
        product = nil
      }
    }
    guard let sum = z, let product else {
      z = nil
      return
    }
    z = try? sum + product
  }

  package func value(_ operation: Tape.Operation, _ x: Element, leaf: Int?) -> Element {
    guard let x else { return nil }
    switch operation {
    case .sum: return x
    case .reciprocal: return try? Rational(x.denominator, x.numerator)
    case .exponential: return x == 0 ? 1 : nil
    case .logarithm: return x == 1 ? 0 : nil
    case .root: return x.exactRoot
    case .erf, .gaussian: return nil
    }
  }
}
