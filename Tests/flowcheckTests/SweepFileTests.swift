import Foundation
import Testing

/// The files of a sweep: what its points read, and the JUnit file.
@Suite("Files of sweeps")
struct SweepFileTests {
  private static let file = """
    [problem]
    model = "matrix"
    shape = [2, 2]
    depth = 2
    rank = 1
    [init]
    scale = 0.3
    seed = [1, 2]
    [integration]
    until = 5
    save = 10
    [sweep]
    command = "balancedness"
    """

  private static let model = """
    param x[2]
    data y[2] from "y.csv"
    loss 1/2*norm2(x - y)
    init = gaussian(0.4)

    """

  @Test("data that a .flow model reads are the sweep's as its settings are: it does not go on with other ones")
  func modelData() throws {
    let folder = try Folder()
    try folder.makeFolder("m")
    try folder.write(Self.model, to: "m/own.flow")
    try folder.write("1\n2\n", to: "m/y.csv")
    try folder.write(
      "[problem]\nmodel = [\"m/own.flow\"]\n[init]\nseed = [1, 2]\n[integration]\nuntil = 2\n[sweep]\ncommand = \"integrate\"\n",
      to: "s.toml")
    let line = ["sweep", "s.toml", "--output", "out"]
    let first = try Tool.run(line, in: folder)
    #expect(first.status == 0, "\(first)")
    let again = try Tool.run(line, in: folder)
    #expect(again.status == 0 && again.output == first.output, "\(again)")
    try folder.write("1\n3\n", to: "m/y.csv")
    let changed = try Tool.run(line, in: folder)
    expectRefusal(changed, status: 64, ["holds another sweep", "m/y.csv had other contents", "--force"])
    #expect(try Tool.run(line + ["--force"], in: folder).status == 0)
  }

  @Test("a JUnit file of points that are not run here is refused, and summarize writes it when they are finished")
  func junit() throws {
    let folder = try Folder()
    try folder.write(Self.file, to: "s.toml")
    let line = ["sweep", "s.toml", "--output", "out"]
    try expectRefusal(line + ["--estimate", "--junit", "j.xml"], ["--estimate", "--junit j.xml", "drop"], in: folder)
    try expectRefusal(
      line + ["--slurm", "--junit", "j.xml"], ["--slurm", "summarize DIR --junit j.xml"], in: folder)
    let sweep = try Tool.run(line + ["--junit", "j.xml"], in: folder)
    #expect(sweep.status == 0, "\(sweep)")
    let summary = try Tool.run(["summarize", "out", "--junit", "k.xml"], in: folder)
    #expect(summary.status == 0, "\(summary)")
    let text = try folder.text("j.xml")
    #expect(text.contains("tests=\"2\" failures=\"0\" errors=\"0\""))
    #expect(try folder.text("k.xml") == text)
    expectRefusal(try Tool.run(["summarize", "out", "--junit", "none/k.xml"], in: folder), status: 64, ["--junit"])
  }
}
