import Testing

/// Values on the command line that cannot be used. Each case: what is typed after the command and a good problem (a
/// repeated flag wins over the earlier one), and what the message must name.
@Suite("Bad flags")
struct BadFlagTests {
  static let matrix: [(String, [String])] = [
    ("--dept 3", ["--dept", "--depth"]),
    ("--depth", ["--depth", "no value"]),
    ("--depth --shape 3,3", ["--depth has no value", "--shape"]),
    ("--depth 0", ["depth 0", "--depth"]),
    ("--depth -1", ["depth -1", "--depth"]),
    ("--depth 1.5", ["--depth", "1.5", "whole number"]),
    ("--depth three", ["--depth", "three", "integer"]),
    ("--depth 99999999999999999999", ["--depth", "99999999999999999999", "range"]),
    ("--depth 1000000000", ["1000000000", "--depth"]),
    ("--width 0", ["width 0", "--width"]),
    ("--width 3,3", ["3,3", "depth 2", "--width"]),
    ("--width 99999999999", ["99999999999", "4 GiB", "--width"]),
    ("--components 3", ["--model matrix", "--model cp"]),
    ("--rank 0", ["rank is 0", "--rank"]),
    ("--rank -1", ["rank is -1", "--rank"]),
    ("--rank 4", ["rank of 4", "--rank 3"]),
    ("--rank 2 --data x.csv", ["--rank", "--data"]),
    ("--observed 13", ["13 observations", "12 entries", "--observed"]),
    ("--observed 0", ["0 observed", "at least one"]),
    ("--observed -3", ["-3 observed", "at least one"]),
    ("--observed 1.5", ["1.5", "(0, 1]"]),
    ("--observed 0.0", ["0.0", "(0, 1]"]),
    ("--observed nan", ["--observed", "nan", "fraction"]),
    ("--observed most", ["--observed", "most", "fraction"]),
    ("--observed 99999999999999999999", ["--observed", "99999999999999999999"]),
    ("--refine 1e-6", ["1e-06", "--refine", "two or more"]),
    ("--refine 1e-8,1e-6", ["1e-08, 1e-06", "decreasing"]),
    ("--refine 1e-6,1e-6", ["1e-06, 1e-06", "decreasing"]),
    ("--refine 1e-6,-1e-8", ["-1e-08", "1e-15"]),
    ("--refine 1e-6,0", ["0.0", "1e-15"]),
    ("--refine 1e-6,1e-17", ["1e-17", "1e-15"]),
    ("--refine 1e-6,nan", ["--refine", "nan"]),
    ("--refine 1e-6,,1e-8", ["--refine", "item 2"]),
    ("--atol -1", ["-1.0", "--atol"]),
    ("--atol nan", ["nan", "--atol"]),
    ("--atol small", ["--atol", "small", "auto"]),
    ("--shape 3 --rank 1", ["order 2", "--shape"]),
    ("--shape 3,3,3", ["order 2", "--model cp"]),
    ("--shape 0,3", ["0, 3", "--shape"]),
    ("--shape -3,3", ["-3, 3", "--shape"]),
    ("--shape 3x3", ["--shape", "3x3"]),
    ("--shape 1000000000,1000000000", ["1000000000×1000000000", "4 GiB", "--shape"]),
    ("--shape 9223372036854775807,9223372036854775807", ["9223372036854775807", "4 GiB"]),
    ("--shape 99999999999999999999,2", ["--shape", "99999999999999999999"]),
    ("--shape 20000,20000 --depth 1", ["4 GiB", "--shape"]),
    ("--save 1", ["1 save times", "--save"]),
    ("--save 0", ["0 save times", "--save"]),
    ("--save -5", ["-5 save times", "--save"]),
    ("--save 1000000000", ["1000000000 save times", "--save"]),
    ("--until 0", ["horizon is 0", "--until"]),
    ("--until -1", ["horizon is -1", "--until"]),
    ("--until inf", ["--until", "inf"]),
    ("--until nan", ["--until", "nan"]),
    ("--until 1e400", ["--until", "1e400"]),
    ("--method rk45", ["--method", "rk45", "did you mean"]),
    ("--loss l3", ["--loss", "l3", "did you mean"]),
    ("--model matrx", ["--model", "matrx", "matrix"]),
    ("--init balancd", ["--init", "balancd", "balanced"]),
    ("--normalization men", ["--normalization", "men", "mean"]),
    ("--loss huber", ["threshold", "--huber-delta"]),
    ("--loss huber --huber-delta 0", ["0.0", "--huber-delta"]),
    ("--loss huber --huber-delta -1", ["-1.0", "--huber-delta"]),
    ("--loss huber --huber-delta nan", ["--huber-delta", "nan"]),
    ("--huber-delta 0.5", ["0.5", "l2", "--loss huber"]),
    ("--init balanced --width 2", ["at least 3", "--width"]),
    ("--init-scale 0", ["0.0", "--init-scale"]),
    ("--init-scale -1", ["-1.0", "--init-scale"]),
    ("--init-scale nan", ["--init-scale", "nan"]),
    ("--init-scale 1e308", ["not finite", "--init-scale"]),
    ("--target-norm 0", ["0.0", "--target-norm"]),
    ("--target-norm -1", ["-1.0", "--target-norm"]),
    ("--target-norm 1e308", ["not finite"]),
    ("--seed -1", ["--seed", "-1"]),
    ("--data-seed -1", ["--data-seed", "-1"]),
    ("--seed 1.5", ["--seed", "1.5"]),
    ("--threads 0", ["0 threads", "--threads"]),
    ("--threads -1", ["-1 threads", "--threads"]),
    ("--threads many", ["--threads", "many"]),
    ("--threads 100000", ["100000 threads", "--threads"]),
    ("--max-steps 0", ["budget is 0", "--max-steps"]),
    ("--max-steps -1", ["budget is -1", "--max-steps"]),
    ("--samples 5", ["--samples 5", "--observed"]),
    ("--measure-with gaussian", ["samples", "--samples"]),
    ("--measure-with gaussian --samples 0", ["samples", "--samples"]),
    ("--measure-with gaussian --samples 5 --observed 3", ["--observed", "--samples"]),
    ("--measure-with gauss --samples 5", ["--measure-with", "gaussian"]),
    ("--measure-with gaussian --samples 1000000000000", ["1000000000000", "4 GiB", "--samples"]),
    ("--measure-with rank-one --samples 9000000000000000000", ["9000000000000000000", "--samples"]),
    ("--stop-loss -1", ["-1.0", "positive"]),
    ("--stop-gradient 0", ["0.0", "positive"]),
    ("--stop-norm nan", ["--stop-norm", "nan"]),
    ("--set foo=1", ["--set foo=1", "foo"]),
    ("--set init.scal=1", ["--set init.scal=1", "init.scale"]),
    ("--set init=1", ["--set init=1", "init.scale"]),
    ("--set init.scale", ["--set init.scale", "="]),
    ("--set init.scale=x", ["--set init.scale=x", "number"]),
    ("--set init.scale=nan", ["--set init.scale=nan", "number"]),
    ("--set integration.rtol=1e-3", ["--set integration.rtol=1e-3", "does not use"]),
    ("--set integration.learning-rate=1", ["integration.learning-rate", "does not use"]),
    ("surplus", ["surplus", "balancedness --help"]),
    ("--plot drift.jpg", ["drift.jpg", ".svg"]),
    ("--rtol 1e-9", ["--rtol"]),
  ]

  @Test(arguments: matrix)
  func matrixProblem(typed: String, words: [String]) throws {
    let arguments = typed.split(separator: " ").map(String.init)
    try expectRefusal(["balancedness"] + Tool.matrix + Tool.horizon + arguments, words, in: Folder())
  }

  static let tensor: [(String, [String])] = [
    ("--components 0", ["0 components", "--components"]),
    ("--components -1", ["-1 components", "--components"]),
    ("--components 1000000000000", ["1000000000000", "4 GiB", "--components"]),
    ("--components 9000000000000000000", ["9000000000000000000", "--components"]),
    ("--components 50000000", ["4 GiB", "--components"]),
    ("--depth 2", ["depth 2", "--model cp"]),
    ("--shape 3 --rank 1", ["order 2", "--shape"]),
    ("--init identity", ["identity", "cp", "--init"]),
    ("--method bsimp --components 400", ["bsimp", "3600", "rk8pd"]),
  ]

  @Test(arguments: tensor)
  func tensorProblem(typed: String, words: [String]) throws {
    let arguments = typed.split(separator: " ").map(String.init)
    try expectRefusal(
      ["run", "--claims", "balancedness"] + Tool.tensor + Tool.horizon + arguments, words, in: Folder())
  }

  static let integrations: [(String, [String])] = [
    ("--rtol 0", ["0.0", "1e-15"]),
    ("--rtol -1e-3", ["-0.001", "1e-15"]),
    ("--rtol nan", ["--rtol", "nan"]),
    ("--rtol 2", ["2.0", "1e-15"]),
    ("--learning-rate 0", ["0.0", "learning rate"]),
    ("--learning-rate -1", ["-1.0", "learning rate"]),
    ("--threads 0", ["0 threads"]),
    ("--refine 1e-3,1e-4", ["--refine", "integrate --help"]),
    ("--control", ["--control", "integrate --help"]),
    ("--set integration.refine=1e-3,1e-4", ["integration.refine", "does not use"]),
  ]

  @Test(arguments: integrations)
  func integration(typed: String, words: [String]) throws {
    let arguments = typed.split(separator: " ").map(String.init)
    try expectRefusal(["integrate"] + Tool.matrix + Tool.horizon + arguments, words, in: Folder())
  }

  static let commands: [([String], [String])] = [
    (["nosuch"], ["nosuch", "balancedness", "explain"]),
    (["balancednes", "--model", "matrix"], ["balancednes", "did you mean 'balancedness'"]),
    (["--modle"], ["--modle", "flowcheck --help"]),
    (["explain"], ["name", "explain --help"]),
    (["explain", "balancednes"], ["balancednes", "balancedness"]),
    (["explain", "balancedness", "surplus"], ["surplus"]),
    (["list", "surplus"], ["surplus", "list --help"]),
    (["run"] + Tool.matrix + Tool.horizon, ["--claims", "balancedness"]),
    (["run", "--claims", "balance"] + Tool.matrix + Tool.horizon, ["--claims", "balance", "dissipation"]),
    (["run", "--claims", ""] + Tool.matrix + Tool.horizon, ["--claims"]),
    (["run", "--claims", "balancedness,"] + Tool.matrix + Tool.horizon, ["--claims", "item 2"]),
    (["run", "--claims", "dissipation,dissipation"] + Tool.matrix + Tool.horizon, ["dissipation", "twice"]),
    (["balancedness", "--shape", "3,3", "--depth", "2", "--rank", "1"] + Tool.horizon, ["--model"]),
    (["balancedness", "--model", "matrix", "--depth", "2", "--rank", "1"] + Tool.horizon, ["--shape"]),
    (["balancedness", "--model", "matrix", "--shape", "3,3", "--rank", "1"] + Tool.horizon, ["--depth"]),
    (["balancedness", "--model", "cp", "--shape", "3,3", "--rank", "1"] + Tool.horizon, ["--components"]),
    (["balancedness", "--model", "matrix", "--shape", "3,3", "--depth", "2"] + Tool.horizon, ["--data", "--rank"]),
    (["balancedness"] + Tool.matrix, ["--until"]),
    (["balancedness"] + Tool.matrix + Tool.horizon + ["--plot", ""], ["--plot", "empty"]),
    (["balancedness"] + Tool.matrix + Tool.horizon + ["--output", ""], ["--output", "empty"]),
    (["balancedness"] + Tool.matrix + Tool.horizon + ["--refine", ""], ["--refine"]),
    (
      ["balancedness"] + Tool.matrix + Tool.horizon + ["--method", String(repeating: "x", count: 100_000)],
      ["--method", "xxx…"]
    ),
    (
      ["balancedness"] + Tool.matrix + Tool.horizon + ["--" + String(repeating: "x", count: 100_000)],
      ["--xxx", "--help"]
    ),
  ]

  @Test(arguments: commands)
  func commandLine(arguments: [String], words: [String]) throws {
    let folder = try Folder()
    try expectRefusal(arguments, words, in: folder)
  }

  @Test func argumentsThatAreNoText() throws {
    let folder = try Folder()
    let typed = (["balancedness"] + Tool.matrix + Tool.horizon).joined(separator: " ")
    let ending = try Tool.shell("exec \"$F\" \(typed) --output \"$(printf 'a\\377b')\"", in: folder)
    expectRefusal(ending, status: 64, ["argument", "UTF-8"])
    #expect(folder.names.isEmpty)
  }

  /// `--observed 1` is one entry, `--observed 1.0` all of them.
  @Test func countAndFraction() throws {
    for (text, count) in [("1", 1), ("1.0", 12), ("0.5", 6), ("5e-1", 6), ("12", 12), ("0.001", 1)] {
      let ending = try Tool.run(["integrate"] + Tool.matrix + Tool.horizon + ["--observed", text, "--json"])
      let experiment = try #require(try ending.json()["experiment"] as? [String: Any])
      #expect(experiment["measurements"] as? Int == count)
    }
  }
}
