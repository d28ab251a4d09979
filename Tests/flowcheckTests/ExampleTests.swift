import Checkers
import Foundation
import Testing

/// The examples of every `--help`, run as they stand there.
@Suite("Examples of the help", .serialized)
struct ExampleTests {
  /// What is expected of an example.
  enum Expectation: Equatable {
    /// Its exit status, within a few seconds.
    case ends(Int32)
    /// Its exit status, in more time than every test has.
    case endsSlowly(Int32)
    /// It needs data that is not here.
    case needs(String)
  }

  static let expected: [String: Expectation] = [
    "balancedness --model matrix --shape 10,10 --depth 3": .ends(0),
    "balancedness --model cp --data ratings.csv": .ends(0),
    "integrate --model cp": .ends(0), "growth --shape 10,10,10": .ends(0), "growth --shape 8,8,8,8": .ends(0),
    "rank-one --shape": .ends(0), "incremental --shape": .ends(0), "incremental --model matrix": .ends(0),
    "singular-values --shape 10,8": .ends(0), "singular-values --shape 100,100": .endsSlowly(0),
    "singular-values --shape 6,6": .ends(0), "norms --depth 3": .ends(0), "norms --depth 2 --init-scale": .ends(0),
    // The conjecture about the nuclear norm is false there.
    "norms --depth 2 --opposite": .ends(1), "compare --model matrix": .ends(0), "rank --model hierarchical": .ends(0),
    "rank --model deep-tucker": .ends(0), "complexity --data data/digits.csv": .endsSlowly(0),
    "complexity --data train-images": .needs("the files of MNIST"), "selftest --only": .ends(0),
    // One of the file's claims is false.
    "run models/chain-of-three.flow": .ends(1), "run --claims balancedness,dissipation": .ends(0),
    "run --claims balancedness,order,drift": .ends(0), "run --config experiment.toml": .ends(0),
    "sweep scales.toml": .ends(0), "summarize out": .ends(0), "plot out --figure": .ends(0), "plot out": .ends(0),
    // One of the files' claims is false.
    "prove models/matrix-factorization.flow": .ends(1), "prove models/own-field.flow": .ends(0),
    "prove models/deep-matrix.flow": .ends(1), "laws --model": .ends(0),
    "prove --model": .ends(0), "prove models/tensor.flow": .ends(1), "laws models/tensor.flow": .ends(0),
    "laws models/multi-head-attention.flow": .ends(0), "laws models/euler-top.flow": .ends(0),
    "laws models/lotka-volterra.flow": .ends(0), "verify proofs": .ends(0),
    "reproduce A2": .ends(0), "notebook check": .ends(0), "notebook update": .ends(0),
  ]

  /// The lines that begin with the program's name, continued lines joined, in the order of the commands.
  static func examples() throws -> [String] {
    let overview = try Tool.run(["--help"]).output
    let names = try #require(overview.components(separatedBy: "SUBCOMMANDS:").last).split(separator: "\n")
      .filter { $0.hasPrefix("  ") && !$0.hasPrefix("   ") }.compactMap {
        $0.split(separator: " ").first.map(String.init)
      }
    var examples: [String] = []
    for arguments in [["--help"]] + names.map({ [$0, "--help"] }) {
      let lines = try Tool.run(arguments).output.split(separator: "\n").map(String.init)
      var k = 0
      while k < lines.count {
        var line = lines[k].trimmingCharacters(in: .whitespaces)
        k += 1
        guard line.hasPrefix("flowcheck "), lines[k - 1].hasPrefix("  ") else { continue }
        while line.hasSuffix("\\"), k < lines.count {
          line = line.dropLast() + lines[k].trimmingCharacters(in: .whitespaces)
          k += 1
        }
        let example = String(line.dropFirst("flowcheck ".count))
        if !examples.contains(example) { examples.append(example) }
      }
    }
    return examples
  }

  /// What the examples read.
  private func inputs() throws -> Folder {
    let folder = try Folder()
    for name in ["models", "data"] {
      try FileManager.default.createSymbolicLink(
        at: folder.url(name), withDestinationURL: CommandLines.root.appendingPathComponent(name))
    }
    try FileManager.default.copyItem(
      at: CommandLines.root.appendingPathComponent("notebooks-md"), to: folder.url("notebooks-md"))
    var rows = "i0,i1,i2,value\n"
    for k in 0..<400 { rows += "\(k * 7 % 50),\(k * 11 % 40),\(k % 12),\(1 + (k * k) % 5)\n" }
    try folder.write(rows, to: "ratings.csv")
    let help = try Tool.run(["sweep", "--help"]).output
    let start = try #require(help.firstRange(of: "[problem]"))
    let end = try #require(help.firstRange(of: "Example:"))
    try folder.write(
      help[start.lowerBound..<end.lowerBound].split(separator: "\n").map { $0.trimmingCharacters(in: .whitespaces) }
        .joined(separator: "\n"), to: "scales.toml")
    try folder.write(
      """
      [problem]
      model = "cp"
      shape = [5, 5, 5]
      components = 10
      rank = 2
      [integration]
      until = 1e5
      [run]
      claims = ["balancedness", "dissipation"]
      """, to: "experiment.toml")
    return folder
  }

  @Test("each ends as it must, in a folder that holds what it reads")
  func run() throws {
    let examples = try Self.examples()
    #expect(examples.count > 25)
    let folder = try inputs()
    var met: Set<String> = []
    for example in examples {
      // The longest of those it begins with.
      let known = Self.expected.filter { example.hasPrefix($0.key) }.max { $0.key.count < $1.key.count }
      let (prefix, expectation) = try #require(known.map { ($0.key, $0.value) }, "nothing is expected of: \(example)")
      met.insert(prefix)
      let status: Int32
      switch expectation {
      case .ends(let own): status = own
      case .endsSlowly(let own):
        guard SlowTests.areOn else { continue }
        status = own
      case .needs: continue
      }
      let ending = try Tool.shell("\"$F\" \(example)", in: folder)
      #expect(ending.status == status, "\(example): \(ending)")
    }
    #expect(met == Set(Self.expected.keys), "no longer an example: \(Set(Self.expected.keys).subtracting(met))")
  }
}
