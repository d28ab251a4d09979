import FlowODE
import Models

/// f(θ) = ½ (Π θ_l − s)² with 1×1 factors: depth 1 is a quadratic, depth 2 the textbook example.
package struct ScalarProblem {
  package let model: Model
  package let objective: Objective

  package init(depth: Int, target: Double, loss: any Loss = SquaredLoss()) throws {
    model = try Model(MatrixFactorization(shape: [1, 1], hiddenWidths: Array(repeating: 1, count: depth - 1)))
    let measurements = try Measurements(shape: [1, 1], operators: .entries(indices: [0, 0]), values: [target])
    objective = try Objective(model: model, measurements: measurements, loss: loss, normalization: .halfSum)
  }

  package func descent(_ optimizer: any Optimizer, rate: Double, start: [Double], blockRates: [Double]? = nil) throws
    -> Descent
  {
    try Descent(
      objective: objective, layout: model.layout, optimizer: optimizer,
      plan: DescentPlan(learningRate: rate, blockRates: blockRates), start: start)
  }
}

/// A matrix factorization of depth 2 with every entry observed, and its objective.
package struct BilinearProblem {
  package let model: Model
  package let objective: Objective

  package init(rows: Int = 3, columns: Int = 4, width: Int = 2) throws {
    model = try Model(MatrixFactorization(shape: [rows, columns], hiddenWidths: [width]))
    let values = (0..<rows * columns).map { (k: Int) -> Double in 1 / Double(k + 1) - 0.4 }
    var indices: [Int32] = []
    for i in 0..<rows { for j in 0..<columns { indices += [Int32(i), Int32(j)] } }
    objective = try Objective(
      model: model,
      measurements: Measurements(shape: [rows, columns], operators: .entries(indices: indices), values: values),
      loss: SquaredLoss(), normalization: .halfSum)
  }

  /// A fixed start without symmetry.
  package var start: [Double] {
    (0..<model.layout.count).map { (i: Int) -> Double in
      let step = Double((i * 7 + 3) % 11)
      return 0.7 * step / 11 - 0.3
    }
  }
}

package func finalState(_ field: any VectorField, _ model: Model, from start: [Double], until: Double) throws
  -> [Double]
{
  final class Last: TrajectoryObserver {
    var state: [Double] = []
    let count: Int
    init(_ count: Int) { self.count = count }
    func observe(_ point: TrajectoryPoint) { state = Array(UnsafeBufferPointer(start: point.state, count: count)) }
  }
  let last = Last(field.leadingCount)
  let plan = IntegrationPlan(
    method: .auto, relativeTolerance: 1e-13, grid: try .linear(until: until, count: 2))
  let end = try Integrator(model: model, field: field, plan: plan).run(from: start, observers: [last])
  precondition(end.outcome == .reachedEnd)
  return last.state
}
