import FlowLanguage
import Models
import Symbolic
import Testing

/// First integrals of fields: those that are known are found, those that are found are some, and what does not exist is excluded.
struct FieldLawTests {
  /// Fields with claims that state a full set of known laws.
  static let known: [String] = [
    // KeYmaera X's public benchmark of nonlinear systems.
    "param x, y\nflow x' = -2*y, y' = -2*x - 3*x^2\nclaim conserved x^2 + x^3 - y^2",
    "param x, y\nflow x' = y^2, y' = x*y\nclaim conserved x^2 - y^2",
    "param x, y\nflow x' = -y^3, y' = x - x^3\nclaim conserved x^4 - 2*x^2 - y^4",
    "param x, y, z\nflow x' = y*z, y' = x*z, z' = x*y\nclaim conserved x^2 - y^2\nclaim conserved y^2 - z^2",
    "param x, y\nflow x' = x, y' = 2*y\nclaim conserved y/x^2",
    "param x, y\nflow x' = x, y' = -y\nclaim conserved x*y",
    // Hamiltonians by hand: x' = dH/dy, y' = -dH/dx.
    "param x, y\nflow x' = 4*y^3 + x, y' = -5*x^4 - y\nclaim conserved y^4 + x*y + x^5",
    "param x, y\ndata w, k\nflow x' = y, y' = -w*x - k*x^3\nclaim conserved y^2 + w*x^2 + 1/2*k*x^4",
    "param x, y\nflow x' = x^2*y + 2*y, y' = -x*y^2 - 3*x^2\nclaim conserved 1/2*x^2*y^2 + y^2 + x^3",
    // Two degrees of freedom that separate, and Henon and Heiles' integrable case.
    "param x, y, u, v\nflow x' = u, y' = v, u' = -x, v' = -4*y\n"
      + "claim conserved x^2 + u^2\nclaim conserved 4*y^2 + v^2\nclaim conserved x^2*v - u^2*v - 4*x*y*u",
    // Lie and Poisson: the rigid body with any moments; Euler's equations on so(3) with a linear term.
    "param x, y, z\ndata a, b, c\nflow x' = (b - c)*y*z, y' = (c - a)*z*x, z' = (a - b)*x*y\n"
      + "claim conserved x^2 + y^2 + z^2\nclaim conserved a*x^2 + b*y^2 + c*z^2",
    // Nambu: v' = grad f x grad g with f = x*y + z^2, g = x + y^2*z.
    "param x, y, z\nflow x' = x*y^2 - 4*y*z^2, y' = 2*z - y^3, z' = 2*y^2*z - x\n"
      + "claim conserved x*y + z^2\nclaim conserved x + y^2*z",
    // Three waves with a constant.
    "param x, y, z\ndata k\nflow x' = k*y*z, y' = -k*x*z, z' = 0\nclaim conserved x^2 + y^2\nclaim conserved z",
    // Volterra's chain of three and of four species.
    "param x, y, z\nflow x' = x*(y - z), y' = y*(z - x), z' = z*(x - y)\n"
      + "claim conserved x + y + z\nclaim conserved x*y*z",
    "param x, y, z, w\nflow x' = x*(y - w), y' = y*(z - x), z' = z*(w - y), w' = w*(x - z)\n"
      + "claim conserved x + y + z + w\nclaim conserved x*z\nclaim conserved y*w",
    // Quotients: the dipole, a family of parabolas, and circles through two points.
    "param x, y\nflow x' = y^2 - x^2, y' = -2*x*y\nclaim conserved (x^2 + y^2)/y",
    "param x, y\nflow x' = 1 + x^2, y' = 2*x*y\nclaim conserved y/(1 + x^2)",
    "param x, y\nflow x' = x^2 - y^2 - 1, y' = 2*x*y\nclaim conserved (x^2 + y^2 + 1)/y*1 - 2/y",
    "param x, y, z\nflow x' = x, y' = 2*y, z' = 3*z\nclaim conserved y/x^2\nclaim conserved z/(x*y)",
    // Logarithms: predators and prey, an epidemic, a linear node with any rates.
    "param x, y\ndata a, b, c, d\nflow x' = x*(a - b*y), y' = y*(c*x - d)\n"
      + "claim conserved c*x - d*log(x) + b*y - a*log(y)",
    "param s, i, r\ndata b, g\nflow s' = -b*s*i, i' = b*s*i - g*i, r' = g*i\n"
      + "claim conserved s + i + r\nclaim conserved b*s + b*i - g*log(s)",
    "param x, y\ndata a, b\nflow x' = a*x, y' = b*y\nclaim conserved b*log(x) - a*log(y)",
    // Nothing moves.
    "param x, y\nflow x' = 0, y' = 0\nclaim conserved x\nclaim conserved y",
  ]

  @Test(arguments: known)
  func knownLaws(text: String) throws {
    let oracle = try FieldOracle(text)
    let laws = try FieldLawSearch(oracle.file).run()
    let texts = laws.laws.map(\.text)
    #expect(laws.independentCount == oracle.claimed.count && laws.isComplete, "\(laws.text)")
    for text in texts { #expect(try oracle.conserves(text), "\(text)") }
    // They are independent, and the known ones depend on them.
    #expect(try oracle.rank(laws.laws.filter(\.isIndependent).map(\.text)) == laws.independentCount)
    #expect(try oracle.rank(texts, besides: oracle.claimed) == laws.independentCount, "\(laws.text)")
    #expect(try oracle.rank([], besides: oracle.claimed) == oracle.claimed.count)
  }

  /// As the tables print them.
  @Test(arguments: [
    (0, ["x^3 + x^2 - y^2"]), (1, ["x^2 - y^2"]), (2, ["x^4 - y^4 - 2*x^2"]), (3, ["x^2 - y^2", "x^2 - z^2"]),
    (4, ["(x^2)/(y)"]), (5, ["x*y"]),
  ])
  func texts(place: Int, laws: [String]) throws {
    let oracle = try FieldOracle(Self.known[place])
    #expect(try FieldLawSearch(oracle.file).run().laws.map(\.text) == laws)
  }

  /// Parts of a set of laws: the others are no polynomials or quotients.
  @Test(arguments: [
    ("param x, y, u, v\nflow x' = u, y' = v, u' = -x - 2*x*y, v' = -y - x^2 + y^2", 1),
    // The case that Henon and Heiles' potential is integrable in.
    ("param x, y, u, v\nflow x' = u, y' = v, u' = -x - 2*x*y, v' = -y - x^2 - y^2", 2),
    // A pendulum on a circle, c = cos, s = sin: energy and the circle, which are all.
    ("param c, s, w\nflow c' = -s*w, s' = c*w, w' = -s", 2),
  ])
  func countedLaws(text: String, count: Int) throws {
    let oracle = try FieldOracle(text)
    let laws = try FieldLawSearch(oracle.file).run()
    #expect(laws.independentCount == count, "\(laws.text)")
    for law in laws.laws { #expect(try oracle.conserves(law.text)) }
    #expect(laws.isComplete || laws.polynomials.isExhaustive && laws.quotients.isExhaustive, "\(laws.text)")
  }

  /// Fields of which it is known that they have no such laws.
  @Test(arguments: [
    ("param x, y, z\nflow x' = 10*(y - x), y' = x*(28 - z) - y, z' = x*y - 8/3*z", [1, 2, 3]),
    ("param x, y\nflow x' = y, y' = (1 - x^2)*y - x", [4]),
    ("param x, y\ndata m\nflow x' = y, y' = m*(1 - x^2)*y - x", [4]),
  ])
  func noLaws(text: String, degrees: [Int]) throws {
    let oracle = try FieldOracle(text)
    let laws = try FieldLawSearch(oracle.file, degrees: degrees).run()
    let degree = try #require(degrees.max())
    #expect(laws.laws.isEmpty && laws.unproved == 0, "\(laws.text)")
    #expect(laws.polynomials.degree == degree && laws.polynomials.isExhaustive)
    #expect(laws.quotients.degree == degree && laws.quotients.isExhaustive)
    #expect(laws.absent.contains { $0.hasPrefix("no polynomial law of degree <= \(degree) exists") })
    #expect(
      !laws.isComplete && laws.count.localLaws == laws.stateCount - 1 && laws.count.upperBound == laws.stateCount - 1)
  }

  /// Laws with logarithms are no quotients of polynomials: dy/dx = y.
  @Test(arguments: ["param x, y\nflow x' = x - y^2, y' = y*(x - y^2)", "param x, y\nflow x' = 1, y' = y"])
  func onlyLogarithms(text: String) throws {
    let oracle = try FieldOracle(text)
    let laws = try FieldLawSearch(oracle.file, degrees: [5]).run()
    #expect(laws.laws.map(\.text) == ["x - log(abs(y))"] && laws.isComplete)
    #expect(try oracle.conserves("x - log(abs(y))"))
    #expect(laws.quotients.degree == 5 && laws.quotients.isExhaustive, "\(laws.text)")
    #expect(laws.absent.contains("no polynomial law of degree <= 5 exists"))
    #expect(laws.absent.contains("no quotient of polynomials of degree <= 5 is a law"))
  }

  @Test func predatorsAndPreyHaveNoPolynomialLaw() throws {
    let oracle = try FieldOracle("param x, y\ndata a, b, c, d\nflow x' = x*(a - b*y), y' = y*(c*x - d)")
    let laws = try FieldLawSearch(oracle.file).run()
    #expect(laws.polynomials.isExhaustive && laws.polynomials.degree == 6)
    #expect(laws.laws.map(\.kind) == [.logarithmic])
    #expect(laws.laws.map(\.text) == ["b*y + c*x - d*log(abs(x)) - a*log(abs(y))"])
    #expect(laws.constants == ["a", "b", "c", "d"])
    #expect(laws.scope == "for every start and all values of a, b, c, d")
    // With numbers for the constants the powers are integers, and the law is a quotient or a product.
    let numbers = try FieldOracle("param x, y\nflow x' = 2*x, y' = -3*y")
    #expect(try FieldLawSearch(numbers.file).run().laws.map(\.text) == ["x^3*y^2"])
  }

  /// What depends on the laws that were found is named only where it is no polynomial in them.
  @Test func productsAreNotRepeated() throws {
    let oracle = try FieldOracle(
      "param x, y, z, w\nflow x' = y, y' = -x, z' = w, w' = -z + x^3*0\nclaim conserved x^2 + y^2")
    let laws = try FieldLawSearch(oracle.file).run()
    // Two energies, x*z + y*w and x*w - y*z, of which one depends on the others.
    #expect(laws.independentCount == 3 && laws.laws.count <= 4)
    #expect(laws.laws.allSatisfy { $0.degree == 2 })
  }
}
