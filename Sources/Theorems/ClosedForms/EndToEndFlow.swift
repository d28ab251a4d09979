import FlowODE
import GSLBridge
import Models

/// The balanced end-to-end flow Ẇ = −Σ_j [WWᵀ]^{(L−j)/L} G [WᵀW]^{(j−1)/L} with the entries of W as its state: gradient flow
/// of the factors without the factors, an independent reference for them.
public final class EndToEndFlow: VectorField {
  /// Of the depth-1 factorization, whose parameters are the entries of W.
  public let objective: Objective
  /// L.
  public let depth: Int
  private let shape: [Int]

  public var leadingCount: Int { shape[0] * shape[1] }
  public var quadratureCount: Int { 0 }

  /// - Throws: ``Refusal`` if the depth is below 1 or the shape is no matrix that fits the measurements.
  public init(
    shape: [Int], depth: Int, measurements: Measurements, loss: any Loss, normalization: Normalization
  ) throws(Refusal) {
    guard depth >= 1 else { throw Refusal("the depth is \(depth)", remedy: "use a depth of at least 1") }
    objective = try Objective(
      model: Model(MatrixFactorization(shape: shape, hiddenWidths: [])), measurements: measurements, loss: loss,
      normalization: normalization)
    self.depth = depth
    self.shape = shape
  }

  public func evaluate(
    _ time: Double, _ state: UnsafePointer<Double>, _ derivative: UnsafeMutablePointer<Double>
  ) throws(RightHandSideFailure) {
    let matrix = Matrix(
      rows: shape[0], columns: shape[1], elements: Array(UnsafeBufferPointer(start: state, count: leadingCount)))
    guard let svd = try? SVD(matrix) else { throw .outsideDomain }
    var gradient = Matrix.zero(shape[0], shape[1])
    gradient.elements.withUnsafeMutableBufferPointer { gradient in
      if let base = gradient.baseAddress { objective.gradient(state, into: base) }
    }
    let rate = EndToEnd.balancedRate(svd, gradient: gradient, depth: depth)
    for i in 0..<leadingCount { derivative[i] = rate.elements[i] }
  }

  /// By central differences: the powers of W have no simple derivative where singular values meet.
  public func jacobian(
    _ time: Double, _ state: UnsafePointer<Double>, _ dfdy: UnsafeMutablePointer<Double>,
    _ dfdt: UnsafeMutablePointer<Double>
  ) throws(RightHandSideFailure) {
    let n = leadingCount
    var moved = Array(UnsafeBufferPointer(start: state, count: n))
    let scale = max(moved.reduce(0) { max($0, abs($1)) }, Double.leastNormalMagnitude)
    var upper = [Double](repeating: 0, count: n)
    var lower = upper
    for j in 0..<n {
      let step = 6e-6 * scale
      moved[j] = state[j] + step
      try evaluate(time, moved, &upper)
      moved[j] = state[j] - step
      try evaluate(time, moved, &lower)
      moved[j] = state[j]
      for i in 0..<n { dfdy[i * n + j] = (upper[i] - lower[i]) / (2 * step) }
      dfdt[j] = 0
    }
  }

  public func quadratureScales(_ state: UnsafePointer<Double>) -> [Double] { [] }
}
