import FlowODE
import Models
import Verdicts

/// Differences of squared norms or Gram matrices are constant along gradient flow.
///
/// **Statement.** Gradient flow of a differentiable loss conserves W_{l+1}ᵀ W_{l+1} − W_l W_lᵀ for every pair of adjacent layers,
/// and ‖w_rⁿ‖² − ‖w_rᵐ‖² for every component r and modes n, m.
/// **Hypotheses.** The loss is differentiable along the path; some factors are multiplied.
/// **Judged by.** The largest change of a law: the Frobenius norm of the change of its matrix, relative to the largest single term
/// (a Gram matrix's Frobenius norm, a squared norm).
/// **Refuted by.** A wrong rate of one block, a plus sign, norms instead of squared norms, inner products of two components.
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
  }

  public static let card = ClaimCard(
    name: "balancedness",
    summary: "differences of squared norms (CP) or Gram matrices (deep matrix) are constant along gradient flow",
    formulas: [
      .init("matrix", "W(l+1)ᵀ W(l+1) − W(l) W(l)ᵀ is constant in t for every l = 1 … L−1"),
      .init("cp", "‖w_rⁿ‖² − ‖w_rᵐ‖² is constant in t for every component r and modes n, m"),
    ],
    sources: [.aroraCohenHazan2018("Theorem 1"), .duHuLee2018("Theorem 2.2"), .razinMamanCohen2021("Lemma 1")],
    judgedBy: .conservation,
    residual:
      "largest change of a law over all accepted steps (matrix: Frobenius norm), relative to the largest single "
      + "term along the run",
    example: "flowcheck balancedness --model matrix --shape 10,10 --depth 3 --rank 3 --target-norm 10 --observed 0.6 "
      + "--normalization half-sum --init-scale 0.05 --until 40")

  public static let hypotheses: [HypothesisRule] = [
    HypothesisRule("bonds", "the model has at least two factors that are multiplied") { setting in
      let bonds = setting.model.bonds
      return (!bonds.isEmpty, bonds.isEmpty ? "a model of depth 1 has no law" : "\(bonds.count) bonds")
    },
    .differentiableAlongThePath,
  ]

  public static let mutants: [MutantRule<Variant>] = [
    .secondRate,
    .statement("a plus sign in the law", .plusSign),
    .statement("norms instead of squared norms", .unsquared) { ComponentRegistry($0.model) != nil },
    .statement("inner products of two components", .offDiagonal) { setting in
      guard let registry = ComponentRegistry(setting.model) else { return false }
      return registry.components.count >= 2 && registry.blockCounts.allSatisfy { $0 >= 3 }
    },
  ]

  public static func statement(_ setting: ClaimSetting) -> String {
    if case .multilinear = setting.model.bonds.first {
      return "‖w_rⁿ‖² − ‖w_rᵐ‖² is constant along gradient flow for every r, n, m"
    }
    return "W(l+1)ᵀ W(l+1) − W(l) W(l)ᵀ is constant along gradient flow for every l"
  }

  public static func laws(_ setting: ClaimSetting, _ variant: Variant) -> Laws? {
    switch variant {
    case .law, .plusSign:
      setting.model.bonds.isEmpty ? nil : .conserved(BondLawTerms(setting.model.bonds, sign: variant == .law ? -1 : 1))
    case .unsquared, .offDiagonal:
      ComponentRegistry(setting.model).map {
        .conserved(MutatedBondTerms($0.components, isUnsquared: variant == .unsquared))
      }
    }
  }
}

/// The terms of a model's bonds, of which every pair within a bond makes a law.
final class BondLawTerms: ConservedTerms {
  let laws: [TermSum]
  let sizes: [Int]
  private let terms: BondTerms

  /// - Parameter sign: of the second term of a pair; −1 is the law.
  init(_ bonds: [Bond], sign: Double) {
    let terms = BondTerms(bonds: bonds)
    self.terms = terms
    sizes = terms.groups.flatMap { [Int](repeating: $0.size, count: $0.count) }
    var laws: [TermSum] = []
    var first = 0
    for group in terms.groups {
      for a in 0..<group.count {
        for b in 0..<a {
          laws.append(
            TermSum(
              "\(group.names[a]) \(sign < 0 ? "−" : "+") \(group.names[b])", [(first + a, 1), (first + b, sign)]))
        }
      }
      first += group.count
    }
    self.laws = laws
  }

  func update(_ point: TrajectoryPoint, into values: UnsafeMutablePointer<Double>) {
    terms.update(point.parameters)
    terms.values.withUnsafeBufferPointer { buffer in
      if let base = buffer.baseAddress { values.update(from: base, count: buffer.count) }
    }
  }

  /// |I(θ + e) − I(θ)| ≤ 2 √(‖w‖² + ‖w′‖²) ‖e‖, and neither squared norm exceeds √k times the largest term.
  var sensitivity: Double? {
    let widest = terms.groups.map(\.size).max() ?? 1
    return 2 * (2 * Double(widest).squareRoot().squareRoot() * terms.largestTerm).squareRoot()
  }
}
