import Models
import Theorems
import Verdicts

/// The squared Frobenius norms of two layers drift together: the trace of balancedness.
enum LayerNorms: Claim {
  enum Variant: ClaimVariant { case law, plusSign }

  static let card = ClaimCard(
    name: "layer-norms", summary: "two layers keep the difference of their squared norms",
    formulas: ["‖W2‖² − ‖W1‖² is constant"], sources: [.derived("the trace of balancedness")],
    judgedBy: .conservation, residual: "its change, relative to the larger square",
    example: "own-model run --claims layer-norms --model matrix --shape 4,3 --depth 2 --rank 2 --until 5")
  static let hypotheses: [HypothesisRule] = [.differentiableAlongThePath]
  static let mutants: [MutantRule<Variant>] = [.secondRate, .statement("a plus sign", .plusSign)]

  static func laws(_ setting: ClaimSetting, _ variant: Variant) -> Laws? {
    let blocks = setting.model.layout.blocks
    guard blocks.count == 2 else { return nil }
    let sign = variant == .law ? -1.0 : 1.0
    return .conserved("‖W2‖² − ‖W1‖²", terms: 2) { θ in
      let squares = blocks.map { block in
        (block.offset..<block.offset + block.count).reduce(0) { $0 + θ[$1] * θ[$1] }
      }
      return [squares[1], sign * squares[0]]
    }
  }
}
