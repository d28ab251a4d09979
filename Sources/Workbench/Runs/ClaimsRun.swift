import FlowODE
import Models
import Theorems
import Verdicts

/// The study of claims on one experiment: those of trajectories together on one refinement, then each ladder on its own.
package struct ClaimsRun {
  /// What a reader must know besides, such as why a claim was left out.
  var notes: (Experiment) -> [String] = { _ in [] }
  /// Whether the claims are about whatever flow the model names; otherwise they are about gradient flow.
  var isOfAnyMotion = false
  /// The claim whose figure is drawn if it has one; otherwise the first that has.
  var figureClaim: String?
  /// The claims in the order in which they are reported; as they come if empty.
  var order: [String] = []

  /// - Parameters:
  ///   - choose: the claims of trajectories for the experiment that the settings make.
  ///   - planLadders: the ladders beside them.
  func study(
    _ builder: inout ExperimentBuilder, threads: Int,
    trajectories choose: (Experiment) throws -> [StatedClaim] = { _ in [] },
    ladders planLadders: (inout ExperimentBuilder, Experiment) throws -> [PlannedLadder] = { _, _ in [] }
  ) throws -> Study {
    let asked = try builder.experiment()
    if let motion = asked.motion, !isOfAnyMotion {
      throw Refusal(
        "the claims are about gradient flow, and the parameters move by \(motion.summary)",
        remedy: "judge the file's own claims: flowcheck run FILE without run.claims")
    }
    let claims = try choose(asked)
    let runsControls = builder.read(.control)
    let runsAllRungs = builder.read(.allRungs)
    // A ladder waits for what its own claims look at.
    let ladders = try planLadders(&builder, asked.sharing(gradientsOver: threads))
    let experiment = try builder.settled(asked) { isCancelled in
      if claims.isEmpty, let shared = ladders.lazy.compactMap(\.experiment.horizon).first { return shared }
      return try HorizonSearch(asked.sharing(gradientsOver: threads), need: .init(of: claims)).run(
        isCancelled: isCancelled)
    }
    let scales = ladders.compactMap(\.scales)
    if let shared = scales.first, scales.allSatisfy({ $0 == shared }) { builder.complete(.scales, shared) }
    let tolerances = claims.isEmpty ? [] : builder.read(.refine)
    // A refinement that cannot be is refused before anything is opened.
    if !claims.isEmpty { _ = try Refinement(experiment: experiment, tolerances: tolerances) }
    let own = claims.isEmpty && ladders.count == 1 ? ladders[0] : nil
    let starts = ladders.filter { own == nil && $0.experiment.startSummary != experiment.startSummary }
      .map { "\($0.claims.joined(separator: ", ")): start \($0.experiment.startSummary)" }
    let ends = ladders.filter { own == nil && $0.experiment.horizon != experiment.horizon }
      .compactMap { ladder in
        ladder.experiment.horizon.map { "\(ladder.claims.joined(separator: ", ")): \($0.sentence)" }
      }
    return Study(
      experiment: own?.experiment ?? experiment, notes: notes(experiment) + starts + ends,
      parts: tolerances.map(tableSetting) + ladders.flatMap(\.parts), figures: own?.figures ?? .first(of: figureClaim),
      tables: ladders.flatMap { $0.tables(isAlone: own != nil) }
    ) { [order] bench in
      var found = Findings(report: bench.report([]))
      var reports: [ClaimReport] = []
      var kinks: KinkReport?
      var warnings: [ReportWarning] = []
      var unobservedRatio: Double?
      var observed: [String: Double]?
      if !claims.isEmpty {
        let refinement = try Refinement(
          experiment: experiment, tolerances: tolerances, context: bench.context.keeping(under: "trajectories"))
        // Files hold the states of the tightest rung, so it is run where they are written.
        let outcome = try Examination(
          refinement: refinement, stated: claims, runsControls: runsControls,
          runsAllRungs: runsAllRungs || bench.recording.isNeeded
        ).run()
        reports = outcome.reports
        kinks = KinkReport(outcome.ladder.last?.trajectory.kinks)
        warnings = outcome.ladder.last?.warnings ?? []
        warnings += ReportWarning(outcome.ladder.last?.trajectory.modelKinks).map { [$0] } ?? []
        if let end = outcome.ladder.last?.trajectory.parameters {
          observed = bench.recording.observations?.values(at: end)
          let spurious = SpuriousComponent(experiment.problem, parameters: end)
          unobservedRatio = spurious?.ratio
          warnings += spurious?.warning.map { [$0] } ?? []
        }
        found.counts = reports.flatMap(\.rungs).map(Provenance.Rung.init)
      }
      var section: Report.Section?
      var parts = tolerances.count
      for (k, ladder) in ladders.enumerated() {
        let context = bench.context.following(parts, isRecorded: claims.isEmpty && k == 0).keeping(under: "ladder \(k)")
        let result = try ladder.examine(bench.summary, context, own != nil)
        warnings += result.warnings
        reports += result.reports
        found.tables += result.files.map { (own == nil ? $0.nameAmongOthers : $0.name, $0.table) }
        section = section ?? result.section
        parts += ladder.parts.count
      }
      let named = order.flatMap { name in reports.filter { $0.claim == name } }
      found.report = bench.report(
        order.isEmpty ? reports : named, kinks: kinks, warnings: warnings,
        unobservedRatio: unobservedRatio, observed: observed, section: section)
      return found
    }
  }
}

extension RunContext {
  /// The context of what follows so many parts. One trajectory is recorded.
  fileprivate func following(_ parts: Int, isRecorded: Bool) -> RunContext {
    var own = self
    let progress = progress
    own.progress = { progress(parts + $0, $1) }
    return isRecorded ? own : own.unrecorded
  }
}
