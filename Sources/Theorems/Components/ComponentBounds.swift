import CMath
import FlowODE
import Models
import Verdicts

/// The two-sided bounds on the growth of component norms when | ‖w_i‖² − ‖w_j‖² | ≤ ε within components: for γ ≥ 0
///
///     m γ σ²/(σ^{2/m} + ε) ≤ dσ/dt ≤ m γ (σ^{2/m} + ε)^{m−1},
///
/// and both reversed for γ < 0 (Razin, Maman, Cohen 2021, Theorem 3). ε is that of the start, which the flow conserves. Tested in
/// integral form between save times and over every accepted step; the pointwise form is algebra and would test only code.
public struct ComponentBounds: Claim {
  enum Mutation: Sendable, Equatable {
    case none
    /// ε/20.
    case twentieth
    /// ε = 0, the balanced law as if it were a bound.
    case vanishing
    /// Not reversing for γ < 0.
    case unreversed
    /// The factor m off by 1 %, inwards.
    case factor
  }

  /// Whether ε is each component's own, which is sharper, or the largest.
  private let isSharp: Bool
  private let mutation: Mutation

  /// - Parameter sharp: bounds with ε_r of each component instead of the largest ε.
  public init(sharp: Bool = false) { self.init(sharp: sharp, mutation: .none) }

  private init(sharp: Bool, mutation: Mutation) {
    isSharp = sharp
    self.mutation = mutation
  }

  public var isInequality: Bool { true }

  public var identifier: String {
    (isSharp ? "component-bounds-sharp" : "component-bounds") + (mutation == .none ? "" : " \(mutation)")
  }

  public func statement(_ setting: ClaimSetting) -> String {
    let e = isSharp ? "ε_r" : "ε"
    return
      "N γ_r σ_r²/(σ_r^(2/N) + \(e)) ≤ dσ_r/dt ≤ N γ_r (σ_r^(2/N) + \(e))^(N−1) where γ_r ≥ 0, reversed where γ_r < 0; "
      + (isSharp ? "ε_r = max_{n,n'} |‖w_rⁿ‖² − ‖w_rⁿ'‖²|" : "ε the unbalancedness magnitude")
  }

  public func hypotheses(_ setting: ClaimSetting) -> [Hypothesis] { [ComponentSetting.existence(setting)] }

  private func epsilons(_ components: ComponentSetting) -> [Double] {
    let own = components.unbalancedness
    let largest = own.max() ?? 0
    let scale = mutation == .twentieth ? 0.05 : mutation == .vanishing ? 0 : 1
    return own.map { scale * (isSharp ? $0 : largest) }
  }

  /// σ^{2/m}, the squared norm of each block of a balanced component.
  private static func meanSquare(_ norm: Double, _ m: Int) -> Double {
    switch m {
    case 2: norm
    case 3: cbrt(norm * norm)
    case 4: norm.squareRoot()
    default: pow(norm, 2 / Double(m))
    }
  }

  /// The bounds at one state.
  private static func bounds(_ state: ComponentState, _ epsilon: Double, _ mutation: Mutation) -> (
    low: Double, high: Double
  ) {
    let m = state.m
    let norm = state.norm
    let base = meanSquare(norm, m) + epsilon
    guard norm > 0, base > 0 else { return (0, 0) }
    let gamma = state.pairing / norm
    var low = Double(m) * gamma * norm * norm / base
    var high = Double(m) * gamma
    for _ in 1..<m { high *= base }
    if gamma < 0, mutation != .unreversed { swap(&low, &high) }
    if mutation == .factor {
      low += 0.01 * abs(low)
      high -= 0.01 * abs(high)
    }
    return (low, high)
  }

  public func quadratures(_ setting: ClaimSetting) -> [any Quadrature] {
    guard let components = ComponentSetting(setting) else { return [] }
    let epsilons = epsilons(components)
    let mutation = mutation
    return [
      ComponentQuadrature(
        components.registry,
        rates: [
          ComponentRate("lower") { r, state in Self.bounds(state, epsilons[r], mutation).low },
          ComponentRate("upper") { r, state in Self.bounds(state, epsilons[r], mutation).high },
        ])
    ]
  }

  public func monitor(_ setting: ClaimSetting, quadratureOffset: Int) -> any ClaimMonitor {
    guard let components = ComponentSetting(setting) else { return VacuousMonitor() }
    let epsilons = epsilons(components)
    let mutation = mutation
    return Monitor(
      registry: components.registry, offset: quadratureOffset, isMutated: mutation != .none,
      bounds: { r, state in Self.bounds(state, epsilons[r], mutation) })
  }

  public func controls(_ setting: ClaimSetting) -> [NegativeControl] {
    [
      NegativeControl("ε/20", .claim(ComponentBounds(sharp: isSharp, mutation: .twentieth))),
      NegativeControl("ε = 0", .claim(ComponentBounds(sharp: isSharp, mutation: .vanishing))),
      NegativeControl("not reversed for γ < 0", .claim(ComponentBounds(sharp: isSharp, mutation: .unreversed))),
      NegativeControl("bounds 1% closer", .claim(ComponentBounds(sharp: isSharp, mutation: .factor))),
    ]
  }

  private final class Monitor: ClaimMonitor {
    private let terms: ComponentTerms
    private let offset: Int
    private let isMutated: Bool
    private let bounds: (Int, ComponentState) -> (low: Double, high: Double)
    private var fold: MarginFold
    private var saved: [Double] = []
    private var stepped: [Double] = []
    private var isFalsified = false
    private var band: [(time: Double, norm: [Double], low: [Double], high: [Double])] = []

    init(
      registry: ComponentRegistry, offset: Int, isMutated: Bool,
      bounds: @escaping (Int, ComponentState) -> (low: Double, high: Double)
    ) {
      terms = ComponentTerms(registry)
      self.offset = offset
      self.isMutated = isMutated
      self.bounds = bounds
      fold = MarginFold(
        laws: (0..<terms.count).map { "the lower bound of component \($0)" }
          + (0..<terms.count).map { "the upper bound of component \($0)" })
    }

    /// σ, L and U of every component.
    private func present(_ point: TrajectoryPoint) -> [Double] {
      var values: [Double] = []
      values.reserveCapacity(3 * terms.count)
      for r in 0..<terms.count { values.append(terms.component(r).norm) }
      for k in 0..<(2 * terms.count) { values.append(point.quadratures[offset + k]) }
      return values
    }

    func observe(_ point: TrajectoryPoint) {
      // A mutated statement is compared with the exact rate, to know whether it is false here.
      terms.update(point.parameters, gradient: isMutated && !isFalsified ? point.gradient : nil)
      if isMutated, !isFalsified {
        for r in 0..<terms.count {
          let state = terms.component(r)
          let (low, high) = bounds(r, state)
          let rate = state.rate
          if low > rate + 0.005 * abs(rate) || high < rate - 0.005 * abs(rate) { isFalsified = true }
        }
      }
      let now = present(point)
      let count = terms.count
      if saved.isEmpty {
        saved = now
        stepped = now
      }
      for base in [stepped, saved] where point.steps > 0 {
        for r in 0..<count {
          let moved = now[r] - base[r]
          let size = max(now[r], base[r])
          fold.note(r, value: now[count + r] - base[count + r], bound: moved, terms: size, time: point.time)
          fold.note(
            count + r, value: moved, bound: now[2 * count + r] - base[2 * count + r], terms: size, time: point.time)
        }
      }
      stepped = now
      guard point.isSave else { return }
      fold.save(time: point.time)
      saved = now
      band.append(
        (
          point.time, Array(now[..<count]), Array(now[count..<(2 * count)]), Array(now[(2 * count)...])
        ))
    }

    var evidence: Evidence {
      var evidence = Evidence(margin: fold.margin)
      evidence.isFalsified = isMutated ? isFalsified : nil
      guard let last = band.last, let first = band.first else { return evidence }
      let r = last.norm.indices.max { last.norm[$0] < last.norm[$1] } ?? 0
      let times = band.map(\.time)
      evidence.plot = Figure(
        "component \(r) between its bounds", xLabel: "t", yLabel: "sigma",
        curves: [
          .init("lower bound", x: times, y: band.map { first.norm[r] + $0.low[r] }, role: .lowerBound),
          .init("sigma", x: times, y: band.map { $0.norm[r] }),
          .init("upper bound", x: times, y: band.map { first.norm[r] + $0.high[r] }, role: .upperBound),
        ])
      return evidence
    }
  }
}
