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
          ? "no residual changed sign" : "residuals changed sign on \(run.kinkCrossings) steps of the reference"
      )
    }
  }

  /// Laws that labels show, or invariants that the family declares.
  static var conserved: Self {
    LadderHypothesis("the model has at least two factors that are multiplied") { comparison in
      let model = comparison.experiment.problem.model
      let invariants = model.invariants.count
      return (
        model.isConserving, "\(model.bonds.count) bonds" + (invariants == 0 ? "" : ", \(invariants) invariants")
      )
    }
  }

  /// Balancedness laws belong to factors.
  static var bonds: Self {
    LadderHypothesis("the model has at least two factors that are multiplied") { comparison in
      let bonds = comparison.experiment.problem.model.bonds
      return (!bonds.isEmpty, "\(bonds.count) bonds")
    }
  }
}

extension LadderMutant<Comparison> {
  /// Every descent with the second block's rate 1 % too high; the reference stays the true flow.
  static var blockRate: Self {
    LadderMutant(
      "\(WrongRate.text("one block")) in every descent", key: "block",
      name: { comparison, _ in
        "\(WrongRate.text(comparison.layout.blocks[comparison.secondBlock].name)) in every descent"
      },
      runs: { comparison, _ in
        comparison.changing { plan in
          plan.blockRates = WrongRate.rates(comparison.layout, block: comparison.secondBlock)
          plan.samplesSpectrum = false
        }
      })
  }
}

extension Comparison {
  fileprivate var layout: ParameterLayout { experiment.problem.model.layout }
  /// The second block, or the only one.
  fileprivate var secondBlock: Int { min(1, layout.blocks.count - 1) }
}
