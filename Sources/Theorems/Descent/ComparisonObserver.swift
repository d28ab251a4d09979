import FlowODE
import GSLBridge
import Models

/// Moves every descent, and a second reference at a looser tolerance, alongside the reference flow that it observes.
final class ComparisonObserver: TrajectoryObserver {
  let tracks: [RateTrack]
  private(set) var times: [Double] = []
  /// sup of the two references' distance, in the measure and in the parameters, but at least the tighter one's tolerance:
  /// where the save times set the steps of both, they are one and the same.
  private(set) var referenceError = 0.0
  private(set) var parameterReferenceError = 0.0
  /// sup of the reference's distance from its own start, in the measure and in the parameters.
  private(set) var movement = 0.0
  private(set) var largestNorm = 0.0
  private(set) var losses: [Double] = []
  private(set) var norms: [[Double]] = []
  /// The smallest eigenvalue of ∇²f along the reference, at the sampled times.
  private(set) var smallestEigenvalues: [(time: Double, value: Double)] = []

  private let ladder: RateLadder
  private let indices: [Int]
  private let model: Model
  private let objective: Objective
  private let follower: FlowFollower
  private let measure: ComparisonMeasure
  private let keepsNorms: Bool
  private let sampled: Set<Int>
  private let segmentPoints: Int
  private let tolerance: Double
  private let isCancelled: @Sendable () -> Bool
  private var start: [Double] = []
  private let work: UnsafeMutablePointer<Double>

  /// - Parameters:
  ///   - indices: which of the ladder's rates the tracks are.
  ///   - tolerance: rtol of the reference.
  ///   - sampled: numbers of the saves at which spectra are computed.
  init(
    tracks: [RateTrack], indices: [Int], ladder: RateLadder, model: Model, objective: Objective,
    follower: FlowFollower, tolerance: Double, measure: ComparisonMeasure, keepsNorms: Bool, sampled: Set<Int>,
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
    self.segmentPoints = segmentPoints
    self.isCancelled = isCancelled
    work = .allocate(capacity: objective.parameterCount)
    work.initialize(repeating: 0, count: objective.parameterCount)
  }

  deinit { work.deallocate() }

  func observe(_ point: TrajectoryPoint) throws {
    guard point.isSave, times.last != point.time else { return }
    let number = times.count
    times.append(point.time)
    let parameters = Array(UnsafeBufferPointer(start: point.parameters, count: objective.parameterCount))
    let quantity = measure.quantity(point.parameters, model: model, objective: objective)
    if start.isEmpty { start = quantity }
    movement = max(movement, measure.distance(quantity, start))
    largestNorm = max(largestNorm, BLAS.norm2(count: parameters.count, point.parameters))
    let size = measure.distance(quantity, [Double](repeating: 0, count: quantity.count))
    referenceError = max(referenceError, tolerance * size)
    parameterReferenceError = max(parameterReferenceError, tolerance * largestNorm)
    losses.append(point.loss)
    if keepsNorms { norms.append(model.componentNorms(point.parameters)) }

    try follower.advance(to: point.time)
    let second = Array(UnsafeBufferPointer(start: follower.parameters, count: parameters.count))
    parameterReferenceError = max(parameterReferenceError, ComparisonMeasure.norm(parameters, minus: second))
    referenceError = max(
      referenceError,
      measure.distance(quantity, measure.quantity(follower.parameters, model: model, objective: objective)))

    let first = sampled.contains(number) ? try objective.extremeEigenvalues(point.parameters) : nil
    if let first { smallestEigenvalues.append((point.time, first.smallest - first.smallestError)) }
    for (track, index) in zip(tracks, indices) {
      track.lastTime = point.time
      try track.advance(
        to: point.time, iterations: ladder.iterations(of: index, at: point.time), isCancelled: isCancelled)
      track.compare(reference: quantity, parameters: parameters, largestNorm: largestNorm)
      if keepsNorms { track.keepNorms() }
      if let first {
        if isCancelled() { throw InterruptedRun(time: point.time) }
        track.sampleSpectrum(flow: point.parameters, first: first, points: segmentPoints, work: work)
      }
    }
  }
}
