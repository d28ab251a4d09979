import Foundation
import Testing

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// Runs that are ended from outside, and streams that cannot take what is written.
@Suite("Interruption and streams")
struct SignalTests {
  /// Would take hours.
  private static let long =
    ["--model", "cp", "--shape", "8,8,8", "--components", "100", "--rank", "3", "--init-scale", "0.1"]
    + ["--save", "100000", "--output", "out"]

  /// Sends the signal once the run is under way, which the directory it has made tells.
  private func interrupt(
    _ command: [String], by number: Int32, in folder: Folder, until: String = "1e12"
  ) throws -> Ending {
    let running = try Tool.start(command + Self.long + ["--until", until], in: folder)
    let deadline = Date().addingTimeInterval(60)
    while running.isRunning, !folder.names.contains("out"), Date() < deadline { usleep(10_000) }
    usleep(300_000)
    #expect(running.isRunning)
    running.send(number)
    return try running.wait()
  }

  @Test(arguments: [SIGINT, SIGTERM], [["integrate", "--rtol", "1e-14"], ["balancedness", "--threads", "2"]])
  func signal(number: Int32, command: [String]) throws {
    let folder = try Folder()
    let ending = try interrupt(command, by: number, in: folder)
    expectRefusal(ending, status: 75, ["interrupted at t = ", "nothing was written", "same command"])
    #expect(folder.names.isEmpty)
  }

  @Test(arguments: ["rank-one", "incremental"]) func signalToAStudyOverScales(command: String) throws {
    let folder = try Folder()
    let problem = ["--loss", "huber", "--huber-delta", "1e-7", "--observed", "400", "--refine", "1e-13,1e-14"]
    // By then the leading component has grown at every scale.
    let ending = try interrupt([command] + problem, by: SIGINT, in: folder, until: "1e30")
    expectRefusal(ending, status: 75, ["interrupted at t = ", "nothing was written", "same command"])
    #expect(folder.names.isEmpty)
  }

  /// A directory that was there before stays, as it was.
  @Test func directoryThatWasThere() throws {
    let folder = try Folder()
    try folder.makeFolder("out")
    try folder.write("mine", to: "out/notes.txt")
    #expect(try interrupt(["integrate"], by: SIGINT, in: folder).status == 75)
    #expect(folder.names(in: "out") == ["notes.txt"])
    // The same place serves the next run.
    #expect(try Tool.run(["integrate"] + Tool.matrix + Tool.horizon + ["--output", "out"], in: folder).status == 0)
    #expect(folder.names(in: "out").contains("trajectory.npz"))
  }

  @Test func killed() throws {
    let folder = try Folder()
    let ending = try interrupt(["integrate"], by: SIGKILL, in: folder)
    #expect(ending.wasSignalled)
    #expect(folder.names(in: "out").isEmpty)
    #expect(try Tool.run(["integrate"] + Tool.matrix + Tool.horizon + ["--output", "out"], in: folder).status == 0)
  }

  @Test func readerGoesAway() throws {
    let folder = try Folder()
    let typed = (Tool.matrix + Tool.horizon).joined(separator: " ")
    for command in ["list", "balancedness \(typed)", "balancedness \(typed) --json", "--help", "integrate \(typed)"] {
      let ending = try Tool.shell("set -o pipefail; \"$F\" \(command) | head -1", in: folder)
      #expect(ending.status == 0, "\(command): \(ending)")
      #expect(ending.output.split(separator: "\n").count == 1)
      #expect(ending.message.isEmpty)
    }
  }

  @Test func outputThatIsFull() throws {
    guard FileManager.default.fileExists(atPath: "/dev/full") else { return }
    let folder = try Folder()
    let typed = (Tool.matrix + Tool.horizon).joined(separator: " ")
    for command in [
      "list", "explain rk8pd", "--help", "--version", "balancedness \(typed)", "integrate \(typed) --json",
    ] {
      expectRefusal(try Tool.shell("\"$F\" \(command) > /dev/full", in: folder), status: 74, ["standard output"])
    }
  }

  /// A stream the caller closed must not receive the results' bytes, nor the results the stream's text.
  @Test func closedStreams() throws {
    let folder = try Folder()
    let typed = (Tool.matrix + Tool.horizon).joined(separator: " ")
    expectRefusal(try Tool.shell("\"$F\" list >&-", in: folder), status: 74, ["standard output"])
    let ending = try Tool.shell(
      "\"$F\" integrate \(typed) --json --verbose --output out <&- >&- 2>&-; echo $?", in: folder)
    #expect(ending.output == "74\n")
    #expect(try folder.text("out/series.csv").hasPrefix("t,loss,"))
    #expect(try folder.text("out/report.json").hasPrefix("{\n"))
  }

  /// Progress goes to a terminal or, with --verbose, to standard error; never to standard output.
  @Test func progress() throws {
    let command = ["integrate"] + Tool.matrix + Tool.horizon
    let silent = try Tool.run(command)
    #expect(silent.message.isEmpty)
    let verbose = try Tool.run(command + ["--verbose"])
    #expect(verbose.message.contains("flow 100%"))
    #expect(verbose.output == silent.output)
    let check = try Tool.run(["balancedness"] + Tool.matrix + Tool.horizon + ["-v", "--refine", "1e-6,1e-8"])
    #expect(check.message.contains("1e-06 100%") && check.message.contains("1e-08 100%"))
  }

  @Test func quiet() throws {
    let ending = try Tool.run(["balancedness"] + Tool.matrix + Tool.horizon + ["-q"])
    #expect(ending.output.split(separator: "\n").count == 1)
    #expect(ending.output.hasPrefix("balancedness: holds to "))
  }
}
