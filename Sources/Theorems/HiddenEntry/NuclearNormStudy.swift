import FlowODE
import GSLBridge
import Models
import Verdicts

/// The conjecture that depth-2 flow from α → 0 ends at the completion of least nuclear norm, on a ladder of α.
///
/// **Statement.** lim_{α→0} lim_{t→∞} ‖W(t)‖_* = min{‖X‖_* : X takes the observed values}, W(0) proportional to α. Convergence in α
/// is logarithmic in practice (a small power of α), so no finite ladder confirms it.
/// **Hypotheses.** A matrix factorization of depth 2 whose data are observed entries; a loss that is 0 exactly at the targets.
/// **Judged by.** ``OptimumRule``: *holds* only to a stated level where the excess has fallen to the certificate's own gap,
/// *violated* where the excess ceases to fall, and otherwise *inconclusive*, with the trend.
/// **Refuted by.** Completions and duals that prove nothing; the flow on [[*, 1], [1, 0.1]] from det W(0) > 0.
/// **Sources.** Gunasekar et al. 2017, proved for commuting measurements; false in general: Razin and Cohen 2020.
public struct NuclearNormStudy: ValueLadder, LadderStudy {
  public static let card = ClaimCard(
    name: "nuclear-norm",
    summary: "conjecture: depth-2 flow from α → 0 ends at the completion of least nuclear norm (norms init.scales)",
    formulas: ["lim_{α→0} lim_{t→∞} ‖W(t)‖_* = min{‖X‖_* : X takes the observed values}, W(0) proportional to α"],
    sources: [.gunasekar2017("conjecture, proved for commuting measurements"), .razinCohen2020("false in general")],
    judgedBy: .limit,
    residual:
      "excess over the optimum, which a dual matrix of spectral norm ≤ 1 on the observed entries certifies to 1e-6, known as far as "
      + "the end meets the observed entries: holds only where the excess is down at the certificate's gap, violated where it "
      + "exceeds 1e-3 and has ceased to fall over a decade of α, inconclusive otherwise, for convergence in α is logarithmic",
    example: "flowcheck norms --depth 2 --opposite 2 --until 1e4 --stop-loss 1e-22 --scales 1e-2,1e-5,1e-8 --control")

  /// The experiment; its start is scaled.
  public let experiment: Experiment
  /// α, strictly decreasing, at least three.
  public let values: [Double]
  /// One, tight enough that what it leaves is far below any excess.
  public let tolerances: [Double]
  public var keptRun: (experiment: Experiment, tolerance: Double)? { tolerances.last.map { (experiment, $0) } }

  /// - Throws: ``Refusal`` unless the model is a matrix factorization of depth 2, entries are observed, and there are
  ///   three or more strictly decreasing positive scales.
  public init(
    experiment: Experiment, scales: [Double] = [1e-1, 1e-2, 1e-3], tolerance: Double = 1e-9
  ) throws(Refusal) {
    guard experiment.problem.model.chain?.depth == 2 else {
      throw Refusal(
        "the nuclear-norm conjecture is about matrix factorizations of depth 2, not \(experiment.problem.model.summary)",
        remedy: "use problem.model matrix problem.depth 2")
    }
    guard experiment.loss.vanishesAtTargets else {
      throw Refusal(
        "the nuclear-norm conjecture is about flows that end where the targets are met, and the loss "
          + "\(experiment.loss.identifier) is not 0 there", remedy: "use loss.name l2, l1 or huber")
    }
    try ScaleRun.check(
      scales: scales, least: 3, remedy: "give init.scales three or more decreasing numbers, such as 1e-1,1e-2,1e-3")
    self.experiment = experiment
    values = scales
    tolerances = [tolerance]
  }

  /// One scale's end.
  public struct Rung: Sendable, Equatable, Codable {
    /// α.
    public let scale: Double
    /// When the flow ended, its loss and ‖W‖_* there.
    public let time: Double
    let loss: Double
    let nuclearNorm: Double
    /// ‖r‖₂ over the observed entries there.
    let misfit: Double
    /// The last hidden entry in row-major order; nil if all are observed.
    public let hiddenEntry: Double?
    let outcome: Outcome

    /// An end as it was found.
    public init(
      scale: Double, time: Double, loss: Double, nuclearNorm: Double, misfit: Double, hiddenEntry: Double?,
      outcome: Outcome
    ) {
      self.scale = scale
      self.time = time
      self.loss = loss
      self.nuclearNorm = nuclearNorm
      self.misfit = misfit
      self.hiddenEntry = hiddenEntry
      self.outcome = outcome
    }
  }

  /// What the ends are compared with, and what makes W(0) proportional to α.
  public struct Shared {
    /// The least nuclear norm, with its certificate.
    public let optimum: MinimumNuclearNorm
    /// What is wrong with the optimum's certificate; nil if nothing is.
    let flaw: String?
    /// The spectral norm of W(0) at the experiment's own start.
    let size: Double
  }

  public func shared(_ context: RunContext) throws -> Shared {
    let optimum = try MinimumNuclearNorm(experiment.problem.measurements, isCancelled: context.isCancelled)
    if context.isCancelled() { throw InterruptedRun(time: 0) }
    let size = try startSize()
    return Shared(
      optimum: optimum, flaw: try optimum.certificate.flaw(experiment.problem.measurements), size: size)
  }

  /// The spectral norm of W(0).
  func startSize() throws -> Double {
    let size = try SVD.singularValues(of: end(experiment.start)).first ?? 0
    guard size > 0 else {
      throw Refusal("the start's end-to-end matrix is 0", remedy: "use init.name balanced or gaussian")
    }
    return size
  }

  /// The experiment whose start is multiplied by (α/α₀)^{1/2} per layer, so that W(0) is proportional to α.
  func scaled(to alpha: Double, of size: Double) throws(Refusal) -> Experiment {
    let factor = (alpha / size).squareRoot()
    return try experiment.replacing(
      start: experiment.start.map { factor * $0 }, startSummary: "spectral norm of W(0) \(alpha)")
  }

  /// ‖r‖₂ over the observed entries.
  private func misfit(_ objective: Objective, at parameters: [Double]) -> Double {
    var residuals = [Double](repeating: 0, count: objective.measurementCount)
    residuals.withUnsafeMutableBufferPointer { buffer in
      if let base = buffer.baseAddress { objective.residuals(parameters, into: base) }
    }
    return BLAS.norm2(count: residuals.count, residuals)
  }

  private func end(_ parameters: [Double]) -> Matrix {
    let shape = experiment.problem.model.endShape
    return Matrix(rows: shape[0], columns: shape[1], elements: experiment.problem.model.endToEnd(parameters))
  }

  /// The end of the flow from the scaled start.
  public func point(_ alpha: Double, tolerance: Double, _ shared: Shared, _ context: RunContext) throws -> Rung {
    let scaled = try scaled(to: alpha, of: shared.size)
    let plan = scaled.plan(relativeTolerance: tolerance, grid: try SaveGrid.linear(until: scaled.until, count: 2))
    let trajectory = try Integrator(
      model: experiment.problem.model, field: try scaled.flow(isCancelled: context.isCancelled), plan: plan
    ).run(from: scaled.start, observers: context.recorders())
    if case .interrupted(let time) = trajectory.outcome { throw InterruptedRun(time: time.total) }
    let end = end(trajectory.parameters)
    return Rung(
      scale: alpha, time: trajectory.time, loss: trajectory.loss,
      nuclearNorm: try SVD.singularValues(of: end).reduce(0, +),
      misfit: misfit(try scaled.objective(), at: trajectory.parameters),
      hiddenEntry: HiddenEntry(experiment.problem.measurements).map { end[$0.row, $0.column] },
      outcome: trajectory.outcome)
  }

  public static let hypotheses: [LadderHypothesis<NuclearNormStudy>] = [
    LadderHypothesis("the model has depth 2") { (true, $0.experiment.problem.model.summary) }
  ]

  public static func statement(_ study: Self) -> String {
    "as α → 0 the flow ends at the completion of least nuclear norm (conjecture of Gunasekar et al. 2017)"
  }

  public static func judge(_ study: Self, _ found: Found, _ hypotheses: [Hypothesis]) -> LadderFinding {
    LadderFinding(
      judge(
        optimum: found.shared.optimum, rungs: found.fine, rank: study.experiment.problem.model.endShape.min() ?? 1,
        flaw: found.shared.flaw))
  }

  /// Judges a ladder.
  ///
  /// - Parameters:
  ///   - rank: the most that a completion can have.
  ///   - flaw: what is wrong with the optimum's certificate; nil if nothing is.
  public static func judge(
    optimum: MinimumNuclearNorm, rungs: [Rung], rank: Int, flaw: String? = nil
  ) -> Judgement {
    OptimumRule.judge(
      OptimumEvidence(
        optimum: optimum.value, lowerBound: optimum.lowerBound, flaw: flaw,
        points: rungs.map {
          // ‖X‖_* moves by at most √rank times what the entries do.
          .init(
            alpha: $0.scale, value: $0.nuclearNorm, misfit: Double(rank).squareRoot() * $0.misfit,
            incompleteness: $0.outcome.incompleteness)
        }))
  }

  public static func exhibits(_ study: Self, _ found: Found) -> LadderExhibits {
    let optimum = found.shared.optimum
    let sheet = Sheet(
      found.fine,
      [
        Column("alpha", title: "α") { $0.scale }, Column("time", title: "t") { $0.time },
        Column("loss", title: "loss") { $0.loss }, Column("nuclear_norm", title: "nuclear norm") { $0.nuclearNorm },
        Column("excess", title: "excess") { ($0.nuclearNorm - optimum.value) / optimum.value },
        Column("hidden_entry", title: "hidden entry") { $0.hiddenEntry },
      ])
    let certificate = Table(
      "the completion of least nuclear norm", columns: ["value", "dual bound", "gap", "iterations"],
      rows: [[optimum.value, optimum.lowerBound, optimum.gap, Double(optimum.iterations)].map { Cell($0) }])
    return LadderExhibits(
      tables: [certificate, sheet.table("ends of the flow as α falls")], files: [("series.csv", sheet.series)])
  }
}
