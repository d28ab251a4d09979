import FlowODE
import Models
import Verdicts

// What the claims about descents beside their flow share.

extension LadderClaim where Runs == Comparison {
  public static var kind: ClaimKind { .comparison }

  /// The command line of a card's example.
  ///
  /// - Parameter flags: what the claim needs besides.
  static func example(_ flags: String = "") -> String {
    "flowcheck compare --model matrix --shape 4,4 --depth 3 --rank 2 --target-norm 3 --observed 0.8 --normalization half-sum "
      + "--init-scale 0.2 --until 10 --learning-rates 1e-2,5e-3,2.5e-3,1.25e-3 \(flags)--control"
  }

  public static var reportKind: String { "descent" }
  public static var missedControl: String {
    ": at these learning rates the descent's own error hides it; add smaller compare.learning-rates or raise integration.until"
  }
}

extension LadderHypothesis<Comparison> {
  /// The references follow a gradient, so the loss must have one along the way.
  static var differentiable: Self {
    LadderHypothesis("the loss is differentiable along the flow") { comparison, run in
      guard comparison.experiment.loss.nonsmoothness != nil else { return nil }
      return (
        run.kinkCrossings == 0,
        run.kinkCrossings == 0
          ? "no residual changed sign"
          : "residuals changed sign on \(counted(run.kinkCrossings, "step")) of the reference"
      )
    }
  }

  /// Laws of squares that labels show (linear ones are constant along a descent too), or invariants that the family declares.
  static var conserved: Self {
    LadderHypothesis("the model has at least two factors that are multiplied") { comparison in
      let model = comparison.experiment.problem.model
      let invariants = model.invariants.count
      return (
        model.hasMovingLaws,
        counted(model.bonds.count, "bond") + (invariants == 0 ? "" : ", \(counted(invariants, "invariant"))")
      )
    }
  }

  /// Balancedness laws belong to factors.
  static var bonds: Self {
    LadderHypothesis("the model has at least two factors that are multiplied") { comparison in
      let bonds = comparison.experiment.problem.model.bonds
      return (
        bonds.contains(where: \.isQuadratic),
        counted(bonds.count, "bond")
          + (bonds.isEmpty || bonds.contains(where: \.isQuadratic) ? "" : ", all of them linear")
      )
    }
  }
}

extension Model {
  /// Whether it conserves something along the flow that a descent moves.
  var hasMovingLaws: Bool { bonds.contains(where: \.isQuadratic) || !invariants.isEmpty }
}

extension LadderMutant<Comparison> {
  /// Every descent with the second block's rate 1 % too high; the reference stays the true flow.
  static var blockRate: Self { rate { _ in true } }
  /// The same where laws tie blocks to each other, so that descents would not keep them.
  static var tiedBlockRate: Self { rate { !$0.experiment.problem.model.tiedBlocks.isEmpty } }

  private static func rate(where isFalse: @escaping @Sendable (Comparison) -> Bool) -> Self {
    LadderMutant(
      "\(WrongRate.text("one block")) in every descent", key: "block",
      name: { comparison, _ in
        "\(WrongRate.text(comparison.layout.blocks[comparison.secondBlock].name)) in every descent"
      },
      runs: { comparison, _ in
        !isFalse(comparison)
          ? nil
          : comparison.changing { plan in
            plan.blockRates = WrongRate.rates(comparison.layout, block: comparison.secondBlock)
            plan.samplesSpectrum = false
          }
      })
  }
}

extension Comparison {
  fileprivate var layout: ParameterLayout { experiment.problem.model.layout }
  /// The second block, or the only one; where it does not move at the start, the one that moves most.
  fileprivate var secondBlock: Int {
    let second = min(1, layout.blocks.count - 1)
    guard let objective = try? experiment.objective() else { return second }
    var gradient = [Double](repeating: 0, count: layout.count)
    gradient.withUnsafeMutableBufferPointer { buffer in
      if let base = buffer.baseAddress { _ = objective.gradient(experiment.start, into: base) }
    }
    let rates = layout.blocks.map { block in block.range.reduce(0) { max($0, abs(gradient[$1])) } }
    let fastest = rates.indices.max { rates[$0] < rates[$1] } ?? second
    return rates[second] > 1e-12 * rates[fastest] ? second : fastest
  }
}
