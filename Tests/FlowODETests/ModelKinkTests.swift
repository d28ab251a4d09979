import CMath
import FlowODE
import Models
import Testing

/// Flows of models with kinks, beside closed forms.
@Suite("Kinks of models")
struct ModelKinkTests {
  /// ℓ(ŷ) = ŷ.
  private struct Plain: Loss {
    static let identifier = "plain"
    static let summary = "the prediction"
    let formula = "ŷ"
    init() {}
    init(_ constants: LossConstants) {}
    var isConvex: Bool { true }
    func sum(_ fit: Fit) -> Double { fit.predictions[0] }
    func derivatives(_ fit: Fit, scale: Double, into result: UnsafeMutablePointer<Double>) { result[0] = scale }
    func secondDerivatives(_ fit: Fit, scale: Double, into result: UnsafeMutablePointer<Double>) { result[0] = 0 }
  }

  /// ‖∇f‖².
  private final class SquaredGradient: Quadrature {
    let names = ["squared gradient"]
    let usesValue = false

    func rates(at point: FlowPoint, into rates: UnsafeMutablePointer<Double>) {
      rates[0] = (0..<point.objective.parameterCount).reduce(0) { $0 + point.gradient[$1] * point.gradient[$1] }
    }

    func derivatives(at point: FlowPoint, into derivatives: UnsafeMutablePointer<Double>) {}
    func scales(at start: FlowPoint) -> [Double] { [1] }
  }

  /// Σ c Π x + Σ c φ(Σ c x) of numbers x.
  private struct Formula {
    var program: Program
    var products: [Program.Product] = []
    let variables: [Program.ID]

    init(_ count: Int) throws {
      var program = Program()
      variables = try (0..<count).map { try program.block("x\($0)", [1]) }
      self.program = program
    }

    mutating func add(_ coefficient: Rational, _ factors: [Int]) {
      products.append(Program.Product(coefficient, factors.map { Program.Use(variables[$0], [0]) }, out: [0]))
    }

    /// Adds c φ(Σ c x).
    mutating func add(_ coefficient: Rational, _ function: Function, of terms: [(Rational, Int)]) throws {
      let argument = try program.sum(
        terms.map { Program.Product($0.0, [Program.Use(variables[$0.1], [0])], out: [0]) }, shape: [1])
      let value = try program.map(function, argument)
      products.append(Program.Product(coefficient, [Program.Use(value, [0])], out: [0]))
    }

    func run(
      from start: [Double], until: Double, method: IntegrationMethod = .auto, rtol: Double = 1e-10,
      quadratures: [any Quadrature] = []
    ) throws -> Trajectory {
      var whole = program
      try whole.setOutput(whole.sum(products, shape: [1]))
      let model = try Model("kinks", whole)
      let objective = try Objective(
        model: model, measurements: Measurements(shape: [1], operators: .entries(indices: [0]), values: [0]),
        loss: Plain(), normalization: .sum)
      let field = GradientFlow(
        objective: objective, layout: model.layout, quadratures: quadratures, carriesIntegrals: false)
      let plan = IntegrationPlan(
        method: method, relativeTolerance: rtol, grid: try SaveGrid.linear(until: until, count: 2))
      return try Integrator(model: model, field: field, plan: plan).run(from: start, observers: [])
    }
  }

  /// f = 2a + relu(a): a′ = −3, and −2 from a = 0 on. A step that ended anywhere else would err by its own length.
  @Test func passes() throws {
    var formula = try Formula(1)
    formula.add(2, [0])
    try formula.add(1, .relu, of: [(1, 0)])
    let end = try formula.run(from: [1], until: 2)
    #expect(end.outcome == .reachedEnd)
    #expect(abs(end.parameters[0] + 2 * (2 - 1.0 / 3)) < 1e-12, "\(end.parameters)")
    #expect(end.modelKinks?.passages == 1 && end.modelKinks?.slides == 0)
    #expect(end.counts.accepted < 100)
  }

  /// f = 2|a − b| + a + b²/2: the flow meets a = b at 2 − 3t = 2 − 2e^(−t) and slides along it for ever, z = −1 + (z₀ + 1) e^(−(t − t₀)/2).
  @Test func slides() throws {
    var formula = try Formula(2)
    try formula.add(2, .absolute, of: [(1, 0), (-1, 1)])
    formula.add(1, [0])
    formula.add(try Rational(1, 2), [1, 1])
    let end = try formula.run(from: [2, 0], until: 10)
    var met = 0.5
    for _ in 0..<50 { met -= (3 * met - 2 * exp(-met)) / (3 + 2 * exp(-met)) }
    let z = -1 + (3 - 3 * met) * exp(-(10 - met) / 2)
    #expect(end.outcome == .reachedEnd && end.modelKinks?.slides == 1 && end.modelKinks?.departures == 0)
    #expect(abs((end.modelKinks?.firstSlide?.total ?? 0) - met) < 1e-9)
    #expect(abs((end.modelKinks?.slidingTime ?? 0) - (10 - met)) < 1e-9)
    #expect(end.parameters.allSatisfy { abs($0 - z) < 1e-9 }, "\(end.parameters), \(z)")
    #expect(end.counts.accepted < 200)
  }

  /// f = |a| − ab − b from (0.2, 0): the flow meets a = 0 where 1.2 cosh t − sinh t = 1, slides with b′ = 1 until b = 1, and leaves by
  /// a = cosh τ − 1, b = 1 + sinh τ.
  @Test func leaves() throws {
    var formula = try Formula(2)
    try formula.add(1, .absolute, of: [(1, 0)])
    formula.add(-1, [0, 1])
    formula.add(-1, [1])
    let end = try formula.run(from: [0.2, 0], until: 3)
    var met = 0.2
    for _ in 0..<50 { met -= (1.2 * cosh(met) - sinh(met) - 1) / (1.2 * sinh(met) - cosh(met)) }
    let left = met + 1 - (1 + 1.2 * sinh(met) - cosh(met))
    #expect(end.outcome == .reachedEnd && end.modelKinks?.slides == 1 && end.modelKinks?.departures == 1)
    #expect(abs((end.modelKinks?.slidingTime ?? 0) - (left - met)) < 1e-8)
    #expect(abs(end.parameters[0] - (cosh(3 - left) - 1)) < 1e-8, "\(end.parameters)")
    #expect(abs(end.parameters[1] - (1 + sinh(3 - left))) < 1e-8)
  }

  /// Two kinks at once: f = 3|a| + 2|a + b| + b²/2 − b from (1, 1/2) meets a = 0 at t = 0.2, then a + b = 0, and rests at their corner.
  @Test func slidesAlongTwo() throws {
    var formula = try Formula(2)
    try formula.add(3, .absolute, of: [(1, 0)])
    try formula.add(2, .absolute, of: [(1, 0), (1, 1)])
    formula.add(try Rational(1, 2), [1, 1])
    formula.add(-1, [1])
    let end = try formula.run(from: [1, 0.5], until: 5)
    #expect(end.outcome == .reachedEnd)
    #expect(end.parameters.allSatisfy { abs($0) < 1e-9 }, "\(end.parameters)")
  }

  /// f = |a| + |b| from (1, 1): both kinks are met at t = 1, and nothing is known of corners.
  @Test func endsAtCorners() throws {
    var formula = try Formula(2)
    try formula.add(1, .absolute, of: [(1, 0)])
    try formula.add(1, .absolute, of: [(1, 1)])
    let end = try formula.run(from: [1, 1], until: 3)
    #expect(!end.outcome.isComplete && end.outcome.sentence.contains("several kinks of the model meet at t = 1"))
    #expect(abs(end.time - 1) < 1e-9)
  }

  /// A method that takes the Hessian for the Jacobian ends where the flow slides.
  @Test func implicitMethodsEnd() throws {
    var formula = try Formula(1)
    try formula.add(1, .absolute, of: [(1, 0)])
    let end = try formula.run(from: [1], until: 3, method: .implicit(.gauss2))
    #expect(!end.outcome.isComplete && end.outcome.sentence.contains("slides"), "\(end.outcome)")
    #expect(abs(end.time - 1) < 1e-9)
  }

  /// Integrals begin anew where a step is taken again: ∫ ‖∇f‖² is what f has lost, also where the flow slides.
  @Test func integralsGoOn() throws {
    let quadrature = SquaredGradient()
    var formula = try Formula(2)
    try formula.add(2, .absolute, of: [(1, 0), (-1, 1)])
    formula.add(1, [0])
    formula.add(try Rational(1, 2), [1, 1])
    let end = try formula.run(from: [2, 0], until: 10, quadratures: [quadrature])
    #expect(abs(end.quadratures[0] - (6 - end.loss)) < 1e-9, "\(end.quadratures), \(end.loss)")
  }

  /// The same flow by a method that holds no kinks and has its steps shrink at them.
  @Test func networkBesideAnotherMethod() throws {
    var program = Program()
    let x = try program.data([1, 0.5, -0.3, 0.8, -0.7, 0.2], [2, 3])
    let (w, v) = (try program.block("W", [3, 2]), try program.block("V", [1, 3]))
    let hidden = try program.map(.relu, program.einsum("hi,in->hn", [w, x]))
    try program.setOutput(program.einsum("oh,hn->on", [v, hidden]))
    let model = try Model("net", program)
    let measurements = try Measurements(
      shape: [1, 3], operators: .entries(indices: [0, 0, 0, 1, 0, 2]), values: [0.7, -0.4, 0.3])
    let start = [0.5, 0.3, -0.2, 0.6, 0.1, -0.7, 0.8, -0.5, 0.4]
    func end(_ method: IntegrationMethod) throws -> Trajectory {
      let objective = try Objective(
        model: model, measurements: measurements, loss: SquaredLoss(), normalization: .halfSum)
      let field = GradientFlow(objective: objective, layout: model.layout)
      let plan = IntegrationPlan(
        method: method, relativeTolerance: 1e-10, grid: try SaveGrid.linear(until: 6, count: 2))
      return try Integrator(model: model, field: field, plan: plan).run(from: start, observers: [])
    }
    let (held, free) = (try end(.explicit(.dop853)), try end(.explicit(.rk8pd)))
    #expect(
      held.modelKinks?.passages ?? 0 > 0 && held.modelKinks?.slides == 0, "\(String(describing: held.modelKinks))")
    #expect(free.modelKinks == nil)
    for (a, b) in zip(held.parameters, free.parameters) { #expect(abs(a - b) < 1e-8) }
  }
}
