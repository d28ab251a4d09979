import FlowODE
import Models

/// The exact one-step formula of balancedness under descent, watched at every iteration.
///
/// For θ⁺ = θ − h g(θ) with one scalar h the first-order terms cancel, and for every law D of squared norms and Gram matrices
/// D⁺ − D = h² D(g): CP h² (‖gⁿ‖² − ‖gᵐ‖²), matrix h² (g_{l+1}ᵀ g_{l+1} − g_l g_lᵀ). It holds for every loss, and for
/// mini-batches.
final class StepLaw {
  private let terms: BondTerms
  /// Terms of the last gradient, and work space of ``drift(_:)``.
  private let gradientTerms: BondTerms
  private let sums: SumsOfTerms
  private let initial: Buffer<Double>
  /// The terms before the last iteration, and what it changed them by.
  private let former: Buffer<Double>
  private let moved: Buffer<Double>
  /// Whether there is a law that the formula is about.
  let hasFormula: Bool
  /// What the model conserves beside its bonds, for the drift.
  private let invariants: InvariantValues
  private let initialInvariants: [Double]
  /// Worst violation of the formula over all iterations, relative to the largest term at that iteration.
  private(set) var worst = 0.0
  /// The same for the false formula D⁺ = D.
  private(set) var worstWithoutQuadratic = 0.0
  /// The largest h² D(g) of an iteration, relative to the largest term: by how much the formula says that a law changes.
  private(set) var largestSecondOrder = 0.0
  /// Largest change of a single term in one iteration, relative to the largest term: what a wrong rate would be seen by.
  private(set) var power = 0.0
  private(set) var largestTerm = 0.0

  /// Above it the squares of terms may overflow.
  private static let largestScale = 1e150

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
    gradientTerms = BondTerms(bonds: bonds)
    sums = SumsOfTerms(terms)
    terms.update(start)
    initial = Buffer(terms.values)
    former = Buffer(count: terms.count)
    moved = Buffer(count: terms.count)
    largestTerm = max(terms.largestTerm, invariants.largestTerm)
  }

  /// Takes note of one iteration.
  func observe(_ descent: Descent) {
    let (terms, gradientTerms, count) = (self.terms, self.gradientTerms, self.terms.count)
    let (values, former, moved) = (terms.base, self.former.pointer, self.moved.pointer)
    former.update(from: values, count: count)
    terms.update(descent.parameters)
    gradientTerms.update(descent.gradient)
    for i in 0..<count { moved[i] = values[i] - former[i] }
    let square = descent.lastScalarStep * descent.lastScalarStep
    let largest = terms.largestTerm
    largestTerm = max(largestTerm, largest)
    let scale = max(largest, square * gradientTerms.largestTerm)
    guard scale > 0, scale.isFinite else { return }
    power = max(power, sums.largestTerm(moved) / scale)
    let found = sums.largest(moved, gradientTerms.base, square)
    // Of iterates so large that squares overflow, nothing is known.
    guard scale < Self.largestScale || found.difference.isFinite else { return }
    if !(found.difference / scale <= worst) { worst = found.difference / scale }
    largestSecondOrder = max(
      largestSecondOrder, square * sums.largest(gradientTerms.base, gradientTerms.base, 0).plain / scale)
    worstWithoutQuadratic = max(worstWithoutQuadratic, found.plain / scale)
  }

  /// The largest departure of a law from its value at the start, max ‖D − D(0)‖, at θ.
  func drift(_ parameters: UnsafePointer<Double>) -> Double {
    gradientTerms.update(parameters)
    invariants.update(parameters)
    let (values, initial, moved) = (gradientTerms.base, self.initial.pointer, self.moved.pointer)
    for i in 0..<gradientTerms.count { moved[i] = values[i] - initial[i] }
    let (departure, bonds) = (invariants.departure(from: initialInvariants), sums.largest(moved, moved, 0).difference)
    return bonds <= departure ? departure : bonds
  }
}
