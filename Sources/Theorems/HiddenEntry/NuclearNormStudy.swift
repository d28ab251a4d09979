import CMath
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
  /// Excess over the optimum, relative to it, that counts as none.
  public static let level = 1e-3
  /// The excess must fall by this factor per rung of α on average, or it is not falling.
  public static let leastDecrease = 0.9

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

  /// Judges a ladder. The residual misfit of an unfinished run counts through the loss that is left: it must be far below
  /// the excess.
  public static func judge(optimum: MinimumNuclearNorm, rungs: [Rung]) -> Judgement {
    let certified = optimum.gap <= 1e-6 * max(optimum.value, .leastNormalMagnitude)
    guard certified else {
      return Judgement(
        .inconclusive,
        "the optimum is only known to lie in [\(optimum.lowerBound), \(optimum.value)]; use a smaller problem")
    }
    if let unfinished = rungs.first(where: { !$0.outcome.isComplete }) {
      return Judgement(
        .inconclusive,
        "the run at α = \(tableNumber(unfinished.scale)) is incomplete: \(unfinished.outcome.sentence); "
          + unfinished.outcome.remedy)
    }
    if let loose = rungs.first(where: { $0.loss > 1e-8 }) {
      return Judgement(
        .inconclusive,
        "the run at α = \(tableNumber(loose.scale)) ended at loss \(tableNumber(loose.loss)), so its limit is not known; raise "
          + "--until and lower --stop-loss")
    }
    let excess = rungs.map { ($0.nuclearNorm - optimum.value) / optimum.value }
    let trend =
      "excess over the least nuclear norm \(excess.map { tableNumber($0) }.joined(separator: ", ")) for α = "
      + rungs.map { tableNumber($0.scale) }.joined(separator: ", ")
    let last = excess[excess.count - 1]
    if last <= max(10 * optimum.gap / optimum.value, 1e-9) {
      return Judgement(.holds, "holds to the certificate's gap: \(trend)")
    }
    let tail = Array(excess.suffix(3))
    let falls = zip(tail, tail.dropFirst()).allSatisfy { $1 <= leastDecrease * $0 }
    if last > level, !falls {
      return Judgement(
        .violated, "the excess does not vanish as α falls: \(trend) (certified gap \(tableNumber(optimum.gap)))")
    }
    return Judgement(
      .inconclusive,
      "the \(trend); convergence in α is logarithmic, so a falling excess at finite α confirms nothing; extend --scales"
    )
  }

  /// The study as a claim's report.
  ///
  /// - Throws: ``InterruptedRun`` or ``ExperimentError``.
  public func report(
    runsControls: Bool = false, isCancelled: @escaping @Sendable () -> Bool = { false }
  ) throws -> ClaimReport {
    let (optimum, rungs) = try run(isCancelled: isCancelled)
    let ladder = EvidenceTable(
      "ends of the flow as α falls", columns: ["α", "t", "loss", "nuclear norm", "excess", "hidden entry"],
      rows: rungs.map {
        [
          EvidenceCell($0.scale), EvidenceCell($0.time), EvidenceCell($0.loss), EvidenceCell($0.nuclearNorm),
          EvidenceCell(($0.nuclearNorm - optimum.value) / optimum.value), EvidenceCell($0.hiddenEntry),
        ]
      })
    let certificate = EvidenceTable(
      "the completion of least nuclear norm", columns: ["value", "dual bound", "gap", "iterations"],
      rows: [
        [
          EvidenceCell(optimum.value), EvidenceCell(optimum.lowerBound), EvidenceCell(optimum.gap),
          EvidenceCell(Double(optimum.iterations)),
        ]
      ])
    var judgement = Self.judge(optimum: optimum, rungs: rungs)
    if judgement.verdict != .inconclusive,
      let flaw = try optimum.certificate.flaw(experiment.problem.measurements)
    {
      judgement = Judgement(.inconclusive, "the optimum's certificate fails: \(flaw); use a smaller problem")
    }
    let controls =
      runsControls
      ? try NuclearNormControls.reports(optimum, experiment.problem.measurements, isCancelled: isCancelled) : []
    return ClaimReport(
      claim: "nuclear-norm", kind: "limit",
      statement: "as α → 0 the flow ends at the completion of least nuclear norm (conjecture of Gunasekar et al. 2017)",
      hypotheses: [
        Hypothesis("the model has depth 2", isMet: true, detail: experiment.problem.model.summary)
      ],
      judgement: Examination.weigh(judgement, controls: controls), controls: controls, tables: [certificate, ladder])
  }
}
