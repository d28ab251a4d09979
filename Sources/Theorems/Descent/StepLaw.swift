import FlowODE
import Models

/// The exact one-step formula of balancedness under descent, watched at every iteration.
///
/// For θ⁺ = θ − h g(θ) with one scalar h the first-order terms cancel, and for every law D of squared norms and Gram matrices
/// D⁺ − D = h² D(g): CP h² (‖gⁿ‖² − ‖gᵐ‖²), matrix h² (g_{l+1}ᵀ g_{l+1} − g_l g_lᵀ). It holds for every loss, and for
/// mini-batches.
final class StepLaw {
  private var terms: BondTerms
  private var former: BondTerms
  /// Terms of the last gradient, and work space of ``drift(_:)``.
  private let gradientTerms: BondTerms
  private let initial: [Double]
  /// Whether there is a law that the formula is about.
  let hasFormula: Bool
  /// What the model conserves beside its bonds, for the drift.
  private let invariants: InvariantValues
  private let initialInvariants: [Double]
  /// Worst violation of the formula over all iterations, relative to the largest term at that iteration.
  private(set) var worst = 0.0
  /// The same for the false formula D⁺ = D.
  private(set) var worstWithoutQuadratic = 0.0
  /// Largest change of a single term in one iteration, relative to the largest term: what a wrong rate would be seen by.
  private(set) var power = 0.0
  private(set) var largestTerm = 0.0

  /// nil for a model without conserved quantities.
  init?(_ model: Model, start: UnsafePointer<Double>) {
    // A sum of entries is linear: it does not move at all.
    let bonds = model.bonds.filter(\.isQuadratic)
    guard !bonds.isEmpty || !model.invariants.isEmpty else { return nil }
    hasFormula = !bonds.isEmpty
    invariants = InvariantValues(model)
    invariants.update(start)
    initialInvariants = invariants.values
    terms = BondTerms(bonds: bonds)
    former = BondTerms(bonds: bonds)
    gradientTerms = BondTerms(bonds: bonds)
    terms.update(start)
    initial = terms.values
    largestTerm = max(terms.largestTerm, invariants.largestTerm)
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
        let term = Bond.Sum.Summand(term: a, coefficient: 1)
        power = max(power, change(group, [term], square).plain / scale)
      }
      for law in group.laws {
        let moved = change(group, law.summands, square)
        if !(moved.formula / scale <= worst) { worst = moved.formula / scale }
        worstWithoutQuadratic = max(worstWithoutQuadratic, moved.plain / scale)
      }
    }
  }

  /// Norms of the change of a sum of terms in the last iteration, with and without the formula taken off.
  private func change(
    _ group: BondTerms.Group, _ summands: [Bond.Sum.Summand], _ square: Double
  ) -> (formula: Double, plain: Double) {
    var formula = 0.0
    var plain = 0.0
    for i in 0..<group.size {
      var moved = 0.0
      var expected = 0.0
      for summand in summands {
        let position = group.offset + summand.term * group.size + i
        moved += summand.coefficient * (terms.values[position] - former.values[position])
        expected += summand.coefficient * gradientTerms.values[position]
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
    invariants.update(parameters)
    let values = gradientTerms.values
    var worst = invariants.departure(from: initialInvariants)
    for group in terms.groups {
      for law in group.laws {
        var squares = 0.0
        for i in 0..<group.size {
          var moved = 0.0
          for summand in law.summands {
            let position = group.offset + summand.term * group.size + i
            moved += summand.coefficient * (values[position] - initial[position])
          }
          squares += moved * moved
        }
        if !(squares.squareRoot() <= worst) { worst = squares.squareRoot() }
      }
    }
    return worst
  }
}
