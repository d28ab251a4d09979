import FlowODE
import Settings
import Theorems

/// What a command that takes an experiment is: what it means by settings that are not given, and what it studies.
package struct ExperimentCommand: Sendable {
  /// The command's name on the command line and in reports.
  package let name: String
  /// What it means by settings that are not given.
  package let defaults: CommandDefaults
  /// Checks everything that can be checked beforehand, completes the settings, and says what is going to be done.
  package let plan: @Sendable (_ builder: inout ExperimentBuilder, _ threads: Int) throws -> Study

  package init(
    _ name: String, defaults: CommandDefaults = CommandDefaults(),
    plan: @escaping @Sendable (_ builder: inout ExperimentBuilder, _ threads: Int) throws -> Study
  ) {
    self.name = name
    self.defaults = defaults
    self.plan = plan
  }

  /// All of them.
  package static let all: [ExperimentCommand] = [
    .integrate, .balancedness, .growth, .rankOne, .incremental, .singularValues, .norms, .compare, .run,
  ]

  /// Solves a flow or a descent and judges nothing.
  package static let integrate = ExperimentCommand("integrate") { builder, threads in
    try IntegrateRun.study(&builder, threads: threads)
  }

  /// Judges that balancedness is conserved.
  package static let balancedness = ExperimentCommand("balancedness") { builder, _ in
    try CheckRun().study(&builder) { _ in [Balancedness.self] }
  }

  /// Judges how component norms grow.
  package static let growth = ExperimentCommand("growth", defaults: CommandDefaults().setting(.model, to: "cp")) {
    builder, _ in
    var check = CheckRun()
    check.notes = ClaimTopic.componentNorms.notes
    return try check.study(&builder, choose: ClaimTopic.componentNorms.claims)
  }

  /// Judges how singular values move.
  package static let singularValues = ExperimentCommand(
    "singular-values", defaults: CommandDefaults().setting(.model, to: "matrix")
  ) { builder, _ in
    var check = CheckRun()
    check.figureClaim = "singular-value-exponent"
    return try check.study(&builder, choose: ClaimTopic.singularValues.claims)
  }

  /// Judges the claims that the settings name.
  package static let run = ExperimentCommand("run") { builder, _ in
    let claims = try NamedClaims.claims(builder.settings)
    return try CheckRun().study(&builder) { _ in claims }
  }
}
