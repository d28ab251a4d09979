/// A model compiled against measurements: predictions ŷ(θ) and their first and second derivatives, without allocation.
///
/// Not thread-safe: an evaluator owns its buffers. Every method takes θ anew and relies on no earlier call, but for
/// ``tangentAgain(at:direction:weigh:into:)`` on a ``PreparedPoint``.
public protocol Evaluator: AnyObject {
  /// Length of θ.
  var parameterCount: Int { get }
  /// Number of measurements m.
  var measurementCount: Int { get }

  /// Writes the m predictions ŷ(θ).
  func predict(_ parameters: UnsafePointer<Double>, into predictions: UnsafeMutablePointer<Double>)

  /// Writes the m predictions, then asks for their weights and pulls those back: g = J(θ)ᵀ r, where `weigh` fills r from ŷ.
  ///
  /// Sharing the forward pass is what makes a gradient cost one prediction and one pullback.
  func predictAndPullback(
    _ parameters: UnsafePointer<Double>,
    weigh: (_ predictions: UnsafePointer<Double>, _ weights: UnsafeMutablePointer<Double>) -> Void,
    into gradient: UnsafeMutablePointer<Double>)

  /// The order in which predictions come out of the forward pass, so that the k-th is that of measurement `ownOrder[k]`; nil where
  /// that is the measurements' own.
  var ownOrder: [Int32]? { get }

  /// The same as ``predictAndPullback(_:weigh:into:)`` with predictions and weights in ``ownOrder``: it saves putting both in order.
  func predictAndPullbackInOwnOrder(
    _ parameters: UnsafePointer<Double>,
    weigh: (_ predictions: UnsafePointer<Double>, _ weights: UnsafeMutablePointer<Double>) -> Void,
    into gradient: UnsafeMutablePointer<Double>)

  /// Writes the directional derivatives J(θ) v of the predictions.
  func pushforward(
    _ parameters: UnsafePointer<Double>, direction: UnsafePointer<Double>,
    into derivatives: UnsafeMutablePointer<Double>)

  /// Writes the derivative of the pullback θ ↦ J(θ)ᵀ r along (v, δr): J(θ)ᵀ δr + Σₖ rₖ ∇²ŷₖ(θ) v.
  func pullbackTangent(
    _ parameters: UnsafePointer<Double>, weights: UnsafePointer<Double>, direction: UnsafePointer<Double>,
    weightsTangent: UnsafePointer<Double>, into tangent: UnsafeMutablePointer<Double>)

  /// Computes what second derivatives at θ share, whatever the direction; `weigh` fills the weights r from the predictions ŷ(θ).
  ///
  /// The point keeps ŷ and r, and where θ lies; θ itself must stay as it is. By default nothing else is shared.
  func prepare(
    _ point: PreparedPoint, at parameters: UnsafePointer<Double>,
    weigh: (_ predictions: UnsafePointer<Double>, _ weights: UnsafeMutablePointer<Double>) -> Void)

  /// Writes J(θ)ᵀ δr + Σₖ rₖ ∇²ŷₖ(θ) v at a prepared point; `weigh` fills δr from the derivatives J(θ) v of the predictions.
  ///
  /// With the weights c ℓ′ and δr = c ℓ″ ∘ J v this is a Hessian–vector product. The evaluator may do anything else in between.
  func tangentAgain(
    at point: PreparedPoint, direction: UnsafePointer<Double>,
    weigh: (_ derivatives: UnsafePointer<Double>, _ weightsTangent: UnsafeMutablePointer<Double>) -> Void,
    into tangent: UnsafeMutablePointer<Double>)

  /// Lets up to `count` threads share an evaluation, the caller's among them; results stay the same bit for bit.
  func useThreads(_ count: Int)
}

extension Evaluator {
  /// Does nothing: most evaluations are too short to share.
  public func useThreads(_ count: Int) {}

  public var ownOrder: [Int32]? { nil }

  public func predictAndPullbackInOwnOrder(
    _ parameters: UnsafePointer<Double>,
    weigh: (_ predictions: UnsafePointer<Double>, _ weights: UnsafeMutablePointer<Double>) -> Void,
    into gradient: UnsafeMutablePointer<Double>
  ) {
    predictAndPullback(parameters, weigh: weigh, into: gradient)
  }
}
