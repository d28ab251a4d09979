import FlowLanguage
import Models
import Symbolic
import Testing

/// The parts of the search, each against another way to the same.
struct FieldPartTests {
  private func source(_ text: String) throws -> PolynomialField {
    try PolynomialField(#require(FlowFile.parse(text, name: "f.flow").check().file))
  }

  @Test func monomials() {
    #expect(Monomials.all(variables: 2, from: 0, upTo: 2) == [[0, 0], [1, 0], [0, 1], [2, 0], [1, 1], [0, 2]])
    for variables in 1...5 {
      for degree in 0...5 {
        let all = Monomials.all(variables: variables, from: 0, upTo: degree)
        #expect(all.count == Monomials.count(variables: variables, upTo: degree) && Set(all).count == all.count)
      }
    }
    #expect(Monomials.all(variables: 0, from: 0, upTo: 3) == [[]])
    #expect(Monomials.count(variables: 500, upTo: 12) == nil)
  }

  /// Taylor coefficients times i! are Xⁱ m, expanded over the rational numbers and then reduced.
  @Test func series() throws {
    let source = try source("param x, y, z\ndata a\nflow x' = a*y - x*z, y' = x^2 + 1/3*z, z' = x*y - a")
    let field = PrimeField.mersenne
    let image = try FieldImage(source, field).fixing([7])
    let point: [UInt64] = [3, 11, 5]
    let monomials = Monomials.all(variables: 3, from: 0, upTo: 2)
    let rows = try #require(FlowSeries.matrix(image, at: point, monomials, orders: 5))
    for (place, monomial) in monomials.enumerated() {
      var value = try source.polynomial([(1, monomial + [0])])
      var factorial: UInt64 = 1
      for order in 0..<5 {
        if order > 0 {
          value = try source.derivative(of: value)
          factorial *= UInt64(order)
        }
        let exact = try FieldImage.terms(value, source, field).value(at: point + [7], field)
        #expect(field.multiply(factorial, rows[order][place]) == exact)
      }
    }
    // i! is 0 modulo a smaller prime.
    #expect(
      try FlowSeries.matrix(FieldImage(source, PrimeField(5)).fixing([2]), at: point, monomials, orders: 6) == nil)
  }

  /// The kernel against the rank of the whole matrix, formed densely from values at points.
  @Test(arguments: [
    "param x, y, z\nflow x' = y*z, y' = x*z, z' = x*y", "param x, y\nflow x' = 1 + x^2, y' = 2*x*y",
    "param x, y, z\nflow x' = 10*(y - x), y' = x*(28 - z) - y, z' = x*y - 8/3*z",
  ])
  func kernel(text: String) throws {
    let source = try source(text)
    let field = PrimeField.mersenne
    let image = try FieldImage(source, field)
    let count = source.states.count
    let monomials = Monomials.all(variables: count, from: 1, upTo: 4)
    let basis = try FieldKernel(image).basis(monomials)
    var random = SplitMix(seed: 2)
    var entries: [UInt64] = []
    for _ in 0..<monomials.count + 5 {
      let point = (0..<count).map { _ in random.below(field.prime) }
      let rates = image.rates.map { $0.value(at: point, field) }
      for monomial in monomials {
        let own = ModularTerms([.init(coefficient: 1, exponents: monomial)])
        var sum: UInt64 = 0
        for (slope, rate) in zip(own.gradient(at: point, count: count, field), rates) {
          sum = field.add(sum, field.multiply(slope, rate))
        }
        entries.append(sum)
      }
    }
    let matrix = try ModularMatrix(
      rows: monomials.count + 5, columns: monomials.count, entries: entries, field: field)
    #expect(try basis.count == monomials.count - matrix.independentRows().count)
    for vector in basis { #expect(vector.last?.value == 1) }
  }

  /// Determinants of polynomials against those of their values.
  @Test func determinants() throws {
    let source = try source("param x, y\nflow x' = x, y' = y")
    var random = SplitMix(seed: 4)
    for size in 1...4 {
      let rows = try (0..<size).map { _ in
        try (0...size).map { _ in
          try source.polynomial([
            (Rational(Int(random.below(7)) - 3), [1, 0]), (Rational(Int(random.below(7)) - 3), [0, 1]),
          ])
        }
      }
      for column in 0...size {
        let minor = try PolynomialMatrix(rows).minor(without: column, in: source.ring)
        let values = try rows.map { try $0.map { try #require(Int($0.value(at: [2, -3]))) } }
        let kept = values.map { row in row.indices.filter { $0 != column }.map { row[$0] } }
        #expect(try minor.value(at: [2, -3]) == "\(Self.determinant(kept))")
      }
    }
  }

  /// Σ over permutations.
  private static func determinant(_ rows: [[Int]]) -> Int {
    guard let first = rows.first else { return 1 }
    return first.indices.reduce(0) { sum, column in
      let rest = rows.dropFirst().map { row in row.indices.filter { $0 != column }.map { row[$0] } }
      return sum + (column.isMultiple(of: 2) ? 1 : -1) * first[column] * determinant(rest)
    }
  }

  @Test func factors() throws {
    let source = try source("param x, y\nflow x' = x, y' = y")
    func polynomial(_ terms: [(Int, Exponents)]) throws -> Polynomial {
      try source.polynomial(terms.map { (Rational($0.0), $0.1) })
    }
    let line = try polynomial([(-2, [1, 0]), (4, [0, 1]), (6, [0, 0])])
    let circle = try polynomial([(1, [2, 0]), (1, [0, 2])])
    let factors = try line.times(line).times(circle).factors()
    #expect(try Set(factors.map { try $0.factor.text() }) == ["x - 2*y - 3", "x^2 + y^2"])
    #expect(factors.map(\.exponent).sorted() == [1, 2])
    #expect(try line.primitive().text() == "x - 2*y - 3")
    #expect(try line.times(circle).commonDivisor(circle.times(circle)).text() == "x^2 + y^2")
    #expect(throws: Refusal.self) { try polynomial([]).factors() }
    #expect(try polynomial([(5, [0, 0])]).factors().isEmpty)
    #expect(try polynomial([]).primitive().isZero)
  }

  @Test func fractions() throws {
    let (p, q) = (PrimeField.mersenne, try PrimeField((1 << 61) - 31))
    for (n, d) in [
      (1, 3), (-7, 1), (0, 1), (123_456_789_012_345_678, 1_000_000_007), (-999_999_999_999_989, 998_244_353),
    ] {
      let fraction = try Rational(n, d)
      let found = try #require(try p.fraction(p.residue(fraction), q.residue(fraction), modulo: q))
      #expect(found == (fraction.numerator, fraction.denominator))
    }
    #expect(p.residue(text: "-12/7") == (try p.residue(Rational(-12, 7))))
    #expect(try PrimeField(7).residue(text: "3/14") == nil)
    // 2²⁰⁰ by squaring.
    let long = "1606938044258990275541962092341162602522202993782792835301376"
    #expect(p.residue(text: long) == p.power(2, 200))
  }

  @Test func texts() throws {
    let names = ["a", "x", "y"]
    let x = try LawPolynomial([.init(1, [1])])
    let weight = try LawPolynomial([.init(-1, [0])])
    let sum = try LawPolynomial([.init(1, [0]), .init(2, [])])
    let quantity = ConservedQuantity(
      x, logarithms: [.init(weight: weight, argument: x), .init(weight: sum, argument: x)])
    #expect(quantity.text(names) == "x - a*log(abs(x)) + (a + 2)*log(abs(x))")
    let alone = try ConservedQuantity(LawPolynomial([]), logarithms: [.init(weight: weight, argument: x)])
    #expect(alone.text(names) == "-a*log(abs(x))")
  }

  /// A claim about the number of laws of a field is answered with them.
  @Test func claimedCounts() throws {
    let text = "param x, y\nflow x' = y, y' = -x\nclaim all: laws degree 2 count 1"
    let file = try #require(FlowFile.parse(text, name: "f.flow").check().file)
    let proof = try ClaimProver(file).prove(file.claims[0], called: "all")
    #expect(proof.reason.contains("1 law, complete"))
  }
}
