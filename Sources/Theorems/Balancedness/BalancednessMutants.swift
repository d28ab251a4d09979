import FlowODE
import Models
import Verdicts

/// False relatives of the balancedness laws of CP components, as negative controls: with
/// norms instead of squared norms, ‖w_rⁿ‖ − ‖w_rᵐ‖, which is constant only for balanced starts, and off the diagonal,
/// ⟨w_rⁿ, w_sⁿ⟩ − ⟨w_rᵐ, w_sᵐ⟩ for r ≠ s, which bilinear models (N = 2) conserve and N ≥ 3 does not. The pairs are s = r + 1.
///
/// By how much a law must change is known beforehand: its rate follows from θ and ∇f, and is summed by the trapezoidal rule.
/// Where that says that it hardly changes (``Evidence/isFalsified``), no rejection can be asked for.
struct BalancednessMutant: Claim {
  enum Kind: Sendable { case unsquared, offDiagonal }

  let kind: Kind

  /// The mutants that are false in general for this model.
  static func controls(_ setting: ClaimSetting) -> [NegativeControl] {
    guard let registry = ComponentRegistry(setting.model) else { return [] }
    var controls = [NegativeControl("norms instead of squared norms", .claim(BalancednessMutant(kind: .unsquared)))]
    if registry.components.count >= 2, registry.blockCounts.allSatisfy({ $0 >= 3 }) {
      controls.append(
        NegativeControl("inner products of two components", .claim(BalancednessMutant(kind: .offDiagonal))))
    }
    return controls
  }

  var identifier: String { kind == .unsquared ? "balancedness unsquared" : "balancedness off the diagonal" }

  func statement(_ setting: ClaimSetting) -> String {
    kind == .unsquared
      ? "‖w_rⁿ‖ − ‖w_rᵐ‖ is constant" : "⟨w_rⁿ, w_sⁿ⟩ − ⟨w_rᵐ, w_sᵐ⟩ is constant for s = r + 1"
  }

  func hypotheses(_ setting: ClaimSetting) -> [Hypothesis] { [] }

  func controls(_ setting: ClaimSetting) -> [NegativeControl] { [] }

  func monitor(_ setting: ClaimSetting, quadratureOffset: Int) -> any ClaimMonitor {
    guard let registry = ComponentRegistry(setting.model) else { return VacuousMonitor() }
    return Monitor(kind: kind, components: registry.components)
  }

  private final class Monitor: ClaimMonitor {
    /// A mutated law must change by this part of its largest term before its rejection is asked for.
    private static let leastChange = 1e-4

    private let kind: Kind
    private let components: [[VectorView]]
    /// Where the terms of each component begin.
    private let offsets: [Int]
    private var initial: [Double] = []
    private var terms: [Double]
    private var rates: [Double]
    private var earlierRates: [Double]
    /// ∫ of the rates so far.
    private var predicted: [Double]
    private var time = 0.0
    private var worst = 0.0
    private var worstTime = 0.0
    private var worstComponent = 0
    private var change = 0.0
    private var largest = 0.0
    private var expected = 0.0

    init(kind: Kind, components: [[VectorView]]) {
      self.kind = kind
      self.components = components
      var count = 0
      offsets = components.map { blocks in
        defer { count += blocks.count }
        return count
      }
      terms = [Double](repeating: 0, count: count)
      rates = terms
      earlierRates = terms
      predicted = terms
    }

    private func update(_ point: TrajectoryPoint) {
      let (theta, gradient) = (point.parameters, point.gradient)
      for (r, blocks) in components.enumerated() {
        let partners = kind == .unsquared ? blocks : components[(r + 1) % components.count]
        for (n, (own, other)) in zip(blocks, partners).enumerated() {
          var product = 0.0
          var rate = 0.0
          for i in 0..<own.count {
            let (a, b) = (own.offset + i * own.stride, other.offset + i * other.stride)
            product += theta[a] * theta[b]
            rate -= gradient[a] * theta[b] + theta[a] * gradient[b]
          }
          let k = offsets[r] + n
          if kind == .unsquared {
            let norm = product.squareRoot()
            terms[k] = norm
            rates[k] = norm > 0 ? rate / (2 * norm) : 0
          } else {
            terms[k] = product
            rates[k] = rate
          }
        }
      }
    }

    func observe(_ point: TrajectoryPoint) {
      swap(&rates, &earlierRates)
      update(point)
      if initial.isEmpty {
        initial = terms
        earlierRates = rates
      }
      let step = point.time - time
      time = point.time
      for (r, blocks) in components.enumerated() {
        var (low, high) = (Double.infinity, -Double.infinity)
        var (expectedLow, expectedHigh) = (low, high)
        for k in offsets[r]..<(offsets[r] + blocks.count) {
          predicted[k] += 0.5 * step * (rates[k] + earlierRates[k])
          let moved = terms[k] - initial[k]
          (low, high) = (min(low, moved), max(high, moved))
          (expectedLow, expectedHigh) = (min(expectedLow, predicted[k]), max(expectedHigh, predicted[k]))
          largest = max(largest, abs(terms[k]))
          change = max(change, abs(moved))
        }
        expected = max(expected, expectedHigh - expectedLow)
        if high - low > worst || (high - low).isNaN {
          worst = high - low
          worstTime = point.time
          worstComponent = r
        }
      }
    }

    var evidence: Evidence {
      let scale = largest > 0 ? largest : 1
      var evidence = Evidence(
        residual: worst / scale, power: change / scale, largestTerm: largest, worstTime: worstTime,
        worstLaw: "component \(worstComponent)")
      evidence.isFalsified = expected > Self.leastChange * scale
      return evidence
    }
  }
}
