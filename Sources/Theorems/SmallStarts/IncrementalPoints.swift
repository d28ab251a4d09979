import CMath
import FlowODE
import Models
import Verdicts

extension IncrementalStudy {
  public func point(_ alpha: Double, tolerance: Double, _ shared: Void, _ context: RunContext) throws -> Point {
    let n = Double(order)
    let start = experiment.start.map { alpha * $0 }
    let run = try experiment.replacing(start: start, stops: [.componentNormAbove(level)])
    let rates = ComponentRates(registry)
    _ = rates.place(of: .gamma)
    let events = Event.firstKink(of: experiment.loss)
    // The figure shows the tightest rung.
    let path = tolerance == tolerances.last ? NormPathRecorder(registry) : nil
    let trajectory = try ScaleRun.integrate(
      run, tolerance: tolerance, grid: try SaveGrid.linear(until: run.until, count: 2), events: events,
      quadratures: [rates], observers: path.map { [$0] } ?? [], context)
    guard case .stopped(_, let stop) = trajectory.outcome, stop.total > 0 else {
      let needed = try ScaleRun.timeNeeded(run, context)
      throw UnfinishedRun(
        "at α = \(tableSetting(alpha)) no component norm grows to \(tableNumber(level)) by t = \(tableNumber(run.until))"
          + (needed.map { "; one does by t = \(tableNumber($0))" } ?? ""),
        remedy: needed.map { "raise integration.until to \(tableNumber(1.5 * $0)) or use larger init.scales" }
          ?? "raise integration.until, lower integration.level or use larger init.scales")
    }
    let time = stop.total
    try record(run, until: time, tolerance: tolerance, context)
    let terms = ComponentTerms(registry)
    func norms(_ parameters: [Double]) -> [Double] {
      terms.update(parameters, gradient: nil)
      return (0..<terms.count).map { terms.component($0).norm }
    }
    let before = norms(start)
    let after = norms(trajectory.parameters)
    var integrals = [Double](repeating: 0, count: rates.count)
    rates.read(.gamma, trajectory.quadratures, into: &integrals)
    let leader = after.indices.max { after[$0] < after[$1] } ?? 0
    let others = after.indices.filter { $0 != leader }
    let runnerUp = others.max { after[$0] < after[$1] } ?? leader
    func departure(_ form: (Double, Double, Double, Double) -> Double) -> Double {
      others.reduce(0) { worst, r in
        let value = form(before[leader], before[r], integrals[r] / integrals[leader], after[leader])
        let error = abs(value - after[r]) / after[r]
        return error.isNaN ? .infinity : max(worst, error)
      }
    }
    let form = { Self.closedForm(order: order, leader: $0, other: $1, kappa: $2, level: $3) }
    let kappa = integrals[runnerUp] / integrals[leader]
    let a1 = pow(before[leader], 1 / n) / alpha
    let ar = pow(before[runnerUp], 1 / n) / alpha
    // A component that shrinks (κ < 0) ends below where it started.
    let limit = pow(ar, 2 - n) - max(0, kappa) * pow(a1, 2 - n)
    let components = after.indices.map { r in
      let kappa = r == leader ? 1 : integrals[r] / integrals[leader]
      return Component(
        startNorm: before[r], norm: after[r], kappa: kappa,
        closedForm: r == leader ? after[r] : form(before[leader], before[r], kappa, after[leader]))
    }
    return Point(
      alpha: alpha, time: time, leader: leader,
      risen: after.indices.filter { after[$0] > (before[leader] * after[leader]).squareRoot() }.count,
      runnerUp: runnerUp, runnerUpNorm: others.isEmpty ? 0 : after[runnerUp], kappa: kappa,
      separation: kappa > 0 && order > 2 ? (a1 / ar) / pow(kappa, 1 / (n - 2)) : .infinity, error: departure(form),
      wrongExponent: order > 2
        ? departure { pow(Self.base(order, $0, $1, $2, $3), -1 / (n - 2)) } : departure { form($0, $1, 0.5 * $2, $3) },
      swapped: departure { form($0, $1, 1 / $2, $3) },
      bound: order > 2 && limit > 0 ? pow(alpha, n) * pow(limit, -n / (n - 2)) : nil,
      isConstantGradient: !events.isEmpty && trajectory.events.isEmpty,
      magnification: after.indices.reduce(1) { max($0, pow(after[$1] / before[$1], max(0, n - 2) / n)) },
      components: components, path: path?.path)
  }

  /// Runs a point once more, with the experiment's save times spread over [0, t*], for whoever records it.
  private func record(_ run: Experiment, until time: Double, tolerance: Double, _ context: RunContext) throws {
    let observers = try context.recorders()
    guard !observers.isEmpty else { return }
    _ = try ScaleRun.integrate(
      run.replacing(until: time, stops: []), tolerance: tolerance,
      grid: try SaveGrid.linear(until: time, count: run.saveCount), observers: observers, context)
  }

  private static func base(_ order: Int, _ leader: Double, _ other: Double, _ kappa: Double, _ level: Double) -> Double
  {
    let q = -Double(order - 2) / Double(order)
    return pow(other, q) - kappa * (pow(leader, q) - pow(level, q))
  }

  /// σ_r when the leading component, which started at the norm `leader`, is at `level`; balanced starts, κ the ratio of the
  /// integrals of γ. NaN where the form says that r blew up first.
  public static func closedForm(order: Int, leader: Double, other: Double, kappa: Double, level: Double) -> Double {
    if order == 2 { return other * pow(level / leader, kappa) }
    return pow(base(order, leader, other, kappa, level), -Double(order) / Double(order - 2))
  }
}
