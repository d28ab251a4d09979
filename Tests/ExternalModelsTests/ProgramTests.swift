import ExternalModels
import Foundation
import Models
import Synchronization
import Testing

/// A program of one block x[3] for f = Σ x⁴ + x²/2, that does something wrong.
private func program(
  _ what: String, limits: TimeLimits = TimeLimits(start: 60, first: 60, later: 60),
  isCancelled: @escaping @Sendable () -> Bool = { false }
) throws -> ExternalProgram {
  let file = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("program.py").path
  return try ExternalProgram(ProgramWords("python3 '\(file)' \(what)"), limits: limits, isCancelled: isCancelled)
}

/// Asks 120 times.
private func ask(_ program: ExternalProgram) -> [Double] {
  var gradient = [Double](repeating: 0, count: 3)
  return (0..<120).map { k in
    let x = [0.5, -1 + 0.01 * Double(k), 2]
    return gradient.withUnsafeMutableBufferPointer { buffer in
      buffer.baseAddress.map { program.gradient(x, into: $0) } ?? 0
    }
  }
}

@Suite("Programs over pipes")
struct ProgramTests {
  @Test("value and gradient are the program's")
  func good() throws {
    let program = try program("good")
    defer { program.close() }
    #expect(program.blocks == [ExternalBlock(name: "x", shape: [3])] && !program.offersProducts)
    var gradient = [0.0, 0, 0]
    let value = gradient.withUnsafeMutableBufferPointer { buffer in
      buffer.baseAddress.map { program.gradient([1, -2, 0.5], into: $0) }
    }
    #expect(value == 1 + 0.5 + 16 + 2 + 0.0625 + 0.125 && gradient == [5, -34, 1])
    #expect(program.failure == nil)
  }

  @Test("parameters that are no numbers are not asked about")
  func notFinite() throws {
    let program = try program("good")
    var gradient = [0.0, 0, 0]
    let value = gradient.withUnsafeMutableBufferPointer { buffer in
      buffer.baseAddress.map { program.gradient([1, .infinity, 0.5], into: $0) }
    }
    #expect(value?.isNaN == true && gradient.allSatisfy(\.isNaN) && program.failure == nil)
  }

  @Test("an infinite value is an overflow, and no failure")
  func overflow() throws {
    let program = try program("infinite")
    #expect(ask(program).allSatisfy { $0 == .infinity } && program.failure == nil)
  }

  @Test(
    "what goes wrong at the start is named",
    arguments: [
      ("silent", "said nothing within 2 s"), ("dies-at-start", "ended with exit status 3 before it had greeted"),
      ("dies-at-start", "no such data set"), ("garbage", "no greeting"), ("version", "version 9"),
      ("flood-at-start", "no greeting"), ("bad-name", "../x"), ("escape", "a block called"), ("empty", "shape [0]"),
      ("huge", "more parameters than fit"),
    ])
  func start(what: String, words: String) throws {
    let limits = TimeLimits(start: what == "silent" ? 2 : 60, first: 60, later: 60)
    let failure = #expect(throws: ProgramFailure.self) { try program(what, limits: limits) }
    #expect(failure?.description.contains(words) == true, "\(String(describing: failure))")
  }

  /// What is left of a greeting may be one; then its answer is waited for.
  @Test("no greeting whatever does harm", arguments: 0..<16)
  func noise(seed: Int) {
    let failure = #expect(throws: (any Error).self) {
      try program("noise \(seed)", limits: TimeLimits(start: 3, first: 1, later: 1))
    }
    #expect(failure is ProgramFailure)
  }

  @Test(
    "what goes wrong at a call is named, with the call",
    arguments: [
      ("hang", "did not answer call 1 within"), ("hang-late", "did not answer call 101 within"),
      ("deaf-late", "did not answer call 101 within"), ("exit", "ended with exit status 7 at call 1"),
      ("exit-late", "ended with exit status 7 at call 101"), ("killed-late", "was ended by signal 9"),
      ("nan-late", "the derivative nan by x[1]"), ("nan-value-late", "the value NaN"),
      ("short", "24 bytes in reply to call 1, 32 were expected"), ("long", "40 bytes in reply to call 1"),
      ("flood-prints-late", "did not answer call 101"), ("flood-late", "sent no frame of the protocol"),
      ("twice-late", "after 101 calls|call 102 with the reply to another"),
      ("number-late", "answered call 101 with the reply to another"),
      ("complains-late", "failed at call 101: ValueError"),
      ("closes-late", "closed its end of the pipes at call 101"),
    ])
  func call(what: String, words: String) throws {
    let isLate = words.contains("did not answer")
    let limit = isLate ? 0.5 : 60
    let program = try program(what, limits: TimeLimits(start: 60, first: limit, later: limit))
    let values = ask(program)
    let failure = try #require(program.failure as? ProgramFailure)
    #expect(words.split(separator: "|").contains { failure.description.contains($0) }, "\(failure)")
    let first = what.hasSuffix("-late") ? 100 : 0
    // A second reply to a call is seen at the next.
    let good = what == "twice-late" ? first + 1 : first
    #expect(values.firstIndex(where: \.isNaN) == good && values[good...].allSatisfy(\.isNaN))
  }

  @Test("a gradient that is not its value's is named, at once or late", arguments: ["lie", "lie-late", "random"])
  func lie(what: String) throws {
    let program = try program(what)
    let model = try Model("external", computedBy: program)
    let examine = try #require(model.examine)
    if what == "lie-late" {
      try examine([0.5, -0.3, 0.2])
      _ = ask(program)
      #expect(program.failure == nil)
    }
    let failure = #expect(throws: ProgramFailure.self) { try examine([0.5, -0.3, 0.1]) }
    let words = what == "random" ? "different values for the same" : "not its value's"
    #expect(failure?.description.contains(words) == true && program.failure != nil)
    #expect(ask(program).allSatisfy { $0.isNaN })
  }

  @Test(
    "a true gradient passes wherever it is looked at",
    arguments: [[0, 0, 0], [1e-9, -2e-9, 1e-9], [0.5, 0, 0], [300, -1, 1e-6], [1e5, 1e5, -1e5]])
  func truth(x: [Double]) throws {
    let program = try program("good")
    try Model("external", computedBy: program).examine?(x)
    #expect(program.failure == nil)
  }

  @Test("derivatives of an evaluator: products of the Hessian are differences of gradients")
  func products() throws {
    let program = try program("good")
    let model = try Model("external", computedBy: program)
    let measurements = try Measurements(shape: [1], operators: .entries(indices: [0]), values: [0])
    let evaluator = try model.evaluator(for: measurements)
    let (x, v) = ([0.5, -1.0, 2.0], [1.0, 2.0, -1.0])
    var (value, slope, product) = ([0.0], [0.0], [0.0, 0, 0])
    evaluator.predict(x, into: &value)
    evaluator.pushforward(x, direction: v, into: &slope)
    evaluator.pullbackTangent(x, weights: [3], direction: v, weightsTangent: [0.5], into: &product)
    let gradient = x.map { 4 * $0 * $0 * $0 + $0 }
    #expect(value[0] == x.reduce(0) { $0 + $1 * $1 * $1 * $1 + $1 * $1 / 2 })
    #expect(slope[0] == zip(gradient, v).reduce(0) { $0 + $1.0 * $1.1 })
    for k in 0..<3 {
      let exact = 3 * (12 * x[k] * x[k] + 1) * v[k] + 0.5 * gradient[k]
      #expect(abs(product[k] - exact) < 1e-8 * abs(exact))
    }
  }

  @Test("nothing is derived of it, and it has the blocks it names")
  func model() throws {
    let model = try Model("external", computedBy: try program("good"))
    #expect(model.laws.isEmpty && model.bonds.isEmpty && model.components == nil && !model.isConserving)
    #expect(model.layout.blocks.map(\.name) == ["x"] && model.layout.count == 3 && model.endToEnd([0, 0, 1]) == [1.5])
  }

  @Test("threads at once have a process each, and the same numbers")
  func threads() throws {
    let program = try program("good")
    let expected = ask(program)
    let found = Mutex<[[Double]]>([])
    DispatchQueue.concurrentPerform(iterations: 4) { _ in
      let values = ask(program)
      found.withLock { $0.append(values) }
    }
    #expect(found.withLock { $0 } == [[Double]](repeating: expected, count: 4) && program.failure == nil)
  }

  @Test("an interruption ends a wait at once, and is no failure")
  func interruption() throws {
    let isCancelled = Mutex(false)
    let program = try program("hang", isCancelled: { isCancelled.withLock { $0 } })
    isCancelled.withLock { $0 = true }
    #expect(ask(program).allSatisfy(\.isNaN) && program.failure == nil)
  }

  @Test("a program that is not there is refused")
  func missing() {
    #expect(throws: Refusal.self) { try ExternalProgram(ProgramWords("no-such-program-anywhere x")) }
  }

  @Test("what it started ends with it, whatever signals it ignores")
  func group() throws {
    let folder = NSTemporaryDirectory() + "/flowcheck-\(UUID().uuidString)"
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let file = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("program.py").path
    // env changes the folder without a shell.
    let program = try ExternalProgram(
      ProgramWords(
        "python3 -c 'import os, sys; os.chdir(sys.argv[1]); os.execvp(\"python3\", [\"python3\"] + sys.argv[2:])' '\(folder)' '\(file)' forks"
      ))
    #expect(ask(program).allSatisfy { $0.isFinite })
    let text = try String(contentsOfFile: folder + "/child.pid", encoding: .utf8)
    let processes = text.split(separator: " ").compactMap { pid_t($0) }
    #expect(processes.count == 2 && processes.allSatisfy(isRunning))
    program.close()
    for _ in 0..<200 where processes.contains(where: isRunning) { usleep(10_000) }
    #expect(!processes.contains(where: isRunning))
  }
}

/// Whether a process is there and no zombie, which only whoever started it can clear away.
private func isRunning(_ process: pid_t) -> Bool {
  guard kill(process, 0) == 0 else { return false }
  guard let status = try? String(contentsOfFile: "/proc/\(process)/stat", encoding: .utf8) else { return true }
  return !status.contains(") Z ")
}
