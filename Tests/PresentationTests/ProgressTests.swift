import Dispatch
import Presentation
import Synchronization
import Testing

/// Collects what a progress line writes, with a clock the test sets.
final class Recorder: Sendable {
  let written = Mutex<[String]>([])
  let now = Atomic<UInt64>(0)

  func output(isTerminal: Bool, width: Int = 80) -> ProgressLine.Output {
    ProgressLine.Output(
      isTerminal: isTerminal, width: width, milliseconds: { [self] in now.load(ordering: .relaxed) },
      write: { [self] text in written.withLock { $0.append(text) } })
  }

  var texts: [String] { written.withLock { $0 } }
}

@Suite("The progress line")
struct ProgressTests {
  @Test("on a terminal: at most ten times a second, in place, cleared at the end")
  func terminal() {
    let recorder = Recorder()
    let line = ProgressLine(parts: ["1e-06", "1e-08"], output: recorder.output(isTerminal: true))
    line.report(0, fraction: 0.1)
    #expect(recorder.texts.isEmpty)
    recorder.now.store(100, ordering: .relaxed)
    line.report(0, fraction: 0.2)
    line.report(1, fraction: 0.3)
    recorder.now.store(150, ordering: .relaxed)
    line.report(0, fraction: 0.4)
    #expect(recorder.texts == ["\r1e-06 20%  1e-08 0%\u{1B}[K"])
    recorder.now.store(205, ordering: .relaxed)
    line.report(1, fraction: 2)
    line.finish()
    line.finish()
    #expect(
      recorder.texts == ["\r1e-06 20%  1e-08 0%\u{1B}[K", "\r1e-06 40%  1e-08 100%\u{1B}[K", "\r\u{1B}[K"])
  }

  @Test("the line never wraps, and nonsense is ignored")
  func width() {
    let recorder = Recorder()
    let line = ProgressLine(parts: ["a long name", "b"], output: recorder.output(isTerminal: true, width: 10))
    recorder.now.store(1000, ordering: .relaxed)
    for index in [-1, 2] { line.report(index, fraction: 0.5) }
    line.report(0, fraction: .nan)
    #expect(recorder.texts.isEmpty)
    line.report(0, fraction: -1)
    #expect(recorder.texts == ["\ra long na\u{1B}[K"])
  }

  @Test("elsewhere silent, or with verbose a line at each tenth")
  func verbose() {
    let recorder = Recorder()
    let silent = ProgressLine(parts: ["a"], output: recorder.output(isTerminal: false))
    recorder.now.store(1000, ordering: .relaxed)
    silent.report(0, fraction: 0.5)
    silent.finish()
    #expect(recorder.texts.isEmpty)
    let line = ProgressLine(parts: ["a"], verbose: true, output: recorder.output(isTerminal: false))
    for step in 0...1000 { line.report(0, fraction: Double(step) / 1000) }
    line.finish()
    #expect(recorder.texts == (1...10).map { "a \(10 * $0)%\n" })
  }

  @Test("parts report from several threads at once")
  func threads() {
    let recorder = Recorder()
    let line = ProgressLine(parts: ["a", "b", "c", "d"], output: recorder.output(isTerminal: true))
    DispatchQueue.concurrentPerform(iterations: 4) { part in
      for step in 0..<20_000 {
        recorder.now.add(1, ordering: .relaxed)
        line.report(part, fraction: Double(step) / 20_000)
      }
    }
    line.finish()
    #expect(recorder.texts.last == "\r\u{1B}[K")
    #expect(recorder.texts.dropLast().allSatisfy { $0.hasPrefix("\ra ") && $0.hasSuffix("%\u{1B}[K") })
    #expect(recorder.texts.count <= 802)
  }

  @Test("released without an end it still clears the line")
  func released() {
    let recorder = Recorder()
    do {
      let line = ProgressLine(parts: [""], output: recorder.output(isTerminal: true))
      recorder.now.store(1000, ordering: .relaxed)
      line.report(0, fraction: 0.5)
    }
    #expect(recorder.texts == ["\r50%\u{1B}[K", "\r\u{1B}[K"])
  }
}
