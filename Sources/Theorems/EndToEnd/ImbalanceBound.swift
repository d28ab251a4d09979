import FlowODE
import GSLBridge
import Models
import Verdicts

/// At depth 2, how far an unbalanced start may depart from the balanced law.
///
/// **Statement.** With D = W₂ᵀW₂ − W₁W₁ᵀ taken at the start, which gradient flow conserves:
/// |σ̇_r + 2σ_r⟨G, u_r v_rᵀ⟩| ≤ ‖D‖(‖G v_r‖ + ‖Gᵀu_r‖), with σ̇_r from the exact law, and
/// −‖D‖/2 ≤ W₂W₂ᵀ − (WWᵀ)^{1/2} ≤ ‖D‖ and −‖D‖/2 ≤ W₁ᵀW₁ − (WᵀW)^{1/2} ≤ ‖D‖ as operators.
/// **Hypotheses.** A matrix factorization of depth 2; the loss is differentiable along the path.
/// **Judged by.** The slack of every bound at every accepted step.
/// **Refuted by.** The constant 1/4 in front of ‖D‖ in the upper bounds.
/// **Sources.** Derived by polar decomposition and operator monotonicity of the square root.
public enum ImbalanceBound: Claim {
  public enum Variant: ClaimVariant {
    case law
    /// ‖D‖/4 in the upper bounds.
    case quarter
  }

  public static let card = ClaimCard(
    name: "imbalance-bound", summary: "at depth 2, how far an unbalanced start may depart from the balanced law",
    formulas: [
      "|σ̇_r + 2σ_r ⟨G, u_r v_rᵀ⟩| ≤ ‖D‖ (‖G v_r‖ + ‖Gᵀ u_r‖),  D = W2ᵀW2 − W1 W1ᵀ at t = 0",
      "−‖D‖/2 ≤ W2 W2ᵀ − (WWᵀ)^(1/2) ≤ ‖D‖ and −‖D‖/2 ≤ W1ᵀW1 − (WᵀW)^(1/2) ≤ ‖D‖ as operators",
    ],
    sources: [
      .derived(
        "polar decomposition and operator monotonicity of the square root; D is conserved, so its start value serves for all t"
      )
    ],
    judgedBy: .bound, residual: "slack of every bound at every accepted step; the tightness of each is printed",
    example: "flowcheck singular-values --shape 6,6 --depth 2 --rank 2 --init-scale 0.3 --until 20")

  public static let hypotheses: [HypothesisRule] = [
    HypothesisRule("depth", "the model is a matrix factorization of depth 2") { setting in
      (MatrixSetting.depth(setting) == 2, setting.model.summary)
    },
    .differentiableAlongThePath,
  ]

  public static let mutants: [MutantRule<Variant>] = [.statement("the constant 1/4", .quarter)]

  public static func statement(_ setting: ClaimSetting) -> String {
    "|σ̇_r + 2σ_r⟨G, u_r v_rᵀ⟩| ≤ ‖D‖(‖G v_r‖ + ‖Gᵀu_r‖) and −‖D‖/2 ≤ W2 W2ᵀ − (WWᵀ)^(1/2) ≤ ‖D‖, likewise "
      + "W1ᵀW1 − (WᵀW)^(1/2), with D = W2ᵀW2 − W1 W1ᵀ at t = 0"
  }

  public static func laws(_ setting: ClaimSetting, _ variant: Variant) -> Laws? {
    guard MatrixSetting.depth(setting) == 2, let end = try? EndToEnd(experiment: setting.experiment) else { return nil }
    return .bound(ImbalanceTerms(end, constant: variant == .law ? 1 : 0.25))
  }

  /// Where the start is balanced the bounds are equalities, which other claims test.
  public static func isCalledFor(_ setting: ClaimSetting) -> Bool {
    MatrixSetting.depth(setting) == 2 && !MatrixSetting.isBalanced(setting)
  }
}

private final class ImbalanceTerms: BoundTerms {
  let names = ["rate of a singular value", "W2 W2ᵀ above", "W2 W2ᵀ below", "W1ᵀW1 above", "W1ᵀW1 below"]
  private let end: EndToEnd
  /// The constant in front of ‖D‖ in the upper bounds; 1 is the claim.
  private let constant: Double
  private var imbalance: Double?
  private var largestRate = 0.0
  private var isFalsified = false
  private var tightest = [Double](repeating: 0, count: 5)

  init(_ end: EndToEnd, constant: Double) {
    self.end = end
    self.constant = constant
  }

  func note(_ point: TrajectoryPoint, integrals: UnsafePointer<Double>, into fold: inout MarginFold) {
    let layers = end.model.layers(point.parameters)
    let matrix = layers[1] * layers[0]
    let difference = layers[1].transposed * layers[1] - layers[0] * layers[0].transposed
    guard let svd = try? SVD(matrix), let size = imbalance ?? (try? SVD.singularValues(of: difference))?.first else {
      return
    }
    imbalance = size
    let gradient = end.gradient(matrix)
    let exact = end.exactSingularRates(point.parameters, svd: svd, gradient: gradient)
    let balanced = EndToEnd.balancedSingularRates(svd, gradient: gradient, depth: 2)
    let right = gradient * svd.v
    let left = gradient.transposed * svd.u
    for r in exact.indices where Self.isDefined(r, svd.singularValues) {
      let bound = constant * size * (Self.norm(right, r) + Self.norm(left, r))
      // Beside the largest rate of the run: late ones are differences of a converged flow, and all solver.
      largestRate = max(largestRate, abs(exact[r]), abs(balanced[r]))
      note(0, abs(exact[r] - balanced[r]), bound, largestRate, point.time, &fold)
    }
    operators(layers[1] * layers[1].transposed, Self.root(svd.u, svd.singularValues), size, 1, point.time, &fold)
    operators(layers[0].transposed * layers[0], Self.root(svd.v, svd.singularValues), size, 3, point.time, &fold)
  }

  /// The part of σ₁ by which a singular value must stand apart from 0 and from its neighbours for its vectors, and so its rate, to be more
  /// than rounding: u σ₁/gap of a vector is noise, and below the width there is none at all.
  private static let leastGap = 1e-7

  private static func isDefined(_ r: Int, _ values: [Double]) -> Bool {
    guard let largest = values.first else { return false }
    let least = leastGap * largest
    return values[r] > least && (r == 0 || values[r - 1] - values[r] > least)
      && (r + 1 == values.count || values[r] - values[r + 1] > least)
  }

  private func operators(
    _ gram: Matrix, _ root: Matrix, _ size: Double, _ law: Int, _ time: Double, _ fold: inout MarginFold
  ) {
    guard let eigen = try? SymmetricEigen(gram - root), let low = eigen.values.first, let high = eigen.values.last
    else { return }
    let terms = max(gram.maxAbs, root.maxAbs)
    note(law, max(0, high), constant * size, terms, time, &fold)
    note(law + 1, max(0, -low), size / 2, terms, time, &fold)
  }

  private func note(
    _ law: Int, _ value: Double, _ bound: Double, _ terms: Double, _ time: Double, _ fold: inout MarginFold
  ) {
    fold.note(law, value: value, bound: bound, terms: terms, time: time)
    if value > bound + JudgingRule.roundoffUnits * JudgingRule.unitRoundoff * terms { isFalsified = true }
    if bound > 0 { tightest[law] = max(tightest[law], value / bound) }
  }

  private static func norm(_ matrix: Matrix, _ column: Int) -> Double {
    (0..<matrix.rows).reduce(0) { $0 + matrix[$1, column] * matrix[$1, column] }.squareRoot()
  }

  /// Q diag(σ) Qᵀ.
  private static func root(_ frame: Matrix, _ values: [Double]) -> Matrix {
    var scaled = frame
    for i in 0..<frame.rows { for r in values.indices { scaled[i, r] *= values[r] } }
    return scaled * frame.transposed
  }

  func complete(_ evidence: inout Evidence) {
    evidence.isFalsified = isFalsified
    evidence.tables = [
      Table(
        "tightness along the run, ‖D‖ = \(tableNumber(imbalance ?? 0))", columns: ["bound", "largest value/bound"],
        rows: zip(names, tightest).map { [.text($0), Cell($1)] })
    ]
  }
}
