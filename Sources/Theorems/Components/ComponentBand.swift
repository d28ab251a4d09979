import Verdicts

/// The bounds on a component's rate and false relatives of them.
public enum ComponentBand: ClaimVariant {
  case law
  /// ε/20.
  case twentieth
  /// ε = 0, the balanced law as if it were a bound.
  case vanishing
  /// Not reversing for γ < 0.
  case unreversed
  /// The factor m off by 1 %, inwards.
  case factor

  static let mutants: [MutantRule<ComponentBand>] = [
    .statement("ε/20", .twentieth), .statement("ε = 0", .vanishing),
    .statement("not reversed for γ < 0", .unreversed), .statement("bounds 1% closer", .factor),
  ]

  /// What ε is multiplied by.
  var epsilonFactor: Double {
    switch self {
    case .twentieth: 0.05
    case .vanishing: 0
    case .law, .unreversed, .factor: 1
    }
  }

  /// How the integrals of the lower and the upper bound are put together from those of the two branches over all times and over those
  /// with γ < 0, where the branches change places.
  ///
  /// A bound moved inwards by 1 % of its modulus is 1.01 or 0.99 times the bound, by its sign, which is that of γ.
  func integrals(
    first: Double, second: Double, firstNegative: Double, secondNegative: Double
  ) -> (low: Double, high: Double) {
    switch self {
    case .law, .twentieth, .vanishing:
      (first - firstNegative + secondNegative, second - secondNegative + firstNegative)
    case .unreversed: (first, second)
    case .factor:
      (
        1.01 * (first - firstNegative) + 0.99 * secondNegative,
        0.99 * (second - secondNegative) + 1.01 * firstNegative
      )
    }
  }
}
