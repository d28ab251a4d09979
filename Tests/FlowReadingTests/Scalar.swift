#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// What the reading of loops computes with: doubles, or complex numbers whose imaginary part is a derivative.
protocol Scalar {
  init(_ real: Double)
  var real: Double { get }
  static func + (a: Self, b: Self) -> Self
  static func - (a: Self, b: Self) -> Self
  static func * (a: Self, b: Self) -> Self
  static func / (a: Self, b: Self) -> Self
  /// A function of it, given on doubles with its slope, and on complex numbers where it is a formula.
  func exponential() -> Self
  func logarithm() -> Self
  func root() -> Self
  func errorFunction() -> Self
}

extension Scalar {
  static var zero: Self { Self(0) }
  func power(_ exponent: Double) -> Self {
    if exponent == exponent.rounded(), abs(exponent) < 100 {
      let product = (0..<Int(abs(exponent))).reduce(Self(1)) { result, _ in result * self }
      return exponent < 0 ? Self(1) / product : product
    }
    return (logarithm() * Self(exponent)).exponential()
  }
}

extension Double: Scalar {
  var real: Double { self }
  func exponential() -> Double { exp(self) }
  func logarithm() -> Double { log(self) }
  func root() -> Double { squareRoot() }
  func errorFunction() -> Double { erf(self) }
}

/// f(x + ih) has the imaginary part h f'(x), without cancellation.
struct Complex: Scalar {
  var real: Double
  var imaginary: Double

  init(_ real: Double) { self.init(real, 0) }
  init(_ real: Double, _ imaginary: Double) { (self.real, self.imaginary) = (real, imaginary) }

  static let step = 1e-40
  var derivative: Double { imaginary / Self.step }

  static func + (a: Complex, b: Complex) -> Complex { Complex(a.real + b.real, a.imaginary + b.imaginary) }
  static func - (a: Complex, b: Complex) -> Complex { Complex(a.real - b.real, a.imaginary - b.imaginary) }
  static func * (a: Complex, b: Complex) -> Complex {
    Complex(a.real * b.real - a.imaginary * b.imaginary, a.real * b.imaginary + a.imaginary * b.real)
  }
  static func / (a: Complex, b: Complex) -> Complex {
    let size = b.real * b.real + b.imaginary * b.imaginary
    return Complex(
      (a.real * b.real + a.imaginary * b.imaginary) / size, (a.imaginary * b.real - a.real * b.imaginary) / size)
  }
  func exponential() -> Complex { Complex(exp(real) * cos(imaginary), exp(real) * sin(imaginary)) }
  func logarithm() -> Complex { Complex(log(hypot(real, imaginary)), atan2(imaginary, real)) }
  func root() -> Complex {
    let root = real.squareRoot()
    return Complex(root, imaginary / (2 * root))
  }
  func errorFunction() -> Complex { Complex(erf(real), imaginary * 2 / Double.pi.squareRoot() * exp(-real * real)) }
}
