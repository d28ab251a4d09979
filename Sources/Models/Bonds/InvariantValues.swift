import CMath

/// The terms of a model's invariants at one state: c · Π (block entry)^power, entry by entry.
///
/// Owns its buffers; use one per thread.
public final class InvariantValues {
  /// One invariant: `count` entries of `terms.count` terms each, from `offset` on, the terms of an entry side by side.
  public struct Group: Sendable {
    /// The quantity as a formula.
    public let formula: String
    /// Position of the first term in ``InvariantValues/values``.
    public let offset: Int
    /// Number of entries.
    public let count: Int
    /// Numbers of factors of the terms.
    public let factors: [Int]

    /// Number of terms.
    public var terms: Int { factors.count }
  }

  /// One group an invariant.
  public let groups: [Group]
  /// All terms at the last updated state.
  public private(set) var values: [Double]
  /// power · ln |entry| of every factor of every term, in the order of the terms: by what part of a term the factor moves it.
  public private(set) var logarithms: [Double]
  /// Coefficient and (position of the block in θ, power) of every term, invariant by invariant.
  private let terms: [[(coefficient: Double, factors: [(offset: Int, power: Int)])]]

  /// Terms that are 0 until the first update.
  ///
  /// - Parameter invertsFirst: whether the first factor of every term has its power negated: a false relative.
  public init(_ model: Model, invertsFirst: Bool = false) {
    var offset = 0
    var groups: [Group] = []
    terms = model.invariants.map { invariant in
      let blocks = invariant.terms.flatMap(\.factors).compactMap { factor in
        model.layout.blocks.first { $0.name == factor.block }
      }
      let count = blocks.first?.count ?? 0
      groups.append(
        Group(
          formula: invariant.formula, offset: offset, count: count, factors: invariant.terms.map(\.factors.count)))
      offset += count * invariant.terms.count
      return invariant.terms.map { term in
        let factors = term.factors.enumerated().map { number, factor in
          (
            offset: model.layout.blocks.first { $0.name == factor.block }?.offset ?? 0,
            power: invertsFirst && number == 0 ? -factor.power : factor.power
          )
        }
        return (coefficient: term.coefficient, factors: factors)
      }
    }
    self.groups = groups
    values = [Double](repeating: 0, count: offset)
    logarithms = [Double](repeating: 0, count: groups.reduce(0) { $0 + $1.count * $1.factors.reduce(0, +) })
  }

  /// Recomputes every term at θ.
  public func update(_ parameters: UnsafePointer<Double>) {
    var place = 0
    for (group, terms) in zip(groups, terms) {
      for i in 0..<group.count {
        for (k, term) in terms.enumerated() {
          var value = term.coefficient
          for factor in term.factors {
            let entry = parameters[factor.offset + i]
            value *= pow(entry, Double(factor.power))
            logarithms[place] = Double(factor.power) * log(abs(entry))
            place += 1
          }
          values[group.offset + i * group.terms + k] = value
        }
      }
    }
  }

  /// The largest |Σ of terms − Σ of others' terms| over all entries, `others` being ``values`` at another state; NaN if some is.
  public func departure(from others: [Double]) -> Double {
    var worst = 0.0
    for group in groups {
      for i in 0..<group.count {
        var change = 0.0
        for k in 0..<group.terms {
          let position = group.offset + i * group.terms + k
          change += values[position] - others[position]
        }
        if !(abs(change) <= worst) { worst = abs(change) }
      }
    }
    return worst
  }

  /// The largest size of a single term.
  public var largestTerm: Double { values.reduce(0) { max($0, abs($1)) } }
}
