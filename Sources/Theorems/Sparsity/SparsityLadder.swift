import CMath
import FlowODE
import GSLBridge
import Models
import Verdicts

/// A Tucker family from smaller and smaller starts, each until the observed part of a target of low multilinear rank is fitted.
public struct SparsityLadder: ValueLadder {
  /// The experiment; its start is multiplied by α.
  public let experiment: Experiment
  /// α, strictly decreasing.
  public let values: [Double]
  /// The tolerances of the last two rungs, coarser first.
  public let tolerances: [Double]
  public var keptRun: (experiment: Experiment, tolerance: Double)? { tolerances.last.map { (experiment, $0) } }
  let core: TuckerCore
  /// The target's multilinear rank; nil where the target is not known everywhere.
  let ranks: [Int]?

  /// A run has fitted the data when its loss has fallen to this part of the start's.
  public static let fittedPart = 1e-6
  /// What is run where no scales are given: five over a decade, which a violation needs.
  public static let defaultScales = [1.0, 0.5, 0.25, 0.125, 0.0625]

  /// - Parameter scales: those of ``defaultScales`` where none are given.
  /// - Throws: ``Refusal`` for unusable scales or a model without a core.
  public init(experiment: Experiment, scales: [Double]? = nil, tolerances: [Double]) throws(Refusal) {
    guard let core = TuckerCore(experiment.problem.model) else {
      throw Refusal(
        "structured sparsity is about the slices of a core, and \(experiment.problem.model.summary) has none",
        remedy: "use problem.model tucker, deep-tucker-matrices or deep-tucker-columns")
    }
    self.core = core
    self.experiment = experiment
    values = scales ?? Self.defaultScales
    try ScaleRun.check(scales: values)
    self.tolerances = try ScaleRun.lastTwo(tolerances)
    let truth = experiment.problem.truth.flatMap { $0.contains(where: \.isNaN) ? nil : $0 }
    ranks = truth.flatMap { TuckerCore.multilinearRank($0, shape: experiment.problem.model.endShape) }
  }

  /// Until the flow from the smallest start has come to rest.
  ///
  /// - Throws: ``InterruptedRun``, ``Refusal``.
  public func horizon(isCancelled: @escaping @Sendable () -> Bool) throws -> SettledHorizon {
    try ScaleRun.horizon(experiment, scale: values.last ?? 1, isCancelled: isCancelled)
  }

  /// What the fit at one α looks like.
  public struct Point: Sendable, Equatable, Codable {
    let alpha: Double
    let time: Double
    let loss: Double
    /// The slices' norms in the core's own basis and in that of its singular vectors, mode by mode, descending.
    let slices: [[Double]]
    let spectra: [[Double]]
  }

  /// False where the target says nothing of how many slices are needed, or all of them are.
  public var canRun: Bool { Self.lowRank.evaluate(self, nil)?.isMet == true }

  /// The target's rank is known, and the core has room for more.
  static let lowRank = LadderHypothesis<SparsityLadder>(
    "the target is known everywhere, and of lower multilinear rank than the core"
  ) { ladder in
    guard let ranks = ladder.ranks else { return (false, "the target's multilinear rank is not known") }
    let shape = ladder.core.block.shape
    return (
      zip(ranks, shape).contains { $0 < $1 } && zip(ranks, shape).allSatisfy { $0 <= $1 },
      "rank \(TuckerCore.list(ranks)), core \(TuckerCore.list(shape))"
    )
  }

  static let gradientFlow = LadderHypothesis<SparsityLadder>("the parameters move by gradient flow") { ladder in
    let isFlow = ladder.experiment.motion == nil
    return (isFlow, isFlow ? "nothing else moves them" : "they move in another way")
  }

  public func point(_ alpha: Double, tolerance: Double, _ shared: Void, _ context: RunContext) throws -> Point {
    let trajectory = try ScaleRun.fit(
      experiment, from: alpha, toPart: Self.fittedPart, tolerance: tolerance, context
    ).trajectory
    let spectra: [[Double]]
    do throws(GSLError) { spectra = try core.spectra(trajectory.parameters) } catch {
      throw UnfinishedRun("at α = \(tableSetting(alpha)) the core is not finite", remedy: "lower integration.until")
    }
    return Point(
      alpha: alpha, time: trajectory.time, loss: trajectory.loss, slices: core.sliceNorms(trajectory.parameters),
      spectra: spectra)
  }
}
