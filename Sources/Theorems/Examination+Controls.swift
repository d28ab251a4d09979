import FlowODE
import Models
import Verdicts

/// The negative controls of an examination: other flows and other starts, and what became of each.
extension Examination {
  /// A flow that controls perturb, and what is folded over its trajectories.
  struct Perturbed {
    let rates: [Double]
    var statements: [Statement]
    var run = ControlRun()
    /// Why it could not be run; nil where it was.
    var failure: String?
  }

  /// Whether no rung is complete: nothing can be told of the claims then, and controls that are flows of their own would come as far.
  static func isUnfinished(_ ladder: [Rung]) -> Bool { !ladder.contains { $0.trajectory.outcome.isComplete } }

  private static let unfinished = "no rung of the claim's own run is complete"

  /// The perturbed flows of all controls, run where a claim says something.
  @inline(never)
  func perturbations(
    _ cases: [ExaminedClaim], speaking: [Statement], grid: SaveGrid
  ) throws -> [Perturbed] {
    var perturbed: [Perturbed] = []
    for item in cases where item.speaks {
      for mutant in item.mutants {
        guard let rates = blockRates(mutant) else { continue }
        if let k = perturbed.firstIndex(where: { $0.rates == rates }) {
          perturbed[k].statements.append(item.law)
        } else {
          perturbed.append(Perturbed(rates: rates, statements: [item.law]))
        }
      }
    }
    for k in perturbed.indices {
      let statements = perturbed[k].statements
      let asked = statements.filter { statement in speaking.contains { $0.identity == statement.identity } }
      guard !asked.isEmpty else { continue }
      do {
        perturbed[k].run = try reject(
          statements, asked: asked, by: refinement, grid: grid, blockRates: perturbed[k].rates)
      } catch let refusal as Refusal {
        perturbed[k].failure = refusal.problem
      }
    }
    return perturbed
  }

  /// What became of a control, with its residual at the save times of its tightest rung, for the figure.
  struct ControlFinding {
    var report: ControlReport
    var path: [DriftPoint] = []
  }

  /// What became of a control. One that cannot be run says so, and ends nothing.
  func control(
    _ mutant: Mutant<Statement>, of item: ExaminedClaim, _ setting: ClaimSetting, _ ladder: [Rung],
    _ perturbed: [Perturbed], grid: SaveGrid
  ) throws -> ControlFinding {
    do {
      return try outcome(mutant, of: item, setting, ladder, perturbed, grid: grid)
    } catch let refusal as Refusal {
      return Self.idle(mutant, "it could not be run: \(refusal.problem)")
    }
  }

  @inline(never)
  private func outcome(
    _ mutant: Mutant<Statement>, of item: ExaminedClaim, _ setting: ClaimSetting, _ ladder: [Rung],
    _ perturbed: [Perturbed], grid: SaveGrid
  ) throws -> ControlFinding {
    switch mutant.change {
    case .idle(let reason): return Self.idle(mutant, reason)
    case .statement(let mutated):
      return report(mutant, Self.judge(mutated, setting, ladder), ladder.last?.evidence[mutated.identity])
    case .rate where Self.isUnfinished(ladder), .start where Self.isUnfinished(ladder):
      return Self.idle(mutant, Self.unfinished)
    case .rate(let block, let factor):
      let rates = blockRates(mutant)
      let flow = perturbed.first { $0.rates == rates }
      if let failure = flow?.failure {
        return Self.idle(mutant, "it could not be run: \(failure)")
      }
      let run = flow?.run ?? ControlRun()
      var found = report(
        mutant, Self.judge(item.law, setting, run.ladder), run.ladder.last?.evidence(of: item.law), run)
      if !found.report.isRejected, let residual = found.report.residual {
        found.report.doNotCount(try silence(block, factor, residual, of: item, ladder, grid: grid))
      }
      return found
    case .start(let start, let dropped):
      let other = try refinement.replacing(
        experiment: refinement.experiment.replacing(start: start, startSummary: mutant.text))
      let run = try reject([item.law], asked: [item.law], by: other, grid: grid, dropping: dropped)
      return report(
        mutant, Self.judge(item.law, ClaimSetting(experiment: other.experiment), run.ladder, dropping: dropped),
        run.ladder.last?.evidence(of: item.law), run)
    }
  }

  private static func idle(_ mutant: Mutant<Statement>, _ reason: String) -> ControlFinding {
    ControlFinding(report: ControlReport(name: mutant.text, notCounted: reason))
  }

  /// Runs a flow, or the flow from a start, on which some statements must be rejected: no further than that takes unless all rungs
  /// are asked for.
  private func reject(
    _ statements: [Statement], asked: [Statement], by refinement: Refinement, grid: SaveGrid,
    blockRates: [Double]? = nil, dropping dropped: Set<String> = []
  ) throws -> ControlRun {
    guard !runsAllRungs else {
      return ControlRun(ladder: try refinement.run(statements, grid: grid, blockRates: blockRates).map(\.findings))
    }
    let experiment = refinement.experiment
    let (ladder, time) = try refinement.reject(statements, asked: asked, grid: grid, blockRates: blockRates) { rungs in
      let setting = ClaimSetting(experiment: experiment)
      return asked.allSatisfy {
        ControlRule.isRejected(Self.judge($0, setting, rungs, dropping: dropped), ofAnotherFlow: true)
      }
    }
    return ControlRun(ladder: ladder, until: time)
  }

  /// What was run for a control, and to when if that is not the horizon.
  struct ControlRun {
    var ladder: [RungFindings] = []
    var until: Double?
  }

  /// How many times larger than the control's own error the one is that tells its order.
  private static let probeFactor = 10.0
  /// Residuals that grow by more than this with it are of second order: the square of the factor is 100, the factor itself 10.
  private static let squareGrowth = 30.0
  /// A residual within this many of the claim's own is none of the control's.
  private static let ownFactor = 3.0

  /// Why a wrong rate of a block could not be seen in a claim, however well it is checked: a rate ten times as wrong leaves a residual
  /// that is still the claim's own, or a hundred times the control's, so that it acts at second order only. Nil if it acts.
  private func silence(
    _ block: Int, _ factor: Double, _ residual: Double, of item: ExaminedClaim, _ ladder: [Rung], grid: SaveGrid
  ) throws -> String? {
    let layout = refinement.experiment.problem.model.layout
    let probe = 1 + Self.probeFactor * (factor - 1)
    let rungs = try refinement.run(
      [item.law], grid: grid, blockRates: WrongRate.rates(layout, block: block, factor: probe), side: 1,
      until: { _ in true })
    guard let last = rungs.last?.evidence[item.law.identity], last.margin == nil, last.claimedExponent == nil,
      rungs.count <= ladder.count, let own = ladder[rungs.count - 1].evidence[item.law.identity]?.residual
    else { return nil }
    let name = layout.blocks[block].name
    if last.residual <= Self.ownFactor * own {
      return "a rate of \(name) that is wrong by \(tableNumber(100 * (probe - 1))) % leaves no trace either"
    }
    return last.residual >= Self.squareGrowth * residual
      ? "a wrong rate of \(name) acts at second order only" : nil
  }

  /// The rates of all parameter blocks; nil for a mutant that leaves the flow as it is.
  private func blockRates(_ mutant: Mutant<Statement>) -> [Double]? {
    guard case .rate(let block, let factor) = mutant.change else { return nil }
    return WrongRate.rates(refinement.experiment.problem.model.layout, block: block, factor: factor)
  }

  /// - Parameter run: what was run for the control; nil where it was folded over the claim's own rungs.
  private func report(
    _ mutant: Mutant<Statement>, _ judgement: Judgement, _ evidence: Evidence?, _ run: ControlRun? = nil
  ) -> ControlFinding {
    let isRejected = ControlRule.isRejected(judgement, ofAnotherFlow: run != nil)
    var hasSay = evidence?.isFalsified != false
    // Where nothing grows enough for a fit, another start has nothing to show.
    if case .start = mutant.change, let evidence, evidence.claimedExponent != nil { hasSay = evidence.fit != nil }
    return ControlFinding(
      report: ControlReport(
        name: mutant.text, judgement: judgement, residual: evidence?.residual, isRejected: isRejected,
        isApplicable: isRejected || hasSay, rungs: run?.ladder.count, until: run?.until),
      path: evidence?.path ?? [])
  }
}
