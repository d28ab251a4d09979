/// What methods share whose step is limited by stability: the work vectors of one step, sums of stages that read every vector
/// once, and an estimate of the spectral radius of ∂F/∂y that is refined now and then.
final class StabilityStep {
  /// Work vectors of ``dimension`` numbers, one behind the other.
  let work: UnsafeMutablePointer<Double>
  let dimension: Int
  /// The spectral radius; 0 before the first refinement.
  let radius: SpectralRadius
  private var stepsUntilRefinement = 0
  private var lastTime = Double.nan

  /// The vectors that the next sum combines.
  let vectors: UnsafeMutableBufferPointer<UnsafePointer<Double>?>
  /// Their weights, one output after the other.
  let weights: UnsafeMutableBufferPointer<Double>
  /// What each output starts from; nil is zero.
  let bases: UnsafeMutableBufferPointer<UnsafePointer<Double>?>
  /// The outputs.
  let results: UnsafeMutableBufferPointer<UnsafeMutablePointer<Double>?>

  /// - Parameters:
  ///   - workVectors: how many vectors a step works in.
  ///   - terms: the most vectors that one sum combines.
  ///   - outputs: the most sums that are formed at once.
  init(dimension: Int, workVectors: Int, terms: Int, outputs: Int) {
    self.dimension = dimension
    work = .allocate(capacity: workVectors * dimension)
    work.initialize(repeating: 0, count: workVectors * dimension)
    radius = SpectralRadius(dimension: dimension)
    vectors = .allocate(capacity: terms)
    vectors.initialize(repeating: nil)
    weights = .allocate(capacity: terms * outputs)
    weights.initialize(repeating: 0)
    bases = .allocate(capacity: outputs)
    bases.initialize(repeating: nil)
    results = .allocate(capacity: outputs)
    results.initialize(repeating: nil)
  }

  deinit {
    work.deallocate()
    vectors.deallocate()
    weights.deallocate()
    bases.deallocate()
    results.deallocate()
  }

  /// results[o] = bases[o] + Σ_j weights[o · terms + j] vectors[j] for the first outputs.
  func combine(terms: Int, outputs: Int = 1) {
    VectorLoops.combine(
      count: dimension, UnsafeBufferPointer(rebasing: UnsafeBufferPointer(vectors)[..<terms]),
      weights: UnsafeBufferPointer(weights), bases: UnsafeBufferPointer(bases),
      results: UnsafeBufferPointer(rebasing: UnsafeBufferPointer(results)[..<outputs]))
  }

  /// Takes note of a trial step from a time, and says whether the spectral radius is to be refined before it: when its turn
  /// has come, and when the last trial from the same time was rejected, perhaps because the estimate is too low.
  func isRefinementDue(at time: Double) -> Bool {
    stepsUntilRefinement = time == lastTime ? -1 : stepsUntilRefinement - 1
    lastTime = time
    return stepsUntilRefinement < 0
  }

  /// Lets so many trial steps pass before the next refinement.
  func postponeRefinement(by steps: Int) { stepsUntilRefinement = steps }

  /// Takes an amount off the time of the last trial.
  func shift(by amount: Double) { lastTime -= amount }

  /// Forgets the spectral radius.
  func reset() {
    radius.reset()
    stepsUntilRefinement = 0
    lastTime = .nan
  }
}
