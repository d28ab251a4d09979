import FlowODE
import Models
import Verdicts

/// Conserved quantities that a family of models declares, since labels do not show them.
///
/// **Statement.** Σ c · Π (block entry)^power is constant along gradient flow, entry by entry.
/// **Hypotheses.** The family declares an invariant; it is finite at the start; the loss is differentiable along the path.
/// **Judged by.** The largest change of an invariant relative to the largest single term.
/// **Refuted by.** A wrong rate of one block; the first factor's power negated.
/// **Sources.** The family's: for u^L − v^L, from u̇ = −L u^(L−1) g and v̇ = L v^(L−1) g.
public enum InvariantLaw: Claim {
  public enum Variant: ClaimVariant {
    case law
    /// The first factor of every term with its power negated.
    case power
  }

  public static let card = ClaimCard(
    name: "invariant", summary: "what a family of models declares as conserved beside its labels' laws is constant",
    formulas: [
      .init("diagonal", "u_i v_i (L = 2) or u_i^(2−L) + v_i^(2−L) is constant in t for every i"),
      .init("other models", "what the family declares, entry by entry"),
    ],
    sources: [.derived("the family's own: for u^L − v^L, from u̇ = −L u^(L−1) g and v̇ = L v^(L−1) g, as (uv)˙ = 0")],
    judgedBy: .conservation,
    residual:
      "largest change of an invariant over all accepted steps, relative to the largest single term along the run",
    example: "flowcheck run --claims invariant --model diagonal --shape 6 --depth 3 --rank 1 --target-norm 2 "
      + "--init-scale 0.4 --init balanced --until 5")

  public static let hypotheses: [HypothesisRule] = [
    HypothesisRule("declared", "the family declares a conserved quantity beside its labels' laws") { setting in
      let formulas = setting.model.invariants.map(\.formula)
      return (
        !formulas.isEmpty,
        formulas.isEmpty ? "\(setting.model.identifier) declares none" : formulas.joined(separator: ", ")
      )
    },
    HypothesisRule("finite", "the quantity is finite at the start") { setting in
      guard !setting.model.invariants.isEmpty else { return nil }
      let values = InvariantValues(setting.model)
      values.update(setting.start)
      let isMet = values.values.allSatisfy(\.isFinite)
      return (isMet, isMet ? "largest term \(tableNumber(values.largestTerm))" : "a term is infinite or no number")
    },
    HypothesisRule("weights", "the flow is integrated in the weights") { setting in
      (
        setting.experiment.coordinates == .weights,
        "other coordinates assume the law; use integration.coordinates weights"
      )
    },
    .differentiableAlongThePath,
  ]

  public static let mutants: [MutantRule<Variant>] = [
    .secondRate, .statement("the first factor's power negated", .power),
  ]

  public static func statement(_ setting: ClaimSetting) -> String {
    let formulas = setting.model.invariants.map(\.formula)
    guard !formulas.isEmpty else { return "what the family declares is constant along gradient flow" }
    return "\(formulas.joined(separator: " and ")) is constant along gradient flow, entry by entry"
  }

  public static func laws(_ setting: ClaimSetting, _ variant: Variant) -> Laws? {
    setting.model.invariants.isEmpty
      ? nil : .conserved(InvariantTerms(InvariantValues(setting.model, invertsFirst: variant == .power)))
  }

  public static func isCalledFor(_ setting: ClaimSetting) -> Bool { !setting.model.invariants.isEmpty }
}

/// The terms of invariants. A product's own change says nothing of how far its factors moved, so beside every product stand, with
/// sign 0, its value at the start moved by each factor alone: their changes are what a wrong rate would have been seen by.
private final class InvariantTerms: ConservedTerms {
  let laws: [TermSum]
  let sizes: [Int]
  private let invariants: InvariantValues
  /// For every share, its term, its logarithm's place, and the term's value and logarithm at the start.
  private var shares: [(term: Int, place: Int)] = []
  private var initial: (values: [Double], logarithms: [Double])?

  init(_ invariants: InvariantValues) {
    self.invariants = invariants
    let terms = invariants.values.count
    var place = 0
    var laws: [TermSum] = []
    for group in invariants.groups {
      for i in 0..<group.count {
        var sum: [(index: Int, sign: Double)] = []
        for (k, factors) in group.factors.enumerated() {
          let term = group.offset + i * group.terms + k
          sum.append((term, 1))
          for factor in 0..<factors where factors > 1 {
            sum.append((terms + shares.count, 0))
            shares.append((term, place + factor))
          }
          place += factors
        }
        laws.append(TermSum("\(group.formula) of entry \(i)", sum))
      }
    }
    self.laws = laws
    sizes = [Int](repeating: 1, count: terms + shares.count)
  }

  func update(_ point: TrajectoryPoint, into values: UnsafeMutablePointer<Double>) {
    invariants.update(point.parameters)
    let initial = initial ?? (invariants.values, invariants.logarithms)
    self.initial = initial
    for (k, value) in invariants.values.enumerated() { values[k] = value }
    for (k, share) in shares.enumerated() {
      let start = initial.values[share.term]
      let moved = invariants.logarithms[share.place] - initial.logarithms[share.place]
      values[invariants.values.count + k] = start == 0 ? 0 : start * (1 + moved)
    }
  }
}
