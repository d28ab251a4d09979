import CertificateChecker
import FlowLanguage
import Foundation
import Testing

/// Every value and derivative rule of atoms against difference quotients of a reading in doubles.
@Suite("Derivatives of atoms")
struct AtomDerivativeTests {
  /// Formulas in x and y, which are between 1/2 and 2; with every function twice, alone and within another.
  static let formulas = [
    "relu(x - y)", "x*relu(y - x)*relu(x*y - 1)", "leaky(x - y, 0.3)", "leaky(relu(x - y) - x*y + 1, 0.3)",
    "abs(x - y)",
    "abs(x^2 - y)*abs(1 - x*y)", "max(x, y)", "min(x^2, max(y, x*y))*x", "max([x, y, x*y])", "min([x, y, x*y])",
    "norm1([x - y, x*y - 1])",
    "exp(x)", "exp(x*y)*exp(2*x - y/3)", "exp(-x)", "exp(x + 2)", "exp(exp(x*y/2))", "exp(y/x)", "exp(2*log(x) + y)",
    "exp(x) + y*exp(x/2)", "exp(x*y)*exp(-x*y/3)*x",
    "sigmoid(x - y)", "sigmoid(-3*x*y)", "sigmoid(y*sigmoid(x))", "tanh(x - y)", "tanh(x*y - 1)*x", "tanh(y*tanh(x))",
    "silu(x - y)",
    "silu(-x*silu(y))", "softmax([x, y])[1]", "softmax([x*y, -x, 1])[3]", "sum(softmax([x, y*softmax([x, y])[2]])*x)",
    "gelu(x - y)", "gelu(-x*y)", "gelu(y*gelu(x))", "log(x)", "log(x*y + 1)*x", "log(1 + exp(x - y))", "sqrt(x)",
    "sqrt(x*y + 3)/x",
    "sqrt(1 + sqrt(x*y))", "norm([x, y])", "y/norm([x, x*y])^3", "x^(1/2)", "y*(x*y)^(3/2)", "x^(-5/2)", "x^(1/3)",
    "y*(x + y)^(-2/3)",
    "rmsnorm([x, y])[1]", "rmsnorm([x, y*x, 1], 0.1)[2]", "layernorm([x, y, x*y])[1]", "layernorm([x, y], 0.25)[2]",
    "act(x)",
    "x*act(x*y)", "act(y*act(x))", "1/(x + y)", "x/(1 + y/(x + y^2))", "(x + y)^(-3)", "exp(x)/(exp(y) + x)",
    "1/(1 + relu(x - y))",
  ]

  /// The value of a polynomial in doubles, atoms by their definitions.
  private static func value(_ polynomial: Polynomial, _ atoms: Atoms, _ point: [Int: Double]) -> Double {
    var values = point
    for (variable, atom) in atoms.items.sorted(by: { $0.key < $1.key }) {
      let z = sum(atom.argument, values)
      switch atom.kind {
      case .gate: values[variable] = z > 0 ? 1 : 0
      case .exponential(let part, _): values[variable] = exp(z / Double(part))
      case .root: values[variable] = z.squareRoot()
      case .inverse: values[variable] = 1 / z
      case .logarithm: values[variable] = log(z)
      case .distribution: values[variable] = DoubleReading.normalDistribution(z)
      case .density: values[variable] = DoubleReading.normalDensity(z)
      case .generic(let order): values[variable] = DoubleReading.act(z, order: order)
      }
    }
    return sum(polynomial, values)
  }

  private static func sum(_ polynomial: Polynomial, _ values: [Int: Double]) -> Double {
    polynomial.terms.reduce(0) { total, term in
      let coefficient = Double(term.value.numerator) / Double(term.value.denominator)
      return total
        + term.key.powers.reduce(coefficient) { product, power in
          product * pow(values[Monomial.variable(power)] ?? .nan, Double(Monomial.exponent(power)))
        }
    }
  }

  private static func isNear(_ a: Double, _ b: Double, _ tolerance: Double) -> Bool {
    abs(a - b) <= tolerance * max(1, abs(a), abs(b))
  }

  /// The difference quotient of fourth order.
  private static func slope(_ step: Double = 1e-3, _ function: (Double) throws -> Double) rethrows -> Double {
    let near = try function(step) - function(-step)
    let far = try function(2 * step) - function(-2 * step)
    return (8 * near - far) / (12 * step)
  }

  /// The parts of a check of one formula.
  private struct Reading {
    let expander: Expander
    let atoms: Atoms
    let term: Term
    let file: CheckedFile
    let (x, y): (Int, Int)

    init(_ text: String, _ formula: String) throws {
      let parsed = FlowFile.parse("param x, y\n\(text)\nclaim identity \(formula) = 0", name: "t.flow").check(sizes: [:]
      )
      file = try #require(parsed.file, "\(formula): \(parsed.diagnostics)")
      guard case .identity(let sides, _)? = file.claims.last?.form else { throw DoubleReading.Unread(what: formula) }
      term = sides.left
      let (variables, budget) = (Variables(), Budget())
      atoms = Atoms(variables, budget)
      expander = Expander(file, variables, budget, atoms: atoms)
      try expander.registerAll()
      x = try #require(variables.number(of: "x"))
      y = try #require(variables.number(of: "y"))
    }

    func double(_ x: Double, _ y: Double) throws -> Double {
      try DoubleReading(file: file, values: ["x": x, "y": y]).number(term)
    }

    func value(_ polynomial: Polynomial, _ x: Double, _ y: Double) -> Double {
      AtomDerivativeTests.value(polynomial, atoms, [self.x: x, self.y: y])
    }
  }

  /// Points between 1/2 and 2, away from where the formulas bend.
  private static func points(_ seed: Int) -> [(Double, Double)] {
    var random = Generator(UInt64(seed + 1))
    func draw() -> Double { 0.5 + Double(random.below(1_500_001)) / 1e6 }
    var found: [(Double, Double)] = []
    while found.count < 6 {
      let (x, y) = (draw(), draw())
      let bends = [
        x - y, x * y - 1, x * x - y, x - 1, y - 1, x * x - x * y, x * x - max(y, x * y), relu(x - y) - x * y + 1,
      ]
      if bends.allSatisfy({ abs($0) > 0.02 }) { found.append((x, y)) }
    }
    return found
  }

  private static func relu(_ z: Double) -> Double { max(z, 0) }

  @Test("along a flow, once and twice", arguments: formulas.indices)
  func along(number: Int) throws {
    let formula = Self.formulas[number]
    let reading = try Reading("flow x' = y, y' = -x*y", formula)
    let value = try reading.expander.value(of: reading.term).values[0].numerator
    let motion = try reading.expander.motion()
    let first = try motion.derivative(of: value).numerator
    let second = try motion.derivative(of: first).numerator
    for (x, y) in Self.points(number) {
      #expect(Self.isNear(reading.value(value, x, y), try reading.double(x, y), 1e-12), "\(formula) at \(x), \(y)")
      let slope = try Self.slope { step in try reading.double(x + step * y, y - step * x * y) }
      #expect(Self.isNear(reading.value(first, x, y), slope, 1e-7), "\(formula)' at \(x), \(y)")
      let change = Self.slope { step in reading.value(first, x + step * y, y - step * x * y) }
      #expect(Self.isNear(reading.value(second, x, y), change, 1e-6), "\(formula)'' at \(x), \(y)")
    }
  }

  @Test("in parameters, as the gradient of a loss", arguments: formulas.indices)
  func gradients(number: Int) throws {
    let formula = Self.formulas[number]
    // The extreme entry of an array stands in claims only.
    let loss = formula.replacing("([x, y, x*y])", with: "(\(formula.prefix(3))(x, y), x*y)")
    let reading = try Reading("loss \(formula.hasPrefix("m") ? loss : formula)", formula)
    let velocities = try reading.expander.motion().velocities
    let slopes = (velocities[reading.x]?.numerator ?? .zero, velocities[reading.y]?.numerator ?? .zero)
    for (x, y) in Self.points(number + 1000) {
      let first = try Self.slope { step in try reading.double(x + step, y) }
      let second = try Self.slope { step in try reading.double(x, y + step) }
      #expect(Self.isNear(-reading.value(slopes.0, x, y), first, 1e-7), "\(formula) in x at \(x), \(y)")
      #expect(Self.isNear(-reading.value(slopes.1, x, y), second, 1e-7), "\(formula) in y at \(x), \(y)")
    }
  }

  @Test("of the loss in a definition, whose value stands within functions", arguments: formulas.indices)
  func within(number: Int) throws {
    let formula = Self.formulas[number].replacing(/\bx\b/, with: "h")
    // The extreme entry of an array stands in claims only.
    guard !formula.hasPrefix("max([") && !formula.hasPrefix("min([") else { return }
    let reading = try Reading("let h = x^2 + tanh(y)\nloss \(formula)", "grad(h)")
    guard case .gradient(let position) = reading.term.kind else { return }
    let slope = try reading.expander.gradient(in: position).values[0].numerator
    let loss = try #require(reading.file.loss)
    for (x, y) in Self.points(number + 2000) {
      let h = x * x + tanh(y)
      let own = try Self.slope(1e-4) { step in
        try DoubleReading(file: reading.file, values: ["h": h + step, "y": y]).number(loss)
      }
      // Where a bend is near, the difference quotient says nothing.
      let other = try Self.slope(5e-5) { step in
        try DoubleReading(file: reading.file, values: ["h": h + step, "y": y]).number(loss)
      }
      guard Self.isNear(own, other, 1e-8) else { continue }
      #expect(Self.isNear(reading.value(slope, x, y), own, 1e-6), "grad(h) of \(formula) at \(x), \(y)")
    }
  }

  @Test("times their denominators, without denominators", arguments: formulas.indices)
  func cleared(number: Int) throws {
    let formula = Self.formulas[number]
    let reading = try Reading("flow x' = y, y' = -x*y", formula)
    let value = try reading.expander.value(of: reading.term).values[0].numerator
    for polynomial in [value, try reading.expander.motion().derivative(of: value).numerator] {
      let (cleared, multiplier) = try reading.atoms.cleared(polynomial)
      #expect(cleared.variables.allSatisfy { reading.atoms.items[$0]?.kind != .inverse }, "\(formula)")
      #expect(try reading.atoms.isZero(polynomial) == polynomial.isZero, "\(formula)")
      for (x, y) in Self.points(number + 4000) {
        let product = reading.value(polynomial, x, y) * reading.value(multiplier, x, y)
        #expect(Self.isNear(reading.value(cleared, x, y), product, 1e-9), "\(formula) at \(x), \(y)")
      }
    }
  }

  /// A formula of functions within functions, with a value wherever x and y are positive.
  private static func formula(_ depth: Int, _ random: inout Generator) -> String {
    if depth == 0 { return random.pick(["x", "y", "x*y", "x - y", "x + 2*y", "1/2", "x/3"]) }
    let (a, b) = (formula(depth - 1, &random), formula(random.below(depth), &random))
    return random.pick([
      "relu(\(a))", "leaky(\(a), 0.2)", "abs(\(a))", "max(\(a), \(b))", "min(\(a), \(b))", "exp(\(b))*tanh(\(a))",
      "sigmoid(\(a))", "tanh(\(a) - \(b))", "silu(\(a))", "softmax([\(a), \(b)])[2]", "gelu(\(a))", "log(1 + (\(a))^2)",
      "sqrt(1 + (\(a))^2)", "norm([1, \(a), \(b)])", "(2 + tanh(\(a)))^(-3/2)", "(2 + sigmoid(\(a)))^(1/3)",
      "rmsnorm([\(a), \(b), 1], 0.1)[1]", "layernorm([\(a), \(b)], 0.5)[2]", "act(\(a))", "(\(a))/(1 + (\(b))^2)",
      "(\(a))*(\(b))", "(\(a)) + (\(b))", "(\(a))^2",
    ])
  }

  @Test("of random formulas")
  func random() throws {
    var (random, checked) = (Generator(2026), 0)
    for number in 0..<150 {
      let formula = Self.formula(1 + number % 3, &random)
      let reading = try Reading("flow x' = y, y' = -x*y", formula)
      let (value, first): (Polynomial, Polynomial)
      do throws(Rejection) {
        value = try reading.expander.value(of: reading.term).values[0].numerator
        first = try reading.expander.motion().derivative(of: value).numerator
      } catch {
        #expect(error.reason.contains("divides by 0") || error.reason.contains("steps"), "\(formula): \(error.reason)")
        continue
      }
      for (x, y) in Self.points(number + 3000).prefix(3) {
        let own = try reading.double(x, y)
        // Cancellation may take digits, and bends may be near.
        let slopes = try [1e-3, 5e-4].map { step in
          try Self.slope(step) { time in try reading.double(x + time * y, y - time * x * y) }
        }
        guard own.isFinite, abs(own) < 1e6, Self.isNear(slopes[0], slopes[1], 1e-8) else { continue }
        checked += 1
        #expect(Self.isNear(reading.value(value, x, y), own, 1e-9), "\(formula) at \(x), \(y)")
        #expect(Self.isNear(reading.value(first, x, y), slopes[1], 1e-6), "\(formula)' at \(x), \(y)")
      }
    }
    #expect(checked > 300, "\(checked)")
  }
}
