import FlowLanguage
import Models
import Symbolic
import Testing

/// Darboux polynomials: known ones, planted ones, and their absence.
struct FieldDarbouxTests {
  private func laws(_ text: String) throws -> FieldLaws { try FieldLawSearch(FieldOracle(text).file).run() }

  @Test func parabola() throws {
    let laws = try laws("param x, y\nflow x' = x - y^2, y' = y*(x - y^2)")
    #expect(laws.darboux.map(\.text) == ["y", "y^2 - x"])
    #expect(laws.darboux.map(\.cofactorText) == ["-y^2 + x", "-2*y^2 + 1"])
    #expect(laws.invariantSets.degree == 2 && laws.invariantSets.isExhaustive)
  }

  @Test func coordinates() throws {
    let laws = try laws("param x, y\ndata a, b, c, d\nflow x' = x*(a - b*y), y' = y*(c*x - d)")
    #expect(laws.darboux.map(\.text) == ["x", "y"])
    #expect(laws.darboux.map(\.degree) == [1, 1])
    #expect(laws.invariantSets.isExhaustive)
  }

  @Test(arguments: [
    ("param x, y, z\nflow x' = 10*(y - x), y' = x*(28 - z) - y, z' = x*y - 8/3*z", 2),
    ("param x, y\nflow x' = y, y' = (1 - x^2)*y - x", 3),
    // Roessler's field.
    ("param x, y, z\nflow x' = -y - z, y' = x + 1/5*y, z' = 1/5 + z*(x - 57/10)", 2),
  ])
  func none(text: String, degree: Int) throws {
    let laws = try laws(text)
    #expect(laws.darboux.isEmpty)
    #expect(laws.invariantSets.degree == degree && laws.invariantSets.isExhaustive)
  }

  /// Lorenz's field x' = s (y - x), y' = x (r - z) - y, z' = x y - b z: all Darboux polynomials of degree 2 that there are, by the list of
  /// Llibre and Zhang (J. Math. Phys. 43, 2002).
  @Test(arguments: [
    ("3", "28", "6", "x^2 - 6*z", "-6"), ("5", "0", "1", "y^2 + z^2", "-2"), ("1", "7", "1", "7*x^2 - y^2 - z^2", "-2"),
    ("1/2", "-3", "1", "x^2 - z", "-1"),
  ])
  func lorenz(s: String, r: String, b: String, polynomial: String, cofactor: String) throws {
    let laws = try laws("param x, y, z\nflow x' = \(s)*(y - x), y' = x*(\(r) - z) - y, z' = x*y - \(b)*z")
    #expect(laws.darboux.map(\.text) == [polynomial] && laws.darboux.map(\.cofactorText) == [cofactor], "\(laws.text)")
  }

  /// X = p A + grad p x B keeps p = 0 of three variables; where all Darboux polynomials are said to be known it is among them.
  @Test(arguments: 1...10)
  func plantedInSpace(seed: UInt64) throws {
    var random = SplitMix(seed: seed)
    func draw() -> Int { Int(random.below(7)) - 3 }
    let (a, b, c) = (1 + Int(random.below(3)), 1 + Int(random.below(3)), 1 + Int(random.below(3)))
    let isPlane = seed.isMultiple(of: 2)
    let p = isPlane ? "(\(a)*x + \(b)*y + \(c)*z + 1)" : "(\(a)*x^2 + \(b)*y^2 + \(c)*z - 3)"
    let slopes = isPlane ? ["\(a)", "\(b)", "\(c)"] : ["(\(2 * a)*x)", "(\(2 * b)*y)", "\(c)"]
    let field = [("(y + (\(draw())))"), "(z - x + (\(draw())))", "(x + 2*y + (\(draw())))"]
    let own = [draw(), draw(), 1]
    let rates = (0..<3).map { k in
      let (i, j) = ((k + 1) % 3, (k + 2) % 3)
      return "\(p)*(\(own[k])) + \(slopes[i])*\(field[j]) - \(slopes[j])*\(field[i])"
    }
    let text = "param x, y, z\nflow x' = \(rates[0]), y' = \(rates[1]), z' = \(rates[2])"
    let laws = try laws(text)
    let degree = isPlane ? 1 : 2
    let isFound = laws.darboux.contains { $0.degree == degree }
    if isPlane { #expect(isFound, "\(text) \(laws.text)") }
    #expect(
      isFound || !(laws.invariantSets.isExhaustive && laws.invariantSets.degree >= degree), "\(text) \(laws.text)")
  }

  /// Lines prove a list only while nothing is left out of it.
  @Test func shortenedLists() throws {
    let text = "param x, y, z\nflow x' = x*(1 - 2*x + 3*y - z), y' = y*(2 + x - 5*y + 7*z), z' = z*(3 - x + y - 2*z)"
    for left in 0..<4 {
      let work = try FieldLawWork(PolynomialField(FieldOracle(text).file), .mersenne, seed: 1, degree: nil)
      try work.searchDarboux()
      #expect(work.darboux.count == 3)
      if left < 3 { work.darboux.remove(at: left) }
      for degree in 1...2 { #expect(try work.isExcludedByLines(degree) == (left == 3)) }
    }
    let other = try FieldLawWork(
      PolynomialField(FieldOracle("param x, y, z\nflow x' = 3*(y - x), y' = x*(28 - z) - y, z' = x*y - 6*z").file),
      .mersenne, seed: 1, degree: nil)
    #expect(try other.isExcludedByLines(1) && !other.isExcludedByLines(2))
    try other.searchDarboux()
    #expect(try other.isExcludedByLines(2))
    // A law makes the determinant 0.
    let still = try FieldLawWork(
      PolynomialField(FieldOracle("param x, y, z\nflow x' = y*z, y' = x*z, z' = x*y").file), .mersenne, seed: 1,
      degree: nil)
    #expect(try !still.isExcludedByLines(2))
  }

  /// Cofactors against the oracle: p' − K p at fractions.
  @Test(arguments: FieldLawTests.known)
  func cofactors(text: String) throws {
    let oracle = try FieldOracle(text)
    let laws = try FieldLawSearch(oracle.file).run()
    for set in laws.darboux {
      let (first, polynomial) = try oracle.term(of: set.text)
      let (second, cofactor) = try oracle.term(of: set.cofactorText)
      var random = SplitMix(seed: 5)
      for _ in 0..<4 {
        let point = try oracle.point(&random)
        let own = try first.dual(polynomial, point)
        let product = try own.value * second.dual(cofactor, point).value
        #expect(try first.rate(own.slope, point) == product, "\(set.text) of \(text)")
      }
      // A cofactor of 0 makes a law, which is listed as one.
      #expect(set.cofactor.terms.isEmpty == false)
    }
  }

  /// X = p (A, B) + h (−∂p/∂y, ∂p/∂x) keeps p = 0, for drawn lines and conics p and drawn A, B, h.
  @Test(arguments: 1...12)
  func planted(seed: UInt64) throws {
    var random = SplitMix(seed: seed)
    func draw() -> Int { Int(random.below(7)) - 3 }
    let isLine = seed.isMultiple(of: 2)
    let (a, b, c) = (1 + Int(random.below(3)), 1 + Int(random.below(3)), draw())
    // a x + b y + c, or a x² + b y² + c x + 1, which has no factors over the rational numbers.
    let p = isLine ? "(\(a)*x + \(b)*y + \(c))" : "(\(a)*x^2 + \(b)*y^2 + (\(c))*x + 7)"
    let (px, py) = isLine ? ("\(a)", "\(b)") : ("(\(2 * a)*x + (\(c)))", "(\(2 * b)*y)")
    let (h, f, g) = ("(x + (\(draw()))*y + 2)", "(1 + (\(draw()))*x + 2*y)", "(3 + x + (\(draw()))*y)")
    let text = "param x, y\nflow x' = \(p)*\(f) - \(h)*\(py), y' = \(p)*\(g) + \(h)*\(px)"
    let laws = try laws(text)
    let claim = try laws.darboux.contains { set in
      let (oracle, found) = try FieldOracle(text).term(of: set.text)
      let (_, planted) = try FieldOracle(text).term(of: p)
      var random = SplitMix(seed: 1)
      var ratios: Set<Rational> = []
      for _ in 0..<4 {
        let point = try oracle.point(&random)
        let below = try oracle.dual(planted, point).value
        if below != 0 {
          ratios.insert(try oracle.dual(found, point).value * Rational(below.denominator, below.numerator))
        }
      }
      return ratios.count == 1
    }
    #expect(claim, "\(text)\n\(laws.text)")
    #expect(laws.isComplete || laws.invariantSets.degree >= 1 && laws.invariantSets.isExhaustive, "\(laws.text)")
  }

  /// Where Darboux polynomials multiply to laws, their powers are found.
  @Test(arguments: [
    ("param x, y\nflow x' = 5*x, y' = 3*y", "(x^3)/(y^5)"), ("param x, y\nflow x' = 5*x, y' = -3*y", "x^3*y^5"),
  ])
  func powers(text: String, law: String) throws {
    #expect(try laws(text).laws.map(\.text) == [law])
  }
}
