import ArrayFiles
import Foundation
import Testing

/// The user's own inputs and targets, and own sensing operators.
@Suite("Own measurements")
struct SampleTests {
  /// Six inputs of three numbers, and a class of each.
  private static let inputs: [Double] = [1, 0, 2, -1, 1, 0, 0.5, -2, 1, 2, 1, -1, 0, 1, 1, -1.5, 0.5, 2]
  private static let classes: [Double] = [0, 1, 1, 0, 1, 0]

  private static func csv(_ values: [Double], columns: Int) -> String {
    stride(from: 0, to: values.count, by: columns).map { row in
      values[row..<row + columns].map { "\($0)" }.joined(separator: ",") + "\n"
    }.joined()
  }

  private func folder() throws -> Folder {
    let folder = try Folder()
    try folder.write(Self.csv(Self.inputs, columns: 3), to: "X.csv")
    try folder.write(Self.csv(Self.classes, columns: 1), to: "classes.csv")
    try folder.write(Self.csv(Self.classes.flatMap { $0 == 0 ? [1, 0] : [0, 1] }, columns: 2), to: "Y.csv")
    try folder.write(Self.csv(Self.classes.map { 2 * $0 - 1 }, columns: 1), to: "labels.csv")
    return folder
  }

  private static let check =
    ["balancedness", "--model", "matrix", "--depth", "2", "--init-scale", "0.4"] + Tool.horizon

  /// The report without the names of files and settings.
  private func finding(_ arguments: [String], in folder: Folder) throws -> NSDictionary {
    let ending = try Tool.run(arguments + ["--json"], in: folder)
    #expect(ending.status == 0, "\(arguments): \(ending)")
    var report = try ending.json()
    var experiment = try #require(report["experiment"] as? [String: Any])
    for key in ["settings", "data"] { experiment[key] = nil }
    report["experiment"] = experiment
    return report as NSDictionary
  }

  @Test("cross-entropy: the law holds, its controls are rejected, and any way of giving the data is one")
  func crossEntropy() throws {
    let folder = try folder()
    let entropy = Self.check + ["--inputs", "X.csv", "--loss", "cross-entropy", "--control"]
    let report = try finding(entropy + ["--targets", "Y.csv"], in: folder)
    let claim = try #require((report["claims"] as? [[String: Any]])?.first)
    #expect(claim["verdict"] as? String == "holds")
    let controls = try #require(claim["controls"] as? [[String: Any]])
    #expect(!controls.isEmpty && controls.allSatisfy { $0["verdict"] as? String == "violated" })
    let experiment = try #require(report["experiment"] as? [String: Any])
    #expect(experiment["measurements"] as? Int == 6)
    let start = try #require(experiment["start_loss"] as? Double)
    #expect(try abs(start - meanCrossEntropy(entropy, in: folder)) < 1e-12)

    try NumpyFile.writeNPZ(
      [
        ("inputs", DenseArray(shape: [6, 3], values: Self.inputs)),
        ("targets", DenseArray(shape: [6], values: Self.classes)),
      ], to: folder.path + "/both.npz")
    try NumpyFile.writeNPY(DenseArray(shape: [6, 3], values: Self.inputs), to: folder.path + "/X.npy")
    for arguments in [
      ["--inputs", "X.csv", "--targets", "classes.csv", "--shape", "2,3"],
      ["--inputs", "both.npz", "--targets", "both.npz", "--shape", "2,3"],
      ["--inputs", "X.npy", "--targets", "Y.csv", "--shape", "2,3"],
    ] {
      let again = try finding(Self.check + arguments + ["--loss", "cross-entropy", "--control"], in: folder)
      #expect(again == report, "\(arguments)")
    }
  }

  /// The mean of −log of the softmax of W₂W₁x at its class, at the start that the flags give.
  private func meanCrossEntropy(_ arguments: [String], in folder: Folder) throws -> Double {
    let ending = try Tool.run(
      ["integrate"] + arguments.dropFirst().filter { $0 != "--control" }
        + ["--targets", "Y.csv", "--output", "start", "--quiet"], in: folder)
    #expect(ending.status == 0, "\(ending)")
    let arrays = try NumpyFile.readNPZ(folder.path + "/start/trajectory.npz")
    func matrix(_ name: String) throws -> (columns: Int, values: [Double]) {
      let array = try #require(arrays.first { $0.name == name }).array
      return (array.shape[2], Array(array.values.prefix(array.shape[1] * array.shape[2])))
    }
    let (first, second) = (try matrix("W1"), try matrix("W2"))
    func image(_ w: (columns: Int, values: [Double]), _ x: [Double]) -> [Double] {
      stride(from: 0, to: w.values.count, by: w.columns).map { row in
        (0..<w.columns).reduce(0) { $0 + w.values[row + $1] * x[$1] }
      }
    }
    let losses = Self.classes.enumerated().map { k, label in
      let z = image(second, image(first, Array(Self.inputs[3 * k..<3 * k + 3])))
      return log(z.map { exp($0) }.reduce(0, +)) - z[Int(label)]
    }
    return losses.reduce(0, +) / Double(losses.count)
  }

  @Test("labels ±1 and one row", arguments: ["logistic", "exponential", "l2"])
  func labels(_ loss: String) throws {
    let folder = try folder()
    let ending = try Tool.run(
      ["run", "--claims", "balancedness,dissipation"] + Self.check.dropFirst()
        + ["--inputs", "X.csv", "--targets", "labels.csv", "--loss", loss, "--control", "--quiet"], in: folder)
    #expect(ending.status == 0, "\(ending)")
    #expect(ending.output.contains("balancedness: holds") && ending.output.contains("dissipation: holds"))
  }

  @Test("operators from a file are the generated ones")
  func sensing() throws {
    let folder = try Folder()
    let command = ["integrate", "--model", "matrix", "--depth", "2", "--init-scale", "0.3"] + Tool.horizon
    let generated = try Tool.run(
      command + [
        "--shape", "3,4", "--rank", "2", "--measure-with", "gaussian", "--samples", "9", "--output", "a", "--quiet",
      ],
      in: folder)
    #expect(generated.status == 0, "\(generated)")
    let arrays = try NumpyFile.readNPZ(folder.path + "/a/problem.npz")
    func array(_ name: String) throws -> DenseArray { try #require(arrays.first { $0.name == name }).array }
    try NumpyFile.writeNPZ([("A", array("A")), ("y", array("values"))], to: folder.path + "/own.npz")
    let own = try Tool.run(command + ["--sensing", "own.npz", "--output", "b", "--quiet"], in: folder)
    #expect(own.status == 0, "\(own)")
    // Of the generated operators the target is known besides.
    func trajectory(_ folder: String) throws -> [[Double]] {
      try NumpyFile.readNPZ(folder + "/trajectory.npz").filter { $0.name != "reconstruction_error" }.map(\.array.values)
    }
    #expect(try trajectory(folder.path + "/b") == trajectory(folder.path + "/a"))
  }

  @Test("results hold the samples and their digests, and the printed experiment is the same")
  func results() throws {
    let folder = try folder()
    let arguments = ["--inputs", "X.csv", "--targets", "classes.csv", "--shape", "2,3", "--loss", "cross-entropy"]
    let ending = try Tool.run(Self.check + arguments + ["--output", "out"], in: folder)
    #expect(ending.status == 0, "\(ending)")
    let arrays = try NumpyFile.readNPZ(folder.path + "/out/problem.npz")
    #expect(arrays.first { $0.name == "inputs" }?.array == DenseArray(shape: [6, 3], values: Self.inputs))
    #expect(
      arrays.first { $0.name == "values" }?.array
        == DenseArray(shape: [6, 2], values: Self.classes.flatMap { $0 == 0 ? [1, 0] : [0, 1] }))
    let provenance = try #require(
      try JSONSerialization.jsonObject(with: Data(contentsOf: folder.url("out/provenance.json"))) as? [String: Any])
    let sums = try Tool.shell("sha256sum X.csv classes.csv | cut -c1-64", in: folder).output.split(separator: "\n")
    #expect(provenance["inputs_sha256"] as? String == sums.first.map(String.init))
    #expect(provenance["targets_sha256"] as? String == sums.last.map(String.init))
    #expect(provenance["sensing_sha256"] == nil && provenance["data_sha256"] == nil)

    // Where files are written all rungs are run.
    try Data(contentsOf: folder.url("out/config.toml")).write(to: folder.url("whole.toml"))
    let again = try Tool.run(["balancedness", "--config", "whole.toml", "--all-rungs"], in: folder)
    #expect(again.output == ending.output)
  }

  static let refusals: [(arguments: String, status: Int32, words: [String])] = [
    ("--inputs X.csv", 64, ["--inputs", "--targets"]), ("--targets Y.csv", 64, ["--targets", "alone", "--inputs"]),
    ("--inputs X.csv --targets short.csv", 64, ["short.csv", "2 rows", "6 inputs"]),
    (
      "--inputs X.csv --targets classes.csv --shape 2,3", 64,
      ["classes.csv", "1 numbers", "2 outputs", "cross-entropy"]
    ),
    ("--inputs X.csv --targets Y.csv --shape 2,4", 64, ["X.csv", "3 numbers", "2,4"]),
    ("--inputs X.csv --targets classes.csv --loss cross-entropy", 64, ["how many classes", "--shape C,3"]),
    (
      "--inputs X.csv --targets classes.csv --loss cross-entropy --shape 1,3", 64,
      ["several outputs", "--loss logistic"]
    ),
    ("--inputs X.csv --targets half.csv --loss cross-entropy --shape 2,3", 64, ["half.csv", "row 2", "0.5", "0…1"]),
    ("--inputs X.csv --targets classes.csv --loss logistic", 64, ["classes.csv", "measurement 0", "0.0", "-1 for 0"]),
    ("--inputs X.csv --targets Y.csv --rank 1", 64, ["--rank", "--inputs"]),
    ("--inputs X.csv --targets Y.csv --observed 3", 64, ["--observed", "--inputs"]),
    ("--inputs X.csv --targets Y.csv --sensing s.npz", 64, ["--sensing", "--inputs"]),
    ("--inputs gone.csv --targets Y.csv", 74, ["gone.csv", "No such file"]),
    ("--inputs bad.csv --targets Y.csv", 74, ["bad.csv", "line 2", "nan"]),
    ("--inputs nan.npy --targets Y.csv", 74, ["nan.npy", "row 1, column 0"]),
    ("--inputs cube.npy --targets Y.csv", 64, ["cube.npy", "[1, 2, 3]", "samples"]),
    ("--inputs X.txt --targets Y.csv", 64, ["X.txt", ".npz"]),
    ("--sensing X.csv", 64, ["X.csv", ".npz"]), ("--sensing y.npz", 64, ["y.npz", "no array 'A'", "y"]),
    ("--sensing short.npz", 64, ["short.npz", "[3]", "2 operators"]),
    ("--sensing nan.npz", 74, ["nan.npz", "[1, 0, 1]", "'A'"]),
    ("--sensing ok.npz --shape 3,3", 64, ["ok.npz", "[3, 3]"]),
    ("--sensing ok.npz --data X.csv", 64, ["--data", "--sensing"]),
    ("--sensing ok.npz --loss logistic", 64, ["measurement 0", "5.0"]),
    ("--sensing ok.npz --loss huber --loss-constants delta", 64, ["--loss-constants", "'delta'", "delta=0.5"]),
    (
      "--sensing ok.npz --loss huber --loss-constants delta=1 --huber-delta 1", 64,
      ["--huber-delta", "--loss-constants"]
    ),
    ("--sensing ok.npz --loss huber --loss-constants delta=1,delta=2", 64, ["twice"]),
    ("--sensing ok.npz --loss-constants delta=1", 64, ["l2", "delta", "--loss huber"]),
  ]

  @Test("what does not fit is refused, with the file, the row and the remedy", arguments: refusals.indices)
  func refusal(_ index: Int) throws {
    let row = Self.refusals[index]
    let folder = try folder()
    try folder.write("1,0\n0,1\n", to: "short.csv")
    try folder.write("0\n1\n0.5\n1\n0\n1\n", to: "half.csv")
    try folder.write("1,2,3\n1,nan,3\n", to: "bad.csv")
    try NumpyFile.writeNPY(
      DenseArray(shape: [2, 3], values: [1, 2, 3, .nan, 5, 6]), to: folder.path + "/nan.npy")
    try NumpyFile.writeNPY(DenseArray(shape: [1, 2, 3], values: [1, 2, 3, 4, 5, 6]), to: folder.path + "/cube.npy")
    let operators = DenseArray(shape: [2, 2, 2], values: [1, 2, 3, 4, 5, 6, 7, 8])
    let broken = DenseArray(shape: [2, 2, 2], values: [1, 2, 3, 4, 5, .infinity, 7, 8])
    let values = DenseArray(shape: [2], values: [5, 6])
    for (name, arrays) in [
      ("ok", [("A", operators), ("y", values)]), ("y", [("y", values)]), ("nan", [("A", broken), ("y", values)]),
      ("short", [("A", operators), ("y", DenseArray(shape: [3], values: [1, 2, 3]))]),
    ] {
      try NumpyFile.writeNPZ(arrays, to: "\(folder.path)/\(name).npz")
    }
    try expectRefusal(
      Self.check + row.arguments.split(separator: " ").map(String.init), status: row.status, row.words, in: folder)
  }

  @Test("huber's threshold by either setting is one experiment")
  func constants() throws {
    let folder = try Folder()
    let command = ["balancedness"] + Tool.matrix + Tool.horizon + ["--loss", "huber"]
    #expect(
      try finding(command + ["--huber-delta", "0.5"], in: folder)
        == finding(command + ["--loss-constants", "delta=0.5"], in: folder))
  }
}
