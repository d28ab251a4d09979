import CMath
import FlowODE
import Models
import Verdicts

/// The bounds on a component's rate and false relatives of them.
public enum ComponentBand: ClaimVariant {
  case law
  /// ε/20.
  case twentieth
  /// ε = 0, the balanced law as if it were a bound.
  case vanishing
  /// Not reversing for γ < 0.
  case unreversed
  /// The factor m off by 1 %, inwards.
  case factor

  static let mutants: [MutantRule<ComponentBand>] = [
    .statement("ε/20", .twentieth), .statement("ε = 0", .vanishing),
    .statement("not reversed for γ < 0", .unreversed), .statement("bounds 1% closer", .factor),
  ]

  /// What ε is multiplied by.
  var epsilonFactor: Double {
    switch self {
    case .twentieth: 0.05
    case .vanishing: 0
    case .law, .unreversed, .factor: 1
    }
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
  func bounds(_ state: ComponentState, _ epsilon: Double) -> (low: Double, high: Double) {
    let m = state.m
    let norm = state.norm
    let base = Self.meanSquare(norm, m) + epsilon
    guard norm > 0, base > 0 else { return (0, 0) }
    let gamma = state.pairing / norm
    var low = Double(m) * gamma * norm * norm / base
    var high = Double(m) * gamma
    for _ in 1..<m { high *= base }
    if gamma < 0, self != .unreversed { swap(&low, &high) }
    if self == .factor {
      low += 0.01 * abs(low)
      high -= 0.01 * abs(high)
    }
    return (low, high)
  }
}

/// The growth of every component over each step and since the last save time, between the integrals of its bounds.
final class ComponentBoundTerms: BoundTerms {
  let names: [String]
  private let registry: ComponentRegistry
  private let band: ComponentBand
  private let epsilons: [Double]
  private let terms: ComponentTerms
  private var saved: [Double] = []
  private var stepped: [Double] = []
  private var isFalsified = false
  private var curve: [(time: Double, norm: [Double], low: [Double], high: [Double])] = []

  /// - Parameter unbalancedness: ε of each component.
  init(_ registry: ComponentRegistry, _ band: ComponentBand, unbalancedness: [Double]) {
    self.registry = registry
    self.band = band
    epsilons = unbalancedness.map { band.epsilonFactor * $0 }
    terms = ComponentTerms(registry)
    names =
      registry.components.indices.map { "the lower bound of component \($0)" }
      + registry.components.indices.map { "the upper bound of component \($0)" }
  }

  var quadratures: [any Quadrature] {
    let (band, epsilons) = (band, epsilons)
    return [
      ComponentQuadrature(
        registry,
        rates: [
          ComponentRate("lower") { r, state in band.bounds(state, epsilons[r]).low },
          ComponentRate("upper") { r, state in band.bounds(state, epsilons[r]).high },
        ])
    ]
  }

  /// Compares a false relative with the exact rate, to know whether it is false here.
  private func compareWithRates() {
    for r in 0..<terms.count {
      let state = terms.component(r)
      let (low, high) = band.bounds(state, epsilons[r])
      let rate = state.rate
      if low > rate + 0.005 * abs(rate) || high < rate - 0.005 * abs(rate) { isFalsified = true }
    }
  }

  func note(_ point: TrajectoryPoint, integrals: UnsafePointer<Double>, into fold: inout MarginFold) {
    let mayBeTrue = band != .law && !isFalsified
    terms.update(point.parameters, gradient: mayBeTrue ? point.gradient : nil)
    if mayBeTrue { compareWithRates() }
    let count = terms.count
    // σ, L and U of every component.
    let now = (0..<count).map { terms.component($0).norm } + (0..<(2 * count)).map { integrals[$0] }
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
    saved = now
    curve.append((point.time, Array(now[..<count]), Array(now[count..<(2 * count)]), Array(now[(2 * count)...])))
  }

  func complete(_ evidence: inout Evidence) {
    if band != .law { evidence.isFalsified = isFalsified }
    guard let last = curve.last, let first = curve.first else { return }
    let r = last.norm.indices.max { last.norm[$0] < last.norm[$1] } ?? 0
    let times = curve.map(\.time)
    evidence.plot = Figure(
      "component \(r) between its bounds", xLabel: "t", yLabel: "sigma",
      curves: [
        .init("lower bound", x: times, y: curve.map { first.norm[r] + $0.low[r] }, role: .lowerBound),
        .init("sigma", x: times, y: curve.map { $0.norm[r] }),
        .init("upper bound", x: times, y: curve.map { first.norm[r] + $0.high[r] }, role: .upperBound),
      ])
  }
}
