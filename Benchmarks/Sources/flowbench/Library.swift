import FlowODE
import Models

// The C interface of the shared library through which peers use our gradients and the benchmarks time our loops without
// a process around them. Arrays are flat, blocks in flowcheck's order, float64. A null handle or a negative return value
// means failure; the reason goes to standard output.

/// An experiment's problem with its compiled objective.
private final class Handle {
  let problem: Problem
  let normalization: Normalization
  let objective: Objective

  init(_ problem: Problem, _ normalization: Normalization) throws {
    self.problem = problem
    self.normalization = normalization
    objective = try Objective(
      model: problem.model, measurements: problem.measurements, loss: SquaredLoss(), normalization: normalization)
  }

  static func at(_ pointer: UnsafeMutableRawPointer) -> Handle {
    Unmanaged<Handle>.fromOpaque(pointer).takeUnretainedValue()
  }
}

/// Compiles a completion problem; `size` counts components (cp) or layers (matrix).
@_cdecl("flow_open")
public func flowOpen(
  _ model: UnsafePointer<CChar>, _ order: Int, _ shape: UnsafePointer<Int>, _ size: Int, _ data: UnsafePointer<CChar>,
  _ normalization: UnsafePointer<CChar>
) -> UnsafeMutableRawPointer? {
  do {
    let name = String(cString: model)
    let options = ModelOptions(
      shape: (0..<order).map { shape[$0] }, depth: name == "matrix" ? size : nil, components: name == "cp" ? size : nil)
    let problem = try Problem(
      model: name, options: options, source: .file(String(cString: data)), dataSeed: 1)
    guard let normalization = Normalization(rawValue: String(cString: normalization)) else { return nil }
    return Unmanaged.passRetained(try Handle(problem, normalization)).toOpaque()
  } catch {
    print("flowbench: \(error)")
    return nil
  }
}

@_cdecl("flow_close")
public func flowClose(_ handle: UnsafeMutableRawPointer) {
  Unmanaged<Handle>.fromOpaque(handle).release()
}

/// Number of parameters.
@_cdecl("flow_count")
public func flowCount(_ handle: UnsafeMutableRawPointer) -> Int { Handle.at(handle).objective.parameterCount }

/// Lets so many threads share the following gradients.
@_cdecl("flow_use_threads")
public func flowUseThreads(_ handle: UnsafeMutableRawPointer, _ threads: Int) {
  Handle.at(handle).objective.evaluator.useThreads(threads)
}

/// Writes ∇f(θ), `repeats` times over, and returns f(θ).
@_cdecl("flow_gradient")
public func flowGradient(
  _ handle: UnsafeMutableRawPointer, _ theta: UnsafePointer<Double>, _ gradient: UnsafeMutablePointer<Double>,
  _ repeats: Int
) -> Double {
  let objective = Handle.at(handle).objective
  var value = 0.0
  for _ in 0..<repeats { value = objective.gradient(theta, into: gradient) }
  return value
}

/// Integrates gradient flow in place, to `until` or to the loss `stop` if that is positive. Writes accepted and
/// rejected steps, gradients, Jacobians; returns the time of the last state.
@_cdecl("flow_integrate")
public func flowIntegrate(
  _ handle: UnsafeMutableRawPointer, _ theta: UnsafeMutablePointer<Double>, _ method: UnsafePointer<CChar>,
  _ rtol: Double, _ until: Double, _ stop: Double, _ counts: UnsafeMutablePointer<Int>
) -> Double {
  let handle = Handle.at(handle)
  let count = handle.objective.parameterCount
  do {
    let experiment = try Experiment(
      problem: handle.problem, loss: SquaredLoss(), normalization: handle.normalization,
      start: Array(UnsafeBufferPointer(start: theta, count: count)), startSummary: "",
      method: IntegrationMethod(named: String(cString: method)), absoluteTolerance: .auto, until: until, saveCount: 2,
      savesLogarithmically: false, stops: stop > 0 ? [.lossBelow(stop)] : [], maxSteps: 100_000_000)
    let plan = experiment.plan(relativeTolerance: rtol, grid: try experiment.grid(tightest: rtol))
    let trajectory = try Integrator(model: handle.problem.model, field: experiment.flow(), plan: plan)
      .run(from: experiment.start, observers: [])
    for (k, value) in trajectory.parameters.enumerated() { theta[k] = value }
    counts[0] = trajectory.counts.accepted
    counts[1] = trajectory.counts.rejected
    counts[2] = trajectory.counts.evaluations
    counts[3] = trajectory.counts.jacobians
    guard trajectory.outcome.isComplete else {
      print("flowbench: \(trajectory.outcome.sentence)")
      return -1
    }
    return trajectory.time
  } catch {
    print("flowbench: \(error)")
    return -1
  }
}

/// Iterations of gradient descent in place; returns how many were done.
@_cdecl("flow_descend")
public func flowDescend(
  _ handle: UnsafeMutableRawPointer, _ theta: UnsafeMutablePointer<Double>, _ rate: Double, _ steps: Int
) -> Int {
  let handle = Handle.at(handle)
  do {
    let trajectory = try Descent.gradientDescent(
      model: handle.problem.model, objective: handle.objective, learningRate: rate,
      from: Array(UnsafeBufferPointer(start: theta, count: handle.objective.parameterCount)),
      grid: SaveGrid.linear(until: rate * Double(steps), count: 2), observers: [])
    for (k, value) in trajectory.parameters.enumerated() { theta[k] = value }
    return trajectory.counts.accepted
  } catch {
    print("flowbench: \(error)")
    return -1
  }
}
