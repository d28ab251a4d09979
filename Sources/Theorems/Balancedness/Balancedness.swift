import FlowODE
import Models
import Verdicts

/// Differences of squared norms or Gram matrices are constant along gradient flow.
///
/// **Statement.** Gradient flow of a differentiable loss conserves W_{l+1}ᵀ W_{l+1} − W_l W_lᵀ for every pair of adjacent layers,
/// and ‖w_rⁿ‖² − ‖w_rᵐ‖² for every component r and modes n, m; of any model, the laws that its labels show.
/// **Hypotheses.** The loss is differentiable along the path; some factors are multiplied, or labels show a law.
/// **Judged by.** The largest change of a law: the Frobenius norm of the change of its matrix, relative to the largest single term
/// (a Gram matrix's Frobenius norm, a squared norm).
/// **Refuted by.** A wrong rate of one block, a plus sign, norms instead of squared norms, inner products of two components; of
/// laws of one sign, unequal weights on their entries.
/// **Sources.** Arora, Cohen, Hazan 2018, Theorem 1; Du, Hu, Lee 2018, Theorem 2.2; Razin, Maman, Cohen 2021, Lemma 1.
public enum Balancedness: Claim {
  public enum Variant: ClaimVariant {
    case law
    /// Sums for differences.
    case plusSign
    /// ‖w_rⁿ‖ − ‖w_rᵐ‖, which is constant for balanced starts only.
    case unsquared
    /// ⟨w_rⁿ, w_sⁿ⟩ − ⟨w_rᵐ, w_sᵐ⟩ for s = r + 1, which models bilinear in their components conserve and N ≥ 3 does not.
    case offDiagonal
    /// Weights from 1 to 2 on the entries of laws of one sign, such as ‖v‖² or a sum.
    case unequal
  }

  public static let card = ClaimCard(
    name: "balancedness",
    summary: "differences of squared norms (CP) or Gram matrices (deep matrix) are constant along gradient flow",
    formulas: [
      .init("matrix", "W(l+1)ᵀ W(l+1) − W(l) W(l)ᵀ is constant in t for every l = 1 … L−1"),
      .init("cp", "‖w_rⁿ‖² − ‖w_rᵐ‖² is constant in t for every component r and modes n, m"),
      .init(
        "other models",
        "the sums of squared norms, Gram matrices or entries that the labels of its program show are constant in t"),
    ],
    sources: [.aroraCohenHazan2018("Theorem 1"), .duHuLee2018("Theorem 2.2"), .razinMamanCohen2021("Lemma 1")],
    judgedBy: .conservation,
    residual:
      "largest change of a law over all accepted steps (matrix: Frobenius norm), relative to the largest single "
      + "term along the run",
    example: "flowcheck balancedness --model matrix --shape 10,10 --depth 3 --rank 3 --target-norm 10 --observed 0.6 "
      + "--normalization half-sum --init-scale 0.05 --until 40")

  public static let hypotheses: [HypothesisRule] = [
    HypothesisRule(
      "bonds", "the model has at least two factors that are multiplied",
      wording: { BondWording($0.model) == .labels ? "labels show a conserved quantity of the model" : nil },
      check: { setting in
        let bonds = setting.model.bonds
        guard bonds.isEmpty else { return (true, counted(bonds.count, "bond")) }
        return (
          false,
          setting.model.chain != nil
            ? "a model of depth 1 has no law" : "labels show no law of \(setting.model.identifier)"
        )
      }),
    .differentiableAlongThePath,
  ]

  public static let mutants: [MutantRule<Variant>] = [
    .tiedRate,
    .statement("a plus sign in the law", .plusSign) { setting in
      setting.model.bonds.contains { $0.laws.contains(where: \.isTwoSided) }
    },
    .statement("norms instead of squared norms", .unsquared) { $0.model.components != nil },
    .statement("inner products of two components", .offDiagonal) { setting in
      guard let registry = setting.model.components else { return false }
      return registry.components.count >= 2 && registry.blockCounts.allSatisfy { $0 >= 3 }
    },
    .statement("a law of one sign with unequal weights", .unequal) { OneSignedLaws.hasSeveralParts($0.model) },
  ]

  public static func statement(_ setting: ClaimSetting) -> String {
    switch BondWording(setting.model) {
    case .components: "‖w_rⁿ‖² − ‖w_rᵐ‖² is constant along gradient flow for every r, n, m"
    case .layers: "W(l+1)ᵀ W(l+1) − W(l) W(l)ᵀ is constant along gradient flow for every l"
    case .labels: BondWording.list(setting.model)
    }
  }

  public static func isCalledFor(_ setting: ClaimSetting) -> Bool {
    !setting.model.bonds.isEmpty || setting.model.invariants.isEmpty
  }

  public static func laws(_ setting: ClaimSetting, _ variant: Variant) -> Laws? {
    switch variant {
    case .law, .plusSign:
      setting.model.bonds.isEmpty ? nil : .conserved(BondLawTerms(setting.model.bonds, isLaw: variant == .law))
    case .unsquared, .offDiagonal:
      setting.model.components.map {
        .conserved(MutatedBondTerms($0.components, isUnsquared: variant == .unsquared))
      }
    case .unequal: .conserved(UnequalTerms(setting.model))
    }
  }
}

/// The terms of a model's bonds, of which every pair within a bond makes a law. A law of one sign has, with sign 0, a term that says
/// how far its entries moved: its own terms need not move at all.
final class BondLawTerms: ConservedTerms {
  let laws: [TermSum]
  let sizes: [Int]
  private let terms: BondTerms
  private let movements: [PartMovement]
  /// The largest Σ|c| of a law, as it enters a bound on its slope.
  private let spread: Double
  /// The most numbers that a term has.
  private let widest: Int
  /// The most entries that a linear law adds up.
  private let longestSum: Int

  /// - Parameter isLaw: false for sums in place of differences, in the laws that have any.
  init(_ bonds: [Bond], isLaw: Bool) {
    let terms = BondTerms(bonds: bonds)
    self.terms = terms
    widest = terms.groups.map(\.size).max() ?? 1
    let oneSigned = isLaw ? OneSignedLaws(bonds).items : []
    movements = oneSigned.map(PartMovement.init)
    longestSum = oneSigned.filter { !$0.isSquare }.map(\.parts.count).max() ?? 0
    let own = terms.groups.flatMap { [Int](repeating: $0.size, count: $0.count) }
    sizes = own + oneSigned.map(\.size)
    var spread = 2.0
    var movement = own.count
    var laws: [TermSum] = []
    var first = 0
    for group in terms.groups {
      for law in group.laws where isLaw || law.isTwoSided {
        let summands = law.summands.map { (term: $0.term, coefficient: isLaw ? $0.coefficient : abs($0.coefficient)) }
        var sum = summands.map { (index: first + $0.term, sign: $0.coefficient) }
        if isLaw, !law.isTwoSided {
          sum.append((movement, 0))
          movement += 1
        }
        laws.append(TermSum(Self.name(summands, group.names), sum))
        let total = summands.reduce(0) { $0 + abs($1.coefficient) }
        if summands.count > 2 || total > 2 { spread = max(spread, total * total) }
      }
      first += group.count
    }
    self.laws = laws
    self.spread = spread
  }

  /// `W1 W1ᵀ − W2ᵀW2`.
  private static func name(_ summands: [(term: Int, coefficient: Double)], _ names: [String]) -> String {
    var sum = ""
    for (term, coefficient) in summands {
      sum += sum.isEmpty ? (coefficient < 0 ? "−" : "") : (coefficient < 0 ? " − " : " + ")
      sum += (abs(coefficient) == 1 ? "" : "\(tableNumber(abs(coefficient)))·") + names[term]
    }
    return sum
  }

  func update(_ point: TrajectoryPoint, into values: UnsafeMutablePointer<Double>) {
    terms.update(point.parameters)
    values.update(from: terms.base, count: terms.count)
    var next = values + terms.count
    for (k, movement) in movements.enumerated() {
      movement.update(point.parameters, into: next)
      next += sizes[sizes.count - movements.count + k]
    }
  }

  /// |I(θ + e) − I(θ)| ≤ 2 √(‖w‖² + ‖w′‖²) ‖e‖, and neither squared norm exceeds √k times the largest term; of several terms or
  /// with coefficients, 2 Σ|c|‖w‖ ‖e‖; of n entries added up, √n ‖e‖.
  var sensitivity: Double? {
    let quadratic = 2 * (spread * Double(widest).squareRoot().squareRoot() * terms.largestTerm).squareRoot()
    return max(quadratic, Double(longestSum).squareRoot())
  }
}
