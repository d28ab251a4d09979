import FlowODE
import Models

/// The exact one-step formula of balancedness under descent, watched at every iteration.
///
/// For θ⁺ = θ − h g(θ) with one scalar h the first-order terms cancel, and for every bond
/// D⁺ − D = h² (q_a(g) − q_b(g)), where q is a squared norm (CP: ‖gⁿ‖² − ‖gᵐ‖²) or a Gram matrix (matrix:
/// g_{l+1}ᵀ g_{l+1} − g_l g_lᵀ). It holds for every loss, and for mini-batches.
final class StepLaw {
  private var terms: BondTerms
  private var former: BondTerms
  /// Terms of the last gradient, and work space of ``drift(_:)``.
  private let gradientTerms: BondTerms
  private let initial: [Double]
  /// Worst violation of the formula over all iterations, relative to the largest term at that iteration.
  private(set) var worst = 0.0
  /// The same for the false formula D⁺ = D.
  private(set) var worstWithoutQuadratic = 0.0
  /// Largest change of a single term in one iteration, relative to the largest term: what a wrong rate would be seen by.
  private(set) var power = 0.0
  private(set) var largestTerm = 0.0

  init(bonds: [Bond], start: UnsafePointer<Double>) {
    terms = BondTerms(bonds: bonds)
    former = BondTerms(bonds: bonds)
    gradientTerms = BondTerms(bonds: bonds)
    terms.update(start)
    initial = terms.values
    largestTerm = terms.largestTerm
  }

  /// Takes note of one iteration.
  func observe(_ descent: Descent) {
    swap(&terms, &former)
    terms.update(descent.parameters)
    gradientTerms.update(descent.gradient)
    let square = descent.lastScalarStep * descent.lastScalarStep
    let largest = terms.largestTerm
    largestTerm = max(largestTerm, largest)
    let scale = max(largest, square * gradientTerms.largestTerm)
    guard scale > 0, scale.isFinite else { return }
    for group in terms.groups {
      for a in 0..<group.count {
        power = max(power, change(group, a, a, square).plain / scale)
        for b in 0..<a {
          let moved = change(group, a, b, square)
          if !(moved.formula / scale <= worst) { worst = moved.formula / scale }
          worstWithoutQuadratic = max(worstWithoutQuadratic, moved.plain / scale)
        }
      }
    }
  }

  /// Norms of the change of terms a − b in the last iteration, with and without the formula taken off; for a = b, the change
  /// of the term itself.
  private func change(_ group: BondTerms.Group, _ a: Int, _ b: Int, _ square: Double) -> (
    formula: Double, plain: Double
  ) {
    var formula = 0.0
    var plain = 0.0
    let first = group.offset + a * group.size
    let second = group.offset + b * group.size
    for i in 0..<group.size {
      var moved = terms.values[first + i] - former.values[first + i]
      var expected = gradientTerms.values[first + i]
      if a != b {
        moved -= terms.values[second + i] - former.values[second + i]
        expected -= gradientTerms.values[second + i]
      }
      plain += moved * moved
      moved -= square * expected
      formula += moved * moved
    }
    return (formula.squareRoot(), plain.squareRoot())
  }

  /// The largest departure of a law from its value at the start, max ‖D − D(0)‖, at θ.
  func drift(_ parameters: UnsafePointer<Double>) -> Double {
    gradientTerms.update(parameters)
    let values = gradientTerms.values
    var worst = 0.0
    for group in terms.groups {
      for a in 0..<group.count {
        for b in 0..<a {
          var squares = 0.0
          for i in 0..<group.size {
            let first = group.offset + a * group.size + i
            let second = group.offset + b * group.size + i
            let moved = values[first] - initial[first] - (values[second] - initial[second])
            squares += moved * moved
          }
          if !(squares.squareRoot() <= worst) { worst = squares.squareRoot() }
        }
      }
    }
    return worst
  }
}
