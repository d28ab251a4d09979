import FlowODE
import Models
import Settings
import Theorems
import Verdicts

extension ExperimentCommand {
  /// Judges what becomes of norms and rank where one entry of a square matrix is hidden.
  package static let norms = ExperimentCommand(
    "norms",
    defaults: CommandDefaults { try Problem.hiddenEntry(model: $0, $1, opposite: $2) }
      .setting(.model, to: "matrix").setting(.normalization, to: .halfSum).setting(.initialization, to: .balanced)
      .setting(.determinant, to: .positive)
  ) { builder, _ in
    var check = CheckRun()
    let further = NormsRun(&builder)
    check.further = { try further.studies($0, context: $1) }
    return try check.study(&builder, choose: ClaimTopic.hiddenEntry.claims)
  }
}

/// What `norms` examines besides the claims about a hidden entry.
private struct NormsRun {
  private let comparesCoordinates: Bool
  private let tolerances: [Double]
  private let scales: [Double]?
  private let runsControls: Bool

  init(_ builder: inout ExperimentBuilder) {
    comparesCoordinates = builder.read(.compareCoordinates)
    tolerances = builder.read(.refine)
    scales = builder.settings[.scales]
    runsControls = builder.read(.control)
  }

  /// The comparison of hitting times and the nuclear-norm conjecture, as far as the settings ask for them.
  func studies(_ experiment: Experiment, context: RunContext) throws -> [ClaimReport] {
    var reports: [ClaimReport] = []
    if comparesCoordinates {
      reports.append(
        try CoordinateStudy(experiment: experiment, tolerances: tolerances, isCancelled: context.isCancelled)
          .report(runsControls: runsControls))
    }
    if let scales {
      reports.append(
        try NuclearNormStudy(experiment: experiment, scales: scales).report(
          runsControls: runsControls, isCancelled: context.isCancelled))
    }
    return reports
  }
}
