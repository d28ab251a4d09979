import Checkers
import Foundation
import Testing

/// Exact algebra from the command line: verdicts, certificates that are checked again, counts of laws, and what is refused.
@Suite("prove, laws, verify")
struct ExactCommandTests {
  private static func schema(_ name: String) throws -> JSONSchema {
    try JSONSchema(Data(contentsOf: CommandLines.root.appendingPathComponent("schemas/\(name)-1.schema.json")))
  }

  private static let modelNames =
    (try? FileManager.default.contentsOfDirectory(atPath: CommandLines.root.appendingPathComponent("models").path))?
    .filter { $0.hasSuffix(".flow") }.sorted() ?? []

  private static func claims(_ ending: Ending) throws -> [String: [String: Any]] {
    let object = try ending.json()
    #expect(try schema("proof").faults(object) == [])
    let claims = try #require(object["claims"] as? [[String: Any]])
    return Dictionary(
      uniqueKeysWithValues: claims.compactMap { claim in (claim["claim"] as? String).map { ($0, claim) } })
  }

  private static let bond = """
    dim n, m, r
    param U[n,r], V[m,r]
    model X = U*V'
    claim bond: conserved U'*U - V'*V
    claim wrong: conserved U'*U + V'*V
    claim trace: conserved norm2(U) - norm2(V)
    """

  @Test("a file's claims are proved for all sizes or refuted, with certificates that verify")
  func prove() throws {
    let folder = try Folder()
    try folder.write(Self.bond, to: "bond.flow")
    let ending = try Tool.run(["prove", "bond.flow", "--certificates", "out", "--json"], in: folder)
    #expect(ending.status == 1)
    let claims = try Self.claims(ending)
    for name in ["bond", "trace"] {
      #expect(claims[name]?["verdict"] as? String == "holds")
      #expect(claims[name]?["sizes"] as? String == "all" && claims[name]?["strength"] as? String == "proved")
    }
    #expect(claims["wrong"]?["verdict"] as? String == "violated")
    #expect(folder.names(in: "out") == ["1-bond.json", "2-wrong.json", "3-trace.json"])
    let verified = try Tool.run(["verify"] + folder.names(in: "out").map { "out/\($0)" } + ["--json"], in: folder)
    #expect(verified.status == 0, "\(verified)")
    #expect(try Self.schema("verification").faults(verified.json()) == [])
    // The same claims at sizes.
    let given = try Tool.run(["prove", "bond.flow", "--size", "n=2,m=3,r=2", "--claims", "bond,trace"], in: folder)
    #expect(given.status == 0 && given.output.contains("proved at these sizes"), "\(given)")
    // A certificate that says more than it can is rejected, one that is cut off damaged.
    let text = try folder.text("out/1-bond.json")
    try folder.write(String(text.dropLast(20)), to: "cut.json")
    try expectRefusal(["verify", "cut.json"], status: 74, ["cut.json"], in: folder)
    try folder.write(text.replacing("U'*U - V'*V", with: "U'*U - 2*V'*V"), to: "changed.json")
    try expectRefusal(["verify", "changed.json"], status: 74, ["changed.json"], in: folder)
  }

  @Test("no claim of the library of models is proved that its trajectory contradicts", arguments: modelNames)
  func models(name: String) throws {
    let folder = CommandLines.root.appendingPathComponent("models")
    let text = try String(contentsOf: folder.appendingPathComponent(name), encoding: .utf8)
    let ending = try Tool.run(["prove", folder.appendingPathComponent(name).path, "--json"])
    #expect((0...2).contains(ending.status), "\(name): \(ending)")
    guard (0...2).contains(ending.status) else { return }
    let claims = try Self.claims(ending)
    for line in text.split(separator: "\n") where line.hasPrefix("# expect ") {
      let words = line.dropFirst(9).split(separator: ":").map { $0.trimmingCharacters(in: .whitespaces) }
      guard words.count == 2, claims[words[0]]?["verdict"] as? String == "holds" else { continue }
      #expect(words[1] == "holds" || words[1] == "left", "\(name): \(words[0]) is proved")
    }
  }

  @Test(
    "laws are counted against a bound",
    arguments: [
      ("--model matrix --shape 2,5 --depth 2 --width 3", 6, 6, 0), ("--model relu --shape 2,9 --width 7", 7, 7, 0),
      ("--model matrix --shape 1,1 --depth 3 --width 3,3", 12, 14, 2),
      ("--model matrix --shape 2,2 --depth 2 --mask 0,0", 7, 7, 0),
      ("--model cp --shape 2,2,2 --components 5", 10, 10, 0),
    ])
  func laws(words: String, count: Int, bound: Int, status: Int32) throws {
    let ending = try Tool.run(["laws"] + words.split(separator: " ").map(String.init) + ["--json"])
    let object = try ending.json()
    #expect(try Self.schema("laws").faults(object) == [])
    #expect(ending.status == status && object["laws"] as? Int == count && object["upper_bound"] as? Int == bound)
    #expect(object["complete"] as? Bool == (count == bound))
  }

  @Test("a claim about the number of laws has a certificate that verifies, and no other number is proved")
  func lawClaims() throws {
    let folder = try Folder()
    try folder.write(
      "param W1[3,3], W2[2,3]\nmodel W = W2*W1\nclaim all: laws degree 2 count 6\nclaim more: laws count 7\n"
        + "claim fewer: laws count 5\n", to: "bond.flow")
    try folder.write(
      "param W1[3,1], W2[3,3], W3[1,3]\nmodel W = W3*W2*W1\nclaim found: laws count 12\nclaim bound: laws count 14\n"
        + "claim beyond: laws count 15\n", to: "gap.flow")
    // Of relu networks the count is one of the path lifting, which decides no claim.
    try folder.write(
      "input x[2]\nparam W[3,2], a[3]\nmodel f = dot(a, relu(W*x))\nclaim lifted: laws count 3\nclaim more: laws count 4\n",
      to: "relu.flow")
    let expected = [
      "relu": ["lifted": "inconclusive", "more": "inconclusive"],
      "bond": ["all": "holds", "more": "violated", "fewer": "violated"],
      "gap": ["found": "inconclusive", "bound": "inconclusive", "beyond": "violated"],
    ]
    for (name, verdicts) in expected {
      let ending = try Tool.run(["prove", "\(name).flow", "--certificates", name, "--json"], in: folder)
      let claims = try Self.claims(ending)
      #expect(claims.mapValues { $0["verdict"] as? String } == verdicts, "\(ending)")
      let paths = folder.names(in: name).map { "\(name)/\($0)" }
      #expect(paths.count == verdicts.values.count { $0 != "inconclusive" })
      if !paths.isEmpty { #expect(try Tool.run(["verify"] + paths, in: folder).status == 0) }
    }
  }

  @Test(
    "a built-in model is read as a text: its laws are proved, others refuted",
    arguments: [
      ("--model matrix --shape 4,5 --depth 3 --width 4,4", 3, "conserved W2'*W2 - W1*W1'", "conserved W2'*W2 + W1*W1'"),
      ("--model cp --shape 3,4,2 --components 2", 5, "conserved norm2(A1) - norm2(A3)", "conserved norm2(A1)"),
      ("--model diagonal --shape 3 --depth 2", 4, "conserved u[1]*v[1]", "conserved u[1]^2 - v[1]^2"),
    ])
  func builtIn(words: String, count: Int, law: String, other: String) throws {
    let folder = try Folder()
    let flags = ["prove"] + words.split(separator: " ").map(String.init)
    let ending = try Tool.run(
      flags + ["--claim", law, "--claim", other, "--certificates", "out", "--json"], in: folder)
    let claims = try Self.claims(ending)
    #expect(claims.count == count + 2, "\(ending)")
    for (name, claim) in claims {
      let isOther = name == "claim \(count + 2)"
      #expect(claim["verdict"] as? String == (isOther ? "violated" : "holds"), "\(name): \(claim)")
    }
    #expect(try Tool.run(["verify"] + folder.names(in: "out").map { "out/\($0)" }, in: folder).status == 0)
    try expectRefusal(["prove"], ["--model"], in: folder)
  }

  @Test("a Coq file of several claims leaves out, by name, what has no counterpart")
  func partOfCoq() throws {
    let folder = try Folder()
    try folder.write(
      "param x, y\nflow x' = x*(1 - y), y' = y*(x - 2)\nclaim orbit: conserved x - 2*log(x) + y - log(y)\n"
        + "claim axis: invariant x > 0\n", to: "prey.flow")
    let ending = try Tool.run(["prove", "prey.flow", "--coq", "prey.v", "--json"], in: folder)
    #expect(try Self.claims(ending).values.allSatisfy { $0["verdict"] as? String == "holds" }, "\(ending)")
    let remarks = try #require(ending.json()["remarks"] as? [String])
    #expect(remarks.count == 1 && remarks[0].contains("orbit"))
    let text = try folder.text("prey.v")
    #expect(text.contains("Theorem") && !text.contains("log("))
    try expectRefusal(["prove", "prey.flow", "--claims", "orbit", "--coq", "orbit.v"], ["log"], in: folder)
    #expect(!folder.names.contains("orbit.v"))
  }

  @Test("a numerical verdict carries what algebra proves beside it, and is what it is without")
  func beside() throws {
    let flags = "balancedness --model matrix --shape 3,3 --rank 1 --depth 2 --until 2 --json".split(separator: " ")
      .map(String.init)
    let schema = try JSONSchema(
      Data(contentsOf: CommandLines.root.appendingPathComponent("schemas/report-1.schema.json")))
    func claims(_ more: [String]) throws -> [String: [String: Any]] {
      let object = try Tool.run(flags + more).json()
      #expect(schema.faults(object) == [])
      let claims = try #require(object["claims"] as? [[String: Any]])
      return Dictionary(uniqueKeysWithValues: claims.map { ($0["claim"] as? String ?? "", $0) })
    }
    let (proved, plain) = (try claims([]), try claims(["--no-proof"]))
    let proof = try #require(proved["balancedness"]?["proof"] as? [String: Any])
    #expect(proof["verdict"] as? String == "holds")
    #expect(plain["balancedness"]?["proof"] == nil)
    for key in ["verdict", "strength", "reason"] {
      #expect(proved["balancedness"]?[key] as? String == plain["balancedness"]?[key] as? String)
    }
    #expect(proved["balancedness"]?["strength"] as? String == "observed")
    // Of a file's claims each has its own, also the false ones.
    let file = CommandLines.root.appendingPathComponent("models/weight-decay.flow").path
    let object = try Tool.run(["run", file, "--until", "2", "--json"]).json()
    let own = try #require(object["claims"] as? [[String: Any]])
    #expect(own.contains { ($0["proof"] as? [String: Any])?["verdict"] as? String == "violated" })
    for claim in own {
      guard let proof = claim["proof"] as? [String: Any] else { continue }
      #expect(proof["verdict"] as? String == claim["verdict"] as? String, "\(claim)")
    }
  }

  @Test("patterns that occur give laws that the path lifting has not, and say what they are of")
  func patterns() throws {
    let flags = "laws --model relu --shape 1,1 --width 2 --patterns 300 --json --seed".split(separator: " ").map(
      String.init)
    var counts: Set<Int> = []
    for seed in 1...8 {
      let object = try Tool.run(flags + ["\(seed)"]).json()
      #expect(try Self.schema("laws").faults(object) == [])
      counts.insert(try #require(object["laws"] as? Int))
      #expect((object["scope"] as? String)?.contains("2 patterns of activation seen at 300 inputs") == true)
    }
    #expect(counts == [2, 3])
    let folder = try Folder()
    try expectRefusal(
      ["laws", "--model", "matrix", "--shape", "2,2", "--depth", "2", "--patterns", "9"], ["relu"], in: folder)
    try folder.write("param x\nflow x' = x\n", to: "f.flow")
    try expectRefusal(["laws", "f.flow", "--patterns", "9"], ["--patterns"], in: folder)
  }

  @Test("what cannot be proved or read is told with its place")
  func refusals() throws {
    let folder = try Folder()
    try expectRefusal(["prove", "none.flow"], status: 74, ["none.flow"], in: folder)
    try folder.write("", to: "empty.flow")
    try expectRefusal(["prove", "empty.flow"], ["empty.flow"], in: folder)
    try folder.write("param u\nmodel f = u\nclaim a: conserved u/(1-1)\n", to: "zero.flow")
    try expectRefusal(["prove", "zero.flow"], ["zero.flow:3:", "division by zero"], in: folder)
    try folder.write(Self.bond, to: "bond.flow")
    try expectRefusal(["prove", "bond.flow", "--claims", "bonds"], ["bonds", "bond, wrong, trace"], in: folder)
    try expectRefusal(["prove", "bond.flow", "--memory", "1"], ["--memory"], in: folder)
    try expectRefusal(["laws", "bond.flow"], ["--size"], in: folder)
    try expectRefusal(["laws"], ["--model"], in: folder)
    try expectRefusal(["laws", "--model", "matrix", "--shape", "2,2", "--mask", "2,0"], ["2"], in: folder)
    try folder.write("{}", to: "no.json")
    try expectRefusal(["verify", "no.json"], status: 74, ["no.json"], in: folder)
  }

  @Test("sizes or powers that explode end in a refusal before memory is gone")
  func explosion() throws {
    let folder = try Folder()
    try folder.write("param A[9,9], B[9,9]\nmodel f = A*B\nclaim conserved tr((A*B)^9) + A[1,1]\n", to: "a.flow")
    let ending = try Tool.run(["prove", "a.flow", "--memory", "256"], in: folder)
    #expect(ending.status == 64 && ending.message.contains("; "), "\(ending)")
  }
}
