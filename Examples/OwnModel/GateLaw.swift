import Foundation
import Models
import Theorems
import Verdicts

/// u² − sinh² z is constant, since u u̇ = −u v tanh z ∂L/∂w and ż = −u v/cosh² z ∂L/∂w.
enum GateLaw: Claim {
  enum Variant: ClaimVariant { case law, linear }

  static let card = ClaimCard(
    name: "gate-law", summary: "a tanh gate keeps u² − sinh² z", formulas: ["u² − sinh² z is constant"],
    sources: [.derived("u u̇ = sinh z cosh z ż")], judgedBy: .conservation,
    residual: "its largest change, relative to the larger term", example: Gated.card.example)
  static let hypotheses: [HypothesisRule] = [.differentiableAlongThePath]
  static let mutants: [MutantRule<Variant>] = [.lastRate, .statement("z for sinh z", .linear)]

  static func laws(_ setting: ClaimSetting, _ variant: Variant) -> Laws? {
    let (model, blocks) = (setting.model, setting.model.layout.blocks)
    guard model.identifier == Gated.card.name else { return nil }
    return .conserved("u² − sinh² z", terms: 2, size: blocks[0].count) { θ in
      blocks[0].range.map { θ[$0] * θ[$0] }
        + blocks[2].range.map { -pow(variant == .law ? sinh(θ[$0]) : θ[$0], 2) }
    }
  }
}
