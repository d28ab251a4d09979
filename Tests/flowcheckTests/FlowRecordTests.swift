import Checkers
import Foundation
import Testing

/// What `.flow` files record, claim of small starts, and take from flags where their loss is any.
@Suite("Files that record, and limits of small starts")
struct FlowRecordTests {
  private static func check(_ object: Any, _ schema: String) throws {
    let path = CommandLines.root.appendingPathComponent("schemas/\(schema)-1.schema.json")
    #expect(try JSONSchema(Data(contentsOf: path)).faults(object) == [])
  }

  @Test("observations are columns, arrays and numbers of the report, entries by their names")
  func observations() throws {
    let folder = try Folder()
    try folder.write(
      """
      param A[2,2] = [0.5, 0.25; 0, 1], s = 2
      loss 1/2*norm2(A) + 1/2*s^2
      observe s, loss, twice = 2*s, A, slope = der(s), norm2(A)/5, s
      claim decays s rate 1
      """, to: "a.flow")
    let ending = try Tool.run(
      ["run", "a.flow", "--until", "1", "--save", "3", "--output", "out", "--json"], in: folder)
    let report = try ending.json()
    try Self.check(report, "report")
    let observed = try #require(report["observed"] as? [String: Double])
    let names = ["A[1,1]", "A[1,2]", "A[2,1]", "A[2,2]", "observed_6", "s", "slope", "twice"]
    #expect(observed.keys.sorted() == names)
    // Everything is e^(−t) times its start.
    let decay = exp(-1.0)
    for (name, start) in zip(names, [0.5, 0.25, 0, 1, 0.2625, 2, -2, 4]) {
      let factor = name == "observed_6" ? decay * decay : decay
      #expect(abs((observed[name] ?? 0) - factor * start) < 1e-9, "\(name)")
    }
    let lines = try folder.text("out/series.csv").split(separator: "\n").map(String.init)
    #expect(
      lines[0].hasSuffix(",s,twice,\"A[1,1]\",\"A[1,2]\",\"A[2,1]\",\"A[2,2]\",slope,observed_6") && lines.count == 4,
      "\(lines[0])")
    #expect(lines[1].hasSuffix(",2.0,4.0,0.5,0.25,0.0,1.0,-2.0,0.2625"), "\(lines[1])")
    let names3 =
      "import numpy; d=numpy.load('out/trajectory.npz'); print(sorted(d.files), d['A[1,2]'].shape, d['s'].shape)"
    let python = try Tool.shell("python3 -c \"\(names3)\"", in: folder)
    if python.status == 0 {
      #expect(python.output.contains("'A', 'A[1,1]', 'A[1,2]'") && python.output.contains("(3,) (3,)"), "\(python)")
    }
    let text = try Tool.run(["run", "a.flow", "--until", "1"], in: folder).output
    #expect(text.contains("observed") && text.contains("twice") && text.contains("at the end"))
  }

  @Test("a solved field is headed by itself, and its observations stand among the quantities at the end")
  func field() throws {
    let folder = try Folder()
    try folder.write("param x = 1, y = 0\nflow x' = -y, y' = x\nobserve r = x^2 + y^2, y\n", to: "a.flow")
    let text = try Tool.run(["integrate", "a.flow", "--until", "1"], in: folder).output
    #expect(text.hasPrefix("integrate  x' = -y, y' = x\n") && !text.contains("gradient flow"), "\(text)")
    let report = try Tool.run(["integrate", "a.flow", "--until", "1", "--output", "o", "--json"], in: folder).json()
    try Self.check(report, "integration")
    #expect(report["flow"] as? String == "x' = -y, y' = x")
    let final = try #require(report["final"] as? [String: Double])
    #expect(abs((final["r"] ?? 0) - 1) < 1e-8 && abs((final["y"] ?? 0) - sin(1.0)) < 1e-8)
  }

  @Test("columns that are there already, and too many of them, are refused")
  func refusedObservations() throws {
    let folder = try Folder()
    for (text, words) in [
      ("observe t = x", ["a.flow:3:13", "'t' is there already", "observe q"]),
      ("observe gradient_norm = x", ["'gradient_norm' is there already"]),
      ("param W[200,200]; observe W", ["40000 entries", "10000"]),
      ("observe der(der(nuclear([x, 1; 1, x])))", ["second derivative"]),
    ] {
      try folder.write("param x = 1\nloss x^2\n\(text)\nclaim decays x rate 2\n", to: "a.flow")
      try expectRefusal(["run", "a.flow", "--until", "1"], words, in: folder)
    }
  }

  @Test("data files stand in the provenance with their digests")
  func provenance() throws {
    let folder = try Folder()
    try folder.makeFolder("sub")
    try folder.write("1,2\n", to: "sub/y.csv")
    try folder.write("3\n", to: "z.csv")
    try folder.write(
      "param x[2] = [1, 2]\ndata y[2] from \"sub/y.csv\", z[1] from \"z.csv\", w[2] from \"sub/y.csv\"\n"
        + "loss norm2(x - y) + z[1]*x[1] + norm2(x + w)\nclaim nonincreasing loss\n", to: "a.flow")
    let ending = try Tool.run(["run", "a.flow", "--until", "1", "--output", "out"], in: folder)
    #expect((0...2).contains(ending.status), "\(ending)")
    let object = try JSONSerialization.jsonObject(with: Data(try folder.text("out/provenance.json").utf8))
    try Self.check(object, "provenance")
    let data = try #require((object as? [String: Any])?["model_data"] as? [[String: String]])
    #expect(data.map { $0["file"] } == ["sub/y.csv", "z.csv"])
    for item in data {
      let digest = try Tool.shell("sha256sum \(item["file"] ?? "")", in: folder).output.prefix(64)
      #expect(item["sha256"] == String(digest))
    }
  }

  @Test("claims about small starts take scales, leave a row per scale, and are told from claims about one start")
  func limits() throws {
    let folder = try Folder()
    try folder.write(
      """
      param a = 0.7, b = 0.2
      loss 1/2*(a*b - 1)^2
      claim near: as scale -> 0: identity a^2 = b^2
      claim far: identity a^2 = b^2
      claim wrong: as scale -> 0: identity a^2 = 1.1*b^2
      claim law: as scale -> 0: conserved a^2 - b^2
      """, to: "a.flow")
    let flags = ["run", "a.flow", "--until", "40", "--scales", "0.1,0.03,0.01,0.003,0.001,0.0003"]
    let ending = try Tool.run(flags + ["--control", "--json", "--output", "out"], in: folder)
    let report = try ending.json()
    try Self.check(report, "report")
    let claims = try #require(report["claims"] as? [[String: Any]])
    #expect(claims.map { $0["claim"] as? String } == ["near", "far", "wrong", "law"])
    #expect(claims.map { $0["verdict"] as? String } == ["holds", "violated", "violated", "holds"], "\(ending)")
    #expect(claims.map { $0["kind"] as? String } == ["limit", "equality", "limit", "limit"])
    let rows = try folder.text("out/limits.csv").split(separator: "\n")
    #expect(rows.count == 7 && rows[0] == "scale,near,wrong,law")
    try expectRefusal(
      ["run", "a.flow", "--until", "4", "--scales", "0.1,0.2"], ["0.1, 0.2", "decreasing"], in: folder)
    try folder.write("param a = 0.7\nloss a^2\nclaim decays a rate 2\n", to: "b.flow")
    try expectRefusal(["run", "b.flow", "--until", "4", "--scales", "0.2,0.1"], ["--scales"], in: folder)
  }

  @Test("grad, der and loss are those of the loss that is given", arguments: ["l2", "logcosh"])
  func anyLoss(loss: String) throws {
    let folder = try Folder()
    try folder.write(
      """
      param W1[2,3], W2[3,2]
      model W = W2*W1
      init = gaussian(0.5)
      observe g = norm2(grad(W)), f = loss
      claim rate: identity tr(grad(W)'*der(W)) = -norm2(W2'*grad(W)) - norm2(grad(W)*W1')
      claim chain: identity grad(W1) = W2'*grad(W)
      claim falls: nonincreasing loss
      claim wrong: identity grad(W1) = 1.001*W2'*grad(W)
      """, to: "a.flow")
    let known = try Tool.run(["list"]).output
    guard known.contains(loss) else { return }
    let flags = [
      "run", "a.flow", "--until", "2", "--rank", "2", "--target-norm", "2", "--observed", "6", "--loss", loss,
    ]
    let report = try Tool.run(flags + ["--control", "--json"], in: folder).json()
    let claims = try #require(report["claims"] as? [[String: Any]])
    #expect(
      claims.map { $0["verdict"] as? String } == ["holds", "holds", "holds", "violated"],
      "\(claims.map { $0["reason"] })")
    let final = try #require((claims[0]["rungs"] as? [[String: Any]])?.last?["final_loss"] as? Double)
    let observed = try #require(report["observed"] as? [String: Double])
    #expect(abs((observed["f"] ?? 0) - final) <= 1e-12 * final)
  }
}
