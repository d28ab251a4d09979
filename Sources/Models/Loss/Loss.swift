/// A loss ℓ(r) of one residual r = ŷ − y, summed over the measurements.
///
/// To add a loss, write a conforming type and register it in ``LossCatalog``.
public protocol Loss: Sendable {
  /// The loss's name on the command line: `l2`, `l1`, `huber`.
  var identifier: String { get }
  /// ℓ as a formula, with its parameters filled in.
  var formula: String { get }
  /// Where ℓ is not differentiable and what is done there; nil for a continuously differentiable ℓ.
  var nonsmoothness: String? { get }
  /// Residuals at which ℓ′ or ℓ″ jumps: an expansion in the learning rate loses its order where one is crossed.
  var kinks: [Double] { get }

  /// Σₖ ℓ(rₖ).
  func sum(_ residuals: UnsafePointer<Double>, count: Int) -> Double
  /// Writes scale · ℓ′(rₖ).
  func derivatives(
    _ residuals: UnsafePointer<Double>, count: Int, scale: Double, into result: UnsafeMutablePointer<Double>)
  /// Writes scale · ℓ″(rₖ), taken as the one-sided or zero value at isolated points where ℓ″ does not exist.
  func secondDerivatives(
    _ residuals: UnsafePointer<Double>, count: Int, scale: Double, into result: UnsafeMutablePointer<Double>)
}

extension Loss {
  public var kinks: [Double] { [] }
}

/// ℓ(r) = r².
public struct SquaredLoss: Loss {
  public init() {}
  public var identifier: String { "l2" }
  public var formula: String { "r^2" }
  public var nonsmoothness: String? { nil }

  public func sum(_ residuals: UnsafePointer<Double>, count: Int) -> Double {
    var total = 0.0
    for k in 0..<count { total += residuals[k] * residuals[k] }
    return total
  }

  public func derivatives(
    _ residuals: UnsafePointer<Double>, count: Int, scale: Double, into result: UnsafeMutablePointer<Double>
  ) {
    for k in 0..<count { result[k] = 2 * scale * residuals[k] }
  }

  public func secondDerivatives(
    _ residuals: UnsafePointer<Double>, count: Int, scale: Double, into result: UnsafeMutablePointer<Double>
  ) {
    for k in 0..<count { result[k] = 2 * scale }
  }
}

/// ℓ(r) = |r|, with the subgradient 0 at r = 0.
public struct AbsoluteLoss: Loss {
  public init() {}
  public var identifier: String { "l1" }
  public var formula: String { "|r|" }
  public var nonsmoothness: String? {
    "l1 is not differentiable where a residual is 0: the subgradient 0 is used there, and a trajectory that reaches "
      + "such a kink makes claims that ask for a differentiable loss vacuous"
  }
  public var kinks: [Double] { [0] }

  public func sum(_ residuals: UnsafePointer<Double>, count: Int) -> Double {
    var total = 0.0
    for k in 0..<count { total += abs(residuals[k]) }
    return total
  }

  public func derivatives(
    _ residuals: UnsafePointer<Double>, count: Int, scale: Double, into result: UnsafeMutablePointer<Double>
  ) {
    for k in 0..<count {
      let r = residuals[k]
      result[k] = r > 0 ? scale : (r < 0 ? -scale : (r == 0 ? 0 : r))
    }
  }

  public func secondDerivatives(
    _ residuals: UnsafePointer<Double>, count: Int, scale: Double, into result: UnsafeMutablePointer<Double>
  ) {
    for k in 0..<count { result[k] = 0 }
  }
}

/// ℓ(r) = r²/2 for |r| ≤ δ and δ(|r| − δ/2) beyond; continuously differentiable, with a second derivative that jumps at |r| = δ.
public struct HuberLoss: Loss {
  /// The threshold δ > 0.
  public let delta: Double

  /// - Throws: ``ExperimentError`` unless δ is positive and finite.
  public init(delta: Double) throws(ExperimentError) {
    guard delta > 0, delta.isFinite else {
      throw ExperimentError("the Huber threshold is \(delta)", remedy: "use --huber-delta with a positive number")
    }
    self.delta = delta
  }

  public var identifier: String { "huber" }
  public var formula: String { "r^2/2 for |r| <= \(delta), \(delta)(|r| - \(delta)/2) beyond" }
  public var nonsmoothness: String? { nil }
  public var kinks: [Double] { [-delta, delta] }

  public func sum(_ residuals: UnsafePointer<Double>, count: Int) -> Double {
    var total = 0.0
    for k in 0..<count {
      let size = abs(residuals[k])
      total += size <= delta ? 0.5 * size * size : delta * (size - 0.5 * delta)
    }
    return total
  }

  public func derivatives(
    _ residuals: UnsafePointer<Double>, count: Int, scale: Double, into result: UnsafeMutablePointer<Double>
  ) {
    for k in 0..<count {
      let r = residuals[k]
      result[k] = scale * (r > delta ? delta : (r < -delta ? -delta : r))
    }
  }

  public func secondDerivatives(
    _ residuals: UnsafePointer<Double>, count: Int, scale: Double, into result: UnsafeMutablePointer<Double>
  ) {
    for k in 0..<count { result[k] = abs(residuals[k]) <= delta ? scale : 0 }
  }
}

/// The constant c in f = c · Σₖ ℓ(rₖ). Every rate and time of a flow scales with it, so reports always state it.
public enum Normalization: String, CaseIterable, Sendable {
  /// c = 1.
  case sum
  /// c = 1/m.
  case mean
  /// c = 1/2.
  case halfSum = "half-sum"

  /// c for m measurements.
  public func constant(measurements: Int) -> Double {
    switch self {
    case .sum: 1
    case .mean: 1 / Double(measurements)
    case .halfSum: 0.5
    }
  }
}

/// The registry of losses: one row each.
public enum LossCatalog {
  /// A loss as the command line knows it.
  public struct Row: Sendable {
    public let identifier: String
    public let summary: String
    /// Builds the loss; the argument is the Huber threshold, nil where none was given.
    public let make: @Sendable (_ delta: Double?) throws(ExperimentError) -> any Loss
  }

  public static let rows: [Row] = [
    Row(identifier: "l2", summary: "r²") { (delta) throws(ExperimentError) in
      try refuse(delta, for: "l2")
      return SquaredLoss()
    },
    Row(identifier: "l1", summary: "|r|; not differentiable at 0") { (delta) throws(ExperimentError) in
      try refuse(delta, for: "l1")
      return AbsoluteLoss()
    },
    Row(identifier: "huber", summary: "r²/2 up to δ, linear beyond") { (delta) throws(ExperimentError) in
      guard let delta else {
        throw ExperimentError("the Huber loss needs a threshold", remedy: "give --huber-delta, for example 0.5")
      }
      return try HuberLoss(delta: delta)
    },
  ]

  private static func refuse(_ delta: Double?, for loss: String) throws(ExperimentError) {
    if let delta {
      throw ExperimentError(
        "a Huber threshold of \(delta) does not go with the loss \(loss)", remedy: "drop it or use --loss huber")
    }
  }

  /// Looks a loss up by name.
  ///
  /// - Throws: ``ExperimentError`` for an unknown name or a parameter that does not belong to it.
  public static func loss(_ identifier: String, delta: Double?) throws(ExperimentError) -> any Loss {
    guard let row = rows.first(where: { $0.identifier == identifier }) else {
      throw ExperimentError(
        "unknown loss '\(identifier)'", remedy: "choose one of \(rows.map(\.identifier).joined(separator: ", "))")
    }
    return try row.make(delta)
  }
}
