import FlowLanguage
import Models
import Symbolic
import Testing

/// What must never happen: a false law, a law that is said not to exist though it does, a crash.
struct FieldHonestyTests {
  /// Small primes make kernels larger and relations that are none: laws stay true, and what is excluded does not exist.
  @Test(arguments: [3, 5, 7, 11, 101] as [UInt64])
  func smallPrimes(prime: UInt64) throws {
    let field = try PrimeField(prime)
    var found = 0
    for text in FieldLawTests.known {
      let oracle = try FieldOracle(text)
      let truth = try FieldLawSearch(oracle.file).run()
      for seed in 1...2 as ClosedRange<UInt64> {
        let laws: FieldLaws
        do { laws = try FieldLawSearch(oracle.file, field: field, seed: seed).run() } catch {
          #expect("\(error)".contains("modulo"), "\(error)")
          continue
        }
        for law in laws.laws {
          #expect(try oracle.conserves(law.text, points: 3), "\(law.text) modulo \(prime) of \(text)")
          found += 1
        }
        #expect(laws.independentCount <= oracle.claimed.count)
        try Self.check(laws, truth, oracle)
      }
    }
    #expect(found > 0)
  }

  /// Whether claims that nothing else exists agree with the known laws, which the search with a large prime prints with their degrees.
  private static func check(_ laws: FieldLaws, _ truth: FieldLaws, _ oracle: FieldOracle) throws {
    let own = laws.laws.map(\.text)
    for law in truth.laws {
      let isExcluded =
        switch law.kind {
        case .polynomial: laws.polynomials.isExhaustive && law.degree <= laws.polynomials.degree
        case .rational: laws.quotients.isExhaustive && law.degree <= laws.quotients.degree
        case .logarithmic: false
        }
      guard isExcluded || laws.isComplete else { continue }
      #expect(try oracle.rank(own + [law.text]) == oracle.rank(own), "\(law.text) is said not to exist: \(laws.text)")
    }
    for set in truth.darboux where laws.invariantSets.isExhaustive && set.degree <= laws.invariantSets.degree {
      #expect(laws.darboux.contains { $0.text == set.text }, "\(set.text) is said not to exist")
    }
  }

  /// Laws with one coefficient or one sign changed are refused by the exact check, and change along the field.
  @Test(arguments: FieldLawTests.known.filter { !$0.contains("log") && !$0.contains("x' = 0") })
  func mutatedLaws(text: String) throws {
    let oracle = try FieldOracle(text)
    let source = try PolynomialField(oracle.file)
    let laws = try FieldLawSearch(oracle.file).run()
    func polynomial(_ law: LawPolynomial, changing place: Int?) throws -> Polynomial {
      let still = laws.constants.count
      return try source.polynomial(
        law.terms.enumerated().map { position, term in
          var exponents = Exponents(repeating: 0, count: laws.names.count)
          // Constants come first in names, and last in the ring's exponents.
          for variable in term.variables {
            exponents[variable < still ? variable + laws.stateCount : variable - still] += 1
          }
          return (position == place ? try term.coefficient + 1 : term.coefficient, exponents)
        })
    }
    for law in laws.laws {
      let below = try law.quantity.denominator.map { try polynomial($0, changing: nil) }
      #expect(try source.conserves(polynomial(law.quantity.numerator, changing: nil), over: below))
      guard law.quantity.numerator.terms.count > 1 else { continue }
      for place in law.quantity.numerator.terms.indices {
        let mutant = try polynomial(law.quantity.numerator, changing: place)
        // A term that is conserved by itself may be changed.
        let term = try LawPolynomial([law.quantity.numerator.terms[place]]).text(laws.names)
        let quotient = law.quantity.denominator.map { "(\(term))/(\($0.text(laws.names)))" } ?? term
        let isLaw = try oracle.conserves(quotient)
        let shown = try mutant.text()
        #expect(try source.conserves(mutant, over: below) == isLaw, "\(shown) of \(text)")
      }
    }
  }

  /// A polynomial that is kept at the point and modulo the prime alone is no law.
  @Test func wrongLawsAreNotTaken() throws {
    let oracle = try FieldOracle("param x, y\nflow x' = y, y' = -x")
    let source = try PolynomialField(oracle.file)
    let work = try FieldLawWork(source, .mersenne, seed: 1, degree: nil)
    func polynomial(_ text: (Int, Int)) throws -> Polynomial {
      try source.polynomial([(Rational(text.0), [2, 0]), (Rational(text.1), [0, 2])])
    }
    #expect(try !work.take(polynomial((1, 2))))
    #expect(work.unproved == 1 && work.found.isEmpty)
    // Nor one whose coefficients agree modulo the prime.
    let prime = Int(PrimeField.mersenne.prime)
    #expect(try !work.take(polynomial((1, 1 + prime))))
    #expect(try work.take(polynomial((3, 3))))
    #expect(work.found.count == 1)
    #expect(try !work.take(polynomial((1, 1))))
    #expect(work.found.count == 1 && work.independentCount == 1)
    #expect(try !source.conserves(polynomial((1, 1)), over: polynomial((1, 2))))
  }

  /// Hamiltonians that were drawn: H is found, at every degree that covers it nothing is said to be absent, below it nothing is found.
  @Test(arguments: 1...8)
  func drawnHamiltonians(seed: UInt64) throws {
    var random = SplitMix(seed: seed)
    func draw() -> Int { Int(random.below(9)) - 4 }
    let (a, b, c, d, e) = (draw(), draw(), draw(), 1 + Int(random.below(4)), draw())
    // H = a x³ + b x² y + c x y + d y⁴ + e x.
    let h = "(\(a))*x^3 + (\(b))*x^2*y + (\(c))*x*y + \(d)*y^4 + (\(e))*x"
    let text =
      "param x, y\nflow x' = (\(b))*x^2 + (\(c))*x + \(4 * d)*y^3, "
      + "y' = -(\(3 * a)*x^2 + (\(2 * b))*x*y + (\(c))*y + (\(e)))\nclaim conserved \(h)"
    let oracle = try FieldOracle(text)
    let whole = try FieldLawSearch(oracle.file, seed: seed).run()
    #expect(whole.isComplete && whole.laws.first?.kind == .polynomial)
    #expect(try oracle.rank(whole.laws.map(\.text), besides: oracle.claimed) == 1)
    let below = try FieldLawSearch(oracle.file, seed: seed, degrees: [3]).run()
    // H may be a polynomial in one of lower degree.
    if whole.laws.first?.degree == 4 {
      #expect(below.polynomials.degree == 3 && below.polynomials.isExhaustive)
      #expect(!below.laws.contains { $0.kind == .polynomial && $0.degree <= 3 })
    }
  }

  /// Quotients that were drawn: X = (−(Q ∂P/∂y − P ∂Q/∂y), Q ∂P/∂x − P ∂Q/∂x) keeps P/Q, of degree 2, which is never excluded.
  @Test(arguments: 1...8)
  func drawnQuotients(seed: UInt64) throws {
    var random = SplitMix(seed: seed)
    func draw() -> Int { Int(random.below(9)) - 4 }
    let (a, b, c, d) = (draw(), draw(), 1 + Int(random.below(4)), draw())
    let (p, px, py) = ("(x^2 + (\(a))*x*y + \(c))", "(2*x + (\(a))*y)", "((\(a))*x)")
    let (q, qx, qy) = ("(y^2 + (\(b))*x + (\(d)))", "(\(b))", "(2*y)")
    let text =
      "param x, y\nflow x' = -(\(q)*\(py) - \(p)*\(qy)), y' = \(q)*\(px) - \(p)*\(qx)\nclaim conserved \(p)/\(q)"
    let oracle = try FieldOracle(text)
    let laws = try FieldLawSearch(oracle.file, seed: seed).run()
    #expect(laws.isComplete, "\(text)\n\(laws.text)")
    for law in laws.laws { #expect(try oracle.conserves(law.text)) }
    #expect(try oracle.rank(laws.laws.map(\.text), besides: oracle.claimed) == 1)
    // Without Darboux polynomials the relations between monomials find it alone.
    let work = try FieldLawWork(PolynomialField(oracle.file), .mersenne, seed: seed, degree: 2)
    try work.searchQuotients()
    #expect(work.found.count == 1 && work.quotients.isExhaustive && work.quotients.degree == 2)
  }

  /// The same answer from any draw.
  @Test func seeds() throws {
    for text in [FieldLawTests.known[3], FieldLawTests.known[16], "param x, y\nflow x' = y, y' = (1 - x^2)*y - x"] {
      let oracle = try FieldOracle(text)
      let first = try FieldLawSearch(oracle.file, seed: 1).run()
      for seed in 2...6 as ClosedRange<UInt64> { #expect(try FieldLawSearch(oracle.file, seed: seed).run() == first) }
    }
  }

  @Test(arguments: [
    ("param x, y\nflow x' = sqrt(x^2 + y^2), y' = x", "no polynomial", "sqrt"),
    ("param x, y\nflow x' = 1/y, y' = x", "no polynomial", "common denominator"),
    ("param x, y\nlet r = sqrt(x^2 + y^2)\nflow x' = y, y' = -x/r^3", "no polynomial", "parameter of its own"),
    ("param x\ninput u\nflow x' = u*x", "data points", "data"),
    ("dim n\nparam x[n]\nflow x' = x", "open", "numbers"),
    ("param x\nmodel f = x\nflow gradient", "no field of its own", "flow x'"),
    ("param x[600]\nflow x' = x", "600 numbers", "smaller sizes"),
    ("param x\nflow x' = x/0", "division by zero", "another number"),
  ])
  func refusals(text: String, problem: String, remedy: String) throws {
    let oracle = try FieldOracle(text)
    let error = try #require(throws: Refusal.self) { try FieldLawSearch(oracle.file).run() }
    #expect(error.description.contains(problem) && error.description.contains(remedy), "\(error)")
  }

  @Test func wrongDegrees() throws {
    let oracle = try FieldOracle(FieldLawTests.known[0])
    for degrees in [[0], [13], [2, -1]] {
      #expect(throws: Refusal.self) { try FieldLawSearch(oracle.file, degrees: degrees) }
    }
  }

  /// What is too large is left undecided.
  @Test(arguments: [
    "param x, y, z\ndata a[100,100]\nflow x' = a[3,4]*y, y' = -a[3,4]*x, z' = x", "param x[60]\nflow x' = x .* x",
    "param x, y\nflow x' = x^60 + y, y' = x - y^64",
    "param x[30]\ndata A[30,30]\nflow x' = A*x",
    "param x, y\nflow x' = 999999999999999989*x*y, y' = x^2 - 999999999999999877*y^2",
  ])
  func largeFields(text: String) throws {
    let file = try #require(FlowFile.parse(text, name: "f.flow").check().file)
    let laws = try FieldLawSearch(file).run()
    #expect(laws.independentCount <= laws.bound)
    #expect(!laws.text.isEmpty)
  }
}
