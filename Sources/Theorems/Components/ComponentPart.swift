import FlowODE
import Models

extension ComponentRates {
  /// Above this part of all components it is quicker to form all rates, row by row.
  private static let fewest = 0.125

  package func part(of rates: [Int]) -> (any RatesPart)? {
    let components = Set(rates.map { $0 % count })
    return Double(components.count) <= Self.fewest * Double(count) ? ComponentPart(self, rates) : nil
  }
}

/// The rates of a few components, component by component.
private final class ComponentPart: RatesPart {
  /// A rate of a component, and its place among those that were chosen.
  private struct Wish {
    let kind: ComponentRates.Kind
    let epsilon: Double
    let isSecond: Bool
    let place: Int
  }

  private let rates: ComponentRates
  private let members: [(component: Int, wishes: [Wish])]
  private let squares: Buffer<Double>
  let entries: [Int]

  init(_ rates: ComponentRates, _ chosen: [Int]) {
    self.rates = rates
    let count = rates.count
    var wishes: [Int: [Wish]] = [:]
    for (place, rate) in chosen.enumerated() {
      let (row, component) = rate.quotientAndRemainder(dividingBy: count)
      guard let entry = rates.entries.last(where: { $0.row <= row }) else { continue }
      let epsilon = entry.epsilons.count > 0 ? entry.epsilons.pointer[component] : 0
      wishes[component, default: []].append(
        Wish(kind: entry.kind, epsilon: epsilon, isSecond: row > entry.row, place: place))
    }
    members = wishes.keys.sorted().map { ($0, wishes[$0] ?? []) }
    entries = members.flatMap { rates.registry.components[$0.component].flatMap(\.positions) }
    squares = Buffer(count: rates.registry.largestBlockCount)
  }

  func write(at point: FlowPoint, into values: UnsafeMutablePointer<Double>) {
    for (component, wishes) in members {
      let blocks = rates.registry.components[component]
      for (i, block) in blocks.enumerated() { squares.pointer[i] = block.squaredNorm(point.parameters) }
      let state = ComponentState(
        pairing: -blocks[0].dot(point.gradient, blocks[0], point.parameters),
        squaredNorms: UnsafeBufferPointer(start: squares.pointer, count: blocks.count))
      let sign = rates.scalars.isEmpty ? 1 : rates.sign(component, point.parameters)
      for wish in wishes { values[wish.place] = value(wish, state, sign) }
    }
  }

  private func value(_ wish: Wish, _ state: ComponentState, _ sign: Double) -> Double {
    let turn = sign < 0 ? -1.0 : 1.0
    switch wish.kind {
    case .sign: return sign
    case .plainGamma: return state.gamma
    case .gamma: return turn * state.gamma
    case .growth: return turn * state.rate
    case .unsquared: return ComponentRates.unsquared(state)
    case .exponent: return ComponentRates.exponent(state)
    case .branches:
      let (first, second) = ComponentRates.branches(state, wish.epsilon)
      return wish.isSecond ? second : first
    }
  }
}
