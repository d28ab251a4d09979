import FlowODE
import Models
import Verdicts

extension TextClaim {
  /// Two sides are equal at every point.
  ///
  /// **Statement.** left = right, entry by entry; `der` in either is the derivative along the flow that is integrated.
  /// **Judged by.** The largest difference over all accepted steps, relative to the largest term of either side.
  /// **Refuted by.** A wrong rate of each block that occurs in it; the right side × 1.01.
  ///
  /// - Parameters:
  ///   - left: the terms of the left side, with their signs.
  ///   - right: those of the right side; one number stands for all.
  public func identity(_ left: [TextSource], _ right: [TextSource]) -> StatedClaim {
    equality(left, right, hypotheses: [])
  }

  /// Two sides are equal along the flow.
  func equality(
    _ left: [TextSource], _ right: [TextSource], hypotheses: [HypothesisRule]
  ) -> StatedClaim {
    let laws: @Sendable (Double, ClaimSetting) -> Laws? = { factor, setting in
      TextIdentityTerms(self, left, right, factor: factor, setting).map { .integral($0) }
    }
    return stated(
      .agreement,
      residual: "largest difference of the two sides over all accepted steps, relative to their largest term",
      hypotheses: hypotheses, law: Relative { laws(1, $0) }
    ) { setting in
      rateMutants(setting, seesTime: true) + [
        Mutant("the right side × \(WrongRate.factor)", .statement(Relative { laws(WrongRate.factor, $0) }))
      ]
    }
  }
}

/// Both sides of an identity. Their sizes count as movement: what they are is what an error of them is seen beside.
private final class TextIdentityTerms: IntegralTerms {
  let names: [String]
  private let values: TextValues
  private let left: Int
  private let right: Int
  private let width: Int
  private let factor: Double
  private let watch: GivenWatch?
  private var largest = 0.0
  private var largestRight = 0.0

  init?(
    _ claim: TextClaim, _ left: [TextSource], _ right: [TextSource], factor: Double, _ setting: ClaimSetting
  ) {
    guard let values = TextValues(left + right, parameterCount: setting.start.count), !left.isEmpty, !right.isEmpty
    else { return nil }
    self.values = values
    (self.left, self.right) = (left.count, right.count)
    self.factor = factor
    width = max(values.size(0), values.size(left.count))
    names = [claim.text]
    watch = GivenWatch(claim.given, parameterCount: setting.start.count)
  }

  func note(_ point: TrajectoryPoint, integrals: UnsafePointer<Double>, into fold: inout ResidualFold) {
    watch?.update(point)
    values.update(point)
    var (squared, size, rightSize) = (0.0, 0.0, 0.0)
    for i in 0..<width {
      var difference = 0.0
      for k in 0..<(left + right) {
        let term = values[k][values.size(k) == 1 ? 0 : i]
        difference += k < left ? term : -factor * term
        size = max(size, abs(term))
        if k >= left { rightSize = max(rightSize, abs(term)) }
      }
      squared += difference * difference
    }
    largest = max(largest, size)
    largestRight = max(largestRight, rightSize)
    fold.note(0, residual: squared.squareRoot(), size: size, change: size)
  }

  func complete(_ evidence: inout Evidence) {
    if let watch { evidence.inexactness = watch.inexactness }
    // A right side of zeros is what it is times anything.
    if factor != 1 { evidence.isFalsified = largestRight > 1e-6 * largest }
  }
}
