import Foundation
import Testing

/// `integrate --optimizer`: descents in place of the flow.
@Suite("Descents that integrate runs")
struct IntegratedDescentTests {
  /// f = (w − y)², of which every method is a recursion in r = w − y that a few lines follow.
  private let line = [
    "integrate", "--model", "matrix", "--shape", "1,1", "--depth", "1", "--data", "one.csv", "--init-scale", "0.5",
    "--json", "--until",
  ]

  private func end(_ flags: String, until: String) throws -> (r: Double, report: [String: Any]) {
    let folder = try Folder()
    try folder.write(Array("i0,i1,value\n0,0,2\n".utf8), to: "one.csv")
    let ending = try Tool.run(line + [until] + flags.split(separator: " ").map(String.init), in: folder)
    #expect(ending.status == 0, "\(ending)")
    let report = try ending.json()
    let experiment = try #require(report["experiment"] as? [String: Any])
    return ((try #require(experiment["start_loss"] as? Double)).squareRoot(), report)
  }

  private func expect(_ r: Double, in report: [String: Any], iterations: Int) throws {
    let loss = try #require(report["final_loss"] as? Double)
    #expect(abs(loss / (r * r) - 1) < 1e-11, "relative error of the loss, in units of 1")
    #expect(report["steps"] as? Int == iterations)
  }

  @Test("momentum: d ← μd − ηg, η halved from flow time 2 on, flow time η/(1 − μ) an iteration")
  func momentum() throws {
    let flags = "--learning-rate 0.05 --optimizer momentum --momentum 0.5 --schedule 2:0.5"
    var (r, report) = try end(flags, until: "3")
    var (d, k, t) = (0.0, 0, 0.0)
    while t < 3 - 1e-9 {
      let rate = t >= 2 - 1e-9 ? 0.025 : 0.05
      d = 0.5 * d - rate * 2 * r
      r += d
      t += rate / 0.5
      k += 1
    }
    try expect(r, in: report, iterations: k)
    #expect(report["optimizer"] as? String == "momentum" && report["learning_rate"] as? Double == 0.05)
  }

  @Test(
    "group-rmsprop with an ε of its own: h = η/(√(v/(1 − αᵏ)) + ε), and time is the sum of the steps",
    arguments: [1e-6, 0.3])
  func groupRMSprop(epsilon: Double) throws {
    let flags = "--learning-rate 0.01 --optimizer group-rmsprop --epsilon \(epsilon) --stop-loss 0.5"
    var (r, report) = try end(flags, until: "1e6")
    var (v, k, t) = (0.0, 0, 0.0)
    while r * r > 0.5 {
      let g = 2 * r
      k += 1
      v = 0.99 * v + 0.01 * g * g
      let h = 0.01 / ((v / (1 - pow(0.99, Double(k)))).squareRoot() + epsilon)
      r -= h * g
      t += h
    }
    try expect(r, in: report, iterations: k)
    #expect(abs(try #require(report["final_time"] as? Double) / t - 1) < 1e-12)
  }

  @Test("adam with an ε of its own")
  func adam() throws {
    var (r, report) = try end("--learning-rate 0.01 --optimizer adam --epsilon 0.1", until: "0.5")
    var (m, v) = (0.0, 0.0)
    for k in 1...50 {
      let g = 2 * r
      (m, v) = (0.9 * m + 0.1 * g, 0.999 * v + 0.001 * g * g)
      let (a, b) = (m / (1 - pow(0.9, Double(k))), v / (1 - pow(0.999, Double(k))))
      r -= 0.01 * a / (b.squareRoot() + 0.1)
    }
    try expect(r, in: report, iterations: 50)
  }

  @Test("sgd on every observation is gradient descent: r ← (1 − 2η)r")
  func stochastic() throws {
    let (r, report) = try end("--learning-rate 0.01 --optimizer sgd --batch 1", until: "0.5")
    try expect(r * pow(0.98, 50), in: report, iterations: 50)
    let (s, plain) = try end("--learning-rate 0.01", until: "0.5")
    try expect(s * pow(0.98, 50), in: plain, iterations: 50)
    #expect(plain["flow"] as? String == "gradient descent" && plain["optimizer"] as? String == "gd")
  }

  /// The flow is r₀e^{−2t} and gradient descent r₀(1 − 2η)ᵏ: the gap is their difference, and the loss their square.
  @Test("compare leaves its descents, and the flow as rate 0, at the save times")
  func stored() throws {
    let folder = try Folder()
    try folder.write(Array("i0,i1,value\n0,0,2\n".utf8), to: "one.csv")
    let ending = try Tool.run(
      ["compare"] + line.dropFirst().dropLast(2)
        + ["--until", "1", "--learning-rates", "0.1,0.05,0.025,0.0125", "--claims", "order", "--output", "out"],
      in: folder)
    #expect(ending.status == 0, "\(ending)")
    let lines = try folder.text("out/descents.csv").split(separator: "\n")
    #expect(lines[0].hasPrefix("learning_rate,t,loss,gap,parameter_gap"))
    let rows = lines.dropFirst().map { $0.split(separator: ",").map { Double($0) ?? .nan } }
    let start = try #require(rows.first { $0[0] == 0 && $0[1] == 0 })[2].squareRoot()
    #expect(Set(rows.map { $0[0] }) == [0, 0.1, 0.05, 0.025, 0.0125])
    for row in rows {
      let (rate, t) = (row[0], row[1])
      let flow = start * exp(-2 * t)
      let r = rate == 0 ? flow : start * pow(1 - 2 * rate, (t / rate).rounded())
      #expect(abs(row[2] / (r * r) - 1) < 1e-9, "relative error of the loss at rtol 1e-12")
      #expect(abs(row[3] - abs(r - flow)) < 1e-9 * start && row[4] == row[3])
    }
    #expect(rows.count { $0[0] == 0.1 } == rows.count { $0[0] == 0 })
  }

  @Test(
    "what does not go together is refused and named",
    arguments: [
      ("--optimizer adam", ["--optimizer", "--learning-rate"]), ("--batch 3", ["--batch", "--learning-rate"]),
      ("--learning-rate 0.1 --optimizer sgd", ["sgd", "--batch"]),
      ("--learning-rate 0.1 --optimizer sgd --batch 2", ["2", "1"]),
      ("--learning-rate 0.1 --optimizer adam --momentum 0.5", ["--momentum", "adam"]),
      ("--learning-rate 0.1 --optimizer adam --epsilon 0", ["--epsilon", "0.0"]),
      ("--learning-rate 0.1 --optimizer gd --epsilon 1", ["--epsilon", "gd"]),
      ("--learning-rate 1 --optimizer momentum --momentum 0.9", ["10.0", "--until"]),
      ("--learning-rate 0.1 --schedule 3", ["'3'", "--schedule"]), ("--learning-rate 0.1 --error", ["--error"]),
    ])
  func refused(flags: String, names: [String]) throws {
    let folder = try Folder()
    try folder.write(Array("i0,i1,value\n0,0,2\n".utf8), to: "one.csv")
    let ending = try Tool.run(line + ["5"] + flags.split(separator: " ").map(String.init), in: folder)
    #expect(ending.status == 64, "\(ending)")
    for name in names { #expect(ending.message.contains(name), "\(ending.message)") }
  }
}
