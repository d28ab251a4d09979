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

  /// Laws of squares that labels show (linear ones are constant along a descent too), or invariants that the family declares.
  static var conserved: Self {
    LadderHypothesis("the model has at least two factors that are multiplied") { comparison in
      let model = comparison.experiment.problem.model
      let invariants = model.invariants.count
      return (
        model.hasMovingLaws, "\(model.bonds.count) bonds" + (invariants == 0 ? "" : ", \(invariants) invariants")
      )
    }
  }

  /// Balancedness laws belong to factors.
  static var bonds: Self {
    LadderHypothesis("the model has at least two factors that are multiplied") { comparison in
      let bonds = comparison.experiment.problem.model.bonds
      return (
        bonds.contains(where: \.isQuadratic),
        "\(bonds.count) bonds" + (bonds.isEmpty || bonds.contains(where: \.isQuadratic) ? "" : ", all of them linear")
      )
    }
  }
}

extension Model {
  /// Whether it conserves something along the flow that a descent moves.
  var hasMovingLaws: Bool { bonds.contains(where: \.isQuadratic) || !invariants.isEmpty }
}

extension LadderMutant<Comparison> {
  /// Every descent with the second block's rate too high, by as little as the descents' own errors do not hide; the reference stays the
  /// true flow.
  static var blockRate: Self { rate { _ in true } }
  /// The same where laws tie blocks to each other, so that descents would not keep them.
  static var tiedBlockRate: Self { rate { !$0.experiment.problem.model.tiedBlocks.isEmpty } }

  private static func rate(where isFalse: @escaping @Sendable (Comparison) -> Bool) -> Self {
    LadderMutant(
      "\(WrongRate.text("one block")) in every descent, or 1.1 or 2 times where that is below the descents' own error",
      key: "block",
      name: { comparison, run in
        let name = comparison.layout.blocks[comparison.secondBlock].name
        return "\(WrongRate.text(name, factor: run.visibleFactor)) in every descent"
      },
      runs: { comparison, run in
        !isFalse(comparison)
          ? nil
          : comparison.changing { plan in
            plan.blockRates = WrongRate.rates(
              comparison.layout, block: comparison.secondBlock, factor: run.visibleFactor)
            plan.samplesSpectrum = false
          }
      })
  }
}

extension ComparisonRun {
  /// How many times the smallest gap, and drift, the error of a wrong rate should be.
  private static let visibleMargin = 10.0

  /// The least of 1.01, 1.1 and 2 by which a block's rate must be wrong for its effect, about that part of the motion, to show beside
  /// the smallest rate's own gap and drift.
  fileprivate var visibleFactor: Double {
    let smallest = tracks.last { $0.failure == nil }
    let largestTerm = smallest?.largestTerm ?? 0
    let part = max(
      movement > 0 ? (smallest?.gap ?? 0) / movement : 0, largestTerm > 0 ? (smallest?.drift ?? 0) / largestTerm : 0)
    return [WrongRate.factor, 1.1].first { $0 - 1 >= Self.visibleMargin * part } ?? 2
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
