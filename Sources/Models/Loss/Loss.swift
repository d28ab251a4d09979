/// A loss ℓ(ŷ, y) of a measurement's prediction ŷ and target y, summed over the measurements.
///
/// A measurement has one output or several. A loss of single outputs is applied to each of them; a loss that couples the outputs
/// of one measurement, such as the cross-entropy, takes them together. Whatever a claim needs to know of a loss the loss
/// declares itself: nobody asks for its type. The declarations that are not made are the cautious ones.
///
/// To add a loss, write one file with a conforming type and add the type to ``LossCatalog``.
public protocol Loss: Sendable {
  /// The loss's name on the command line: `l2`, `l1`, `huber`.
  static var identifier: String { get }
  /// One line for lists.
  static var summary: String { get }
  /// The numbers that the loss takes besides ŷ and y.
  static var constants: [LossConstant] { get }
  /// The loss with a value for each of its ``constants``, which have been checked.
  ///
  /// - Throws: ``Refusal`` if values do not go together.
  init(_ constants: LossConstants) throws(Refusal)

  /// ℓ as a formula with its constants filled in: of r = ŷ − y, or of ŷ and y.
  var formula: String { get }
  /// Where ℓ is not differentiable and what is done there; nil for a continuously differentiable ℓ.
  var nonsmoothness: String? { get }
  /// Values of ŷ − y at which ℓ′ or ℓ″ jumps: an expansion in the learning rate loses its order where one is crossed.
  var kinks: [Double] { get }
  /// The δ beyond which ℓ is linear on either side, for a continuously differentiable ℓ with such branches: while all
  /// |ŷ − y| > δ, ∇L does not change. nil for others.
  var linearBranch: Double? { get }
  /// Whether ℓ(ŷ, y) = (ŷ − y)², with this factor.
  var isSquare: Bool { get }
  /// Whether ℓ is convex in ŷ for every target.
  var isConvex: Bool { get }
  /// Whether ℓ ≥ 0, and ℓ = 0 exactly where ŷ = y: fitting the data then means meeting every target. A loss of labels is no
  /// such loss; its infimum may be attained nowhere, and then the flow never ends.
  var vanishesAtTargets: Bool { get }
  /// Whether ∂²ℓ/∂ŷ_i∂ŷ_j ≠ 0 for different outputs of one measurement: ℓ″ is then a matrix and not a number per output.
  var couplesOutputs: Bool { get }
  /// Whether a target may be given as the number of its class, which stands for 1 at that output and 0 at the others.
  var takesClassNumbers: Bool { get }

  /// Whether the one measurement is the objective itself, so that ``formula`` is f's.
  var isWhole: Bool { get }

  /// Checks targets, measurement by measurement.
  ///
  /// - Throws: ``Refusal`` naming the value, the measurement and what targets must be.
  func check(targets: [Double], outputs: Int) throws(Refusal)

  /// Σ ℓ(ŷ, y) over the measurements.
  func sum(_ fit: Fit) -> Double
  /// Writes scale · ∂ℓ/∂ŷ_k for every prediction.
  func derivatives(_ fit: Fit, scale: Double, into result: UnsafeMutablePointer<Double>)
  /// Writes scale · ∂²ℓ/∂ŷ_k² for every prediction, taken as the one-sided or zero value at isolated points where it does not
  /// exist.
  func secondDerivatives(_ fit: Fit, scale: Double, into result: UnsafeMutablePointer<Double>)
  /// Writes scale · ℓ″ v, where ℓ″ is the matrix of second derivatives of the outputs of each measurement. `result` is none of
  /// the inputs.
  func multiplySecondDerivatives(
    _ fit: Fit, scale: Double, by direction: UnsafePointer<Double>, into result: UnsafeMutablePointer<Double>)
}

extension Loss {
  public static var constants: [LossConstant] { [] }
  /// The loss's name on the command line.
  public var identifier: String { Self.identifier }
  public var nonsmoothness: String? { nil }
  public var kinks: [Double] { [] }
  public var linearBranch: Double? { nil }
  public var isSquare: Bool { false }
  public var vanishesAtTargets: Bool { false }
  public var couplesOutputs: Bool { false }
  public var takesClassNumbers: Bool { false }
  public var isWhole: Bool { false }

  public func check(targets: [Double], outputs: Int) throws(Refusal) {}

  /// For a loss whose ℓ″ is diagonal.
  public func multiplySecondDerivatives(
    _ fit: Fit, scale: Double, by direction: UnsafePointer<Double>, into result: UnsafeMutablePointer<Double>
  ) {
    secondDerivatives(fit, scale: scale, into: result)
    for k in 0..<fit.count { result[k] *= direction[k] }
  }
}
