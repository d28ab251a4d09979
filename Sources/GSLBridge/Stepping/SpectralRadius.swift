/// A running estimate of the largest |λ| among the eigenvalues of the Jacobian ∂F/∂y, for methods whose step is limited by
/// stability.
///
/// One power iteration on gradient differences, v ← (F(y + εv) − F(y))/ε, costs one evaluation; it starts from the vector
/// of the iteration before, so that along a slowly changing flow a few of them, spread over many steps, keep the estimate
/// up. For a symmetric Jacobian it approaches the radius from below.
final class SpectralRadius {
  /// The latest estimate; 0 before the first.
  private(set) var value = 0.0
  private let dimension: Int
  private let direction: UnsafeMutablePointer<Double>
  private let trial: UnsafeMutablePointer<Double>
  private let image: UnsafeMutablePointer<Double>
  private var hasDirection = false

  init(dimension: Int) {
    self.dimension = dimension
    direction = .allocate(capacity: 3 * dimension)
    direction.initialize(repeating: 0, count: 3 * dimension)
    trial = direction + dimension
    image = trial + dimension
  }

  deinit { direction.deallocate() }

  /// Forgets everything.
  func reset() {
    hasDirection = false
    value = 0
  }

  /// One iteration at (t, y) with F(t, y) given.
  ///
  /// - Returns: the relative change of the estimate.
  /// - Throws: what `evaluate` throws, except that a state outside the domain leaves the estimate alone.
  @discardableResult
  func refine(
    time: Double, state: UnsafePointer<Double>, derivative: UnsafePointer<Double>,
    evaluate: (Double, UnsafePointer<Double>, UnsafeMutablePointer<Double>) throws(RightHandSideFailure) -> Void
  ) throws(RightHandSideFailure) -> Double {
    if !hasDirection { start(from: derivative) }
    let size = BLAS.norm2(count: dimension, state)
    let epsilon = 1.5e-8 * (size > 0 ? size : 1)
    for i in 0..<dimension { trial[i] = state[i] + epsilon * direction[i] }
    do throws(RightHandSideFailure) {
      try evaluate(time, trial, image)
    } catch {
      if case .stop = error { throw error }
      return 0
    }
    for i in 0..<dimension { image[i] = (image[i] - derivative[i]) / epsilon }
    let radius = BLAS.norm2(count: dimension, image)
    guard radius > 0, radius.isFinite else {
      hasDirection = false
      return 0
    }
    for i in 0..<dimension { direction[i] = image[i] / radius }
    let change = abs(radius - value) / radius
    value = radius
    return change
  }

  /// A unit vector: the derivative with a little of everything mixed in, so that no eigenvector is missed for good.
  private func start(from derivative: UnsafePointer<Double>) {
    let size = BLAS.norm2(count: dimension, derivative)
    let scale = size > 0 ? 1 / size : 0
    let even = 1 / Double(dimension).squareRoot()
    for i in 0..<dimension {
      let noise = Double((i &* 2_654_435_761) & 0xFFFF) / 65536 - 0.5
      direction[i] = scale * derivative[i] + even * noise
    }
    let norm = BLAS.norm2(count: dimension, direction)
    for i in 0..<dimension { direction[i] /= norm }
    hasDirection = true
  }
}
