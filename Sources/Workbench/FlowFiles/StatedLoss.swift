import Models

/// ℓ(ŷ) = ŷ: the loss of a model whose output is the loss that a text states.
struct StatedLoss: Loss {
  static let identifier = "stated"
  static let summary = "what the text says"

  /// As it was written.
  let formula: String

  init(_ formula: String) { self.formula = formula }

  init(_ constants: LossConstants) { formula = "ŷ" }

  var isConvex: Bool { true }
  var isWhole: Bool { true }

  func sum(_ fit: Fit) -> Double {
    var total = 0.0
    for k in 0..<fit.count { total += fit.predictions[k] }
    return total
  }

  func derivatives(_ fit: Fit, scale: Double, into result: UnsafeMutablePointer<Double>) {
    for k in 0..<fit.count { result[k] = scale }
  }

  func secondDerivatives(_ fit: Fit, scale: Double, into result: UnsafeMutablePointer<Double>) {
    for k in 0..<fit.count { result[k] = 0 }
  }
}
