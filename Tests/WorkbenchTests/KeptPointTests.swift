import FlowODE
import Foundation
import Settings
import Synchronization
import Testing
import Workbench

/// What is kept of a point that is cut off: finished runs are not run again, and the point is that of a sweep nobody interrupted.
@Suite("Points that are cut off")
struct KeptPointTests {
  /// Experiments with rungs, controls of other rates and starts, ladders of scales, descents, recorded states, and two coordinates.
  enum Case: String, CaseIterable {
    case balancedness, states, growth, incremental, modes, order, modified, coordinates
    case rankOne = "rank-one"

    var text: String {
      switch self {
      case .balancedness: Self.matrix("balancedness", "control = true")
      case .states: Self.matrix("balancedness", "control = true\nall-rungs = true")
      case .growth:
        Self.cp("growth", "[init]\nscale = 0.1\n[integration]\nuntil = 20\nsave = 20")
      case .incremental:
        Self.cp("incremental", "[loss]\nname = \"huber\"\nhuber-delta = 0.01\n[integration]\nuntil = 1e9")
      case .rankOne:
        Self.cp("rank-one", "[loss]\nname = \"huber\"\nhuber-delta = 0.02\n[integration]\nuntil = 200\nsave = 20")
      case .modes:
        """
        [problem]
        model = "matrix"
        shape = [3, 3]
        depth = 3
        rank = 2
        target-norm = 10
        [integration]
        until = 1e5
        [run]
        control = true
        [sweep]
        command = "incremental"
        """
      case .order, .modified:
        """
        [problem]
        model = "matrix"
        shape = [2, 2]
        depth = 2
        rank = 1
        [init]
        scale = 0.5
        [integration]
        until = 2
        save = 20
        [compare]
        learning-rates = [0.1, 0.05, 0.025, 0.0125]
        \(self == .modified ? "against = \"modified\"" : "")
        [run]
        control = true
        [sweep]
        command = "compare"
        """
      case .coordinates:
        """
        [problem]
        depth = 3
        [init]
        scale = 0.5
        [integration]
        until = 1e4
        stop-loss = 1e-2
        compare-coordinates = true
        [run]
        control = true
        [sweep]
        command = "norms"
        """
      }
    }

    private static func cp(_ command: String, _ rest: String) -> String {
      """
      [problem]
      model = "cp"
      shape = [3, 3, 3]
      components = 3
      rank = 1
      target-norm = 5
      \(rest)
      [run]
      control = true
      [sweep]
      command = "\(command)"
      """
    }

    private static func matrix(_ command: String, _ run: String) -> String {
      """
      [problem]
      model = "matrix"
      shape = [2, 3]
      depth = 3
      rank = 1
      [init]
      scale = 0.5
      [integration]
      until = 20
      save = 20
      [run]
      \(run)
      [sweep]
      command = "\(command)"
      """
    }
  }

  /// Counts the runs that are really run, and has the sweep interrupted after some of them.
  final class Counter: KeptRuns {
    let inner: any KeptRuns
    let ran: Ran

    init(_ inner: any KeptRuns, _ ran: Ran) { (self.inner, self.ran) = (inner, ran) }

    func run<Run: Codable>(_ key: () -> RunKey, records: [any RunRecord], _ body: () throws -> Run) throws -> Run {
      try inner.run(key, records: records) {
        let run = try body()
        ran.note()
        return run
      }
    }
  }

  final class Ran: Sendable {
    private let number = Atomic<Int>(0)
    private let most: Int

    init(most: Int = .max) { self.most = most }

    var count: Int { number.load(ordering: .relaxed) }
    var isEnough: Bool { count >= most }
    func note() { number.add(1, ordering: .relaxed) }
  }

  private let root = FileManager.default.temporaryDirectory.appendingPathComponent("kept-\(UUID().uuidString)")

  init() throws { try FileManager.default.createDirectory(at: root, withIntermediateDirectories: true) }

  private func plan(_ text: String) throws -> SweepPlan {
    let path = root.appendingPathComponent("s.toml").path
    try text.write(toFile: path, atomically: true, encoding: .utf8)
    var settings = Settings(schema: ExperimentSchema.schema, takesAlternatives: true)
    try settings.load(file: path)
    return try SweepPlan(settings)
  }

  /// Runs a sweep, and says how many runs it took and whether it was interrupted after so many.
  @discardableResult
  private func sweep(
    _ plan: SweepPlan, _ name: String, states: Bool = false, most: Int = .max, keeps: Bool = true,
    worth: Duration = .zero
  ) throws -> (runs: Int, isFinished: Bool) {
    var request = SweepRequest()
    request.directory = root.appendingPathComponent(name).path
    request.keepsStates = states
    let ran = Ran(most: most)
    request.isInterrupted = { ran.isEnough }
    request.keeper = { directory, origin, warn in
      Counter(keeps ? KeptPoint(directory, origin: origin, worth: worth, warn: warn) : Nobody(), ran)
    }
    do {
      let ending = try SweepRun(plan, request).run()
      #expect(ending.failure == nil)
      return (ran.count, true)
    } catch is InterruptedPoints {
      return (ran.count, false)
    }
  }

  private struct Nobody: KeptRuns {
    func run<Run: Codable>(_ key: () -> RunKey, records: [any RunRecord], _ body: () throws -> Run) throws -> Run {
      try body()
    }
  }

  private func points(_ name: String) -> URL { root.appendingPathComponent("\(name)/points") }

  /// What a directory holds, by name.
  private func names(_ url: URL) -> [String] {
    ((try? FileManager.default.contentsOfDirectory(atPath: url.path)) ?? []).sorted()
  }

  /// The files of the finished point but provenance.json.
  private func point(_ name: String) throws -> [String: Data] {
    let folder = points(name).appendingPathComponent("1")
    var files: [String: Data] = [:]
    for file in names(folder) where file != "provenance.json" {
      files[file] = try Data(contentsOf: folder.appendingPathComponent(file))
    }
    return files
  }

  private func kept(_ name: String) -> [URL] {
    let folder = points(name).appendingPathComponent(".1.runs")
    return names(folder).map { folder.appendingPathComponent($0) }
  }

  @Test(
    "interrupted after every run in turn: the point is the same, and no run that was finished is run again",
    arguments: Case.allCases)
  func everyRun(_ kind: Case) throws {
    defer { try? FileManager.default.removeItem(at: root) }
    let plan = try plan(kind.text)
    let states = kind == .states || kind == .incremental || kind == .order || kind == .coordinates
    let whole = try sweep(plan, "whole", states: states, keeps: false)
    #expect(whole.isFinished && whole.runs > 1)
    let expected = try point("whole")
    #expect(expected["report.json"] != nil && (expected["trajectory.npz"] != nil) == states)
    for most in 1..<whole.runs {
      let name = "cut-\(most)"
      let cut = try sweep(plan, name, states: states, most: most)
      if cut.isFinished { continue }
      #expect(names(points(name)) == [".1.runs"])
      let rest = try sweep(plan, name, states: states)
      #expect(rest.isFinished && rest.runs == whole.runs - cut.runs, "after \(most) of \(whole.runs): \(rest.runs)")
      let found = try point(name)
      #expect(found == expected, "\(most): \(found.filter { expected[$0.key] != $0.value }.keys)")
      #expect(names(points(name)) == ["1"])
    }
  }

  @Test("cut off after every single run, a point still comes to its end")
  func oneByOne() throws {
    defer { try? FileManager.default.removeItem(at: root) }
    let plan = try plan(Case.balancedness.text)
    let whole = try sweep(plan, "whole", keeps: false)
    var sittings = 0
    while try sittings <= whole.runs && !sweep(plan, "out", most: 1).isFinished { sittings += 1 }
    #expect(sittings >= whole.runs - 1 && sittings <= whole.runs)
    #expect(try point("out") == point("whole"))
  }

  @Test("a file that is damaged, cut short, empty or another's is none", arguments: 0..<5)
  func damaged(_ way: Int) throws {
    defer { try? FileManager.default.removeItem(at: root) }
    let plan = try plan(Case.states.text)
    let whole = try sweep(plan, "whole", states: true, keeps: false)
    let cut = try sweep(plan, "out", states: true, most: whole.runs - 1)
    let files = kept("out")
    #expect(files.count >= cut.runs && files.contains { $0.pathExtension == "npz" })
    let bytes = try files.map { try Data(contentsOf: $0) }
    for (k, file) in files.enumerated() {
      var changed = bytes[k]
      switch way {
      case 0: changed[changed.count / 2] ^= 1
      case 1: changed = changed.dropLast()
      case 2: changed = Data()
      case 3: changed = bytes[(k + 1) % bytes.count]
      default: changed[changed.count - 1] ^= 0x80
      }
      // What is damaged is another file than the trajectory of the point.
      try FileManager.default.removeItem(at: file)
      try changed.write(to: file)
    }
    let rest = try sweep(plan, "out", states: true)
    #expect(rest.runs == whole.runs)
    #expect(try point("out") == point("whole"))
  }

  @Test("what other settings or another version left is not used")
  func others() throws {
    defer { try? FileManager.default.removeItem(at: root) }
    let key = RunKey("run").with("rtol", 1e-6)
    let path = root.appendingPathComponent("runs").path
    func kept(_ origin: String, _ value: Double, _ other: RunKey? = nil) throws -> Double {
      let runs = KeptPoint(path, origin: origin, worth: .zero) { _ in }
      let wanted = { other ?? key }
      return try runs.run(wanted, records: []) { value }
    }
    #expect(try kept("until = 1", 1) == 1)
    #expect(try kept("until = 1", 2) == 1)
    #expect(try kept("until = 2", 2) == 2)
    #expect(try kept("until = 1", 3, RunKey("run").with("rtol", 1e-7)) == 3)
    #expect(try kept("until = 1", 4, key.with("start", [0.0])) == 4)
    #expect(try kept("until = 1", 5, key.with("start", [-0.0])) == 5)
    #expect(try kept("until = 1", 6) == 1)
  }

  @Test("what cannot be kept is said, and hinders nothing; quick runs are not kept")
  func unwritable() throws {
    defer { try? FileManager.default.removeItem(at: root) }
    let warnings = Mutex<[String]>([])
    let note: @Sendable (String) -> Void = { text in warnings.withLock { $0.append(text) } }
    let nowhere = KeptPoint(root.path + "/none/runs", origin: "", worth: .zero, warn: note)
    let key = { RunKey("run") }
    #expect(try nowhere.run(key, records: []) { 1 } == 1)
    #expect(warnings.withLock { $0.count } == 1)
    let plan = try plan(Case.balancedness.text)
    _ = try sweep(plan, "out", most: 2, worth: .seconds(3600))
    #expect(names(points("out")) == [])
  }

  @Test("kept runs of another sweep go with it, and those of a finished point at the next start")
  func abandoned() throws {
    defer { try? FileManager.default.removeItem(at: root) }
    let plan = try plan(Case.balancedness.text)
    try sweep(plan, "out")
    let folder = points("out").appendingPathComponent(".1.runs")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    try Data([1]).write(to: folder.appendingPathComponent("x"))
    #expect(try sweep(plan, "out").runs == 0)
    #expect(names(points("out")) == ["1"])
  }
}
