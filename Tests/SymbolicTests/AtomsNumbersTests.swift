import FlowLanguage
import Foundation
import Models
import Symbolic
import Testing

/// Quotients with atoms and their derivatives agree with the programs that double precision uses, and with difference quotients of these.
@Suite("atoms: numbers")
struct AtomsNumbersTests {
  static let head = "param x, y, z[3]\nflow x' = y + 1, y' = x*y - 2, z' = [y, 1, x - y]\n"

  /// One formula a function, and compositions.
  static let formulas = [
    "relu(x*y - 1/3)", "leaky(x - y, 0.1)", "abs(2*x - 3*y)", "max(x, y^2)", "min(x, y^2)", "norm1(z)", "exp(x*y - y)",
    "sigmoid(x - 2*y)", "sigmoid(-x)*sigmoid(x)", "tanh(x*y)", "silu(x + y)", "gelu(x - y/2)", "gelu(-x)*gelu(x)",
    "log(1 + x^2 + y)", "sqrt(1 + x^2*y^2)", "norm(z)", "(1 + x^2)^(3/2)", "(1 + x^2)^(-1/2)", "1/(1 + x^2)^2",
    "x/(y^2 + 1/2)", "softmax(z)", "softmax(2*z)[2]/softmax(z)[1]", "rmsnorm(z)", "rmsnorm(z, 0.25)", "layernorm(z)",
    "layernorm(z, 0.5)", "tanh(sqrt(1 + exp(x)))", "log(2 + gelu(x)*relu(y))", "sqrt((x^2 + 1)/(y^2 + 2))",
    "exp(x/2)*exp(-x/3)*exp(1/2)", "exp(x/(1 + y^2))", "relu(tanh(x) - y)^2", "norm(layernorm(z.*z) + z)",
    "sqrt(x^2/(3 + y)^3)", "sqrt(8)*x + sqrt(2)*abs(-x)", "abs(-x)/(2 + relu(-3*x))",
  ]

  @Test("a function and its derivative", arguments: formulas)
  func agrees(formula: String) throws {
    let file = try GivenSizesTests.file(Self.head + "observe q = \(formula)\nobserve r = der(\(formula))\n")
    let (value, rate) = (file.observations[0].value, file.observations[1].value)
    let variables = try EntryVariables(file)
    let algebra = try AtomAlgebra(variables.names, capacity: 32)
    let reader = try ArrayReader(file, variables, algebra)
    reader.motion = try AtomMotion(reader, nil)
    let (read, derived) = (try reader.read(value), try reader.read(rate))
    let program = try FlowProgram(file)
    let (values, rates) = (try program.evaluator(of: value), try program.evaluator(of: rate))
    try #require(read.values.count == values.count && derived.values.count == values.count)
    var random = SplitMix(seed: 11)
    for _ in 0..<4 {
      let point = (0..<5).map { _ in Double(random.next(within: 1000)) / 700 }
      let numbers = try AtomsValues(algebra, point)
      let (own, other) = (Self.write(values, point), Self.write(rates, point))
      // The velocity, from the text of the field.
      let velocity = [point[1] + 1, point[0] * point[1] - 2, point[1], 1, point[0] - point[1]]
      let step = 1e-5
      let ahead = Self.write(values, zip(point, velocity).map { $0 + step * $1 })
      let behind = Self.write(values, zip(point, velocity).map { $0 - step * $1 })
      for k in own.indices where own[k].isFinite {
        let (mine, slope) = (try numbers.value(read.values[k]), try numbers.value(derived.values[k]))
        let scale = 1 + abs(own[k]) + abs(other[k])
        #expect(abs(mine - own[k]) <= 1e-11 * scale, "\(formula) at \(point): \(mine), \(own[k])")
        #expect(abs(slope - other[k]) <= 1e-10 * scale, "\(formula)' at \(point): \(slope), \(other[k])")
        let difference = (ahead[k] - behind[k]) / (2 * step)
        #expect(abs(slope - difference) <= 1e-6 * scale, "\(formula)' at \(point): \(slope), \(difference)")
      }
    }
  }

  static func write(_ evaluator: TermEvaluator, _ point: [Double]) -> [Double] {
    var values = [Double](repeating: .nan, count: evaluator.count)
    evaluator.write(point, into: &values)
    return values
  }

  /// `act` and `leaky` without a slope have no values elsewhere: with a sine for the one and a number for the other they do, and difference
  /// quotients.
  @Test("functions without values", arguments: ["act(x*y + act(x))", "act(x)^2*leaky(y - x)", "der(act(x - y^2))"])
  func anyFunction(formula: String) throws {
    let file = try GivenSizesTests.file(Self.head + "observe q = \(formula)\n")
    let variables = try EntryVariables(file)
    let algebra = try AtomAlgebra(variables.names, capacity: 32)
    let reader = try ArrayReader(file, variables, algebra)
    let motion = try AtomMotion(reader, nil)
    reader.motion = motion
    let value = try reader.read(file.observations[0].value).values[0]
    let rate = try motion.derivative(of: value)
    let point = [0.3, 0.9, 0, 0, 0]
    let velocity = [point[1] + 1, point[0] * point[1] - 2, 0, 0, 0]
    let step = 1e-5
    let ahead = try AtomsValues(algebra, zip(point, velocity).map { $0 + step * $1 }).value(value)
    let behind = try AtomsValues(algebra, zip(point, velocity).map { $0 - step * $1 }).value(value)
    let own = try AtomsValues(algebra, point).value(rate)
    #expect(abs(own - (ahead - behind) / (2 * step)) < 1e-7)
    #expect(abs(own) > 1e-3)
  }

  /// Gradient flows of networks: the derivative of a quantity through the loss, which programs derive backwards.
  @Test(
    "derivatives of losses",
    arguments: [
      "relu(W*x)", "leaky(W*x, 0.2)", "tanh(W*x)", "silu(W*x).*(V*x)", "gelu(W*x)", "softmax(W*x)", "exp(W*x) + V*x",
      "rmsnorm(W*x)", "layernorm(W*x, 0.01)", "W*x/norm(V*x)", "sigmoid(W*x).*abs(V*x)", "log((W*x).^2)",
    ], ["gradient", "gradient decay 0.5", "momentum(0.25)", "mirror"])
  func flows(model: String, flow: String) throws {
    let file = try GivenSizesTests.file(
      """
      param a[2], W[2,2], V[2,2]
      data x[2] = [0.7, -1.3]
      model f = dot(a, \(model))
      loss 1/2*(f - 2)^2
      flow \(flow)
      observe r = der(norm2(W) - dot(a, V[:,1])*f)
      """)
    let variables = try EntryVariables(file)
    let algebra = try AtomAlgebra(variables.names, capacity: 64)
    let reader = try ArrayReader(file, variables, algebra)
    reader.motion = try AtomMotion(reader, nil)
    let rate = try reader.read(file.observations[0].value).values[0]
    let evaluator = try FlowProgram(file).evaluator(of: file.observations[0].value)
    var random = SplitMix(seed: 3)
    for _ in 0..<3 {
      // A state has the velocities behind the parameters, variables have each behind its own.
      let names = variables.names
      var values: [String: Double] = [:]
      for name in names { values[name] = Double(random.next(within: 1000)) / 800 }
      let order = names.filter { !$0.hasPrefix("v_") } + names.filter { $0.hasPrefix("v_") }
      let state = order.compactMap { values[$0] }
      try #require(state.count == evaluator.stateCount)
      let expected = Self.write(evaluator, state)[0]
      let own = try AtomsValues(algebra, names.compactMap { values[$0] }).value(rate)
      #expect(abs(own - expected) <= 1e-9 * (1 + abs(expected)), "\(model), \(flow): \(own), \(expected)")
    }
  }
}
