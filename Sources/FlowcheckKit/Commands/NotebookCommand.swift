import ArgumentParser
import Models
import Presentation
import Workbench

/// `flowcheck notebook`.
struct NotebookRunner: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "notebook",
    abstract: "Runs the commands of Markdown files and compares what they print with what is recorded there.",
    discussion: """
      A block marked console holds lines '$ flowcheck …' with what they printed below
      them; one marked 'toml NAME', 'flow NAME' or with any other language and a
      file's name is that file. Everything runs in a folder of its own, into which
      the data files are copied that the commands name; a cell runs flowcheck alone,
      no shell, and names no file above the notebook's project. '$ echo $?' prints the
      exit status before it. Blocks marked swift are one program against the libraries
      of the checkout that flowcheck was built in; a block marked output holds what
      the one before it prints. It is compiled and run with --allow-program only.

      Words must be as recorded, numbers within one unit of their last printed place;
      numbers up to 1e-12 are rounding errors, and alike. A figure that a command
      draws as NAME.svg and the text shows is stale where its data have changed by a
      hundredth. 'check' writes nothing; 'update' puts what was printed, and figures
      with script and data, where they belong.

      Exit status 0 where all is as recorded, 1 where something is not, 2 where
      Swift cells were not run.

      Examples:
        flowcheck notebook check notebooks-md/01-balancedness.md
        flowcheck notebook update notebooks-md/01-balancedness.md
      """,
    subcommands: [Check.self, Update.self])

  /// Flags of both.
  struct Options: ParsableArguments {
    @Argument(help: ArgumentHelp("Markdown files.", valueName: "file.md"))
    var files: [String]
    @Flag(help: "Let cells start the programs that they or their files name, and compile and run Swift cells.")
    var allowProgram = false
    @Option(
      parsing: .unconditional, help: ArgumentHelp("The most that one command may take.", valueName: "seconds"))
    var timeLimit: Double = 600

    func validate() throws { try ReportOptions.check(timeLimit: timeLimit) }

    /// Runs every file.
    ///
    /// - Returns: whether all was as recorded, and whether everything was run.
    func run(_ body: (String, NotebookRun.Outcome) throws -> Void) throws -> (isFresh: Bool, isWhole: Bool) {
      let run = NotebookRun(program: Console.program, allowsPrograms: allowProgram, timeLimit: timeLimit)
      let progress = ProgressLine(parts: files)
      defer { progress.finish() }
      var (isFresh, isWhole) = (true, true)
      for (k, file) in files.enumerated() {
        progress.report(k, fraction: 0)
        let outcome = try run.run(file)
        progress.finish()
        try body(file, outcome)
        isFresh = isFresh && outcome.differences.isEmpty
        isWhole = isWhole && outcome.skipped.isEmpty
      }
      return (isFresh, isWhole)
    }
  }

  /// `flowcheck notebook check`.
  struct Check: ParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Says where a notebook is not what its commands print.")
    @OptionGroup var options: Options

    func run() throws {
      let end = try options.run { file, outcome in
        for line in outcome.differences.flatMap({ "\($0)".split(separator: "\n") }) {
          try Console.print(Console.presentable(String(line)))
        }
        for skipped in outcome.skipped { try Console.print("\(skipped) was not run") }
        try Console.print(
          "\(file): \(outcome.commands) commands, "
            + (outcome.differences.isEmpty ? "as recorded" : "\(outcome.differences.count) not as recorded"))
      }
      if !end.isFresh { throw ExitCode(ExitStatus.violated.rawValue) }
      if !end.isWhole { throw ExitCode(ExitStatus.inconclusive.rawValue) }
    }
  }

  /// `flowcheck notebook update`.
  struct Update: ParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Records what the commands print.")
    @OptionGroup var options: Options

    func run() throws {
      let end = try options.run { file, outcome in
        try NotebookRun.update(file, outcome)
        for skipped in outcome.skipped { try Console.print("\(skipped) was not run") }
        try Console.print(
          "\(file): \(outcome.commands) commands, "
            + (outcome.differences.isEmpty ? "nothing to change" : "\(outcome.differences.count) places changed"))
      }
      if !end.isWhole { throw ExitCode(ExitStatus.inconclusive.rawValue) }
    }
  }
}
