import FlowODE
import GSLBridge
import Models
import Testing
import Theorems
import Verdicts

/// Small random experiments: every model, kind of measurement, loss, normalization, start and method.
enum RandomExperiment {
  /// One experiment with the ladder that suits its method.
  struct Drawn {
    let experiment: Experiment
    let tolerances: [Double]
    var summary: Comment {
      Comment(
        rawValue: "\(experiment.problem.model.summary); \(experiment.problem.dataSummary); \(experiment.loss.formula), "
          + "\(experiment.normalization); \(experiment.startSummary); \(experiment.method.name) to \(experiment.until)")
    }
  }

  static func draw(_ seed: UInt64) throws -> Drawn {
    var random = RandomStream(seed: seed, name: "experiment")
    func between(_ low: Double, _ high: Double) -> Double { low + (high - low) * random.uniform() }
    let isMatrix = random.index(below: 2) == 0
    var shape = (0..<2).map { _ in 1 + random.index(below: 4) }
    var options: ModelOptions
    if isMatrix {
      options = ModelOptions(
        shape: shape, widths: (0..<(1 + random.index(below: 3))).map { _ in 1 + random.index(below: 4) })
    } else {
      shape = (0..<(2 + random.index(below: 3))).map { _ in 1 + random.index(below: 3) }
      options = ModelOptions(shape: shape, components: 1 + random.index(below: 4))
    }
    let bound = shape.reduce(1, *) / (shape.max() ?? 1)
    let source = TargetSource.generated(rank: 1 + random.index(below: min(2, bound)), norm: between(0.5, 4))
    let kind = MeasurementKind.allCases[random.index(below: 3)]
    let part = ObservedPart.fraction(between(0.3, 1))
    let problem = try Problem(
      model: isMatrix ? "matrix" : "cp", options: options, source: source, kind: kind,
      observed: kind == .entries ? part : nil, samples: kind == .entries ? nil : 1 + random.index(below: 10),
      dataSeed: seed)

    let loss: any Loss = random.index(below: 2) == 0 ? SquaredLoss() : try HuberLoss(delta: between(0.05, 1))
    let scale = between(0.2, 0.9)
    var kinds: [Initialization] = [.gaussian, .balanced]
    if let matrix = problem.model.chain {
      kinds = [.gaussian, .identity]
      if matrix.hiddenWidths.allSatisfy({ $0 >= (shape.min() ?? 1) }) { kinds.append(.balanced) }
    }
    let start = kinds[random.index(below: kinds.count)]
    let method = IntegrationMethod.all[random.index(below: IntegrationMethod.all.count)]
    let experiment = try Experiment(
      problem: problem, loss: loss, normalization: Normalization.allCases[random.index(below: 3)],
      start: start.parameters(for: problem.model, scale: scale, seed: seed),
      startSummary: "\(start.rawValue), scale \(scale)", method: method, absoluteTolerance: .auto,
      until: between(0.5, 8), saveCount: 2 + random.index(below: 10),
      savesLogarithmically: random.index(below: 4) == 0,
      stops: random.index(below: 4) == 0 ? [.lossBelow(1e-3)] : [], maxSteps: 20_000)
    return Drawn(experiment: experiment, tolerances: ladder(method))
  }

  private static func ladder(_ method: IntegrationMethod) -> [Double] {
    switch method.name {
    case "rk1imp": [1e-2, 1e-3, 1e-4]
    case "rk2", "rk2imp": [1e-3, 1e-4, 1e-5]
    case "rk4", "rk4imp": [1e-4, 1e-6, 1e-8]
    case "rk8pd": [1e-6, 1e-8, 1e-10, 1e-12]
    default: [1e-5, 1e-7, 1e-9]
    }
  }
}

/// What is true of every model with a product in it.
let trueClaims: [any Claim.Type] = [Balancedness.self, Dissipation.self]

/// The judgement of every statement on the flow with the given block rates, and the rungs behind them.
func judgements(
  _ drawn: RandomExperiment.Drawn, _ statements: [Statement] = trueClaims.map { .law(of: $0) },
  blockRates: [Double]? = nil
) throws -> (judgements: [Judgement], ladder: [Rung]) {
  let refinement = try Refinement(experiment: drawn.experiment, tolerances: drawn.tolerances)
  let grid = try drawn.experiment.grid(tightest: drawn.tolerances[drawn.tolerances.count - 1])
  let ladder = try refinement.run(statements, grid: grid, blockRates: blockRates)
  return (
    statements.map { Examination.judge($0, ClaimSetting(experiment: drawn.experiment), ladder) }, ladder
  )
}
