import FlowODE
import GSLBridge
import Models
import Verdicts

/// Pruning a local component changes W by at most its norm times those of the blocks that it has no part in.
///
/// **Statement.** With W′ the end-to-end tensor without component (ν, r), ‖W − W′‖_F ≤ σ^(ν,r) Π ‖block‖_F over the other blocks: a component
/// that stays small may be left out. W − W′ is one contraction of the component's slices with the other blocks, and a contraction's norm is
/// at most the product of the norms.
/// **Hypotheses.** W is one product of blocks, each taken once, in which there are components.
/// **Judged by.** The slack at the save times.
/// **Refuted by.** A twentieth of the bound; the component's own norm alone.
/// **Sources.** Razin, Maman, Cohen 2022; derived from Cauchy and Schwarz.
public enum PruningBound: Claim {
  public enum Variant: ClaimVariant {
    case law
    /// A twentieth of the bound.
    case twentieth
    /// Without the norms of the other blocks.
    case alone
  }

  public static let card = ClaimCard(
    name: "pruning",
    summary: "leaving a local component out changes W by at most its norm times those of the other blocks",
    formulas: ["‖W − W without (ν,r)‖_F ≤ σ^(ν,r) Π ‖block‖_F over the blocks that (ν,r) has no part in"],
    sources: [
      Source(paper: "Razin, Maman, Cohen 2022", arxiv: "2201.11729", place: "low norms mean low rank"),
      .derived("a contraction's norm is at most the product of its factors'"),
    ], judgedBy: .bound, residual: "the slack of every component at the save times",
    example:
      "flowcheck run --claims pruning --model hierarchical --shape 3,3,3,3 --tree \"((1,2),(3,4))\" --width 2 --rank 1 "
      + "--observed 0.8 --target-norm 3 --init balanced --init-scale 0.3 --normalization half-sum --until 400 --control"
  )

  public static let hypotheses: [HypothesisRule] = [
    .hasComponents,
    HypothesisRule("product", "W is one product of blocks, each taken once, of at most \(largestObject) entries") {
      setting in
      (PruningTerms.isProduct(setting.model), setting.model.summary)
    },
  ]

  /// End-to-end objects with more entries than this are not formed once a component.
  static let largestObject = 20_000

  public static let mutants: [MutantRule<Variant>] = [
    .statement("a twentieth of the bound", .twentieth), .statement("the component's own norm alone", .alone),
  ]

  public static func laws(_ setting: ClaimSetting, _ variant: Variant) -> Laws? {
    PruningTerms(setting.model, variant).map { .bound($0) }
  }
}

/// What leaving out each component changes, beside its bound.
private final class PruningTerms: BoundTerms {
  let names: [String]
  private let model: Model
  private let registry: ComponentRegistry
  private let variant: PruningBound.Variant
  /// For every component the blocks that it has no part in.
  private let others: [[ParameterBlock]]
  private var isFalsified = false

  static func isProduct(_ model: Model) -> Bool {
    guard let output = model.program.output, case .sum(let products) = model.program[output].kind, products.count == 1,
      model.endShape.reduce(1, *) <= PruningBound.largestObject
    else { return false }
    let nodes = products[0].uses.map(\.node)
    return Set(nodes).count == nodes.count && nodes.count == model.program.blocks.count
      && nodes.allSatisfy { if case .block = model.program[$0].kind { true } else { false } }
  }

  init?(_ model: Model, _ variant: PruningBound.Variant) {
    guard let registry = model.components, Self.isProduct(model) else { return nil }
    self.model = model
    self.registry = registry
    self.variant = variant
    others = registry.components.map { component in
      model.layout.blocks.filter { block in !component.contains { block.range.contains($0.offset) } }
    }
    names = registry.components.map { "the bound of the component of \($0.first?.name ?? "")" }
  }

  func note(_ point: TrajectoryPoint, integrals: UnsafePointer<Double>, into fold: inout MarginFold) {
    guard point.isSave else { return }
    let parameters = Array(UnsafeBufferPointer(start: point.parameters, count: model.layout.count))
    let whole = model.endToEnd(parameters)
    let size = norm(whole)
    for (r, component) in registry.components.enumerated() {
      var pruned = parameters
      component[0].scale(&pruned, by: 0)
      let change = norm(zip(whole, model.endToEnd(pruned)).map { $0 - $1 })
      let own = component.reduce(1) { $0 * $1.norm(point.parameters) }
      let rest = others[r].reduce(1) { product, block in
        product * norm(Array(parameters[block.range]))
      }
      let bound =
        switch variant {
        case .law: own * rest
        case .twentieth: own * rest / 20
        case .alone: own
        }
      // The change is a difference of two tensors of W's size.
      fold.note(r, value: change, bound: bound, terms: size, time: point.time)
      if change > 1.01 * bound, change > 1e-9 * size { isFalsified = true }
    }
  }

  private func norm(_ numbers: [Double]) -> Double { numbers.reduce(0) { $0 + $1 * $1 }.squareRoot() }

  func complete(_ evidence: inout Evidence) {
    if variant != .law { evidence.isFalsified = isFalsified }
  }
}
