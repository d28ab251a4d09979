import Foundation
import Testing

/// `.flow` files on the command line: what is refused, with which words, and what a run says of them.
@Suite("Files in the language of flows")
struct FlowFileTests {
  static let matrix = """
    dim n, m
    param U[n,2], V[m,2]
    data Y[n,m] FROM
    model X = U*V'
    loss 1/2*norm2(X - Y)
    claim conserved U'*U - V'*V
    claim outer: conserved norm2(U) + norm2(V)
    """

  private static func matrix(from source: String = "") -> String { matrix.replacing(" FROM", with: source) }
  private static let run = ["run", "a.flow", "--until", "3", "--init-scale", "0.4"]
  private static let sizes = ["--size", "n=3,m=2"]

  @Test("are judged claim by claim")
  func judged() throws {
    let folder = try Folder()
    try folder.write(Self.matrix(), to: "a.flow")
    let ending = try Tool.run(Self.run + Self.sizes + ["--json"], in: folder)
    let report = try ending.json()
    let claims = try #require(report["claims"] as? [[String: Any]])
    #expect(claims.map { $0["claim"] as? String } == ["claim-1", "outer"])
    #expect(claims.map { $0["verdict"] as? String } == ["holds", "violated"])
    #expect(ending.status == 1 && ending.message.isEmpty)
    let experiment = try #require(report["experiment"] as? [String: Any])
    #expect((experiment["data"] as? String)?.contains("Y drawn, seed 1") == true)
    #expect(experiment["loss"] as? String == "1/2*norm2(X - Y)")
  }

  @Test("have every control of an identity, a decay and a power rejected")
  func controls() throws {
    let folder = try Folder()
    try folder.write(
      """
      param a = 0.3, b = 0.3
      let s = a*b
      loss 1/2*(s - 1)^2
      flow gradient decay 0.5
      claim one: identity der(s) = -(a^2 + b^2)*(s - 1) - s
      claim two: decays a^2 - b^2 + a rate 1 + 1
      claim three: grows der(log(a)) like 1 - s - 1/2 exponent 1

      """, to: "a.flow")
    let report = try Tool.run(["run", "a.flow", "--until", "3", "--control", "--json"], in: folder).json()
    let claims = try #require(report["claims"] as? [[String: Any]])
    let words = claims.map { $0["verdict"] as? String }
    #expect(words == ["holds", "violated", "holds"], "\(claims.map { $0["reason"] })")
    for k in [0, 2] {
      let controls = try #require(claims[k]["controls"] as? [[String: Any]])
      #expect(controls.count == (k == 0 ? 3 : 2))
      let isAll = controls.allSatisfy { $0["is_rejected"] as? Bool == true }
      #expect(isAll, "\(controls)")
    }
  }

  @Test("mean the same under any line ends, as an argument and as a model, and from the printed configuration")
  func same() throws {
    let folder = try Folder()
    try folder.write(Self.matrix(), to: "a.flow")
    let own = try Tool.run(Self.run + Self.sizes, in: folder).output
    #expect(own.contains("holds to roundoff") || own.contains("holds to "))
    try folder.write(Self.matrix().replacing("\n", with: "\r\n"), to: "a.flow")
    let windows = try Tool.run(Self.run + Self.sizes, in: folder).output
    #expect(windows == own)
    let flags = ["run", "--model"] + Self.run.dropFirst() + Self.sizes
    let named = try Tool.run(flags, in: folder).output
    #expect(named == own)
    try folder.write(try Tool.run(flags + ["--print-config"], in: folder).output, to: "c.toml")
    let printed = try Tool.run(["run", "--config", "c.toml"], in: folder).output
    #expect(printed == own)
  }

  @Test("leave their digest in the provenance, and a configuration that names them")
  func provenance() throws {
    let folder = try Folder()
    try folder.write("param x = 1, y = 2\nloss (x - y)^2\nclaim conserved x + y\n", to: "a.flow")
    let ending = try Tool.run(["run", "a.flow", "--until", "1", "--output", "out"], in: folder)
    #expect(ending.status == 0)
    let provenance = try folder.text("out/provenance.json")
    let digest = try Tool.shell("sha256sum a.flow", in: folder).output.prefix(64)
    #expect(digest.count == 64 && provenance.contains(digest))
    let configuration = try folder.text("out/config.toml")
    #expect(configuration.contains("\"a.flow\""))
  }

  @Test("read their data beside them", arguments: ["y.csv", "y.npy", "y.npz:Y", "sub/y.csv"])
  func data(source: String) throws {
    let folder = try Folder()
    try folder.makeFolder("sub")
    try folder.write("1,2\n3,4\n5,6\n", to: "y.csv")
    try folder.write("1,2\n3,4\n5,6\n", to: "sub/y.csv")
    let python = "import numpy as n; a=n.array([[1,2],[3,4],[5,6.]]); n.save('y.npy',a); n.savez('y.npz',Y=a,Z=a)"
    let numpy = try Tool.shell("python3 -c \"\(python)\"", in: folder)
    guard numpy.status == 0 || source.hasSuffix(".csv") else { return }
    try folder.write(Self.matrix(from: " from \"\(source)\""), to: "a.flow")
    let ending = try Tool.run(Self.run + Self.sizes, in: folder)
    #expect(ending.status == 1 && ending.output.contains("Y from \(source)"), "\(ending)")
  }

  /// A line that is no statement is what is wrong, and not the size that it was to declare.
  @Test func wrongLinesComeBeforeUnknownSizes() throws {
    let folder = try Folder()
    try folder.write("size n\nparam x[n]\nloss norm2(x)\n", to: "a.flow")
    let ending = try Tool.run(Self.run + ["--size", "n=3"], in: folder)
    #expect(ending.status == 64 && ending.message.contains("a.flow:1:1") && !ending.message.contains("--size"))
  }

  static let refusals: [(text: String, extra: [String], status: Int32, words: [String])] = [
    (matrix(), [], 64, ["a.flow:2:7", "n, m", "--size"]),
    (matrix(), ["--size", "n=3,q=2"], 64, ["no size 'q'", "choose from: m, n"]),
    (matrix(), ["--size", "n=0,m=2"], 64, ["'n=0'", "name=number"]),
    (matrix(), ["--size", "n=3,m"], 64, ["'m'", "name=number"]),
    ("dim n = 3\nparam x[n]\nloss norm2(x)\n", ["--size", "n=4"], 64, ["n is 3", "dim n"]),
    (matrix(from: " from \"gone.csv\""), sizes, 74, ["gone.csv", "No such file"]),
    (matrix(from: " from \"y.csv\""), ["--size", "n=2,m=2"], 64, ["a.flow:3", "y.csv", "3×2", "2×2"]),
    (matrix(from: " from \"nan.csv\""), sizes, 74, ["nan.csv", "nan"]),
    (matrix(from: " from \"link.csv\""), sizes, 64, ["link.csv leads out", "copy"]),
    (matrix(from: " from \"linked/y.csv\""), sizes, 64, ["leads out", "copy"]),
    (matrix().replacing("loss 1/2*norm2(X - Y)", with: "loss any"), sizes, 64, ["any loss", "give a loss"]),
    (matrix(), sizes + ["--rank", "2"], 64, ["--rank", "states its loss"]),
    (matrix(), sizes + ["--depth", "2"], 64, ["--depth", "families"]),
    (matrix(), sizes + ["--claims", "nothing"], 64, ["no claim 'nothing'"]),
    ("param x = 1\nflow x' = -x\n", ["--claims", "dissipation"], 64, ["gradient flow", "x' = -x"]),
    ("param x = 1\nloss x^2\n", [], 64, ["no claims were named"]),
    ("data y = 1\n", [], 64, ["a.flow", "no parameters", "param"]),
  ]

  @Test("are refused with the place, the value and the remedy", arguments: refusals.indices)
  func refused(_ index: Int) throws {
    let row = Self.refusals[index]
    let outside = try Folder()
    try outside.write("1,2\n3,4\n5,6\n", to: "y.csv")
    let folder = try Folder()
    try folder.write(row.text, to: "a.flow")
    try folder.write("1,2\n3,4\n5,6\n", to: "y.csv")
    try folder.write("1,2\n3,nan\n5,6\n", to: "nan.csv")
    for (name, target) in [("link.csv", outside.path + "/y.csv"), ("linked", outside.path)] {
      try FileManager.default.createSymbolicLink(atPath: "\(folder.path)/\(name)", withDestinationPath: target)
    }
    try expectRefusal(Self.run + row.extra, status: row.status, row.words, in: folder)
  }

  @Test(
    "name every erroneous line with a caret",
    arguments: [
      ("", ["no parameters"]),
      (matrix(from: " from \"../y.csv\""), ["a.flow:3", "leaves this file's folder", "^"]),
      (matrix(from: " from \"/etc/y.csv\""), ["a.flow:3", "not a path below", "^"]),
      ("param x\nparm y\nloss z\n", ["a.flow:2:1", "a.flow:3:6", "'z'", "^"]),
      ("param \u{1B}[31mx\n", ["a.flow:1:7", "^"]),
    ])
  func errors(text: String, words: [String]) throws {
    let folder = try Folder()
    try folder.write(text, to: "a.flow")
    let ending = try Tool.run(Self.run, in: folder)
    #expect(ending.status == 64 && ending.output.isEmpty && !ending.message.contains("\u{1B}"), "\(ending)")
    for word in words { #expect(ending.message.contains(word), "'\(word)' is not in: \(ending.message)") }
  }

  @Test("that are missing, too large or no text are refused")
  func unreadable() throws {
    let folder = try Folder()
    try expectRefusal(Self.run, status: 74, ["a.flow", "No such file"], in: folder)
    try folder.write([UInt8](repeating: 0x20, count: (1 << 20) + 1), to: "a.flow")
    try expectRefusal(Self.run, status: 74, ["a.flow", "1048577"], in: folder)
    try folder.write([0x70, 0xFF, 0xFE], to: "a.flow")
    let garbled = try Tool.run(Self.run, in: folder)
    #expect(garbled.status == 64)
    try expectRefusal(["run", "a.flow", "--model", "cp", "--until", "1"], ["both name a model"], in: folder)
    let other = try Tool.run(["run", "a.txt", "--until", "1"], in: folder)
    #expect(other.status == 64 && other.message.contains("Unexpected argument 'a.txt'"), "\(other)")
  }

  @Test(
    "stand wherever a model is taken",
    arguments: [
      ["integrate", "a.flow"], ["balancedness", "a.flow"], ["balancedness", "--model", "a.flow"],
      ["compare", "a.flow", "--learning-rates", "0.02,0.01,0.005,0.0025", "--claims", "order"],
      ["run", "a.flow", "--claims", "dissipation,balancedness"],
    ])
  func everywhere(arguments: [String]) throws {
    let folder = try Folder()
    try folder.write(
      "param U[3,2], V[2,2]\ndata Y[3,2]\nloss 1/2*norm2(U*V' - Y)\nclaim conserved U'*U - V'*V\n", to: "a.flow")
    let ending = try Tool.run(arguments + ["--until", "3", "--init-scale", "0.4"], in: folder)
    #expect(ending.status == 0, "\(ending)")
  }

  @Test("with any loss take data and losses from flags")
  func anyLoss() throws {
    let folder = try Folder()
    try folder.write("param U[3,2], V[2,2]\nmodel X = U*V'\nclaim conserved U'*U - V'*V\n", to: "a.flow")
    let flags = ["--until", "3", "--init-scale", "0.4", "--rank", "1"]
    let ending = try Tool.run(["run", "a.flow", "--loss", "huber", "--huber-delta", "0.1"] + flags, in: folder)
    #expect(ending.status == 0 && ending.output.contains("rank-1 target"), "\(ending)")
    let balance = try Tool.run(["balancedness", "a.flow"] + flags, in: folder)
    #expect(balance.status == 0, "\(balance)")
  }

  @Test("every command's help says that a file is a model")
  func help() throws {
    for command in ["run", "integrate", "balancedness", "growth", "compare", "norms", "rank-one"] {
      let help = try Tool.run([command, "--help"]).output
      #expect(help.contains(".flow"), "\(command)")
    }
  }
}
