import CMath
import Models

/// a + b ε + c δ + d εδ with ε² = δ² = 0: first derivatives along two directions and the mixed second one, without differences.
package struct HyperDual {
  package var value: Double
  package var first: Double
  package var second: Double
  package var mixed: Double

  package init(_ value: Double, _ first: Double = 0, _ second: Double = 0, _ mixed: Double = 0) {
    (self.value, self.first, self.second, self.mixed) = (value, first, second, mixed)
  }

  package var size: Double { max(abs(value), abs(first), abs(second), abs(mixed)) }

  package static func + (a: HyperDual, b: HyperDual) -> HyperDual {
    HyperDual(a.value + b.value, a.first + b.first, a.second + b.second, a.mixed + b.mixed)
  }

  package static func * (a: HyperDual, b: HyperDual) -> HyperDual {
    HyperDual(
      a.value * b.value, a.value * b.first + a.first * b.value, a.value * b.second + a.second * b.value,
      a.value * b.mixed + a.first * b.second + a.second * b.first + a.mixed * b.value)
  }

  /// f from its value and its first two derivatives here.
  package func mapped(_ f: Double, _ slope: Double, _ curvature: Double) -> HyperDual {
    HyperDual(f, slope * first, slope * second, slope * mixed + curvature * first * second)
  }

  /// A row of the catalogue, by the formulas of the textbook rather than by its slope.
  package func applying(_ function: Function) -> HyperDual {
    let x = value
    switch function {
    case .exp: return mapped(exp(x), exp(x), exp(x))
    case .log: return mapped(log(x), 1 / x, -1 / (x * x))
    case .tanh:
      let sech = 1 / (cosh(x) * cosh(x))
      return mapped(tanh(x), sech, -2 * tanh(x) * sech)
    case .sigmoid:
      let s = 1 / (1 + exp(-x))
      return mapped(s, exp(-x) * s * s, exp(-x) * s * s * tanh(-x / 2))
    case .reciprocal: return mapped(1 / x, -1 / (x * x), 2 / (x * x * x))
    case .squareRoot: return mapped(x.squareRoot(), 0.5 / x.squareRoot(), -0.25 / (x * x.squareRoot()))
    case .erf:
      let g = 2 / Double.pi.squareRoot() * exp(-x * x)
      return mapped(erf(x), g, -2 * x * g)
    case .gaussian:
      let g = 2 / Double.pi.squareRoot() * exp(-x * x)
      return mapped(g, -2 * x * g, (4 * x * x - 2) * g)
    case .relu: return x > 0 ? self : HyperDual(0)
    case .step: return HyperDual(x > 0 ? 1 : 0)
    case .absolute: return x < 0 ? self * HyperDual(-1) : self
    case .sign: return HyperDual(x > 0 ? 1 : x < 0 ? -1 : 0)
    case .polynomial(let coefficients):
      var power = HyperDual(1)
      var sum = HyperDual(0)
      for coefficient in coefficients {
        sum = sum + HyperDual(coefficient.value) * power
        power = power * self
      }
      return sum
    }
  }
}
