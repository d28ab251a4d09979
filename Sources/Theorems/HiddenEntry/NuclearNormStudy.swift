import FlowODE
import GSLBridge
import Models
import Verdicts

/// The conjecture of Gunasekar et al. (2017) that depth-2 gradient flow from α → 0 ends at the completion of least nuclear
/// norm, tested on a ladder of α against the optimum with its dual certificate.
///
/// Convergence in α is logarithmic in practice (a small power of α), so no finite ladder confirms the conjecture: the verdict
/// is *holds* only to a stated level where the excess has fallen to the certificate's own gap, *violated* where the excess
/// ceases to fall, and otherwise *inconclusive*, with the trend.
public struct NuclearNormStudy: Sendable {
  public let experiment: Experiment
  /// α, strictly decreasing, at least three.
  public let scales: [Double]
  public let tolerance: Double

  /// - Throws: ``ExperimentError`` unless the model is a matrix factorization of depth 2, entries are observed, and there are
  ///   three or more strictly decreasing positive scales.
  public init(experiment: Experiment, scales: [Double], tolerance: Double = 1e-9) throws(ExperimentError) {
    guard (experiment.problem.model as? MatrixFactorization)?.depth == 2 else {
      throw ExperimentError(
        "the nuclear-norm conjecture is about matrix factorizations of depth 2, not \(experiment.problem.model.summary)",
        remedy: "use --model matrix --depth 2")
    }
    guard scales.count >= 3, scales.allSatisfy({ $0 > 0 && $0.isFinite }),
      zip(scales, scales.dropFirst()).allSatisfy({ $0 > $1 })
    else {
      throw ExperimentError(
        "the ladder of scales is \(scales)",
        remedy: "give --scales three or more decreasing numbers, such as 1e-1,1e-2,1e-3")
    }
    self.experiment = experiment
    self.scales = scales
    self.tolerance = tolerance
  }

  /// One scale's end.
  public struct Rung: Sendable, Equatable {
    public let scale: Double
    public let time: Double
    public let loss: Double
    public let nuclearNorm: Double
    /// The last hidden entry in row-major order; nil if all are observed.
    public let hiddenEntry: Double?
    public let outcome: Outcome

    public init(
      scale: Double, time: Double, loss: Double, nuclearNorm: Double, hiddenEntry: Double?, outcome: Outcome
    ) {
      self.scale = scale
      self.time = time
      self.loss = loss
      self.nuclearNorm = nuclearNorm
      self.hiddenEntry = hiddenEntry
      self.outcome = outcome
    }
  }

  /// Integrates every scale: the experiment's start multiplied by (α/α₀)^{1/2} per layer, so that W(0) is proportional to α.
  ///
  /// - Throws: ``InterruptedRun`` or ``ExperimentError``.
  public func run(
    isCancelled: @escaping @Sendable () -> Bool = { false }
  ) throws -> (optimum: MinimumNuclearNorm, rungs: [Rung]) {
    let optimum = try MinimumNuclearNorm(experiment.problem.measurements)
    let model = experiment.problem.model
    let shape = model.endShape
    let size =
      try SVD.singularValues(
        of: Matrix(rows: shape[0], columns: shape[1], elements: model.endToEnd(experiment.start))
      ).first ?? 0
    guard size > 0 else {
      throw ExperimentError("the start's end-to-end matrix is 0", remedy: "use --init balanced or gaussian")
    }
    var rungs: [Rung] = []
    for scale in scales {
      let factor = (scale / size).squareRoot()
      let scaled = try experiment.replacing(
        start: experiment.start.map { factor * $0 }, startSummary: "spectral norm of W(0) \(scale)")
      let plan = scaled.plan(
        relativeTolerance: tolerance, grid: try SaveGrid.linear(until: scaled.until, count: 2))
      let trajectory = try Integrator(
        model: model, field: try scaled.flow(isCancelled: isCancelled), plan: plan
      ).run(from: scaled.start, observers: [])
      if case .interrupted(let time) = trajectory.outcome { throw InterruptedRun(time: time) }
      let end = Matrix(rows: shape[0], columns: shape[1], elements: model.endToEnd(trajectory.parameters))
      let hidden = HiddenEntry(experiment.problem.measurements)
      rungs.append(
        Rung(
          scale: scale, time: trajectory.time, loss: trajectory.loss,
          nuclearNorm: try SVD.singularValues(of: end).reduce(0, +),
          hiddenEntry: hidden.map { end[$0.row, $0.column] }, outcome: trajectory.outcome))
    }
    return (optimum, rungs)
  }

  /// Judges a ladder.
  ///
  /// - Parameter flaw: what is wrong with the optimum's certificate; nil if nothing is.
  public static func judge(optimum: MinimumNuclearNorm, rungs: [Rung], flaw: String? = nil) -> Judgement {
    OptimumRule.judge(
      OptimumEvidence(
        optimum: optimum.value, lowerBound: optimum.lowerBound, flaw: flaw,
        points: rungs.map {
          .init(alpha: $0.scale, value: $0.nuclearNorm, loss: $0.loss, incompleteness: $0.outcome.incompleteness)
        }))
  }
}
