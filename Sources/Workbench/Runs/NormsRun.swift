import FlowODE
import Models
import Settings
import Theorems
import Verdicts

/// What `norms` examines besides the claims about a hidden entry.
package enum NormsRun {
  /// What `norms` means by settings that are not given.
  package static let defaults = CommandDefaults(
    model: "matrix", normalization: .halfSum, initialization: .balanced, determinant: .positive,
    problem: { try Problem.hiddenEntry(model: $0, $1, opposite: $2.number("problem.opposite") ?? 0) })

  /// The comparison of hitting times and the nuclear-norm conjecture, as far as the settings ask for them.
  package static func studies(
    _ experiment: Experiment, settings: Settings, runsControls: Bool, context: RunContext
  ) throws -> [ClaimReport] {
    var reports: [ClaimReport] = []
    if settings.boolean("integration.compare-coordinates") == true {
      reports.append(
        try CoordinateStudy(
          experiment: experiment,
          tolerances: settings.numbers("integration.refine") ?? ExperimentBuilder.defaultLadder,
          isCancelled: context.isCancelled
        ).report(runsControls: runsControls))
    }
    if let ladder = settings.numbers("init.scales") {
      reports.append(
        try NuclearNormStudy(experiment: experiment, scales: ladder).report(
          runsControls: runsControls, isCancelled: context.isCancelled))
    }
    return reports
  }
}
