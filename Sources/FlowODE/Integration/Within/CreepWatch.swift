import CMath
import GSLBridge
import Models

/// Tells where an explicit method creeps along a field of one's own: stability holds its steps, and no budget of steps reaches the horizon.
///
/// A step h is held by stability where h|λ| is near the edge of the method's stability region, λ the largest eigenvalue of the field's
/// Jacobian; accuracy alone asks for h|λ| well below it at tolerances that one uses. It looks at every tenth of the budget, so that its
/// cost is nothing beside the run's.
struct CreepWatch {
  /// Budgets that must be missing for a run to be given up early: steps may grow later, though not by such factors.
  private static let hopeless = 100.0
  /// Up to this many unknowns implicit methods are cheap enough to be advised.
  private static let largestDimension = 1000

  private let field: FieldFlow
  private let methodName: String
  /// The h|λ| from which on stability decides.
  private let edge: Double
  private let horizon: Double
  private let maxSteps: Int
  private let stride: Int
  private var lastSteps = 0
  private var lastTime = 0.0

  /// - Returns: nil for flows of other kinds, and for methods that stability does not hold.
  init?(_ field: any VectorField, method: IntegrationMethod, horizon: Double, maxSteps: Int) {
    guard let field = field as? FieldFlow, field.dimension <= Self.largestDimension else { return nil }
    switch method {
    case .explicit(.rkc2), .implicit, .plateau: return nil
    // Adams methods of high order have a small region of stability.
    case .explicit(.msadams): edge = 0.3
    case .explicit, .auto: edge = 1.5
    }
    self.field = field
    methodName = method == .auto ? "dop853" : method.name
    self.horizon = horizon
    self.maxSteps = maxSteps
    stride = max(1, maxSteps / 10)
  }

  /// Looks after a step.
  ///
  /// - Returns: how the run ends, if it does.
  mutating func look(steps: Int, clock: FlowTime, state: UnsafePointer<Double>) -> Outcome? {
    guard steps - lastSteps >= stride || steps >= maxSteps else { return nil }
    let time = clock.total
    let step = (time - lastTime) / Double(max(1, steps - lastSteps))
    (lastSteps, lastTime) = (steps, time)
    let needed = (horizon - time) / step
    guard needed >= 1, steps >= maxSteps || needed > Self.hopeless * Double(maxSteps),
      step * largestEigenvalue(time, state) >= edge
    else { return nil }
    return .failed(
      sentence: "stability holds the steps of \(methodName) at \(digits(step, 2)), and from t = \(clock.short) on "
        + "\(digits(needed, 2)) more would be needed: the flow is stiff",
      remedy: "use integration.method bsimp or msbdf", time: clock)
  }

  /// |λ|, by the power method; the mean of several iterations, as of a pair of eigenvalues each says something else.
  private func largestEigenvalue(_ time: Double, _ state: UnsafePointer<Double>) -> Double {
    let (n, all) = (field.leadingCount, field.dimension)
    let (jacobian, slope) = (Buffer<Double>(count: all * all), Buffer<Double>(count: all))
    guard (try? field.jacobian(time, state, jacobian.pointer, slope.pointer)) != nil else { return 0 }
    let (vector, image) = (Buffer<Double>(count: n), Buffer<Double>(count: n))
    for i in 0..<n { vector.pointer[i] = 1 / Double(i + 1) }
    let (passes, counted) = (60, 20)
    var logarithms = 0.0
    for pass in 0..<passes {
      let size = BLAS.norm2(count: n, vector.pointer)
      guard size > 0, size.isFinite else { return 0 }
      if pass >= passes - counted { logarithms += log(size) }
      for i in 0..<n {
        var sum = 0.0
        for j in 0..<n { sum += jacobian.pointer[i * all + j] * vector.pointer[j] }
        image.pointer[i] = sum / size
      }
      vector.pointer.update(from: image.pointer, count: n)
    }
    return exp(logarithms / Double(counted))
  }
}
