/// The gap and its bounds at one sample time.
struct BoundSample: Codable {
  let time: Double
  let gap: Double
  let bound: Double
  let cautious: Double
  let mutated: Double
}

/// What is left of one descent that ran alongside its reference: scalars at the save times, no states.
struct TrackFindings: Codable {
  /// λ_max(∇²f(θ_k)) relative to the curvature at which the iteration loses stability, at a sampled save.
  struct Sharpness: Codable {
    let time: Double
    let iteration: Int
    let ratio: Double
    let error: Double
  }

  /// A save time and the iteration there.
  struct Moment: Codable {
    let time: Double
    let iteration: Int
  }

  let rate: Double
  var iterations = 0
  /// Why the descent diverged; nil if it did not.
  var divergence: String?
  var gaps: [Double?] = []
  var parameterGaps: [Double?] = []
  var drifts: [Double?] = []
  /// Whether the model has laws that drift.
  var hasDrift = false
  var norms: [[Double]] = []
  var losses: [Double?] = []
  var sharpness: [Sharpness] = []
  var bounds: [BoundSample] = []
  var smallestEigenvalue = Double.infinity
  var isSpectrumConverged = true
  /// First save at which ‖θ_k − θ(t)‖ exceeded a tenth of the largest ‖θ‖ so far.
  var agreementEnd: Moment?
  /// Why the descent stopped before the horizon.
  var failure: String?
  var stepLawWorst: Double?
  var stepLawPower: Double?
  var largestSecondOrder: Double?
  var stepLawWithoutQuadratic: Double?
  /// The largest term of the model's laws.
  var largestTerm = 0.0
  /// From where on the descent did not move and iterations were skipped; nil if none were.
  var restSentence: String?

  init(rate: Double) { self.rate = rate }

  /// Whether the descent reached the horizon below its stability limit.
  var isStable: Bool { failure == nil && sharpness.allSatisfy { $0.ratio < 1 } }
  /// sup over the save times; nil if the descent did not reach the end.
  var gap: Double? { failure == nil ? gaps.compactMap { $0 }.max() : nil }
  var drift: Double? { failure == nil && hasDrift ? drifts.compactMap { $0 }.max() : nil }
}

/// What is left of a reference flow and its looser companion: scalars at the save times, no states.
struct ReferenceFindings: Codable {
  /// The smallest eigenvalue of ∇²f along the reference, at a sampled time.
  struct Eigenvalue: Codable {
    let time: Double
    let value: Double
  }

  var times: [Double] = []
  /// sup of the two references' distance, in the measure and in the parameters, but at least the tighter one's tolerance:
  /// where the save times set the steps of both, they are one and the same.
  var referenceError = 0.0
  var parameterReferenceError = 0.0
  /// sup of the reference's distance from its own start, in the measure and in the parameters.
  var movement = 0.0
  var largestNorm = 0.0
  var losses: [Double] = []
  var norms: [[Double]] = []
  var smallestEigenvalues: [Eigenvalue] = []
}
