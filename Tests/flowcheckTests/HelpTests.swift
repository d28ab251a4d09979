import Testing

/// Help texts, `list` and `explain`: their substance, not their wording.
@Suite("Help")
struct HelpTests {
  /// Blanks and line ends folded, so that wrapping does not matter.
  private func text(_ arguments: [String]) throws -> String {
    let ending = try Tool.run(arguments)
    #expect(ending.status == 0)
    #expect(ending.message.isEmpty)
    return ending.output.split(whereSeparator: \.isWhitespace).joined(separator: " ")
  }

  @Test("README's table of claims is what the program prints")
  func readme() throws {
    let table = try Tool.run(["list", "--markdown"]).output
    #expect(table.split(separator: "\n").count > 25)
    let readme = try String(contentsOf: CommandLines.root.appendingPathComponent("README.md"), encoding: .utf8)
    #expect(readme.contains(table))
  }

  @Test func root() throws {
    let help = try text(["--help"])
    for word in ["holds", "violated", "inconclusive", "vacuous", "--exit-zero"] { #expect(help.contains(word)) }
    for status in ["0 ", "1 ", "2 ", "64 ", "70 ", "74 ", "75 "] { #expect(help.contains(status), "\(status)") }
    for command in ["integrate", "balancedness", "run", "list", "explain"] { #expect(help.contains(command)) }
    // Without a command the overview, and no status that reads as *holds*.
    let bare = try Tool.run([])
    #expect(bare.status == 64 && bare.output.split(whereSeparator: \.isWhitespace).joined(separator: " ") == help)
    #expect(try text(["--version"]).contains("."))
  }

  private static let problem = [
    "--model", "--shape", "--depth", "--width", "--components", "--rank", "--target-norm", "--observed", "--data",
    "--data-seed", "--measure-with", "--samples", "--inputs", "--targets", "--sensing", "--loss",
    "--loss-constants", "--huber-delta", "--normalization", "--init",
    "--init-scale",
    "--seed", "--start", "--until", "--save", "--save-log", "--method", "--atol", "--stop-loss", "--stop-gradient",
    "--stop-norm", "--max-steps", "--config", "--set", "--json", "--output", "--force", "--plot", "--quiet",
    "--verbose",
    "--threads", "--exit-zero",
  ]

  static let commands: [(String, [String])] = [
    ("integrate", ["--rtol", "--learning-rate"]), ("balancedness", ["--refine", "--control"]),
    ("run", ["--claims", "--refine", "--control"]),
  ]

  @Test(arguments: commands)
  func flagsOf(command: String, own: [String]) throws {
    let help = try text([command, "--help"])
    for flag in Self.problem + own { #expect(help.contains(" \(flag)"), "\(flag)") }
    // Defaults stand with their flags.
    for phrase in [
      "(default 1)", "(default 200)", "(default 0.05)", "default 10000000", "default auto", "gaussian (default)",
      "l2 (default)", "mean (1/m, default)", "entries (default)",
    ] {
      #expect(help.contains(phrase), "\(phrase)")
    }
    #expect(help.contains("Example"))
    #expect(try text(["help", command]) == help)
  }

  /// Every example of a help text that needs no file of the user works as printed.
  @Test(arguments: [
    "integrate", "balancedness", "run", "growth", "rank-one", "incremental", "singular-values", "norms", "compare",
    "rank",
  ])
  func examplesAreUnderstood(command: String) throws {
    let lines = try Tool.run([command, "--help"]).output.replacing("\\\n", with: " ").split(separator: "\n")
    // No word has blanks; quotes are there for the shell.
    let words = lines.map { $0.replacing("\"", with: "").split(separator: " ").map(String.init) }
    let examples = words.filter { $0.first == "flowcheck" }
    #expect(!examples.isEmpty)
    let own = examples.filter { example in
      !example.contains { ["--config", "--data"].contains($0) || $0.hasSuffix(".flow") }
    }
    for example in own {
      let folder = try Folder()
      // One step is enough to know that the line is understood.
      let ending = try Tool.run(example.dropFirst() + ["--max-steps", "1"], in: folder)
      #expect(ending.status == 2 || ending.message.contains("--max-steps"), "\(example): \(ending)")
    }
  }

  /// The example on the shipped digits, with one iteration in place of its thousands.
  @Test func exampleOfComplexity() throws {
    let lines = try Tool.run(["complexity", "--help"]).output.replacing("\\\n", with: " ").split(separator: "\n")
    let examples = lines.map { $0.split(separator: " ").map(String.init) }.filter { $0.first == "flowcheck" }
    #expect(examples.count == 2)
    let first = try #require(examples.first { $0.contains("data/digits.csv") })
    let arguments = first.dropFirst().map {
      $0.hasPrefix("data/") ? CommandLines.root.appendingPathComponent($0).path : $0
    }
    #expect(try Tool.run(arguments + ["--iterations", "1"]).status == 0)
  }

  /// A wrapped example cannot be copied into a shell.
  @Test(arguments: try subcommands())
  func noExampleIsWrapped(command: String) throws {
    let source = try Tool.run([command, "--help"]).output.split(separator: "\n", omittingEmptySubsequences: false)
    let examples = source.drop { !$0.hasPrefix("Example") }.dropFirst().prefix { !$0.hasPrefix("USAGE") }
    #expect(!examples.isEmpty)
    for line in examples where !line.isEmpty { #expect(line.hasPrefix("  "), "\(line)") }
  }

  static func subcommands() throws -> [String] {
    let lines = try Tool.run(["--help"]).output.split(separator: "\n")
    return lines.drop { !$0.hasPrefix("SUBCOMMANDS") }.dropFirst().prefix { $0.hasPrefix("  ") }
      .filter { $0.dropFirst(2).first != " " }
      .compactMap { $0.split(separator: " ").first.map(String.init) }
      .filter { $0 != "list" && $0 != "explain" }
  }

  @Test func list() throws {
    let list = try text(["list"])
    for name in [
      "balancedness", "dissipation", "matrix", "cp", "l2", "l1", "huber", "gaussian", "balanced", "identity",
    ] {
      #expect(list.contains(" \(name) "), "\(name)")
    }
    for method in [
      "rk2", "rk4", "rkf45", "rkck", "rk8pd", "msadams", "dop853", "rk1imp", "rk2imp", "rk4imp", "bsimp", "msbdf",
      "plateau", "auto",
    ] {
      #expect(list.contains(" \(method) "), "\(method)")
    }
    for key in ["problem.model --model", "init.scale --init-scale", "integration.until --until"] {
      #expect(list.contains(key), "\(key)")
    }
  }

  /// The claims that `list` names are those that `explain` and `run` know.
  @Test func everyClaimIsExplained() throws {
    let output = try Tool.run(["list"]).output
    let section = output.split(separator: "\n", omittingEmptySubsequences: false).dropFirst().prefix { !$0.isEmpty }
    let names = section.compactMap { $0.split(separator: " ").first.map(String.init) }
    #expect(names.contains("balancedness"))
    for name in names {
      #expect(try text(["explain", name, "--markdown"]).contains("# \(name) "), "\(name)")
      let explanation = try text(["explain", name])
      for word in ["statement", "hypotheses", "source", "controls", "example"] {
        #expect(explanation.contains(" \(word) "), "\(name): \(word)")
      }
    }
    let near = try Tool.run(["run", "--claims", "balance"] + Tool.matrix + Tool.horizon)
    #expect(near.status == 64 && near.message.contains("did you mean 'balancedness'?"))
    let unknown = try Tool.run(["run", "--claims", "none"] + Tool.matrix + Tool.horizon)
    for name in names { #expect(unknown.message.contains(name)) }
  }

  @Test("what list names is explained, and what is near it proposed")
  func explainedNames() throws {
    for (name, words) in [
      ("adam", "optimizer"), ("huber", "loss"), ("gaussian", "start"), ("cp", "tensor"), ("vacuous", "hypothesis"),
      ("init.scale", "--init-scale"), ("init-scale", "Scale α of the start"), ("commuting", "symmetric"),
      ("learning-rates", "64 times the largest"),
    ] {
      #expect(try text(["explain", name]).contains(words), "\(name)")
    }
    // Every first word of every section of the list.
    for line in try Tool.run(["list"]).output.split(separator: "\n") where line.hasPrefix("  ") {
      guard let name = line.split(separator: " ").first.map(String.init), line.dropFirst(2).first != " " else {
        continue
      }
      #expect(try Tool.run(["explain", name]).status == 0, "\(name)")
    }
    for (name, meant) in [("balancednes", "balancedness"), ("hubert", "huber"), ("init.scal", "--init-scale")] {
      let ending = try Tool.run(["explain", name])
      #expect(ending.status == 64 && ending.message.contains("did you mean '\(meant)'?"), "\(ending)")
    }
    #expect(try !Tool.run(["explain", "qqqqqq"]).message.contains("did you mean"))
  }

  @Test("-V is --version, and --threads states its default once")
  func smaller() throws {
    #expect(try text(["-V"]) == text(["--version"]))
    let help = try text(["integrate", "--help"])
    let threads = try #require(help.split(separator: "--threads").last).prefix(160)
    #expect(threads.split(separator: "default").count == 2, "\(threads)")
    #expect(help.contains("rank-one or commuting sensing"))
    // What the help of learning rates says is what is accepted.
    let line = ["compare"] + Tool.matrix + Tool.horizon + ["--learning-rates"]
    #expect(try Tool.run(line + ["0.1,0.03,0.01,0.003"]).status != 64)
    #expect(try Tool.run(line + ["0.1,0.0301,0.01,0.003"]).message.contains("64 times the largest"))
  }

  @Test func explainedMethods() throws {
    #expect(try text(["explain", "rk8pd"]).contains("order 8"))
    let implicit = try text(["explain", "bsimp"])
    #expect(implicit.contains("Jacobian dense"))
  }
}
