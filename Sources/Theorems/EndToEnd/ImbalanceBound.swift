import FlowODE
import GSLBridge
import Models
import Verdicts

/// How far depth-2 flow from any start may depart from the balanced law, with D = W₂ᵀW₂ − W₁W₁ᵀ taken at the start, which
/// gradient flow conserves:
///
/// - |σ̇_r + 2σ_r⟨G, u_r v_rᵀ⟩| ≤ ‖D‖(‖G v_r‖ + ‖Gᵀu_r‖), with σ̇_r from the exact law, and
/// - −‖D‖/2 ≤ W₂W₂ᵀ − (WWᵀ)^{1/2} ≤ ‖D‖ and −‖D‖/2 ≤ W₁ᵀW₁ − (WᵀW)^{1/2} ≤ ‖D‖ as operators.
public struct ImbalanceBound: Claim {
  /// The constant in front of ‖D‖ in the upper bounds; 1 is the claim.
  private let constant: Double

  public init() { constant = 1 }
  private init(constant: Double) { self.constant = constant }

  public var identifier: String { constant == 1 ? "imbalance-bound" : "imbalance-bound with the constant \(constant)" }

  public var isInequality: Bool { true }

  public func statement(_ setting: ClaimSetting) -> String {
    let c = constant == 1 ? "" : "\(constant) "
    return
      "|σ̇_r + 2σ_r⟨G, u_r v_rᵀ⟩| ≤ \(c)‖D‖(‖G v_r‖ + ‖Gᵀu_r‖) and −‖D‖/2 ≤ W2 W2ᵀ − (WWᵀ)^(1/2) ≤ \(c)‖D‖, likewise "
      + "W1ᵀW1 − (WᵀW)^(1/2), with D = W2ᵀW2 − W1 W1ᵀ at t = 0"
  }

  public func hypotheses(_ setting: ClaimSetting) -> [Hypothesis] {
    let depth = (setting.model as? MatrixFactorization)?.depth
    return [
      Hypothesis(
        "the model is a matrix factorization of depth 2", isMet: depth == 2, detail: setting.model.summary)
    ]
  }

  public func monitor(_ setting: ClaimSetting, quadratureOffset: Int) -> any ClaimMonitor {
    Monitor(end: try? EndToEnd(experiment: setting.experiment), constant: constant)
  }

  public func controls(_ setting: ClaimSetting) -> [NegativeControl] {
    constant == 1 ? [NegativeControl("the constant 1/4", .claim(ImbalanceBound(constant: 0.25)))] : []
  }

  private final class Monitor: ClaimMonitor {
    private let end: EndToEnd?
    private let constant: Double
    private var fold = MarginFold(
      laws: ["rate of a singular value", "W2 W2ᵀ above", "W2 W2ᵀ below", "W1ᵀW1 above", "W1ᵀW1 below"])
    private var imbalance: Double?
    private var isFalsified = false
    private var tightest = [Double](repeating: 0, count: 5)

    init(end: EndToEnd?, constant: Double) {
      self.end = end
      self.constant = constant
    }

    func observe(_ point: TrajectoryPoint) {
      guard let end, end.model.depth == 2 else { return }
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
      for r in exact.indices {
        let bound = constant * size * (Self.norm(right, r) + Self.norm(left, r))
        note(0, abs(exact[r] - balanced[r]), bound, max(abs(exact[r]), abs(balanced[r])), point.time)
      }
      operators(layers[1] * layers[1].transposed, Self.root(svd.u, svd.singularValues), size, 1, point.time)
      operators(layers[0].transposed * layers[0], Self.root(svd.v, svd.singularValues), size, 3, point.time)
      if point.isSave { fold.save(time: point.time) }
    }

    private func operators(_ gram: Matrix, _ root: Matrix, _ size: Double, _ law: Int, _ time: Double) {
      guard let eigen = try? SymmetricEigen(gram - root), let low = eigen.values.first, let high = eigen.values.last
      else { return }
      let terms = max(gram.maxAbs, root.maxAbs)
      note(law, max(0, high), constant * size, terms, time)
      note(law + 1, max(0, -low), size / 2, terms, time)
    }

    private func note(_ law: Int, _ value: Double, _ bound: Double, _ terms: Double, _ time: Double) {
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

    var evidence: Evidence {
      var evidence = Evidence(margin: fold.margin)
      evidence.isFalsified = isFalsified
      evidence.tables = [
        EvidenceTable(
          "tightness along the run, ‖D‖ = \(tableNumber(imbalance ?? 0))", columns: ["bound", "largest value/bound"],
          rows: zip(fold.margin.laws, tightest).map { [.text($0), EvidenceCell($1)] })
      ]
      return evidence
    }
  }
}
