import GSLBridge
import Models

/// The integrals of a run's quadratures, quadrature by quadrature, each in its own layout: formed by the stepper from the evaluations
/// it makes, along its continuation for rates that turn quickly, or read from the state of a flow that carries them.
package final class RunIntegrals {
  /// So many integrals lie at `source` among the stepper's and at `target` among these.
  private struct Stretch {
    let source: Int
    let target: Int
    let count: Int
  }

  private let flow: any RateFlow
  /// Whether the flow's state holds the integrals.
  package let isCarried: Bool
  private let memory: Buffer<Double>
  private let kept: Buffer<Double>
  private let errorMemory: Buffer<Double>
  private let stage: StageQuadratures?
  private let path: PathIntegrals?
  private let refinement: StageRefinement?
  private let stageMemory: Buffer<Double>
  /// What the stepper's integrals count from: 0, but for one that took over within a step.
  private let stageBase: Buffer<Double>
  private var stretches: [Stretch] = []
  private var pathStretches: [Stretch] = []

  /// How many integrals there are.
  package let count: Int
  /// The integrals at the state reached.
  package var values: UnsafePointer<Double> { UnsafePointer(memory.pointer) }
  /// The sums of their error estimates so far, in the same order; 0 where the state carries them. Estimates, not bounds.
  package var errors: UnsafePointer<Double> { UnsafePointer(errorMemory.pointer) }
  /// What the stepper integrates from before its first step on; nil for nothing.
  package var stageRates: (any StageRates)? { stage }
  /// States at which rates were evaluated along the continuation, ends of steps included; nil where none are.
  package var pathEvaluations: Int? { path?.evaluations }

  /// The integrals of a run that has not begun; all 0.
  ///
  /// - Parameter relativeTolerance: the run's, by which nodes along the continuation are placed.
  package init(flow: any RateFlow, quadratures: [any Quadrature], relativeTolerance: Double) {
    self.flow = flow
    isCarried = flow.carriesIntegrals
    count = quadratures.integralCount
    memory = Buffer(count: count)
    kept = Buffer(count: count)
    errorMemory = Buffer(count: count)
    let paths = isCarried ? [] : quadratures.compactMap { $0 as? any PathQuadrature }
    let others = isCarried ? [] : quadratures.filter { !($0 is any PathQuadrature) }
    let stage = others.isEmpty ? nil : StageQuadratures(flow, others)
    self.stage = stage
    path = paths.isEmpty ? nil : PathIntegrals(flow, paths, tolerance: relativeTolerance)
    refinement = stage.flatMap { StageRefinement(flow, $0, tolerance: relativeTolerance) }
    stageMemory = Buffer(count: stage?.integralCount ?? 0)
    stageBase = Buffer(count: stage?.integralCount ?? 0)
    var target = 0
    var place = 0
    var negative = stage?.count ?? 0
    var pathPlace = 0
    for quadrature in quadratures where !isCarried {
      let (rates, all) = (quadrature.rateCount, quadrature.integralCount)
      if quadrature is any PathQuadrature {
        precondition(all == rates, "rates along the continuation have no kinks")
        pathStretches.append(Stretch(source: pathPlace, target: target, count: rates))
        pathPlace += rates
      } else {
        stretches.append(Stretch(source: place, target: target, count: rates))
        stretches.append(Stretch(source: negative, target: target + rates, count: all - rates))
        place += rates
        negative += all - rates
      }
      target += all
    }
  }

  /// Goes on to the end of an accepted step of size h.
  ///
  /// - Parameters:
  ///   - before: the state at its beginning.
  ///   - after: the state at its end.
  package func arrive(
    _ stepper: borrowing Stepper, before: UnsafePointer<Double>, after: UnsafePointer<Double>, step: Double
  ) {
    if isCarried {
      memory.pointer.update(from: after + flow.leadingCount, count: count)
      return
    }
    if stage != nil {
      refinement?.arrive(stepper, step: step)
      let errors = stepper.integralErrors
      if let base = errors.baseAddress, errors.count >= stageMemory.count {
        stageMemory.pointer.update(from: base, count: stageMemory.count)
        refinement?.correctErrors(stageMemory.pointer)
        copy(stretches, from: stageMemory.pointer, to: errorMemory.pointer)
      }
      readStages(stepper, 1)
    }
    if let path {
      path.arrive(stepper, before: before, after: after, step: step)
      path.errors.withUnsafeBufferPointer { errors in
        if let base = errors.baseAddress { copy(pathStretches, from: base, to: errorMemory.pointer) }
      }
      readPath(path)
    }
  }

  /// Goes to t + θh, θ ∈ [0, 1], of the last step.
  ///
  /// - Parameter state: the state there, from which integrals that it carries are read; without it they stay what they were.
  package func move(to theta: Double, _ stepper: borrowing Stepper, state: UnsafePointer<Double>? = nil) {
    guard !isCarried else {
      if let state { memory.pointer.update(from: state + flow.leadingCount, count: count) }
      return
    }
    if stage != nil { readStages(stepper, theta) }
    if let path {
      path.move(to: theta)
      readPath(path)
    }
  }

  /// Goes back to the beginning of the last step of a stepper, from where a fresh one goes on; may be called anew for another.
  package func beginLanding(_ stepper: borrowing Stepper) {
    guard !isCarried else { return }
    path?.beginLanding()
    refinement?.beginLanding()
    if stage != nil { stepper.solution.integrals(0, into: stageBase.pointer) }
  }

  /// Goes to the end of the last step of a stepper after all, whatever a fresh one did.
  package func endLanding(_ stepper: borrowing Stepper) {
    guard !isCarried else { return }
    stageBase.pointer.update(repeating: 0, count: stage?.integralCount ?? 0)
    path?.endLanding()
    refinement?.endLanding()
    if let path { readPath(path) }
    if stage != nil { readStages(stepper, 1) }
  }

  /// Keeps the present values.
  package func keep() { kept.pointer.update(from: memory.pointer, count: count) }

  /// Goes back to the values that were kept.
  package func takeKept() { memory.pointer.update(from: kept.pointer, count: count) }

  private func readStages(_ stepper: borrowing Stepper, _ theta: Double) {
    stepper.solution.integrals(theta, into: stageMemory.pointer)
    let (own, base) = (stageMemory.pointer, stageBase.pointer)
    for k in 0..<(stage?.integralCount ?? 0) { own[k] += base[k] }
    refinement?.correct(theta, own, base: base)
    copy(stretches, from: stageMemory.pointer, to: memory.pointer)
  }

  private func readPath(_ path: PathIntegrals) {
    path.values.withUnsafeBufferPointer { values in
      if let base = values.baseAddress { copy(pathStretches, from: base, to: memory.pointer) }
    }
  }

  private func copy(
    _ stretches: [Stretch], from source: UnsafePointer<Double>, to target: UnsafeMutablePointer<Double>
  ) {
    for stretch in stretches {
      (target + stretch.target).update(from: source + stretch.source, count: stretch.count)
    }
  }
}
