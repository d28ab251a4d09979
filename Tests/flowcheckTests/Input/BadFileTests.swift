import ArrayFiles
import Testing

/// Files that are missing, malformed or unsuitable, and places that cannot be written. Nothing depends on permissions,
/// since tests may run as root.
@Suite("Bad files")
struct BadFileTests {
  private static func header(_ dtype: String, _ shape: String) -> [UInt8] {
    let text = "{'descr': '\(dtype)', 'fortran_order': False, 'shape': \(shape), }"
    let padded = text + String(repeating: " ", count: 128 - 10 - text.count - 1) + "\n"
    return [0x93] + Array("NUMPY".utf8) + [1, 0, 118, 0] + Array(padded.utf8)
  }

  static let data: [(name: String, bytes: [UInt8]?, extra: [String], status: Int32, words: [String])] = [
    ("missing.csv", nil, ["--shape", "3,4"], 74, ["missing.csv", "No such file"]),
    ("missing.npy", nil, [], 74, ["missing.npy", "No such file"]),
    ("missing.npz", nil, [], 74, ["missing.npz", "No such file"]),
    ("empty.csv", [], ["--shape", "3,4"], 74, ["empty.csv", "empty", "i0,i1,value"]),
    ("empty.npy", [], [], 74, ["empty.npy", "empty"]),
    ("empty.npz", [], [], 74, ["empty.npz", "empty"]),
    ("a.csv", Array("i0,i1,value\n".utf8), ["--shape", "3,4"], 74, ["a.csv, line 2", "no entry"]),
    ("a.csv", Array("i0,i1,value\n0,0,1\n0,0,2\n".utf8), ["--shape", "3,4"], 74, ["line 3", "(0, 0)", "line 2"]),
    ("a.csv", Array("i0,i1,value\n0,4,1\n".utf8), ["--shape", "3,4"], 74, ["line 2", "index 4", "i1", "0…3"]),
    ("a.csv", Array("i0,i1,value\n-1,0,1\n".utf8), ["--shape", "3,4"], 74, ["line 2", "index -1", "i0"]),
    ("a.csv", Array("i0,i1,value\n0,0,nan\n".utf8), ["--shape", "3,4"], 74, ["line 2", "nan", "finite"]),
    ("a.csv", Array("i0,i1,value\n0,0,inf\n".utf8), ["--shape", "3,4"], 74, ["line 2", "inf", "finite"]),
    ("a.csv", Array("i0,i1,value\n0,0,1e999\n".utf8), ["--shape", "3,4"], 74, ["line 2", "1e999"]),
    ("a.csv", Array("i0,i1,value\n0,0\n".utf8), ["--shape", "3,4"], 74, ["line 2", "columns"]),
    ("a.csv", Array("i0,i1,value\n0,1.0,2\n".utf8), ["--shape", "3,4"], 74, ["line 2", "1.0", "integer"]),
    ("a.csv", Array("0,1,2\n".utf8), ["--shape", "3,4"], 74, ["line 1", "header", "i0,i1,value"]),
    ("a.csv", Array("i0,i1,value\n0,0,1\n".utf8), ["--shape", "3,4,2"], 74, ["line 1", "i0,i1,i2,value"]),
    ("a.csv", Array("i0,i1,value\n0,0,1\n0,2,1\n".utf8), [], 64, ["a.csv", "--shape", "index 1 in i1"]),
    ("a.csv", Array("user,item,rating\n1,2,3\n".utf8), [], 74, ["line 1", "header", "--columns user,item,rating"]),
    ("a.csv", Array("u,i,r\n1,2,3\n".utf8), ["--columns", "u,i,x"], 74, ["line 1", "'x'", "u, i, r"]),
    ("a.csv", Array("u,i,r\n1,2,3\n".utf8), ["--columns", "u,i,u"], 64, ["--columns", "twice"]),
    ("a.csv", Array("i0,i1,value\n0,0,1\n".utf8), ["--index-base", "1"], 74, ["line 2", "index 0", "1…"]),
    ("a.csv", Array("i0,i1,value\n0,0,1\n".utf8), ["--mask", "0,0:0,1"], 64, ["--mask", "[0, 1]"]),
    ("a.csv", Array("i0,i1,value\n0,0,1\n".utf8), ["--mask", "none.npy"], 74, ["none.npy"]),
    ("a.csv", Array("i0,i1,value\n0,0,1\n".utf8), ["--test-data", "none.csv"], 74, ["none.csv"]),
    ("a.csv.gz", [0x1f, 0x8b, 8, 0], [], 74, ["a.csv.gz", "damaged"]),
    ("a.csv", Array("i0,i1,value\n0,0,\u{0}\n".utf8) + [0xFF], ["--shape", "3,4"], 74, ["a.csv"]),
    ("a.npy", Array("not numpy at all".utf8), [], 74, ["a.npy"]),
    ("a.npy", Array(header("<f8", "(2, 3)").prefix(60)), [], 74, ["a.npy", "header"]),
    ("a.npy", header("<f8", "(2, 3)") + [1, 2, 3], [], 74, ["a.npy"]),
    ("a.npy", header("<f8", "(9223372036854775807, 9223372036854775807)"), [], 74, ["a.npy"]),
    ("a.npy", header("<f8", "(1000000000, 1000000000)"), [], 74, ["a.npy"]),
    ("a.npy", header("|O", "(1, 1)") + [UInt8](repeating: 0, count: 8), [], 74, ["a.npy", "objects"]),
    ("a.npy", header("<c16", "(1, 1)") + [UInt8](repeating: 0, count: 16), [], 74, ["a.npy", "complex"]),
    ("a.npz", Array(repeating: 0x50, count: 300), [], 74, ["a.npz", "ZIP"]),
    ("a.dat", Array("1 2 3".utf8), [], 64, ["a.dat", ".csv"]),
  ]

  @Test(arguments: data.indices)
  func dataFile(_ index: Int) throws {
    let row = Self.data[index]
    let folder = try Folder()
    if let bytes = row.bytes { try folder.write(bytes, to: row.name) }
    let arguments = ["balancedness", "--model", "matrix", "--depth", "2", "--data", row.name] + Tool.horizon
    try expectRefusal(arguments + row.extra, status: row.status, row.words, in: folder)
  }

  static let arrays: [(array: DenseArray, extra: String, status: Int32, words: [String])] = [
    (DenseArray(shape: [2, 2], values: [1, .infinity, 0, 1]), "", 74, ["[0, 1]", "infinite", "NaN"]),
    (DenseArray(shape: [2, 2], values: [.nan, .nan, .nan, .nan]), "", 74, ["NaN"]),
    (DenseArray(shape: [], values: [3]), "", 64, ["shape"]),
    (DenseArray(shape: [0, 3], values: []), "", 64, ["[0, 3]"]),
    (DenseArray(shape: [2, 2], values: [1, .nan, 0, 1]), "--observed 4", 64, ["4 observations", "3 entries"]),
    (DenseArray(shape: [2, 2], values: [1, 2, 0, 1]), "--shape 2,3", 64, ["[2, 2]", "--shape"]),
    (DenseArray(shape: [2, 2], values: [1, 2, 0, 1]), "--target-norm 3", 64, ["--target-norm", "--data"]),
    (DenseArray(shape: [2, 2], values: [1, 2, 0, 1]), "--rank 1", 64, ["--rank", "--data"]),
    (DenseArray(shape: [2, 2, 2], values: Array(repeating: 1, count: 8)), "", 64, ["order 2"]),
    (
      DenseArray(shape: [2, 2], values: [1, .nan, 0, 1]), "--measure-with gaussian --samples 3", 64,
      ["known everywhere", "entries"]
    ),
    (DenseArray(shape: [2, 2], values: [1e300, 1, 0, 1]), "", 64, ["not finite", "rescale"]),
  ]

  @Test(arguments: arrays.indices)
  func array(_ index: Int) throws {
    let row = Self.arrays[index]
    let folder = try Folder()
    try NumpyFile.writeNPY(row.array, to: folder.path + "/a.npy")
    let arguments = ["balancedness", "--model", "matrix", "--depth", "2", "--data", "a.npy"] + Tool.horizon
    try expectRefusal(
      arguments + row.extra.split(separator: " ").map(String.init), status: row.status, row.words, in: folder)
  }

  @Test func archiveOfSeveralArrays() throws {
    let folder = try Folder()
    let one = DenseArray(shape: [2, 2], values: [1, 2, 3, 4])
    try NumpyFile.writeNPZ([("a", one), ("b", one)], to: folder.path + "/a.npz")
    let arguments = ["balancedness", "--model", "matrix", "--depth", "2"] + Tool.horizon
    try expectRefusal(arguments + ["--data", "a.npz"], ["2 arrays", "a, b", "'data'"], in: folder)
  }

  @Test func directories() throws {
    let folder = try Folder()
    for name in ["d.csv", "d.npy", "d.npz", "d.toml", "d.svg"] { try folder.makeFolder(name) }
    let command = ["balancedness", "--model", "matrix", "--depth", "2", "--shape", "4,3"] + Tool.horizon
    for name in ["d.csv", "d.npy", "d.npz"] {
      try expectRefusal(command + ["--data", name], status: 74, [name, "directory"], in: folder)
    }
    try expectRefusal(command + ["--rank", "1", "--start", "d.npz"], status: 74, ["directory"], in: folder)
    try expectRefusal(["balancedness", "--config", "d.toml"], status: 74, ["d.toml", "directory"], in: folder)
  }

  @Test func startFiles() throws {
    let folder = try Folder()
    let square = DenseArray(shape: [3, 3], values: Array(repeating: 0.1, count: 9))
    let wide = DenseArray(shape: [3, 4], values: Array(repeating: 0.1, count: 12))
    let tall = DenseArray(shape: [4, 3], values: Array(repeating: 0.1, count: 12))
    let broken = DenseArray(shape: [4, 3], values: [.nan] + Array(repeating: 0.1, count: 11))
    let timed = DenseArray(shape: [1, 4, 3], values: Array(repeating: 0.1, count: 12))
    for (name, arrays) in [
      ("good", [("W1", square), ("W2", tall)]), ("missing", [("W1", square), ("A2", tall)]),
      ("shape", [("W1", square), ("W2", wide)]), ("nan", [("W1", square), ("W2", broken)]),
      ("time", [("W1", square), ("W2", timed)]),
    ] {
      try NumpyFile.writeNPZ(arrays.map { (name: $0.0, array: $0.1) }, to: "\(folder.path)/\(name).npz")
    }
    let problem = ["--model", "matrix", "--shape", "4,3", "--depth", "2", "--rank", "2"] + Tool.horizon
    func start(_ name: String, _ extra: [String] = []) -> [String] {
      ["integrate"] + problem + ["--start", name] + extra
    }
    #expect(try Tool.run(start("good.npz"), in: folder).status == 0)
    try expectRefusal(start("missing.npz"), ["'W2'", "W1, A2", "W1, W2"], in: folder)
    try expectRefusal(start("shape.npz"), ["'W2'", "[3, 4]", "[4, 3]"], in: folder)
    try expectRefusal(start("time.npz"), ["'W2'", "[1, 4, 3]", "time axis"], in: folder)
    try expectRefusal(start("nan.npz"), status: 74, ["'W2'", "entry 0", "nan"], in: folder)
    try expectRefusal(start("none.npz"), status: 74, ["none.npz", "No such file"], in: folder)
    for flag in ["--init-scale 1", "--seed 2", "--init gaussian"] {
      try expectRefusal(start("good.npz", flag.split(separator: " ").map(String.init)), ["--start"], in: folder)
    }
  }

  static let configurations: [(bytes: [UInt8], words: [String])] = [
    ([], ["c.toml", "empty"]),
    (Array("[problem]\nmodle = \"matrix\"\n".utf8), ["c.toml:2", "problem.modle", "problem.model"]),
    (Array("[problem\n".utf8), ["c.toml:1", "TOML"]),
    (Array("[problem]\nmodel = \"".utf8) + [0xFF] + Array("\"\n".utf8), ["c.toml:2", "UTF-8"]),
    (Array("[problem]\nmodel = \"a\u{0}\"\n".utf8), ["c.toml:2", "NUL"]),
    (Array("[init]\nscale = nan\n".utf8), ["c.toml:2", "init.scale", "nan"]),
    (Array("[problem]\ndepth = 2\ndepth = 3\n".utf8), ["c.toml:3"]),
    (
      Array("[problem]\nmodel = \"matrix\"\nshape = [4, 3]\nrank = 2\ndepth = 0\n[integration]\nuntil = 1\n".utf8),
      ["depth 0", "c.toml:5", "--depth"]
    ),
    (
      Array("[problem]\nmodel = \"matrix\"\nshape = [4, 3]\nrank = 2\ndepth = 2\n[integration]\nuntil = -1\n".utf8),
      ["horizon is -1", "c.toml:7", "--until"]
    ),
  ]

  @Test(arguments: configurations.indices)
  func configuration(_ index: Int) throws {
    let folder = try Folder()
    try folder.write(Self.configurations[index].bytes, to: "c.toml")
    try expectRefusal(["balancedness", "--config", "c.toml"], Self.configurations[index].words, in: folder)
  }

  @Test func placesThatCannotBeWritten() throws {
    let folder = try Folder()
    try folder.write("x", to: "file")
    let command = ["balancedness"] + Tool.matrix + Tool.horizon
    for (target, words) in [
      ("file", ["file", "not a directory"]), ("file/inner", ["file/inner", "--output"]),
      ("none/inner", ["none/inner", "parent"]), ("/proc/inner", ["/proc/inner"]),
      (String(repeating: "x", count: 300), ["xxx", "--output"]),
    ] {
      try expectRefusal(command + ["--output", target], status: 74, words, in: folder)
    }
    for (target, words) in [("none/a.svg", ["none/a.svg", "folder"]), ("file/a.svg", ["file/a.svg", "folder"])] {
      try expectRefusal(command + ["--plot", target], status: 74, words, in: folder)
    }
    try expectRefusal(
      ["balancedness", "--config", "none.toml"], status: 74, ["none.toml", "No such file"], in: folder)
    #expect(try folder.text("file") == "x")
  }
}
