import CMath
import FlowODE
import Models
import Testing

/// An objective with array results, each call into memory that held NaN before.
package struct Probe {
  package let model: Model
  package let objective: Objective
  package var n: Int { objective.parameterCount }
  package var m: Int { objective.measurementCount }

  package init(
    _ model: Model, _ measurements: Measurements, loss: any Loss = SquaredLoss(),
    normalization: Normalization = .halfSum
  ) throws {
    self.model = model
    objective = try Objective(
      model: model, measurements: measurements, loss: loss, normalization: normalization)
  }

  private func fresh(_ count: Int, _ body: (UnsafeMutablePointer<Double>) -> Void) -> [Double] {
    var result = [Double](repeating: .nan, count: count)
    result.withUnsafeMutableBufferPointer { body($0.baseAddress!) }
    return result
  }

  package func value(_ theta: [Double]) -> Double { objective.value(theta) }
  package func residuals(_ theta: [Double]) -> [Double] { fresh(m) { objective.residuals(theta, into: $0) } }
  package func gradient(_ theta: [Double]) -> [Double] { fresh(n) { objective.gradient(theta, into: $0) } }
  package func hessian(_ theta: [Double]) -> [Double] { fresh(n * n) { objective.hessian(theta, into: $0) } }
  package func hessianVectorProduct(_ theta: [Double], _ direction: [Double]) -> [Double] {
    fresh(n) { objective.hessianVectorProduct(theta, direction: direction, into: $0) }
  }

  /// Integrates gradient flow of this objective.
  package func flow(
    from start: [Double], until: Double, saves: Int = 2, method: IntegrationMethod = .auto, rtol: Double = 1e-10,
    atol: AbsoluteTolerance = .auto, rates: [Double]? = nil, quadratures: [any Quadrature] = [],
    stops: [StopCondition] = [], maxSteps: Int = 100_000, observers: [any TrajectoryObserver] = []
  ) throws -> Trajectory {
    let field = GradientFlow(
      objective: objective, layout: model.layout, blockRates: rates, quadratures: quadratures,
      carriesIntegrals: !method.isDense)
    let plan = IntegrationPlan(
      method: method, relativeTolerance: rtol, absoluteTolerance: atol,
      grid: try .linear(until: until, count: saves), stops: stops, maxSteps: maxSteps)
    return try Integrator(model: model, field: field, plan: plan).run(from: start, observers: observers)
  }
}

/// Keeps every state it is shown.
package final class Diary: TrajectoryObserver {
  package init() {}

  package struct Page {
    package let time: Double
    package let clock: FlowTime
    package let steps: Int
    package let isSave: Bool
    package let loss: Double
    package let theta: [Double]
  }

  package private(set) var pages: [Page] = []
  /// Called with every page; may throw into the run.
  package var reaction: (Page) throws -> Void = { _ in }
  package var saves: [Page] { pages.filter(\.isSave) }

  package func observe(_ point: TrajectoryPoint) throws {
    let theta = Array(UnsafeBufferPointer(start: point.parameters, count: point.objective.parameterCount))
    let page = Page(
      time: point.time, clock: point.clock, steps: point.steps, isSave: point.isSave, loss: point.loss, theta: theta)
    pages.append(page)
    try reaction(page)
  }
}

/// One scalar component: a 1×…×1 object observed to be `target`, with f = ½(u − target)².
package enum Scalar {
  package static func measurement(_ target: Double, order: Int) throws -> Measurements {
    try Measurements(
      shape: Array(repeating: 1, count: order),
      operators: .entries(indices: Array(repeating: 0, count: order)), values: [target])
  }

  /// A matrix factorization of that depth with all widths 1.
  package static func matrix(depth: Int, target: Double) throws -> Probe {
    try Probe(
      Model(MatrixFactorization(shape: [1, 1], hiddenWidths: Array(repeating: 1, count: depth - 1))),
      measurement(target, order: 2))
  }

  package static func cp(order: Int, target: Double) throws -> Probe {
    try Probe(
      Model(CPFactorization(shape: Array(repeating: 1, count: order), components: 1)), measurement(target, order: order)
    )
  }

  /// The time at which balanced depth-2 flow is at u: e^{2st} = (s/u₀ − 1) u/(s − u).
  package static func logisticTime(_ u: Double, from start: Double, target s: Double) -> Double {
    log((s / start - 1) * u / (s - u)) / (2 * s)
  }

  /// u(t) = s e^{2st}/(e^{2st} − 1 + s/u₀).
  package static func logistic(_ t: Double, from start: Double, target s: Double) -> Double {
    let growth = exp(2 * s * t)
    return s * growth / (growth - 1 + s / start)
  }

  /// The time ∫ dx/(L x^{2−2/L}(s − x)) from `start` to u, with x = eᶻ, by Gauss–Legendre quadrature of order 10 on 400
  /// panels.
  package static func time(_ u: Double, from start: Double, target s: Double, order: Int) -> Double {
    let nodes = [
      (0.0, 128.0 / 225), (0.5384693101056831, 0.47862867049936647), (-0.5384693101056831, 0.47862867049936647),
      (0.906179845938664, 0.23692688505618908), (-0.906179845938664, 0.23692688505618908),
    ]
    let l = Double(order)
    let (from, to, panels) = (log(start), log(u), 400)
    let width = (to - from) / Double(panels)
    var total = 0.0
    for panel in 0..<panels {
      for (node, weight) in nodes {
        let x = exp(from + (Double(panel) + 0.5 * (1 + node)) * width)
        total += 0.5 * width * weight * pow(x, 2 / l - 1) / (l * (s - x))
      }
    }
    return total
  }
}

extension IntegrationMethod {
  /// Tolerances, loose to tight, that the method reaches in a moderate number of steps.
  package var fairTolerances: [Double] {
    switch name {
    case "rk1imp": [1e-2, 1e-4]
    case "rk2", "rkc2", "rk2imp": [1e-3, 1e-5, 1e-7]
    case "rk4imp": [1e-4, 1e-6, 1e-8]
    default: [1e-5, 1e-7, 1e-9]
    }
  }

  /// How far local errors of the size of the tolerance may add up over these short runs: an order of magnitude more than
  /// was seen. The estimates of the multistep methods, rk2imp and bsimp are the least cautious, and gauss1, of order 2 and
  /// not extrapolated, takes tens of thousands of steps.
  package var accumulation: Double {
    switch name {
    case "gauss1": 10_000
    case "rkc2", "msadams", "msbdf", "rk2imp", "bsimp": 1000
    default: 100
    }
  }
}

/// f′(0) by the central difference of order 8 with a step of 2⁻¹⁰: truncation is below 1e-20 of the ninth derivative, and
/// roundoff about 2⁻⁵² · 2¹⁰ = 2.3e-13 of the largest value met, which is returned as `scale`.
package func fineDifference(_ f: (Double) -> [Double]) -> (derivative: [Double], scale: Double) {
  let (derivative, scale) = centralDifference { f($0 * 0x1p-8) }
  return (derivative.map { $0 * 0x1p8 }, scale)
}
