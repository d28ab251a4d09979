import FlowODE
import Models
import Verdicts

/// The balancedness laws of a model: gradient flow of a differentiable loss conserves
///
/// - W_{l+1}ᵀ W_{l+1} − W_l W_lᵀ for every pair of adjacent layers (Arora, Cohen, Hazan 2018, Theorem 1), and
/// - ‖w_rⁿ‖² − ‖w_rᵐ‖² for every component r and modes n, m (Razin, Maman, Cohen 2021, Lemma 1).
///
/// The residual of a bilinear bond is the Frobenius norm of the change of its matrix; of a multilinear bond, the largest
/// change among its pairs. Both are relative to the largest single term (a Gram matrix's Frobenius norm, a squared norm).
public struct Balancedness: Claim {
  /// +1 tests the true law, the difference; −1 the false one with a plus sign, as a negative control.
  private let sign: Double

  public init() { sign = 1 }
  private init(sign: Double) { self.sign = sign }

  public var identifier: String { sign > 0 ? "balancedness" : "balancedness with a plus sign" }

  public func statement(_ setting: ClaimSetting) -> String {
    let operation = sign > 0 ? "−" : "+"
    if case .multilinear = setting.model.bonds.first {
      return "‖w_rⁿ‖² \(operation) ‖w_rᵐ‖² is constant along gradient flow for every r, n, m"
    }
    return "W(l+1)ᵀ W(l+1) \(operation) W(l) W(l)ᵀ is constant along gradient flow for every l"
  }

  public func hypotheses(_ setting: ClaimSetting) -> [Hypothesis] {
    [
      Hypothesis(
        "the model has at least two factors that are multiplied", isMet: !setting.model.bonds.isEmpty,
        detail: setting.model.bonds.isEmpty ? "a model of depth 1 has no law" : "\(setting.model.bonds.count) bonds")
    ]
  }

  public func monitor(_ setting: ClaimSetting, quadratureOffset: Int) -> any ClaimMonitor {
    Monitor(bonds: setting.model.bonds, sign: sign)
  }

  public func controls(_ setting: ClaimSetting) -> [NegativeControl] {
    guard setting.model.layout.blocks.count >= 2 else { return [] }
    return [
      .rate(of: 1, in: setting.model),
      NegativeControl("a plus sign in the law", .claim(Balancedness(sign: -1))),
    ] + BalancednessMutant.controls(setting)
  }

  private final class Monitor: ClaimMonitor {
    private let terms: BondTerms
    private let sign: Double
    private var initial: [Double] = []
    private var worst = 0.0
    private var worstTime = 0.0
    private var worstLaw: (group: Int, first: Int, second: Int)?
    private var change = 0.0
    private var largest = 0.0
    private var budget = 0.0
    private var previousLargest = 0.0
    private var path: [DriftPoint] = []

    init(bonds: [Bond], sign: Double) {
      terms = BondTerms(bonds: bonds)
      self.sign = sign
    }

    func observe(_ point: TrajectoryPoint) {
      terms.update(point.parameters)
      if initial.isEmpty { initial = terms.values }
      let size = terms.largestTerm
      largest = max(largest, size)
      // |I(θ + e) − I(θ)| ≤ 2 √(‖w‖² + ‖w′‖²) ‖e‖, and neither squared norm exceeds √k times the largest term.
      let widest = terms.groups.map(\.size).max() ?? 1
      let squaredNorms = 2 * Double(widest).squareRoot().squareRoot() * max(size, previousLargest)
      budget += 2 * squaredNorms.squareRoot() * point.errorEstimate
      previousLargest = size
      var here = 0.0
      for (g, group) in terms.groups.enumerated() {
        for a in 0..<group.count {
          for b in 0...a { here = max(here, compare(g, group, a, b, time: point.time)) }
        }
      }
      if point.isSave { path.append(DriftPoint(time: point.time, residual: here)) }
    }

    /// Takes note of the change of a law (a ≠ b), which it returns, or of a term itself (a = b), which is the run's power.
    private func compare(_ g: Int, _ group: BondTerms.Group, _ a: Int, _ b: Int, time: Double) -> Double {
      var squared = 0.0
      for i in 0..<group.size {
        let first = group.offset + a * group.size + i
        var moved = terms.values[first] - initial[first]
        if a != b {
          let second = group.offset + b * group.size + i
          moved -= sign * (terms.values[second] - initial[second])
        }
        squared += moved * moved
      }
      let size = squared.squareRoot()
      if a == b {
        change = max(change, size)
        return 0
      }
      if size > worst || size.isNaN {
        worst = size
        worstTime = time
        worstLaw = (g, b, a)
      }
      return size
    }

    var evidence: Evidence {
      let scale = largest > 0 ? largest : 1
      let name = worstLaw.map { law in
        let names = terms.groups[law.group].names
        return "\(names[law.second]) \(sign > 0 ? "−" : "+") \(names[law.first])"
      }
      let entries = Double(max(1, terms.values.count))
      let rounding = 16 * JudgingRule.unitRoundoff * entries.squareRoot()
      return Evidence(
        residual: worst / scale, power: change / scale, largestTerm: largest, worstTime: worstTime,
        worstLaw: name ?? "none", budget: budget / scale + rounding,
        path: path.map { DriftPoint(time: $0.time, residual: $0.residual / scale) })
    }
  }
}
