import FlowLanguage
import Models
import Symbolic
import Testing

/// Atoms that depend on one another, on the data or not at all: what a bound with independent atoms would say is below the truth.
struct LawAtomTests {
  /// Texts with the number of smooth laws near a generic point, counted by hand: D less the dimension of the fields' Lie algebra.
  static let relations: [(text: String, local: Int)] = [
    // σ(z) + σ(−z) = 1: f = a.
    ("input x\nparam a, w\nmodel f = a*(sigmoid(w*x) + sigmoid(-w*x))", 1),
    // e^(2z) = (e^z)².
    ("input x\nparam a, w\nmodel f = a*exp(2*w*x)/exp(w*x)^2", 1),
    // A half: the basis is e^(z/2).
    ("input x\nparam a, w\nmodel f = a*exp(w*x)/exp(w*x/2)^2", 1),
    // e^(u + v) = e^u e^v.
    ("input x\nparam a, u, v\nmodel f = a*exp(u*x + v*x)/(exp(u*x)*exp(v*x))", 2),
    // A constant in an exponent.
    ("input x\nparam a, w\nmodel f = a*exp(w*x + 1)/exp(w*x) - 2*a*exp(1/3)^3", 1),
    // tanh by exponentials: tanh z (1 + e^(−2z)) = 1 − e^(−2z).
    ("input x\nparam a, w\nmodel f = a*tanh(w*x)*(1 + exp(-2*w*x)) + a*exp(-2*w*x)", 1),
    // Exponents that hold exponentials: e^(e^z · e^(−z)) is a number.
    ("input x\nparam a, w\nmodel f = a*exp(exp(w*x)*exp(-w*x))", 1),
    // A softmax of equal scores.
    ("input x\nparam a, w\nlet p = softmax([w*x, w*x])\nmodel f = a*p[1]", 1),
    // f = (a e^u + b) x: the exponential is one number for all data.
    ("input x\nparam a, b, u\nmodel f = (a*exp(u) + b)*x", 2),
    // f = a e^u + b: only the two exponents together are free of data.
    ("input x\nparam a, b, u, w\nmodel f = a*exp(u + w*x)/exp(w*x) + b", 3),
    // f = a ln u.
    ("input x\nparam a, u\nmodel f = a*(log(u*x) - log(x))", 1),
    // f = a √u + b, one root for all data.
    ("input x\nparam a, b, u\nmodel f = (a*sqrt(u) + b)*x", 2),
  ]

  @Test(arguments: relations.indices) func boundsAreNotBelowTheTruth(number: Int) throws {
    let (text, local) = Self.relations[number]
    let search = try LawSearch(LawBlockTests.model(text))
    let count = try search.run()
    #expect(count.upperBound == local, "\(text): \(count)")
    #expect(count.proved <= local)
    for prime in [5, 7, 11, 101] as [UInt64] {
      let search = try LawSearch(LawBlockTests.model(text), field: PrimeField(prime))
      let count = try? search.run()
      if let bound = count?.upperBound { #expect(bound >= local, "\(text) modulo \(prime)") }
    }
  }

  /// Two independent exponents in the same place have no law: the relation makes the difference.
  @Test func independentExponentsKeepNothing() throws {
    let text = "input x\nparam a, w, v\nmodel f = a*(sigmoid(w*x) + sigmoid(-v*x))"
    let search = try LawSearch(LawBlockTests.model(text))
    let count = try search.run()
    #expect(count.proved == 0)
    #expect(count.isComplete)
  }

  /// Relations that are not seen through are refused, and the bound is left to balls: numbers of smooth laws by hand.
  static let unseen: [(text: String, local: Int)] = [
    ("input x\nparam a, u, v\nmodel f = a*sqrt(u)*sqrt(v) + x*sqrt(u*v)", 1),
    ("input x\nparam a, w\nmodel f = a*sqrt(w^2)*x", 1),
    // The roots of two draws of the data have a product that is no root.
    ("input x\nparam a, u\nmodel f = a*sqrt(u*x^2)", 1),
    ("input x\nparam a, b, u\nmodel f = a*sqrt(u*x^2) + b*x", 1),
    ("input x\nparam a, w\nmodel f = a*exp(log(w)/3)*x", 1),
    ("input x\nparam a, w\nmodel f = a*(log(w^2) + x*log(w))", 1),
    ("input x\nparam a, w\nmodel f = a*sqrt(exp(w*x)) + exp(w*x/2)", 0),
    ("input x\nparam a, w\nmodel f = a*sqrt(2)*w*x + sqrt(8)*a", 0),
  ]

  @Test(arguments: unseen.indices) func otherRelationsAreRefused(number: Int) throws {
    let (text, local) = Self.unseen[number]
    let model = try LawBlockTests.model(text)
    #expect(throws: Refusal.self) { try FieldSampler(model, field: .mersenne) }
    let search = try LawSearch(model)
    let count = try search.run()
    #expect(count.evidence == nil)
    #expect(try #require(count.upperBound) >= local, "\(count)")
    #expect(count.ballRank != nil)
  }

  /// What is too large for atoms and for balls keeps its laws, and has no bound.
  @Test func tooManyAtomsLeaveTheBoundOpen() throws {
    let wide = "input x[3]\nparam W[450,3], V[2,450]\nmodel f = V*exp(W*x)"
    let search = try LawSearch(LawBlockTests.model(wide))
    let count = try search.run()
    #expect(count.upperBound == nil)
    #expect(count.boundRefusal?.contains("exponentials") == true, "\(count)")
    let rows = (1...12).map { "g[\($0)]*dot(A[\($0),:], x)/norm(A[\($0),:])" }.joined(separator: ", ")
    let normed = try LawBlockTests.model("input x[2]\nparam A[12,2], g[12]\nmodel f = tanh([\(rows)])")
    let other = try LawSearch(normed)
    let bounded = try other.run()
    #expect(throws: Refusal.self) { try FieldSampler(normed, field: .mersenne) }
    #expect(bounded.evidence == nil)
    #expect(try #require(bounded.upperBound) >= 12)
  }

  /// A number under a root is its positive root, whatever root the field has.
  @Test func rootsOfNumbers() throws {
    let text = "input x\nparam a, b\nmodel f = a*(sqrt(4) - 2)*x + b"
    let search = try LawSearch(LawBlockTests.model(text))
    let count = try search.run()
    #expect(count.upperBound == 1, "\(count)")
  }

  /// Gates that stand in a product twice, or in an exponent, are patterns and no free factors.
  @Test(arguments: [
    ("input x\nparam w, v\nmodel f = (relu(w)*relu(w) + relu(w)*v)*x", 1),
    ("input x\nparam w, v\nmodel f = (exp(relu(w)) + exp(relu(w)*v))*x", 1),
  ])
  func gatesThatMeet(text: String, atLeast: Int) throws {
    let search = try LawSearch(LawBlockTests.model(text))
    let count = try search.run()
    #expect(try #require(count.upperBound) >= atLeast, "\(count)")
  }

  /// The bound never falls below what is proved, modulo small primes either; no field has every root, so that one may be refused.
  @Test(arguments: LawBlockTests.blocks, [5, 7, 11, 101] as [UInt64])
  func smallPrimesNeverGiveAFalseBound(block: LawBlockTests.Block, prime: UInt64) throws {
    let search = try LawSearch(LawBlockTests.model(block.text), field: PrimeField(prime))
    guard let count = try? search.run() else { return }
    #expect(count.proved <= block.laws, "\(count)")
    if let bound = count.upperBound { #expect(bound >= block.laws, "\(count)") }
  }

  /// The exact check tells a law from its neighbours.
  @Test func theExactCheckRefutes() throws {
    let model = try LawBlockTests.model("input x[3]\nparam W[4,3], V[2,4], b[4], c[2]\nmodel f = c + V*exp(W*x + b)")
    let expansion = try ModelExpansion(model)
    let names = model.parameterNames
    func place(_ name: String) throws -> Int { try #require(names.firstIndex(of: name)) }
    func law(_ factor: Rational) throws -> ConservedQuantity {
      let (v, u, b) = try (place("V[1,1]"), place("V[2,1]"), place("b[1]"))
      return ConservedQuantity(try LawPolynomial([.init(1, [v, v]), .init(1, [u, u]), .init(factor, [b])]))
    }
    #expect(try expansion.conserves(law(-2)))
    #expect(try !expansion.conserves(law(-1)))
    #expect(try !expansion.conserves(law(Rational(-2_000_000_001, 1_000_000_000))))
    let normed = try LawBlockTests.model("input x[2]\nparam W[2,2], b[2]\nmodel f = rmsnorm(W*x + b)")
    let exact = try ModelExpansion(normed)
    let squares = try (0..<6).map { try LawPolynomial([.init(1, [$0, $0])]).terms[0] }
    #expect(try exact.conserves(ConservedQuantity(LawPolynomial(squares))))
    #expect(try !exact.conserves(ConservedQuantity(LawPolynomial(squares.dropLast()))))
  }

  @Test func theEvidenceOfAtomsIsRecomputed() throws {
    let attention = try #require(LawBlockTests.blocks.first { $0.name == "attention-3-2-2.flow" }).text
    for text in [attention, "input x[2]\nparam W[2,2], g[2]\nmodel f = tanh(g.*rmsnorm(W*x))"] {
      let model = try LawBlockTests.model(text)
      let search = try LawSearch(model)
      let evidence = try #require(try search.run().evidence)
      #expect(try evidence.recomputedRank(of: model) == evidence.rank)
      var more = evidence
      more.vectors.append(.init(stream: 999, order: 3, coefficient: 3))
      #expect(try more.recomputedRank(of: model) == evidence.rank)
    }
  }

  /// Series of models with atoms against the program's own derivative.
  @Test(arguments: LawBlockTests.ofAtoms) func seriesOfFunctions(block: LawBlockTests.Block) throws {
    let model = try LawBlockTests.model(block.text)
    let sampler = try FieldSampler(model, field: AtomPlan(model).field(like: .mersenne))
    for seed in 1..<4 as Range<UInt64> { #expect(sampler.checkHessian(seed: seed)) }
  }

  /// What labels or expansions prove is constant along random fields modulo a prime, and stops being so without a term.
  @Test(arguments: LawBlockTests.ofAtoms) func lawsAreConstantAlongRandomFields(block: LawBlockTests.Block) throws {
    let model = try LawBlockTests.model(block.text)
    let field = try AtomPlan(model).field(like: .mersenne)
    let sampler = try FieldSampler(model, field: field)
    let search = try LawSearch(model)
    var generator = SplitMix(seed: 17)
    let laws = try search.run().independent.filter { $0.denominator == nil }.map(\.numerator)
    // What is conserved by itself may be left out.
    let still = Set(laws.filter { $0.terms.count == 1 }.map { $0.terms[0].variables[0] })
    for law in laws {
      var others = law.terms.map { term in term.variables.allSatisfy { still.contains($0) } }
      for _ in 0..<12 {
        let point = sampler.point(&generator)
        let vector = try #require(sampler.gradient(at: point, &generator))
        func rate(_ polynomial: LawPolynomial) throws -> UInt64 {
          zip(try polynomial.gradient(at: point, field), vector).reduce(0) { field.add($0, field.multiply($1.0, $1.1)) }
        }
        #expect(try rate(law) == 0)
        for skipped in others.indices where others.count > 1 {
          let rest = law.terms.indices.filter { $0 != skipped }.map { law.terms[$0] }
          if try rate(LawPolynomial(rest)) != 0 { others[skipped] = true }
        }
      }
      #expect(law.terms.count == 1 || others.allSatisfy { $0 }, "\(law.text(model.parameterNames))")
    }
  }
}
