/// A conserved quantity of gradient flow that labels do not show, entry by entry of some blocks of equal shape:
/// Σ c · Π (block entry)^power is constant for every entry.
///
/// A family declares it; `invariant` judges it along the flow, as nothing here derives it.
public struct Invariant: Sendable, Equatable {
  /// c · Π (block)^power.
  public struct Term: Sendable, Equatable {
    /// The number in front.
    public let coefficient: Double
    /// Names of blocks with the powers of their entries.
    public let factors: [Factor]

    /// A term; factors are block names with powers.
    public init(_ coefficient: Double = 1, _ factors: KeyValuePairs<String, Int>) {
      self.coefficient = coefficient
      self.factors = factors.map { Factor(block: $0.key, power: $0.value) }
    }
  }

  /// A power of a block's entries.
  public struct Factor: Sendable, Equatable {
    /// The block's name.
    public let block: String
    /// The power, which may be negative.
    public let power: Int
  }

  /// The quantity as a formula, such as `u^(2−L) + v^(2−L)`.
  public let formula: String
  /// The summands.
  public let terms: [Term]

  /// The sum of terms.
  public init(_ formula: String, _ terms: [Term]) {
    self.formula = formula
    self.terms = terms
  }

  /// - Throws: ``Refusal`` if a block is unknown or the blocks' shapes differ.
  func check(_ program: Program) throws(Refusal) {
    var shapes: Set<[Int]> = []
    for factor in terms.flatMap(\.factors) {
      guard let block = program.blocks.first(where: { $0.name == factor.block }) else {
        throw Refusal(
          "the invariant \(formula) names a block \(factor.block) that there is not", remedy: "name a block")
      }
      shapes.insert(program[block.node].shape)
    }
    guard shapes.count == 1 else {
      throw Refusal("the invariant \(formula) is of blocks of different shapes", remedy: "use blocks of one shape")
    }
  }
}
