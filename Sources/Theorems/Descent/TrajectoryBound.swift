import CMath
import FlowODE
import GSLBridge
import Models

/// The a-posteriori form of Elkabetz and Cohen's bound (2021, 2107.06608, Theorem 3; here as derived in THEOREMS 9.5),
/// accumulated along one descent.
///
/// With p the polygon of the iterates, δ(s) = ‖∇f(p(s)) − ∇f(θ_k)‖ on iteration k and m(s) the smallest eigenvalue of ∇²f on
/// the segment between θ(s) and p(s), the gap e(s) = p(s) − θ(s) obeys ‖e‖′ ≤ −m‖e‖ + δ, so
/// ‖e(T)‖ ≤ B(T) = ∫₀ᵀ e^{−∫ₛᵀ m} δ(s) ds.
///
/// Here m is sampled: at some save times, at equally spaced points of the segment, each by Lanczos less its error. ``bound``
/// takes the mean of two samples between them, ``cautious`` the smaller one; both weigh the δ of an interval with the
/// larger end of its exponential. δ is integrated by the trapezoidal rule on each iteration.
final class TrajectoryBound {
  private let objective: Objective
  private let previousGradient: UnsafeMutablePointer<Double>
  private let work: UnsafeMutablePointer<Double>
  private var hasPrevious = false
  private var previousStep = 0.0
  /// ∫ δ since the last sample.
  private var forcing = 0.0
  private var lastTime = 0.0
  private var lastSmallest: Double?
  private var lastLargest: Double?
  /// B at the last sample.
  private(set) var bound = 0.0
  /// The same with the smaller of two neighbouring samples of m: larger, and safer where m changes fast.
  private(set) var cautious = 0.0
  /// The same recursion with the largest eigenvalue in place of the smallest: no bound.
  private(set) var mutated = 0.0

  init(objective: Objective) {
    self.objective = objective
    previousGradient = .allocate(capacity: 2 * objective.parameterCount)
    previousGradient.initialize(repeating: 0, count: 2 * objective.parameterCount)
    work = previousGradient + objective.parameterCount
  }

  deinit { previousGradient.deallocate() }

  /// Takes note of an iteration; its own δ ends with the next gradient.
  func observe(_ descent: Descent) {
    settle(with: descent.gradient)
    previousGradient.update(from: descent.gradient, count: objective.parameterCount)
    previousStep = descent.lastTimeStep
    hasPrevious = true
  }

  private func settle(with gradient: UnsafePointer<Double>) {
    guard hasPrevious else { return }
    let squares = Squares.distance(count: objective.parameterCount, gradient, previousGradient)
    forcing += 0.5 * previousStep * squares.squareRoot()
    hasPrevious = false
  }

  /// Moves the bound to a sample time, given the extreme eigenvalues over the segment there.
  func sample(at time: Double, position: UnsafePointer<Double>, smallest: Double, largest: Double) {
    objective.gradientAlone(position, into: work)
    settle(with: work)
    let span = time - lastTime
    if span > 0 {
      let former = lastSmallest ?? smallest
      bound = Self.moved(bound, by: forcing, decay: exp(-0.5 * (smallest + former) * span))
      cautious = Self.moved(cautious, by: forcing, decay: exp(-min(smallest, former) * span))
      mutated = Self.moved(mutated, by: forcing, decay: exp(-max(largest, lastLargest ?? largest) * span))
    }
    forcing = 0
    lastTime = time
    lastSmallest = smallest
    lastLargest = largest
  }

  private static func moved(_ bound: Double, by forcing: Double, decay: Double) -> Double {
    let next = (bound == 0 ? 0 : decay * bound) + (forcing == 0 ? 0 : max(1, decay) * forcing)
    return next.isNaN ? .infinity : next
  }
}

/// Extreme eigenvalues of ∇²f over the segment between two points, sampled.
struct SegmentSpectrum {
  /// Over all sample points: the smallest Ritz value less its residual.
  var smallest = Double.infinity
  /// The largest Ritz value plus its residual.
  var largest = -Double.infinity
  /// The largest Ritz value at the second end, the iterate itself; a lower estimate of λ_max there.
  var atEnd = 0.0
  /// The residual there.
  var atEndError = 0.0
  var isConverged = true

  /// - Parameters:
  ///   - points: sample points including both ends, at least 2.
  ///   - first: the spectrum at `a`, which several segments may share.
  /// - Throws: ``GSLError`` if a product is not finite.
  init(
    from a: UnsafePointer<Double>, first: Lanczos, to b: UnsafePointer<Double>, points: Int, objective: Objective,
    work: UnsafeMutablePointer<Double>
  ) throws(GSLError) {
    include(first)
    var former = first
    for k in 1..<points {
      let share = Double(k) / Double(points - 1)
      for i in 0..<objective.parameterCount { work[i] = k == points - 1 ? b[i] : a[i] + share * (b[i] - a[i]) }
      let here = try objective.extremeEigenvalues(work, near: former)
      former = here
      include(here)
      atEnd = here.largest
      atEndError = here.largestError
    }
  }

  private mutating func include(_ spectrum: Lanczos) {
    smallest = min(smallest, spectrum.smallest - spectrum.smallestError)
    largest = max(largest, spectrum.largest + spectrum.largestError)
    isConverged = isConverged && spectrum.isConverged
  }
}
