import Models
import Verdicts

/// The exponent 2 − 2/m with which a product of m balanced factors grows, and those it must be told from.
public enum GrowthPower: ClaimVariant {
  /// 2 − 2/m.
  case law
  /// 1.
  case one
  /// 2 − 2/(m − 1).
  case fewerBlocks
  /// 2 − 2/(m + 1).
  case moreBlocks
  /// 2.
  case two
  /// 1 − 1/m, which is what dropping a square leaves.
  case unsquared

  /// The exponent for m factors.
  func exponent(_ m: Int) -> Double {
    switch self {
    case .law: 2 - 2 / Double(m)
    case .one: 1
    case .fewerBlocks: 2 - 2 / Double(m - 1)
    case .moreBlocks: 2 - 2 / Double(m + 1)
    case .two: 2
    case .unsquared: 1 - 1 / Double(m)
    }
  }

  /// Those of these false powers that differ from the law and from each other for m factors.
  static func rivals(_ m: Int, of powers: [GrowthPower]) -> [GrowthPower] {
    powers.reduce(into: []) { list, power in
      if power == .fewerBlocks, m <= 2 { return }
      let p = power.exponent(m)
      guard ([.law] + list).allSatisfy({ abs(p - $0.exponent(m)) > 1e-9 }) else { return }
      list.append(power)
    }
  }

  static let usual: [GrowthPower] = [.one, .fewerBlocks, .moreBlocks, .two]

  /// Rivals as mutants; `m` is nil where nothing grows.
  static func rivals(
    _ text: String, of powers: [GrowthPower], m: @escaping @Sendable (ClaimSetting) -> Int?
  ) -> MutantRule<GrowthPower> {
    MutantRule(text) { setting in
      guard let m = m(setting) else { return [] }
      return rivals(m, of: powers).map { Mutant("the exponent \(tableNumber($0.exponent(m)))", .statement($0)) }
    }
  }

  static let componentRivals = rivals("the exponents 1, 2 − 2/(N±1) and 2", of: usual) {
    $0.model.components?.components[0].count
  }
}
