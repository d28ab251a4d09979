import FlowODE
import Models

/// A way to be wrong in one experiment, so that a check that cannot fail is found out. Its text is the control's name.
public struct Mutant<Variant: Sendable>: Sendable {
  /// What is changed.
  public enum Change: Sendable {
    /// Another vector field: one parameter block's rate times a factor.
    case rate(block: Int, factor: Double)
    /// Another statement about the same flow.
    case statement(Variant)
    /// The claim on gradient flow from another start, without the hypotheses that it breaks on purpose.
    case start([Double], dropping: Set<String>)
    /// Nothing that could be told, for this reason: it is listed and not counted.
    case idle(String)
  }

  /// What was changed, such as `W2's rate × 1.01`.
  public let text: String
  /// What is changed.
  public let change: Change

  /// A change and its name.
  public init(_ text: String, _ change: Change) {
    self.text = text
    self.change = change
  }

  func map<Other: Sendable>(_ transform: (Variant) -> Other) -> Mutant<Other> {
    let changed: Mutant<Other>.Change =
      switch change {
      case .rate(let block, let factor): .rate(block: block, factor: factor)
      case .statement(let variant): .statement(transform(variant))
      case .start(let start, let dropped): .start(start, dropping: dropped)
      case .idle(let reason): .idle(reason)
      }
    return Mutant<Other>(text, changed)
  }
}

/// One parameter block's rate, a little wrong: what every claim about a flow must notice.
enum WrongRate {
  static let factor = 1.01

  /// The rates of all blocks, that of one times a factor.
  static func rates(_ layout: ParameterLayout, block: Int, factor: Double = factor) -> [Double] {
    layout.blocks.indices.map { $0 == block ? factor : 1 }
  }

  /// The control in words.
  ///
  /// - Parameter owner: whose rate it is.
  static func text(_ owner: String) -> String { "\(owner)'s rate × \(factor)" }
}

/// A kind of mutant, in general words for the claim's page, with what it comes to in a setting.
public struct MutantRule<Variant: ClaimVariant>: Sendable {
  /// The mutants in general words, as the claim's page prints them.
  public let text: String
  /// The mutants in a setting; none where it would not be false in general.
  public let mutants: @Sendable (ClaimSetting) -> [Mutant<Variant>]

  /// - Parameter text: the mutants in general words, such as `the exponents 1 and 2`.
  public init(_ text: String, _ mutants: @escaping @Sendable (ClaimSetting) -> [Mutant<Variant>]) {
    self.text = text
    self.mutants = mutants
  }

  /// Another statement about the same flow, wherever it is false.
  public static func statement(
    _ text: String, _ variant: Variant, where isFalse: @escaping @Sendable (ClaimSetting) -> Bool = { _ in true }
  ) -> MutantRule {
    MutantRule(text) { isFalse($0) ? [Mutant(text, .statement(variant))] : [] }
  }

  /// The claim from another start; nil where there is none to try.
  public static func start(
    _ text: String, dropping names: Set<String>, _ start: @escaping @Sendable (ClaimSetting) -> [Double]?
  ) -> MutantRule {
    MutantRule(text) { setting in start(setting).map { [Mutant(text, .start($0, dropping: names))] } ?? [] }
  }

  /// What every conservation claim must notice: the second block's rate 1 % too high.
  /// Where that block is in no law, of the first that is.
  public static var secondRate: MutantRule {
    rate("the second block") { model in
      guard model.layout.blocks.count >= 2 else { return nil }
      let tied = model.tiedBlocks
      return tied.isEmpty || tied.contains(1) ? 1 : tied.min()
    }
  }

  /// ``secondRate`` where laws tie blocks to each other: a law of one sign may hold at any rate, since v ⊥ v̇.
  static var tiedRate: MutantRule {
    MutantRule(secondRate.text) { $0.model.tiedBlocks.isEmpty ? [] : secondRate.mutants($0) }
  }

  /// The same of the last block.
  public static var lastRate: MutantRule { rate("the last block") { $0.layout.blocks.count - 1 } }

  private static func rate(_ words: String, _ choose: @escaping @Sendable (Model) -> Int?) -> MutantRule {
    MutantRule(WrongRate.text(words)) { setting in
      let blocks = setting.model.layout.blocks
      return choose(setting.model).map {
        [Mutant(WrongRate.text(blocks[$0].name), .rate(block: $0, factor: WrongRate.factor))]
      } ?? []
    }
  }
}
