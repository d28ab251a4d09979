import ArgumentParser
import Presentation
import Settings
import Verdicts
import Workbench

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// `flowcheck sweep`.
struct SweepCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "sweep",
    abstract: "Runs a grid of experiments from one file, over seeds, scales or any other setting.",
    discussion: """
      In the file and in --set any setting may have several values: a list
      (init.scale = [1e-1, 1e-2]), a range of whole numbers (init.seed = "1..20"),
      and a list of lists where the setting is itself a list
      (problem.shape = [[4, 4], [6, 6]]). Every combination is a point. Besides, the
      file may say
        [sweep]
        command = "balancedness"   what every point is run by (default: run)
        expect = "violated"        the expected verdict (default: holds), or
                                   ["holds", "order=violated"] for claims by name

      With --output every finished point gets a directory in DIR/points, which
      appears in one step: report.json, config.toml, provenance.json, and with
      --states the series and arrays that its command writes (a flow that is only
      solved has its series always). After an interruption, however it came, the
      same line goes on with the points that are missing. Of a point that was cut
      off it finds again every finished rung, control run and run of a ladder that
      took a second or more, in DIR/points until the point is finished; the run that
      was cut off starts again, and so does what integrate and rank do.
      --shard 2/5 runs the second of five parts: parts share nothing but the
      directory. On a cluster, --slurm --submit does all of them as a job array, and
      the same line what is left of them. --estimate tries a few points and says what
      all would cost.

      The summary counts verdicts, gives medians and quartiles over seeds for every
      other combination, and for each point that is not as expected the line that
      runs it again. 'flowcheck summarize DIR' prints it at any time.

      Exit status 0 where all verdicts are as expected; 1 where one contradicts
      what was expected; 2 where one is inconclusive or vacuous instead; that of the
      first error where a point ended with one; 75 after an interruption.

      scales.toml may have
        [problem]
        model = "matrix"
        shape = [4, 4]
        depth = 3
        rank = 1
        [init]
        scale = [0.3, 0.1]
        seed = "1..5"
        [integration]
        until = 100
        [sweep]
        command = "balancedness"

      Example:
        flowcheck sweep scales.toml --output out --jobs 2
      """)

  @Argument(help: ArgumentHelp("TOML files with settings; later files win.", valueName: "file.toml"))
  var files: [String] = []
  @Option(
    name: .customLong("set"), parsing: .unconditionalSingleValue,
    help: ArgumentHelp(
      "One setting, such as init.seed=1..20 or init.scale=1e-1,1e-2; wins over files. Repeatable.",
      valueName: "key=value"))
  var assignments: [String] = []
  @OptionGroup(title: "Points") var points: SweepOptions
  @OptionGroup(title: "Cluster") var cluster: ClusterOptions
  @OptionGroup(title: "Output") var output: SweepOutputOptions

  func validate() throws {
    guard let junit = output.cases.junit else { return }
    if points.estimate {
      throw ValidationError("--estimate keeps no verdicts, and --junit \(junit) would have none; drop one of them")
    }
    if cluster.slurm {
      throw ValidationError(
        "--slurm runs nothing here, and --junit \(junit) would have no verdicts; drop it, and use "
          + "'flowcheck summarize DIR --junit \(junit)' when the parts have ended")
    }
  }

  func run() throws {
    var settings = Settings(schema: ExperimentSchema.schema, takesAlternatives: true)
    for file in files { try settings.load(file: file) }
    for assignment in assignments { try settings.set(assignment: assignment) }
    let plan = try SweepPlan(settings)
    let used = Self.used(by: plan.commands)
    for assignment in assignments { try ConfigurationOptions.refuseUnused(assignment, settings, used: used) }
    if let unused = ConfigurationOptions.unused(settings, used: used) {
      Console.complain("note: \(Console.presentable(unused))")
    }
    let request = try points.request(output)
    if points.estimate {
      for line in try SweepEstimate(plan, request).lines() { try Console.print(line) }
      return
    }
    if cluster.slurm {
      let array = try SlurmArray(plan, points.request(output, jobs: 1), parts: cluster.parts)
      for line in try array.write(words, isSubmitted: cluster.submit) { try Console.print(line) }
      return
    }
    let ending = try SweepRun(plan, request).run()
    if let failure = ending.failure {
      try output.kept.format.print(ending.report)
      throw failure
    }
    try output.kept.format.end(with: ending.report, exitZero: output.kept.exitZero)
  }

  /// The command line of one part, but for its number.
  private var words: [String] {
    var words = [Console.program, "sweep"] + files.map { $0.hasPrefix("-") ? "./\($0)" : $0 }
    for assignment in assignments { words += ["--set", assignment] }
    words += [
      "--output", output.kept.output ?? "", "--jobs", "\(points.jobs ?? 1)", "--threads", "\(points.threads)",
      "--exit-zero",
    ]
    if output.states { words.append("--states") }
    if points.allowProgram { words.append("--allow-program") }
    if let limit = points.timeLimit { words += ["--time-limit", "\(limit)"] }
    return words
  }

  /// The paths of the settings that some of the commands use.
  private static func used(by commands: [String]) -> Set<String> {
    var used: Set<String> = [Setting(.sweepCommand).path, Setting(.sweepExpect).path]
    for case let type as any ExperimentParsing.Type in RootCommand.configuration.subcommands
    where commands.contains(type.command.name) {
      used.formUnion(type.settingPaths)
    }
    return used
  }
}

/// Flags of which points are run and how.
struct SweepOptions: ParsableArguments {
  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("Points run at once (default: as many as there are processors).", valueName: "n"))
  var jobs: Int?
  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("Run only part i of n, such as 2/5; all parts together are the sweep.", valueName: "i/n"))
  var shard: String?
  @Flag(help: "Try a few points, say what the sweep would cost, and keep nothing.")
  var estimate = false
  @Option(
    parsing: .unconditional, help: ArgumentHelp("Threads of every point; results do not depend on it.", valueName: "n"))
  var threads: Int = 1
  @Flag(help: "Start the program that a file names; without it no file starts one.")
  var allowProgram = false
  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("The most a program may take to start, and for every call.", valueName: "seconds"))
  var timeLimit: Double?

  func validate() throws {
    try ReportOptions.check(threads: threads)
    try Self.check(jobs: jobs)
    if let shard, Shard(shard) == nil {
      throw ValidationError("'\(shard)' is no part; use --shard i/n with 1 ≤ i ≤ n, such as 2/5")
    }
    try ReportOptions.check(timeLimit: timeLimit)
  }

  /// How many points are run at once where nothing is said: as many as there are processors.
  static var usualJobs: Int { ProcessInfo.processInfo.activeProcessorCount }

  /// Refuses numbers of points at once that no machine has.
  static func check(jobs: Int?) throws {
    if let jobs, !(1...1024).contains(jobs) { throw ValidationError("\(jobs) jobs; use --jobs between 1 and 1024") }
  }

  /// - Parameter jobs: how many points at once where nothing is said; nil for as many as there are processors.
  func request(_ output: SweepOutputOptions, jobs usual: Int? = nil) throws -> SweepRequest {
    var request = SweepRequest()
    request.directory = output.kept.output
    request.force = output.kept.force
    request.jobs = jobs ?? usual ?? Self.usualJobs
    request.threads = threads
    request.shard = shard.flatMap(Shard.init)
    request.junit = output.cases.junit
    request.keepsStates = output.states
    request.verbose = output.kept.verbose
    request.allowsProgram = allowProgram
    request.timeLimit = timeLimit
    return request
  }
}

/// Flags of a sweep that a cluster runs.
struct ClusterOptions: ParsableArguments {
  @Flag(help: "Write DIR/sweep.slurm, a Slurm job array of the parts that are not finished, and run nothing here.")
  var slurm = false
  @Flag(help: "Submit it with sbatch.")
  var submit = false
  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "Into how many parts the points are divided (default: one a point, at most 100).", valueName: "n"))
  var parts: Int?

  func validate() throws {
    guard slurm || !submit else { throw ValidationError("--submit belongs to --slurm; add --slurm") }
    guard slurm || parts == nil else { throw ValidationError("--parts belongs to --slurm; add --slurm") }
    if let parts, !(1...1_000_000).contains(parts) {
      throw ValidationError("\(parts) parts; use --parts between 1 and 1000000")
    }
  }
}
