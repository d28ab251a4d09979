import FlowODE
import GSLBridge
import Models
import Verdicts

/// The conjecture that depth-2 flow from α → 0 ends at the completion of least nuclear norm, on a ladder of α.
///
/// **Statement.** lim_{α→0} lim_{t→∞} ‖W(t)‖_* = min{‖X‖_* : X takes the observed values}, W(0) proportional to α. Convergence in α
/// is logarithmic in practice (a small power of α), so no finite ladder confirms it.
/// **Hypotheses.** A matrix factorization of depth 2 whose data are observed entries.
/// **Judged by.** ``OptimumRule``: *holds* only to a stated level where the excess has fallen to the certificate's own gap,
/// *violated* where the excess ceases to fall, and otherwise *inconclusive*, with the trend.
/// **Refuted by.** Completions and duals that prove nothing; the flow on [[*, 1], [1, 0.1]] from det W(0) > 0.
/// **Sources.** Gunasekar et al. 2017, proved for commuting measurements; false in general: Razin and Cohen 2020.
public struct NuclearNormStudy: Sendable {
  static let card = ClaimCard(
    name: "nuclear-norm",
    summary: "conjecture: depth-2 flow from α → 0 ends at the completion of least nuclear norm (norms init.scales)",
    formulas: ["lim_{α→0} lim_{t→∞} ‖W(t)‖_* = min{‖X‖_* : X takes the observed values}, W(0) proportional to α"],
    sources: [.gunasekar2017("conjecture, proved for commuting measurements"), .razinCohen2020("false in general")],
    judgedBy: .limit,
    residual:
      "excess over the optimum, which a dual matrix of spectral norm ≤ 1 on the observed entries certifies to 1e-6: holds only "
      + "where the excess is down at the certificate's gap, violated where it exceeds 1e-3 and ceases to fall with α, "
      + "inconclusive otherwise, for convergence in α is logarithmic",
    example: "flowcheck norms --depth 2 --opposite 0.1 --until 1e4 --scales 1e-1,1e-2,1e-3 --control")
  static let depthCondition = "the model has depth 2"

  /// What must not pass for a least nuclear norm.
  enum Mutant: String, CaseIterable {
    case moved = "a completion with its hidden entries moved"
    case leaking = "a dual on a hidden entry"
    case enlarged = "the dual × 1.05"
    case shrunk = "the dual × 0.95"
    case counterexample = "the flow on [[*, 1], [1, 0.1]] from det W(0) > 0"
  }

  /// What `list` and `explain` print.
  public static let page = ClaimPage(
    card: card, hypotheses: [depthCondition], controls: Mutant.allCases.map(\.rawValue))

  public let experiment: Experiment
  /// α, strictly decreasing, at least three.
  public let scales: [Double]
  public let tolerance: Double

  /// - Throws: ``Refusal`` unless the model is a matrix factorization of depth 2, entries are observed, and there are
  ///   three or more strictly decreasing positive scales.
  public init(experiment: Experiment, scales: [Double], tolerance: Double = 1e-9) throws(Refusal) {
    guard (experiment.problem.model as? MatrixFactorization)?.depth == 2 else {
      throw Refusal(
        "the nuclear-norm conjecture is about matrix factorizations of depth 2, not \(experiment.problem.model.summary)",
        remedy: "use problem.model matrix problem.depth 2")
    }
    guard scales.count >= 3, scales.allSatisfy({ $0 > 0 && $0.isFinite }),
      zip(scales, scales.dropFirst()).allSatisfy({ $0 > $1 })
    else {
      throw Refusal(
        "the ladder of scales is \(scales)",
        remedy: "give init.scales three or more decreasing numbers, such as 1e-1,1e-2,1e-3")
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
  /// - Throws: ``InterruptedRun`` or ``Refusal``.
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
      throw Refusal("the start's end-to-end matrix is 0", remedy: "use init.name balanced or gaussian")
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
