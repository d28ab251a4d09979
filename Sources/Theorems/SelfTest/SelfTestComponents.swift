import CMath
import FlowODE
import Models

/// Rows of the self-test about CP components under a constant gradient.
enum SelfTestComponents {
  static let rows: [SelfTestRow] = [
    SelfTestRow("A1", "CP, d = 1, N = 2…5, constant gradient: time to a level", unit: "relative") {
      try .measured(error: singleComponent(), limit: 1e-9)
    },
    SelfTestRow(
      "A2", "CP, two diagonal components, N = 2, 3, 4: the second when the first hits a level", unit: "relative"
    ) {
      try .measured(error: twoComponents(), limit: 1e-7)
    },
    SelfTestRow("A11", "Huber before its first kink: change of the gradient ∇L(W)", unit: "(bitwise)") {
      try .measured(error: constantGradient(), limit: 0)
    },
  ]

  /// Norm of the component's factor at a level: time of σ from α to σ* at rate γ.
  private static func time(order: Int, from alpha: Double, to level: Double, gamma: Double) -> Double {
    let n = Double(order)
    if order == 2 { return log(level / (alpha * alpha)) / (2 * gamma) }
    return (pow(alpha, 2 - n) - pow(level, -(n - 2) / n)) / ((n - 2) * gamma)
  }

  private static func singleComponent() throws -> Double {
    var worst = 0.0
    let (alpha, level, delta) = (0.2, 1.0, 0.3)
    for order in 2...5 {
      let model = try Model(CPFactorization(shape: [Int](repeating: 1, count: order), components: 1))
      // The target is so far away that the residual stays beyond δ, where the gradient is −cδ.
      let run = try SelfTestSetting.experiment(
        model, SelfTestSetting.entries(model.endShape, [Int32](repeating: 0, count: order), [5]),
        loss: try HuberLoss(delta: delta), normalization: .sum, start: [Double](repeating: alpha, count: order),
        until: 1e6, stops: [.componentNormAbove(level)])
      let exact = time(order: order, from: alpha, to: level, gamma: delta)
      worst = max(worst, abs(try SelfTestSetting.solve(run).time / exact - 1))
    }
    return worst
  }

  /// Components α a₁ e₀ ⊗ ⋯ and α a₂ e₁ ⊗ ⋯, measured with weights 1 and 0.7.
  private static func twoComponents() throws -> Double {
    var worst = 0.0
    let (alpha, a2, ratio, level, delta) = (0.1, 0.9, 0.7, 0.8, 0.3)
    for order in 2...4 {
      let shape = [Int](repeating: 2, count: order)
      let size = 1 << order
      var operators = [Double](repeating: 0, count: 2 * size)
      operators[0] = 1
      operators[2 * size - 1] = ratio
      let measurements = try Measurements(shape: shape, operators: .dense(operators), values: [5, 5])
      let model = try Model(CPFactorization(shape: shape, components: 2))
      // Block A_n is d × R: rows e₀, e₁, columns the components.
      let factor = [alpha, 0, 0, alpha * a2]
      let start = (0..<order).flatMap { _ in factor }
      let run = try SelfTestSetting.experiment(
        model, measurements, loss: try HuberLoss(delta: delta), normalization: .sum, start: start, until: 1e6,
        stops: [.componentNormAbove(level)])
      let end = try SelfTestSetting.solve(run).parameters
      let second = (0..<order).reduce(1.0) { $0 * end[4 * $1 + 3] }
      let n = Double(order)
      let exact: Double
      if order == 2 {
        exact = pow(alpha * a2, 2) * pow(level / (alpha * alpha), ratio)
      } else {
        let spent = pow(alpha, 2 - n) - pow(level, -(n - 2) / n)
        exact = pow(pow(alpha * a2, 2 - n) - ratio * spent, -n / (n - 2))
      }
      worst = max(worst, abs(second / exact - 1))
    }
    return worst
  }

  /// The largest change of any entry of ∇L(W) over the accepted states before some |residual| reaches δ.
  private static func constantGradient() throws -> Double {
    let delta = 0.2
    let model = try Model(MatrixFactorization(shape: [2, 2], hiddenWidths: [2]))
    let run = try SelfTestSetting.experiment(
      model, SelfTestSetting.entries([2, 2], [0, 0, 0, 1, 1, 1], [1, -0.8, 1.2]), loss: try HuberLoss(delta: delta),
      normalization: .mean, start: [0.1, 0.02, -0.03, 0.12, 0.11, 0.01, 0.02, 0.09], until: 40)
    let watch = GradientWatch(end: try EndToEnd(experiment: run), experiment: run, delta: delta)
    _ = try SelfTestSetting.solve(run, observers: [watch])
    guard watch.states > 10, watch.ended else {
      throw Refusal("only \(watch.states) states were seen before the kink", remedy: "")
    }
    return watch.change
  }

  private final class GradientWatch: TrajectoryObserver {
    private let end: EndToEnd
    private let values: [Double]
    private let positions: [Int]
    private let delta: Double
    private var first: [Double] = []
    private(set) var change = 0.0
    private(set) var states = 0
    private(set) var ended = false

    init(end: EndToEnd, experiment: Experiment, delta: Double) {
      self.end = end
      self.delta = delta
      let measurements = experiment.problem.measurements
      values = measurements.values
      if case .entries(let indices) = measurements.operators {
        positions = values.indices.map { Int(indices[2 * $0]) * measurements.shape[1] + Int(indices[2 * $0 + 1]) }
      } else {
        positions = []
      }
    }

    func observe(_ point: TrajectoryPoint) {
      let matrix = end.matrix(point.parameters)
      let near = zip(positions, values).contains { abs(matrix.elements[$0] - $1) <= delta }
      if near { ended = true }
      guard !ended else { return }
      let gradient = end.gradient(matrix).elements
      if first.isEmpty { first = gradient }
      states += 1
      for (a, b) in zip(first, gradient) { change = max(change, abs(a - b)) }
    }
  }
}
