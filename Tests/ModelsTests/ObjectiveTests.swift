import Checkers
import FlowODE
import Models
import Testing

/// ℓ2 and ℓ1 as they are, Huber with δ = 1.
private let losses: [any Loss] = [SquaredLoss(), AbsoluteLoss(), try! HuberLoss(delta: 1)]

/// ℓ by its definition.
private func definition(_ loss: any Loss, _ r: Double) -> Double {
  switch loss.identifier {
  case "l2": r * r
  case "l1": abs(r)
  default: abs(r) <= 1 ? r * r / 2 : abs(r) - 0.5
  }
}

/// A random model of the given kind, from scalars to moderately large ones.
private func randomModel(_ index: Int, _ random: inout TestRandom) throws -> Model {
  switch index {
  case 0: return try Model(MatrixFactorization(shape: [1, 1], hiddenWidths: [1]))
  case 1: return try Model(MatrixFactorization(shape: [3, 4], hiddenWidths: []))
  case 2: return try Model(CPFactorization(shape: [1, 1, 1], components: 1))
  case 3: return try Model(CPFactorization(shape: [1, 5], components: 1))
  case _ where index.isMultiple(of: 2):
    return try Model(
      MatrixFactorization(
        shape: [random.index(1...4), random.index(1...4)],
        hiddenWidths: (0..<random.index(0...3)).map { _ in random.index(1...4) }))
  default:
    return try Model(
      CPFactorization(
        shape: (0..<random.index(2...4)).map { _ in random.index(1...3) }, components: random.index(1...9)))
  }
}

@Suite("Objectives: values, gradients, Hessian-vector products and Hessians")
struct ObjectiveTests {
  @Test("the gradient alone is the gradient bit for bit, and so is −∇f but for the sign", arguments: 0..<8)
  func gradientAlone(index: Int) throws {
    var random = TestRandom(UInt64(700 + index))
    let model = try randomModel(index, &random)
    let count = model.endShape.reduce(1, *)
    let indices = (0..<count).flatMap { MultiIndex.at($0, shape: model.endShape).map(Int32.init) }
    let measurements = try Measurements(
      shape: model.endShape, operators: .entries(indices: indices), values: random.numbers(count))
    let theta = random.numbers(model.layout.count)
    for loss in losses {
      let objective = try Objective(model: model, measurements: measurements, loss: loss, normalization: .halfSum)
      var (whole, alone) = (theta, theta)
      objective.gradient(theta, into: &whole)
      objective.gradientAlone(theta, into: &alone)
      #expect(whole == alone)
      objective.negativeGradient(theta, into: &alone)
      #expect(whole == alone.map { -$0 })
    }
  }

  /// Against differences, with observations in an order that is neither of the evaluator's.
  @Test("weights formed in an evaluator's own order belong to the same measurements")
  func ownOrder() throws {
    var random = TestRandom(731)
    let shape = [4, 3, 5]
    let model = try Model(CPFactorization(shape: shape, components: 3))
    let places = (0..<60).map { ($0 * 37 + 11) % 60 }.prefix(41)
    let indices = places.flatMap { MultiIndex.at($0, shape: shape).map(Int32.init) }
    let measurements = try Measurements(
      shape: shape, operators: .entries(indices: indices), values: random.numbers(places.count))
    let objective = try Objective(
      model: model, measurements: measurements, loss: SquaredLoss(), normalization: .halfSum)
    #expect(objective.evaluator.ownOrder.map { $0.sorted() } == Array(0..<41))
    #expect(objective.evaluator.ownOrder != Array(0..<41))
    let theta = random.numbers(model.layout.count)
    var slope = theta
    objective.negativeGradient(theta, into: &slope)
    for i in theta.indices {
      var (ahead, behind) = (theta, theta)
      (ahead[i], behind[i]) = (theta[i] + 1e-4, theta[i] - 1e-4)
      let difference = (objective.value(ahead) - objective.value(behind)) / 2e-4
      #expect(abs(slope[i] + difference) < 1e-5 * (1 + abs(difference)))
    }
  }

  /// Measurements of the same kind, whose values put every residual at θ well away from the kinks at 0 and ±1 and, where
  /// there is more than one, on both sides of ±1.
  private func awayFromKinks(
    _ model: Model, _ measurements: Measurements, at theta: [Double], random: inout TestRandom
  ) throws -> Measurements {
    let evaluator = try model.evaluator(for: measurements)
    let predictions = Checked(evaluator: evaluator).predict(theta)
    let values = predictions.enumerated().map { k, prediction in
      let size = (k.isMultiple(of: 2) ? 0.5 : 1.6) + 0.1 * random.number()
      return prediction - (random.number() < 0 ? -size : size)
    }
    return try Measurements(shape: measurements.shape, operators: measurements.operators, values: values)
  }

  @Test("every model × loss × normalization × kind of measurement", arguments: 0..<24)
  func derivatives(index: Int) throws {
    var random = TestRandom(100 + UInt64(index))
    let model = try randomModel(index, &random)
    for kind in Sensing.allCases {
      let theta = random.numbers(model.layout.count)
      let direction = random.numbers(model.layout.count)
      let measurements = try awayFromKinks(
        model, measure(kind, shape: model.endShape, random: &random), at: theta, random: &random)
      for loss in losses {
        for normalization in Normalization.allCases {
          let probe = try Probe(model, measurements, loss: loss, normalization: normalization)
          try check(probe, theta, direction, Comment(rawValue: "\(model.summary), \(kind), \(loss.formula)"))
        }
      }
    }
  }

  private func check(_ probe: Probe, _ theta: [Double], _ direction: [Double], _ label: Comment) throws {
    let n = probe.n
    func moved(_ t: Double) -> [Double] { zip(theta, direction).map { $0 + t * $1 } }
    // Unit: 2⁻⁵² · 2¹⁰ of the largest value that enters the difference, times the few operations behind each.
    func tolerance(_ scale: Double) -> Double { 1e-11 * max(scale, 1) }

    // The value is c Σ ℓ(r).
    let residuals = probe.residuals(theta)
    let c =
      switch probe.objective.normalization {
      case .sum: 1.0
      case .mean: 1 / Double(probe.m / probe.objective.outputs)
      case .halfSum: 0.5
      }
    let terms = residuals.map { definition(probe.objective.loss, $0) }
    #expect(abs(probe.value(theta) - c * terms.reduce(0, +)) <= 0x1p-50 * c * terms.reduce(0, +), label)

    let gradient = probe.gradient(theta)
    let (slope, valueScale) = fineDifference { [probe.value(moved($0))] }
    #expect(abs(slope[0] - dot(gradient, direction)) <= tolerance(valueScale), label)

    let product = probe.hessianVectorProduct(theta, direction)
    let (change, gradientScale) = fineDifference { probe.gradient(moved($0)) }
    #expect(agree(change, product, within: tolerance(gradientScale)), label)

    let hessian = probe.hessian(theta)
    let column = (0..<n).map { i in dot(Array(hessian[i * n..<(i + 1) * n]), direction) }
    #expect(agree(column, product, within: 1e-13 * Double(n) * max(1, largest(hessian))), label)
    for i in 0..<n { for j in 0..<i { #expect(hessian[i * n + j] == hessian[j * n + i], label) } }
    for i in 0..<min(n, 3) {
      let unit = (0..<n).map { $0 == i ? 1.0 : 0.0 }
      let (difference, scale) = fineDifference { t in probe.gradient(zip(theta, unit).map { $0 + t * $1 }) }
      #expect(agree(difference, Array(hessian[i * n..<(i + 1) * n]), within: tolerance(scale)), label)
    }
  }

  @Test("the flow's Jacobian with quadrature rows and block rates", arguments: 0..<8)
  func jacobian(index: Int) throws {
    var random = TestRandom(200 + UInt64(index))
    let model = try randomModel(index, &random)
    let measurements = try measure(.entries, shape: model.endShape, random: &random)
    let probe = try Probe(model, measurements)
    let rates = model.layout.blocks.map { _ in 1 + random.number() / 2 }
    let flow = GradientFlow(
      objective: probe.objective, layout: model.layout, blockRates: rates, quadratures: [TwoRates(), TwoRates()])
    let dimension = flow.dimension
    #expect(dimension == probe.n + 4)
    let (state, direction) = (random.numbers(dimension), random.numbers(dimension))
    func rate(_ t: Double) -> [Double] {
      var result = [Double](repeating: .nan, count: dimension)
      result.withUnsafeMutableBufferPointer {
        do { try flow.evaluate(0, zip(state, direction).map { $0 + t * $1 }, $0.baseAddress!) } catch {
          Issue.record("\(error)")
        }
      }
      return result
    }
    let gradient = probe.gradient(Array(state[..<probe.n]))
    for (block, factor) in zip(model.layout.blocks, rates) {
      for i in block.range { #expect(rate(0)[i] == -factor * gradient[i]) }
    }
    var dense = [Double](repeating: .nan, count: dimension * dimension)
    var timeRow = [Double](repeating: .nan, count: dimension)
    try dense.withUnsafeMutableBufferPointer { dense in
      try timeRow.withUnsafeMutableBufferPointer { try flow.jacobian(0, state, dense.baseAddress!, $0.baseAddress!) }
    }
    let product = (0..<dimension).map { i in dot(Array(dense[i * dimension..<(i + 1) * dimension]), direction) }
    let (difference, scale) = fineDifference(rate)
    #expect(agree(difference, product, within: 1e-11 * max(1, scale)))
    #expect(timeRow.allSatisfy { $0 == 0 })
  }

  @Test("kinks: the subgradient 0 of l1, the one-sided second derivative of Huber, and NaN stays NaN")
  func kinks() throws {
    let residuals = [0.0, 1, -1, .nan, .infinity, -2]
    let zeros = [Double](repeating: 0, count: 6)
    for (loss, first, second) in [
      (AbsoluteLoss() as any Loss, [0, 3, -3, .nan, 3, -3], [0, 0, 0, 0, 0, 0]),
      (try HuberLoss(delta: 1), [0, 3, -3, .nan, 3, -3], [3, 3, 3, 0, 0, 0]),
    ] as [(any Loss, [Double], [Double])] {
      let probe = LossProbe(loss)
      for (a, b) in zip(probe.derivatives(residuals, zeros, scale: 3), first) {
        #expect(a == b || (a.isNaN && b.isNaN))
      }
      #expect(probe.secondDerivatives(residuals, zeros, scale: 3) == second)
      #expect(probe.sum(residuals, zeros).isNaN)
    }
  }

  @Test("the catalogue of losses names what is wrong")
  func catalogue() throws {
    let huber = try LossCatalog.loss("huber", constants: ["delta": 0.5])
    #expect(huber.formula == "r^2/2 for |r| <= 0.5, 0.5(|r| - 0.5/2) beyond")
    #expect(try LossCatalog.loss("l1").nonsmoothness != nil)
    #expect(try LossCatalog.loss("l2").nonsmoothness == nil)
    for (name, delta, words) in [
      ("l3", nil, "l2, l1, huber"), ("l2", 1, "loss.name huber"), ("l1", 1, "loss.name huber"),
      ("huber", nil, "loss.huber-delta"),
      ("huber", 0, "loss.huber-delta"), ("huber", -1, "-1"), ("huber", .nan, "nan"), ("huber", .infinity, "inf"),
    ] as [(String, Double?, String)] {
      do throws(Refusal) {
        _ = try LossCatalog.loss(name, constants: delta.map { ["delta": $0] } ?? [:])
        Issue.record("\(name) \(String(describing: delta)) was accepted")
      } catch {
        #expect(error.description.contains(words), "\(error)")
      }
    }
  }
}
