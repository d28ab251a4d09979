import FlowODE
import GSLBridge
import Models
import Verdicts

/// Laws of the end-to-end matrix of a deep matrix factorization in integral form: the quantity's change since t = 0 equals
/// the integral of its claimed rate, which is a state of the ODE. Evaluating a rate at a state would test algebra only.
public struct EndToEndClaim: Claim {
  let law: EndToEndLaw
  public let identifier: String

  private init(_ law: EndToEndLaw, _ identifier: String) {
    self.law = law
    self.identifier = identifier
  }

  /// Ẇ = −Σ_j [WWᵀ]^{(L−j)/L} G [WᵀW]^{(j−1)/L} from balanced starts.
  public static let dynamics = EndToEndClaim(.dynamics(depthError: 0), "end-to-end")

  /// σ̇_r = −L σ_r^{2−2/L}⟨G, u_r v_rᵀ⟩ from balanced starts.
  public static let singularValues = EndToEndClaim(.balancedSingularValues(depthError: 0), "singular-values")

  /// σ̇_r = −Σ_l u_rᵀ A_l A_lᵀ G B_lᵀ B_l v_r from any start.
  public static let singularValueRates = EndToEndClaim(.singularValues(skipping: nil), "singular-value-rates")

  /// The integrals behind the fitted exponent of the singular-value law; its hypotheses, but that of balance, serve there.
  static let growth = EndToEndClaim(.growth, "singular-value-growth")

  public func statement(_ setting: ClaimSetting) -> String {
    let depth = (setting.model as? MatrixFactorization)?.depth ?? 0
    switch law {
    case .dynamics(let error):
      let exponent = depth + error
      return "W(t) − W(0) = −∫ Σ_j [WWᵀ]^((L−j)/\(exponent)) G [WᵀW]^((j−1)/\(exponent)) ds with L = \(depth), "
        + "G the loss's gradient at W"
    case .balancedSingularValues(let error):
      let exponent = depth + error
      return "σ_r(t) − σ_r(0) = −\(depth) ∫ σ_r^(2−2/\(exponent)) ⟨G, u_r v_rᵀ⟩ ds for \(Self.range(setting))"
    case .singularValues(let skipping):
      let layers = skipping.map { " without l = \($0 + 1)" } ?? ""
      return "σ_r(t) − σ_r(0) = −∫ Σ_l u_rᵀ A_l A_lᵀ G B_lᵀ B_l v_r ds for \(Self.range(setting))\(layers), "
        + "A_l = W_L ⋯ W_(l+1), B_l = W_(l−1) ⋯ W_1"
    case .growth: return "∫ −\(depth) ⟨G, u_r v_rᵀ⟩ ds"
    }
  }

  /// Which singular values are followed.
  static func range(_ setting: ClaimSetting) -> String {
    let count = setting.model.endShape.min() ?? 0
    let limit = EndToEndState.followedLimit
    return count <= limit ? "every r" : "the \(limit) largest σ_r of \(count)"
  }

  public func hypotheses(_ setting: ClaimSetting) -> [Hypothesis] {
    guard let model = setting.model as? MatrixFactorization else {
      return [
        Hypothesis("the model is a matrix factorization", isMet: false, detail: setting.model.summary)
      ]
    }
    var list: [Hypothesis] = [
      Hypothesis(
        "the flow is integrated in the weights", isMet: setting.experiment.coordinates == .weights,
        detail: setting.experiment.coordinates == .weights
          ? "coordinates: weights" : "svd coordinates assume the law; use --coordinates weights")
    ]
    switch law {
    case .dynamics, .balancedSingularValues: list.append(.balanced(model, setting.start))
    case .singularValues, .growth: break
    }
    switch law {
    case .dynamics: break
    case .balancedSingularValues, .singularValues, .growth:
      list.append(.distinctSingularValues(model, setting.start))
    }
    return list
  }

  public func quadratures(_ setting: ClaimSetting) -> [any Quadrature] {
    guard let state = setting.endToEnd else { return [] }
    return [EndToEndQuadrature(EndToEndTerms(law, state: state))]
  }

  public func monitor(_ setting: ClaimSetting, quadratureOffset: Int) -> any ClaimMonitor {
    Monitor(terms: setting.endToEnd.map { EndToEndTerms(law, state: $0) }, offset: quadratureOffset)
  }

  public func controls(_ setting: ClaimSetting) -> [NegativeControl] {
    guard let model = setting.model as? MatrixFactorization, model.depth >= 2 else { return [] }
    let last = model.layout.blocks.count - 1
    switch law {
    case .dynamics:
      return [
        .rate(of: last, in: setting.model),
        NegativeControl(
          "exponents over L + 1",
          .claim(EndToEndClaim(.dynamics(depthError: 1), "end-to-end with exponents over L + 1"))),
      ]
    case .balancedSingularValues:
      return [
        .rate(of: last, in: setting.model),
        NegativeControl(
          "the exponent 2 − 2/(L + 1)",
          .claim(
            EndToEndClaim(
              .balancedSingularValues(depthError: 1), "singular-values with the exponent 2 − 2/(L + 1)"))),
      ]
    case .singularValues:
      return [
        .rate(of: last, in: setting.model),
        NegativeControl(
          "the first layer's term left out",
          .claim(EndToEndClaim(.singularValues(skipping: 0), "singular-value-rates without a layer"))),
      ]
    case .growth: return []
    }
  }

  private final class Monitor: ClaimMonitor {
    private let terms: EndToEndTerms?
    private let offset: Int
    /// Singular values beyond this many are not drawn.
    private static let curveLimit = 10
    private var initial: [Double] = []
    private var worst = 0.0
    private var worstTime = 0.0
    private var worstName = "none"
    private var change = 0.0
    private var largest = 0.0
    private var rounding = 0.0
    private var tracker = SingularValueTracker()
    private var path: [DriftPoint] = []
    private var times: [Double] = []
    private var followed: [[Double]] = []

    init(terms: EndToEndTerms?, offset: Int) {
      self.terms = terms
      self.offset = offset
    }

    func observe(_ point: TrajectoryPoint) {
      guard let terms else { return }
      let values: [Double]
      if case .dynamics(let error) = terms.law {
        values = terms.values(point.parameters)
        rounding = max(rounding, terms.state.powerRounding(2 / Double(terms.state.end.model.depth + error)))
      } else if let svd = terms.decomposition(point.parameters) {
        let tracked = tracker.follow(svd, time: point.time, count: terms.state.followed)
        if point.isSave {
          times.append(point.time)
          followed.append(Array(tracked.prefix(Self.curveLimit)))
        }
        values = terms.state.singularValues
      } else {
        values = [Double](repeating: .nan, count: terms.names.count)
      }
      if initial.isEmpty { initial = values }
      var here = 0.0
      for i in values.indices {
        let integral = point.quadratures[offset + i]
        let residual = abs(values[i] - initial[i] - integral)
        largest = max(largest, abs(values[i]), abs(initial[i]), abs(integral))
        change = max(change, abs(values[i] - initial[i]))
        if residual > here || residual.isNaN { here = residual }
        if residual > worst || residual.isNaN {
          worst = residual
          worstTime = point.time
          worstName = terms.names[i]
        }
      }
      if point.isSave { path.append(DriftPoint(time: point.time, residual: here)) }
    }

    var evidence: Evidence {
      let scale = largest > 0 ? largest : 1
      var evidence = Evidence(
        residual: worst / scale, power: change / scale, largestTerm: largest, worstTime: worstTime, worstLaw: worstName,
        rounding: rounding, path: path.map { DriftPoint(time: $0.time, residual: $0.residual / scale) })
      guard let count = followed.first?.count else { return evidence }
      evidence.tables = [
        EvidenceTable(
          "singular values, followed by continuity",
          columns: ["smallest gap / largest value", "between", "at t", "exchanges of order"],
          rows: [
            [
              EvidenceCell(tracker.smallestGap), .text("\(tracker.gapIndex), \(tracker.gapIndex + 1)"),
              EvidenceCell(tracker.gapTime), EvidenceCell(Double(tracker.exchanges)),
            ]
          ])
      ]
      evidence.plot = Figure(
        "singular values of the end-to-end matrix", xLabel: "t", yLabel: "singular value",
        curves: (0..<count).map { r in
          Figure.Curve("sigma \(r)", x: times, y: followed.map { $0[r] })
        })
      return evidence
    }
  }
}

extension Hypothesis {
  /// W_{l+1}ᵀW_{l+1} = W_l W_lᵀ at the start.
  static func balanced(_ model: MatrixFactorization, _ start: [Double]) -> Hypothesis {
    let imbalance = model.relativeImbalance(start)
    return Hypothesis(
      "the start is balanced", isMet: imbalance <= SVDFlow.balanceTolerance,
      detail: "the layers differ by \(tableNumber(imbalance)) of their squared norm")
  }

  /// No two singular values of W(0) coincide, so that each has its vectors.
  static func distinctSingularValues(_ model: MatrixFactorization, _ start: [Double]) -> Hypothesis {
    let values = model.componentNorms(start)
    let first = values.first ?? 0
    let gaps = zip(values, values.dropFirst()).prefix(EndToEndState.followedLimit).map {
      ($0 - $1) / (first > 0 ? first : 1)
    }
    let least = gaps.min() ?? .infinity
    return Hypothesis(
      "the start's singular values are distinct", isMet: least > SVDFlow.gapTolerance,
      detail: "smallest gap \(tableNumber(least)) of the largest")
  }
}
