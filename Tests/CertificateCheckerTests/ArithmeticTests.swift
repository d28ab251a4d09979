import BigInt
import CertificateChecker
import FlowLanguage
import Testing

/// Polynomials, primes and ranks against other ways to compute them.
@Suite("Arithmetic of the checker")
struct ArithmeticTests {
  /// A random polynomial's text, and its value at integers by following the text.
  private func formula(_ depth: Int, _ random: inout Generator) -> (text: String, value: @Sendable ([Int]) -> BigInt) {
    guard depth > 0 else {
      let k = random.below(3)
      if random.below(3) == 0 {
        let number = random.below(20)
        return ("\(number)", { _ in BigInt(number) })
      }
      return (["u[1]", "u[2]", "v"][k], { BigInt($0[k]) })
    }
    let (left, right) = (formula(depth - 1, &random), formula(depth - 1, &random))
    switch random.below(4) {
    case 0: return ("(\(left.text) + \(right.text))", { left.value($0) + right.value($0) })
    case 1: return ("(-\(left.text) - \(right.text))", { -left.value($0) - right.value($0) })
    case 2: return ("\(left.text)*\(right.text)", { left.value($0) * right.value($0) })
    default:
      let exponent = random.below(3)
      return ("(\(left.text))^\(exponent)", { left.value($0).power(exponent) })
    }
  }

  @Test("texts of polynomials, their values and derivatives")
  func polynomials() throws {
    let (variables, budget) = (Variables(), Budget())
    let u = try variables.array("u", [2], .parameter)
    let v = try variables.array("v", [], .parameter)
    var random = Generator(1)
    for _ in 0..<200 {
      let (text, expected) = formula(3, &random)
      let polynomial = try PolynomialText.parse(text, variables, budget)
      for _ in 0..<3 {
        let point = (0..<3).map { _ in random.below(21) - 10 }
        func value(_ polynomial: Polynomial, _ point: [Int]) throws -> Fraction {
          try polynomial.value(
            at: [u[0]: Fraction(point[0]), u[1]: Fraction(point[1]), v[0]: Fraction(point[2])], budget)
        }
        #expect(try value(polynomial, point) == Fraction(expected(point)), "\(text)")
        // The product of text and itself; a derivative by exact differences: Σ over the Taylor series is left to the degree 2.
        #expect(try value(polynomial.times(polynomial, budget), point) == Fraction(expected(point) * expected(point)))
        let slope = try polynomial.gradient({ $0 == u[0] }, budget)[u[0]] ?? .zero
        // Leibniz: (p²)' = 2 p p'.
        let double = try polynomial.times(polynomial, budget).gradient({ $0 == u[0] }, budget)[u[0]] ?? .zero
        #expect(double == (try polynomial.times(slope, budget).scaled(by: Fraction(2))))
      }
    }
    let cubic = try PolynomialText.parse("3/2*u[1]^3*v - 1/7*u[2]", variables, budget)
    let slope = try cubic.gradient({ $0 == u[0] }, budget)[u[0]]
    #expect(slope == (try PolynomialText.parse("9/2*v*u[1]^2", variables, budget)))
    #expect(cubic.degree == 4 && cubic.variables == Set(u + v))
  }

  @Test("primes, against trial division and known pseudoprimes")
  func primes() {
    for number in 0..<3000 as Range<UInt64> {
      let isPrime = number > 1 && !(2..<max(number, 2)).contains { $0 * $0 <= number && number % $0 == 0 }
      #expect(PrimeField.isPrime(number) == isPrime, "\(number)")
    }
    // Carmichael numbers and strong pseudoprimes to many bases; products of two primes.
    for number in [
      561, 1729, 3_215_031_751, 341_550_071_728_321, 3_825_123_056_546_413_051, 2_147_483_647 * 1_073_741_827,
    ] as [UInt64] {
      #expect(!PrimeField.isPrime(number), "\(number)")
    }
    for number in [2_305_843_009_213_693_951, 2_147_483_647, 4_611_686_018_427_387_847, 18_446_744_073_709_551_557]
      as [UInt64]
    {
      #expect(PrimeField.isPrime(number), "\(number)")
    }
  }

  @Test("ranks, against products of known rank")
  func ranks() throws {
    let field = try PrimeField(LawCase.prime)
    var random = Generator(2)
    for size in [1, 4, 9] {
      for rank in 0...size {
        let (left, right) = (
          (0..<size + 2).map { _ in (0..<rank).map { _ in random.next() % field.prime } },
          (0..<rank).map { _ in (0..<size).map { _ in random.next() % field.prime } }
        )
        var found = ModularRank(field, length: size)
        for row in left {
          found.add(
            (0..<size).map { k in (0..<rank).reduce(0) { field.add($0, field.multiply(row[$1], right[$1][k])) } })
        }
        #expect(found.rank == rank)
      }
    }
    #expect(field.multiply(field.inverse(12345), 12345) == 1)
    // 2⁶¹ − 2 squared is 1 mod 2⁶¹ − 1.
    #expect(field.multiply(field.prime - 1, field.prime - 1) == 1)
    #expect(field.residue(Int.min) == field.residue(-4))
    #expect(try field.residue(Fraction.parse("-1/2")) == field.subtract(0, field.inverse(2)))
    // SplitMix64 of the seed 1234567, as its authors' program prints it.
    var generator = SplitMix64(1_234_567)
    #expect(generator.next() == 6_457_827_717_110_365_317 && generator.next() == 3_203_168_211_198_807_973)
  }

  @Test("columns, against brackets by hand")
  func columns() throws {
    // X = (1, x), Y = ∂x alone cannot be told apart by seeds; a field of the text's own has one field: [X, X] = 0.
    let text = try ClaimText(source: "param x, y\nflow x' = y^2, y' = x*y", name: "t", sizes: [:], claims: [])
    let expander = Expander(text.file, Variables(), Budget())
    let motion = try expander.motion()
    let field = try PrimeField(LawCase.prime)
    let family = try FieldFamily(
      field, velocities: motion.velocities, coordinates: motion.parameters, clock: true, cotangents: [], inputs: [],
      constants: [:])
    #expect(try family.column(field: 5, along: nil, depth: 0, at: [3, 4, 0]) == [16, 12, 1])
    for depth in 1...4 { #expect(try family.column(field: 5, along: 6, depth: depth, at: [3, 4, 0]) == [0, 0, 0]) }

    // f = u²v: X = −g (2uv, u²). Two data-free fields differ by the factor g; with f = (u², uv) brackets are real.
    let other = try ClaimText(source: "param u, v\nmodel f = [u^2, u*v]", name: "t", sizes: [:], claims: [])
    let reader = Expander(other.file, Variables(), Budget())
    let flow = try reader.motion()
    let fields = try FieldFamily(
      field, velocities: flow.velocities, coordinates: flow.parameters, clock: false,
      cotangents: try flow.cotangentVariables(),
      inputs: [], constants: [:])
    func draws(_ seed: Int) -> [UInt64] {
      var generator = SplitMix64(seed)
      return [generator.next() % field.prime, generator.next() % field.prime]
    }
    let (g, h, u, v) = (draws(8), draws(9), UInt64(5), UInt64(7))
    func times(_ factors: UInt64...) -> UInt64 { factors.reduce(1) { field.multiply($0, $1) } }
    // V = −(2 g₁ u + g₂ v, g₂ u), X with h: both are linear, V = −A θ, X = −B θ, and DV X − DX V = (A B − B A) θ.
    let a = [[times(2, g[0]), g[1]], [g[1], 0]]
    let b = [[times(2, h[0]), h[1]], [h[1], 0]]
    func product(_ x: [[UInt64]], _ y: [[UInt64]]) -> [[UInt64]] {
      (0..<2).map { i in (0..<2).map { j in field.add(times(x[i][0], y[0][j]), times(x[i][1], y[1][j])) } }
    }
    func difference(_ x: [[UInt64]], _ y: [[UInt64]]) -> [[UInt64]] {
      (0..<2).map { i in (0..<2).map { field.subtract(x[i][$0], y[i][$0]) } }
    }
    func applied(_ x: [[UInt64]]) -> [UInt64] { (0..<2).map { field.add(times(x[$0][0], u), times(x[$0][1], v)) } }
    #expect(try fields.column(field: 8, along: nil, depth: 0, at: [u, v]) == applied(a).map { field.subtract(0, $0) })
    let first = difference(product(a, b), product(b, a))
    #expect(try fields.column(field: 8, along: 9, depth: 1, at: [u, v]) == applied(first))
    // Once more with X = −B θ: for V = M θ the bracket is (−M B + B M) θ.
    let second = difference(product(b, first), product(first, b))
    #expect(try fields.column(field: 8, along: 9, depth: 2, at: [u, v]) == applied(second))
  }

  @Test("expansion, against the integrator's program at random numbers")
  func expansion() throws {
    let source = """
      dim n = 2
      param A[n,3], B[3,n], x[3], s
      data c[n,n] = [1, 2; 3, 4]
      let M = A*B + s*c
      let T[i,j,k] = A[i,k]*B[k,j] - x[k]*s
      """
    for formula in [
      "M^3", "det(M)*tr(M)", "einsum(\"ij,jk,k->i\", A, B, [s, 2])", "norm2(T)", "diag(M)", "diag(x)*x", "T[2,1,:]",
      "A[:,3]'*A[:,1]",
      "[A, c[:,1]; x', 1]", "sum(i,j: M[i,j]*A[i,j+1])", "x*x' - 1/3*I(3)", "(x .^ 3)/(s^2 + 1)",
      "dot(A, B') - sum(x .* x)", "-s^2*(x')*x",
      "sum(A)^2/7", "x ./ (x .* x + x .^ 4 + diag(I(3)))",
    ] {
      let text = source + "\nobserve \(formula)\nflow A' = 0, B' = 0, x' = 0, s' = 0"
      let checked = FlowFile.parse(text, name: "t").check()
      guard let file = checked.file else {
        Issue.record("\(formula): \(checked.diagnostics)")
        continue
      }
      let expander = Expander(file, Variables(), Budget())
      try expander.registerAll()
      let entries = try expander.value(of: file.observations[0].value)
      var random = Generator(3)
      let state = (0..<16).map { _ in random.below(9) - 4 }
      let numbers = try expander.motion().parameters
      let point = Dictionary(uniqueKeysWithValues: zip(numbers, state.map { Fraction($0) }))
      let evaluator = try FlowProgram(file).evaluator(of: file.observations[0].value)
      var values = [Double](repeating: 0, count: evaluator.count)
      evaluator.write(state.map(Double.init), into: &values)
      #expect(values.count == entries.values.count, "\(formula)")
      for (value, entry) in zip(values, entries.values) {
        let exact = try #require(try entry.value(at: point, expander.budget))
        let number = Double(exact.numerator) / Double(exact.denominator)
        #expect(abs(value - number) <= 1e-12 * max(1, abs(number)), "\(formula): \(value) \(number)")
      }
    }
  }
}
