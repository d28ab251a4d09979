import FlowODE
import GSLBridge
import Models
import Verdicts

/// Moves every descent, and a second reference at a looser tolerance, alongside the reference flow that it observes.
final class ComparisonObserver: TrajectoryObserver {
  let tracks: [RateTrack]
  /// What is kept of the reference.
  private(set) var findings = ReferenceFindings()

  private let ladder: RateLadder
  private let indices: [Int]
  private let model: Model
  private let objective: Objective
  private let follower: FlowFollower
  private let measure: ComparisonMeasure
  private let keepsNorms: Bool
  private let sampled: Set<Int>
  /// Save times in all.
  private let saves: Int
  private let segmentPoints: Int
  private let tolerance: Double
  private let isCancelled: @Sendable () -> Bool
  private var start: [Double] = []
  /// What is compared, at the reference's state.
  private var quantity: [Double] = []
  private let flowState: LastState
  private let followerState: LastState
  private var lastSpectrum: Lanczos?
  /// ``LastState/moves`` of the reference at the last spectrum.
  private var sampledAfter = 0
  private let work: UnsafeMutablePointer<Double>

  /// - Parameters:
  ///   - indices: which of the ladder's rates the tracks are.
  ///   - tolerance: rtol of the reference.
  ///   - sampled: numbers of the saves at which spectra are computed.
  init(
    tracks: [RateTrack], indices: [Int], ladder: RateLadder, model: Model, objective: Objective,
    follower: FlowFollower, tolerance: Double, measure: ComparisonMeasure, keepsNorms: Bool, sampled: Set<Int>,
    saves: Int,
    segmentPoints: Int,
    isCancelled: @escaping @Sendable () -> Bool
  ) {
    self.tracks = tracks
    self.indices = indices
    self.ladder = ladder
    self.model = model
    self.objective = objective
    self.follower = follower
    self.tolerance = tolerance
    self.measure = measure
    self.keepsNorms = keepsNorms
    self.sampled = sampled
    self.saves = saves
    self.segmentPoints = segmentPoints
    self.isCancelled = isCancelled
    flowState = LastState(count: objective.parameterCount)
    followerState = LastState(count: objective.parameterCount)
    work = .allocate(capacity: objective.parameterCount)
    work.initialize(repeating: 0, count: objective.parameterCount)
  }

  deinit { work.deallocate() }

  func observe(_ point: TrajectoryPoint) throws {
    guard point.isSave, findings.times.last != point.time else { return }
    let number = findings.times.count
    findings.times.append(point.time)
    let flowRests = flowState.note(point.parameters)
    if flowRests {
      findings.losses.append(findings.losses[findings.losses.count - 1])
      if keepsNorms { findings.norms.append(findings.norms[findings.norms.count - 1]) }
    } else {
      noteReference(point)
    }
    try follower.advance(to: point.time)
    if !followerState.note(follower.parameters) || !flowRests { noteError(point) }

    let isSampled = sampled.contains(number)
    if isSampled, let first = try spectrum(point) {
      findings.smallestEigenvalues.append(
        ReferenceFindings.Eigenvalue(time: point.time, value: first.smallest - first.smallestError))
    }
    for (track, index) in zip(tracks, indices) {
      track.lastTime = point.time
      let wasAtRest = track.descent.restsFrom != nil
      try track.advance(
        to: point.time, iterations: ladder.iterations(of: index, at: point.time), isCancelled: isCancelled)
      if flowRests, wasAtRest {
        track.repeatLast()
      } else {
        track.compare(reference: quantity, parameters: point.parameters, largestNorm: findings.largestNorm)
        if keepsNorms { track.keepNorms() }
      }
      if isSampled, let first = lastSpectrum {
        if isCancelled() { throw InterruptedRun(time: point.time) }
        track.sampleSpectrum(flow: point.parameters, first: first, points: segmentPoints, work: work)
      }
    }
    if findings.times.count < saves, !tracks.isEmpty, tracks.allSatisfy({ $0.failure != nil }) {
      throw EndOfRun(
        "no descent went on beyond t = \(tableNumber(point.time)), and the flow was not followed further",
        remedy: "give compare.learning-rates smaller values")
    }
  }

  /// The reference's loss, norms and distances where it has moved.
  private func noteReference(_ point: TrajectoryPoint) {
    quantity = measure.quantity(point.parameters, model: model, objective: objective)
    if start.isEmpty { start = quantity }
    findings.movement = max(findings.movement, measure.distance(quantity, start))
    findings.largestNorm = max(findings.largestNorm, BLAS.norm2(count: objective.parameterCount, point.parameters))
    let size = measure.distance(quantity, [Double](repeating: 0, count: quantity.count))
    findings.referenceError = max(findings.referenceError, tolerance * size)
    findings.parameterReferenceError = max(findings.parameterReferenceError, tolerance * findings.largestNorm)
    findings.losses.append(point.loss)
    if keepsNorms { findings.norms.append(model.componentNorms(point.parameters)) }
  }

  /// The distance of the two references where one of them has moved.
  private func noteError(_ point: TrajectoryPoint) {
    let squares = Squares.distance(count: objective.parameterCount, point.parameters, follower.parameters)
    findings.parameterReferenceError = max(findings.parameterReferenceError, squares.squareRoot())
    findings.referenceError = max(
      findings.referenceError,
      measure.distance(quantity, measure.quantity(follower.parameters, model: model, objective: objective)))
  }

  /// The spectrum at the reference's state, which is that of the last sample if the reference has not moved since.
  private func spectrum(_ point: TrajectoryPoint) throws -> Lanczos? {
    if lastSpectrum == nil || sampledAfter != flowState.moves {
      lastSpectrum = try objective.extremeEigenvalues(point.parameters)
      sampledAfter = flowState.moves
    }
    return lastSpectrum
  }
}

/// The last state of a flow, to see by whether it moves.
private final class LastState {
  private let state: Buffer<Double>
  /// How many states differed from the one before in some bit.
  private(set) var moves = 0

  init(count: Int) { state = Buffer(count: count) }

  /// Takes a state; true if it is that of the last call bit for bit.
  func note(_ parameters: UnsafePointer<Double>) -> Bool {
    let last = state.pointer
    var changed: UInt64 = 0
    for i in 0..<state.count { changed |= last[i].bitPattern ^ parameters[i].bitPattern }
    if changed == 0, moves > 0 { return true }
    last.update(from: parameters, count: state.count)
    moves += 1
    return false
  }
}
