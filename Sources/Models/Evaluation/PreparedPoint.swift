/// A point θ at which an ``Evaluator`` takes second derivatives along several directions: what the caller keeps of it meanwhile.
///
/// Filled by ``Evaluator/prepare(_:at:weigh:)`` for that evaluator; θ is not copied and must stay as it is.
public final class PreparedPoint {
  /// Number of measurements m.
  public let measurementCount: Int
  /// ŷ(θ).
  public let predictions: UnsafeMutablePointer<Double>
  /// r, the weights of the measurements.
  public let weights: UnsafeMutablePointer<Double>
  /// J(θ) v along the direction of the moment.
  public let derivatives: UnsafeMutablePointer<Double>
  /// δr along the direction of the moment.
  public let weightsTangent: UnsafeMutablePointer<Double>
  /// θ, or nil before the first preparation.
  public private(set) var parameters: UnsafePointer<Double>?
  /// What an evaluator with a state of its own knows its preparation by.
  var preparation = 0

  private let memory: Buffer<Double>

  /// Room for m measurements.
  public init(measurementCount: Int) {
    self.measurementCount = measurementCount
    memory = Buffer(count: 4 * measurementCount)
    predictions = memory.pointer
    weights = predictions + measurementCount
    derivatives = weights + measurementCount
    weightsTangent = derivatives + measurementCount
  }

  /// Says which θ is meant, for an evaluator's `prepare`.
  public func move(to parameters: UnsafePointer<Double>) {
    self.parameters = parameters
    preparation = 0
  }
}
