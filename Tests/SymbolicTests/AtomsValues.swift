import FlowLanguage
import Foundation
import Models
import Symbolic
import Testing

/// Quotients with atoms in doubles, every atom by its own formula.
struct AtomsValues {
  let algebra: AtomAlgebra
  /// Values of the variables, behind them those of the atoms.
  private(set) var values: [Double]

  /// The slope of `leaky` where none is given, and what `act` is here with its derivatives: sine.
  static let slope = 0.3

  init(_ algebra: AtomAlgebra, _ point: [Double]) throws {
    self.algebra = algebra
    values = point + Array(repeating: 0, count: algebra.firstAtom - point.count)
    for atom in algebra.atoms {
      let z = try value(atom.key)
      switch atom.kind {
      case .gate: values.append(z > 0 ? 1 : 0)
      case .exponential: values.append(exp(z))
      case .root(let order, _):
        // The atom is the root times a polynomial that makes its power one.
        var root = pow(z, 1 / Double(order))
        for (factor, exponent) in atom.key.denominator {
          root *= pow(try value(algebra.factors[factor]), Double((exponent + order - 1) / order))
        }
        values.append(root)
      case .logarithm: values.append(log(z))
      case .normal: values.append((1 + erf(z / 2.squareRoot())) / 2)
      case .density: values.append(exp(-z * z / 2) / (2 * Double.pi).squareRoot())
      case .generic(let derivatives): values.append(sin(z + Double(derivatives) * Double.pi / 2))
      case .slope: values.append(Self.slope)
      }
    }
  }

  func value(_ quotient: AtomQuotient) throws -> Double {
    var result = try value(quotient.numerator)
    for (factor, exponent) in quotient.denominator {
      result /= pow(try value(algebra.factors[factor]), Double(exponent))
    }
    return result
  }

  private func value(_ polynomial: Polynomial) throws -> Double {
    var sum = 0.0
    for k in 0..<polynomial.count {
      let (coefficient, factors) = try polynomial.term(k)
      let parts = coefficient.split(separator: "/").compactMap { Double($0) }
      sum += factors.reduce(parts.count == 2 ? parts[0] / parts[1] : parts[0]) {
        $0 * pow(values[$1.variable], Double($1.exponent))
      }
    }
    return sum
  }
}
