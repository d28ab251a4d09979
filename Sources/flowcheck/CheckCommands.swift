import ArgumentParser
import FlowODE
import Models
import Theorems
import Workbench

/// Flags of the commands that judge claims.
struct CheckOptions: ParsableArguments {
  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("Relative tolerances of the rungs (default 1e-6,1e-8,1e-10,1e-12).", valueName: "t1,t2,…"))
  var refine: String?
  @Flag(help: "Also run each claim's negative controls, which must be flagged.")
  var control = false
  @Flag(help: "Exit with status 0 even if something is violated, inconclusive or vacuous.")
  var exitZero = false
}

/// `flowcheck balancedness`.
struct BalancednessCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "balancedness",
    abstract: "Checks that balancedness is conserved along gradient flow.",
    discussion: """
      matrix: W(l+1)ᵀ W(l+1) − W(l) W(l)ᵀ is constant for every l.
      cp:     ‖w_rⁿ‖² − ‖w_rᵐ‖² is constant for every component r, modes n and m.

      Examples:
        flowcheck balancedness --model matrix --shape 10,10 --depth 3 --rank 3 \\
          --target-norm 10 --observed 0.6 --normalization half-sum \\
          --init-scale 0.05 --until 40
        flowcheck balancedness --model cp --data ratings.csv --shape 50,40,12 \\
          --components 8 --until 500 --control
      """)

  @OptionGroup(title: "Problem") var problem: ProblemOptions
  @OptionGroup(title: "Integration") var integration: IntegrationOptions
  @OptionGroup(title: "Check") var check: CheckOptions
  @OptionGroup(title: "Settings") var configuration: ConfigurationOptions
  @OptionGroup(title: "Output") var output: OutputOptions

  func run() throws {
    let settings = try configuration.settings(
      flags: problem.assignments + integration.assignments + [("integration.refine", check.refine)])
    let report = try Run(command: "balancedness", settings: settings, output: output.request).report {
      try CheckRun(runsControls: check.control).study($0) { _ in [Balancedness()] }
    }
    try output.end(with: report, exitZero: check.exitZero)
  }
}

/// `flowcheck run`.
struct RunCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "run",
    abstract: "Checks the claims named in a configuration on one experiment.",
    discussion: """
      The claims stand in --claims, or in the configuration as
        [run]
        claims = ["balancedness", "dissipation"]
      All of them are judged on the same trajectories.

      Examples:
        flowcheck run --claims balancedness,dissipation --model cp --shape 6,6,6 \\
          --components 10 --rank 2 --observed 0.5 --init-scale 0.3 --until 2000
        flowcheck run --config experiment.toml --set init.scale=1e-2 --control
      """)

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("Claims to check ('flowcheck list' shows all).", valueName: "name,…"))
  var claims: String?
  @OptionGroup(title: "Problem") var problem: ProblemOptions
  @OptionGroup(title: "Integration") var integration: IntegrationOptions
  @OptionGroup(title: "Check") var check: CheckOptions
  @OptionGroup(title: "Settings") var configuration: ConfigurationOptions
  @OptionGroup(title: "Output") var output: OutputOptions

  func run() throws {
    let settings = try configuration.settings(
      flags: problem.assignments + integration.assignments
        + [("integration.refine", check.refine), ("run.claims", claims)])
    let known = ClaimCatalog.rows.map(\.identifier).joined(separator: ", ")
    guard let names = settings.texts("run.claims"), !names.isEmpty else {
      throw ExperimentError("no claims were named", remedy: "give --claims, or claims under [run], from: \(known)")
    }
    var chosen: [any Claim] = []
    for name in names {
      guard let row = ClaimCatalog.row(name) else {
        throw ExperimentError(
          "\(settings.place("run.claims")): there is no claim '\(name)'", remedy: "choose from: \(known)")
      }
      guard !chosen.contains(where: { $0.identifier == name }) else {
        throw ExperimentError(
          "\(settings.place("run.claims")): the claim '\(name)' stands there twice", remedy: "name it once")
      }
      guard let make = row.make else {
        throw ExperimentError(
          "\(settings.place("run.claims")): '\(name)' needs a ladder of scales", remedy: "use flowcheck \(name)")
      }
      chosen.append(make())
    }
    let report = try Run(command: "run", settings: settings, output: output.request).report {
      try CheckRun(runsControls: check.control).study($0) { _ in chosen }
    }
    try output.end(with: report, exitZero: check.exitZero)
  }
}
