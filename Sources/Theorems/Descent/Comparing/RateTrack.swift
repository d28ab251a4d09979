import FlowODE
import GSLBridge
import Models
import Verdicts

/// One descent while it runs alongside the reference, and what is kept of it.
final class RateTrack {
  let rate: Double
  let descent: Descent
  private let model: Model
  private let measure: ComparisonMeasure
  private let stepLaw: StepLaw?
  private let bound: TrajectoryBound?
  private let maxSteps: Int
  private let position: UnsafeMutablePointer<Double>

  /// What is kept, but for what ``findings`` adds at the end.
  private var kept: TrackFindings
  private(set) var failure: String? {
    get { kept.failure }
    set { kept.failure = newValue }
  }

  /// Part of ‖θ‖ beyond which agreement has ended.
  static let agreementPart = 0.1

  init(
    rate: Double, descent: Descent, model: Model, measure: ComparisonMeasure, watchesSteps: Bool, hasBound: Bool,
    maxSteps: Int, horizon: Double
  ) {
    self.rate = rate
    self.descent = descent
    self.model = model
    self.measure = measure
    self.maxSteps = maxSteps
    self.horizon = horizon
    stepLaw = StepLaw(model, start: descent.parameters)
    kept = TrackFindings(rate: rate)
    self.watchesSteps = watchesSteps
    bound = hasBound ? TrajectoryBound(objective: descent.objective) : nil
    position = .allocate(capacity: descent.objective.parameterCount)
    position.initialize(repeating: 0, count: descent.objective.parameterCount)
  }

  private let watchesSteps: Bool
  /// Iterations that were computed, without those that a descent at rest skips.
  private var stepsDone = 0
  /// When time steps that vary are compared with what is left of the horizon: first after so many iterations, then after twice as many.
  private static let firstLook = 200_000
  /// How many times too few the iterations allowed must be for a descent to be given up.
  private static let excess = 10.0
  private var nextLook = RateTrack.firstLook / 2
  private var lookedAt = 0.0
  private let horizon: Double

  deinit { position.deallocate() }

  /// What is left of the descent now.
  var findings: TrackFindings {
    var found = kept
    found.iterations = descent.iteration
    found.divergence = descent.divergence
    found.hasDrift = stepLaw != nil
    found.largestTerm = stepLaw?.largestTerm ?? 0
    if watchesSteps, let stepLaw, stepLaw.hasFormula {
      found.stepLawWorst = stepLaw.worst
      found.stepLawPower = stepLaw.power
      found.largestSecondOrder = stepLaw.largestSecondOrder
      found.stepLawWithoutQuadratic = stepLaw.worstWithoutQuadratic
    }
    found.restSentence = restSentence
    return found
  }

  /// Moves the descent to flow time `time`: to `iterations` where time steps are constant, otherwise at or just past it.
  func advance(to time: Double, iterations: Int?, isCancelled: () -> Bool) throws {
    guard failure == nil else { return }
    let (descent, bound, maxSteps) = (descent, bound, maxSteps)
    let stepLaw = watchesSteps ? stepLaw : nil
    while iterations.map({ descent.iteration < $0 }) ?? (descent.time < time) {
      if let iterations, descent.restsFrom != nil {
        // Nor would the step law or the bound see anything that they have not seen.
        descent.skip(to: iterations)
        return
      }
      if isCancelled() { throw InterruptedRun(time: descent.time) }
      guard stepsDone < maxSteps else {
        failure =
          "\(counted(maxSteps, "iteration")) \(maxSteps == 1 ? "was" : "were") used up at t = \(tableNumber(descent.time)); raise integration.max-steps"
        return
      }
      stepsDone += 1
      if stepsDone >= nextLook {
        let pace = (descent.time - lookedAt) / Double(stepsDone / 2)
        (nextLook, lookedAt) = (2 * stepsDone, descent.time)
        let away = (horizon - descent.time) / max(pace, .leastNormalMagnitude)
        if iterations == nil, stepsDone >= Self.firstLook, away > Self.excess * Double(maxSteps) {
          failure =
            "its time steps are so short that the horizon is \(tableNumber(away)) iterations away at iteration \(descent.iteration), "
            + "t = \(tableNumber(descent.time)), and \(maxSteps) are allowed; lower integration.until or use a smaller start"
          return
        }
      }
      guard descent.step() else {
        failure = descent.divergence
        return
      }
      stepLaw?.observe(descent)
      bound?.observe(descent)
    }
  }

  /// Compares with the reference at a save time.
  func compare(reference: [Double], parameters: UnsafePointer<Double>, largestNorm: Double) {
    descent.position(at: lastTime, into: position)
    let objective = descent.objective
    let distance = Squares.distance(count: objective.parameterCount, parameters, position).squareRoot()
    let gap =
      failure == nil
      ? measure.distance(reference, measure.quantity(position, model: model, objective: objective)) : .nan
    if failure == nil, !(distance.isFinite && gap.isFinite) {
      failure = "diverged: the distance to the flow is not finite at iteration \(descent.iteration)"
    }
    let isAlive = failure == nil
    kept.gaps.append(isAlive ? gap : nil)
    kept.parameterGaps.append(isAlive ? distance : nil)
    kept.drifts.append(isAlive ? stepLaw.map { $0.drift(position) }.flatMap { $0.isFinite ? $0 : nil } : nil)
    kept.losses.append(isAlive ? objective.value(position) : nil)
    if kept.agreementEnd == nil, !isAlive || distance > Self.agreementPart * largestNorm {
      kept.agreementEnd = TrackFindings.Moment(time: descent.time, iteration: descent.iteration)
    }
  }

  /// Keeps what was found at the last save time once more, where neither the descent nor the reference has moved since.
  func repeatLast() {
    func again<Value>(_ values: inout [Value]) {
      if let last = values.last { values.append(last) }
    }
    again(&kept.gaps)
    again(&kept.parameterGaps)
    again(&kept.drifts)
    again(&kept.losses)
    again(&kept.norms)
  }

  /// The save time being looked at.
  var lastTime = 0.0

  func keepNorms() {
    kept.norms.append(failure == nil ? model.componentNorms(position) : [])
  }

  /// The last sample of a descent at rest, and the spectrum at its flow's end.
  private var lastSpectrum: (first: Lanczos, spectrum: SegmentSpectrum)?

  /// Samples the Hessian's spectrum on the segment from the flow's state; the segment's end is the iterate.
  func sampleSpectrum(flow: UnsafePointer<Double>, first: Lanczos, points: Int, work: UnsafeMutablePointer<Double>) {
    guard failure == nil else { return }
    let objective = descent.objective
    if descent.restsFrom == nil || lastSpectrum?.first != first {
      guard
        let spectrum = try? SegmentSpectrum(
          from: flow, first: first, to: position, points: bound == nil ? 2 : points, objective: objective, work: work)
      else { return }
      lastSpectrum = descent.restsFrom == nil ? nil : (first, spectrum)
      note(spectrum)
    } else if let spectrum = lastSpectrum?.spectrum {
      note(spectrum)
    }
  }

  private func note(_ spectrum: SegmentSpectrum) {
    kept.isSpectrumConverged = kept.isSpectrumConverged && spectrum.isConverged
    let step = descent.iteration > 0 ? descent.lastScalarStep : descent.firstScalarStep()
    if let limit = descent.optimizer.stableCurvature(step: step), limit > 0 {
      kept.sharpness.append(
        TrackFindings.Sharpness(
          time: lastTime, iteration: descent.iteration, ratio: spectrum.atEnd / limit,
          error: spectrum.atEndError / limit))
    }
    kept.smallestEigenvalue = min(kept.smallestEigenvalue, spectrum.smallest)
    guard let bound, let gap = kept.parameterGaps.last.flatMap({ $0 }) else { return }
    bound.sample(at: lastTime, position: position, smallest: spectrum.smallest, largest: spectrum.largest)
    kept.bounds.append(
      BoundSample(time: lastTime, gap: gap, bound: bound.bound, cautious: bound.cautious, mutated: bound.mutated))
  }

  /// From where on the descent did not move and iterations were skipped; nil if none were.
  private var restSentence: String? {
    guard let start = descent.restsFrom, descent.iteration > stepsDone else { return nil }
    return
      "rate \(tableSetting(rate)): from iteration \(start) on no bit of the descent changes; the iterations after it are "
      + "counted as done"
  }
}
