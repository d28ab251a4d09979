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
    ("param x, y, z\nflow x' = 10*(y - x), y' = x*(28 - z) - y, z' = x*y - 8/3*z", 1),
    ("param x, y\nflow x' = y, y' = (1 - x^2)*y - x", 2),
  ])
  func none(text: String, degree: Int) throws {
    let laws = try laws(text)
    #expect(laws.darboux.isEmpty)
    #expect(laws.invariantSets.degree == degree && laws.invariantSets.isExhaustive)
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
