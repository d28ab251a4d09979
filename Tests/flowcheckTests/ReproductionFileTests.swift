import Foundation
import Testing

/// Files that a published experiment names: where they are looked for.
@Suite("Files of reproductions")
struct ReproductionFileTests {
  private static let head = "[reproduction]\ntitle = \"t\"\nsource = \"ours\"\n"
  private static let tail = """
    [init]
    scale = 0.1
    [integration]
    until = 2
    [sweep]
    command = "integrate"
    [part.flow]
    [outcome.x]
    part = "flow"
    quantity = "loss"
    at-least = 0
    source = "ours"

    """

  private func folder(_ problem: String) throws -> Folder {
    let folder = try Folder()
    try folder.makeFolder("files")
    try folder.write(Self.head + "[problem]\n\(problem)\n" + Self.tail, to: "files/own.toml")
    return folder
  }

  /// One observed entry.
  private static let mask = "1,0\n0,0\n"
  private static let completion = "model = \"matrix\"\ndepth = 2\nshape = [2, 2]\nmask = \"m.csv\"\ndata = \"w.csv\""

  private func write(_ folder: Folder, to place: String) throws {
    try folder.write(Self.mask, to: "\(place)/m.csv")
    try folder.write("i0,i1,value\n0,0,1\n0,1,2\n1,0,3\n1,1,4\n", to: "\(place)/w.csv")
  }

  @Test("masks and .flow models lie beside the file that names them, as data do")
  func beside() throws {
    let completion = try folder(Self.completion)
    try write(completion, to: "files")
    let masked = try Tool.run(["reproduce", "files/own.toml"], in: completion)
    #expect(masked.status == 0, "\(masked)")
    let flow = try folder("model = \"own.flow\"")
    try flow.write("param x[2]\nloss 1/2*norm2(x)\n", to: "files/own.flow")
    let read = try Tool.run(["reproduce", "files/own.toml"], in: flow)
    #expect(read.status == 0, "\(read)")
  }

  @Test("they do not leave its folder unless the user says so")
  func leaving() throws {
    for (line, words) in [
      ("model = \"matrix\"\nshape = [2, 2]\ndata = \"../y.csv\"", ["own.toml:", "problem.data", "'../y.csv' leaves"]),
      ("model = \"matrix\"\nshape = [2, 2]\nmask = \"/etc/passwd\"", ["own.toml:", "problem.mask"]),
      ("model = [\"matrix\", \"a/../../m.flow\"]\nshape = [2, 2]", ["own.toml:", "problem.model"]),
    ] {
      let folder = try folder(line)
      expectRefusal(
        try Tool.run(["reproduce", "files/own.toml"], in: folder), status: 64, words + ["leaves the folder", "--set"])
    }
    let folder = try folder(Self.completion)
    try write(folder, to: "files")
    try folder.makeFolder("mine")
    try write(folder, to: "mine")
    let own = try Tool.run(
      ["reproduce", "files/own.toml", "--set", "problem.mask=mine/m.csv", "--data", "\(folder.path)/mine/w.csv"],
      in: folder)
    #expect(own.status == 0, "\(own)")
  }
}
