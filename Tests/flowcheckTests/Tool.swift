import Foundation
import Testing

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// A folder in which the program runs; removed with the value.
final class Folder: Sendable {
  let path: String

  init() throws {
    path = NSTemporaryDirectory() + "/flowcheck-\(UUID().uuidString)"
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }

  /// All names in it, hidden ones too, sorted.
  var names: [String] { names(in: ".") }

  func names(in folder: String) -> [String] {
    ((try? FileManager.default.contentsOfDirectory(atPath: "\(path)/\(folder)")) ?? []).sorted()
  }

  func url(_ name: String) -> URL { URL(fileURLWithPath: "\(path)/\(name)") }
  func write(_ text: String, to name: String) throws { try write(Array(text.utf8), to: name) }
  func write(_ bytes: [UInt8], to name: String) throws { try Data(bytes).write(to: url(name)) }
  func text(_ name: String) throws -> String { String(decoding: try Data(contentsOf: url(name)), as: UTF8.self) }
  func makeFolder(_ name: String) throws {
    try FileManager.default.createDirectory(at: url(name), withIntermediateDirectories: false)
  }
}

/// What a run of the program left on its streams, and how it ended.
struct Ending {
  let status: Int32
  let wasSignalled: Bool
  let output: String
  let message: String

  /// The one JSON object on standard output.
  func json() throws -> [String: Any] {
    try #require(try JSONSerialization.jsonObject(with: Data(output.utf8)) as? [String: Any])
  }

  var lastLine: String { output.split(separator: "\n").last.map(String.init) ?? "" }
}

/// The built program, run as a user would run it.
enum Tool {
  static let path = path(of: "flowcheck")

  /// A program of the package, beside the test bundle in the build folder, whichever configuration was built.
  static func path(of name: String) -> String {
    var candidates = CommandLine.arguments
    if let own = try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe") { candidates.append(own) }
    candidates.append(Bundle.main.bundlePath)
    for candidate in candidates where candidate.hasPrefix("/") || candidate.contains(".xctest") {
      var folder = URL(fileURLWithPath: candidate)
      while folder.path != "/" {
        folder.deleteLastPathComponent()
        var isFolder: ObjCBool = false
        let program = folder.appendingPathComponent(name).path
        if FileManager.default.fileExists(atPath: program, isDirectory: &isFolder), !isFolder.boolValue {
          return program
        }
        // The program stands in the folder of the bundle, never above the build folder.
        if folder.lastPathComponent.hasPrefix(".build") { break }
      }
    }
    return name
  }

  /// A small matrix problem that takes milliseconds.
  static let matrix = ["--model", "matrix", "--shape", "4,3", "--depth", "2", "--rank", "2", "--init-scale", "0.3"]
  /// A small tensor problem.
  static let tensor = [
    "--model", "cp", "--shape", "3,4,2", "--components", "3", "--rank", "2", "--init-scale", "0.4", "--observed", "0.7",
  ]
  /// Moves the terms far enough for a verdict.
  static let horizon = ["--until", "3", "--save", "20"]

  /// Starts the program; `arguments` as typed.
  static func start(_ arguments: [String], in folder: Folder, tag: String = UUID().uuidString) throws -> Running {
    try Running(executable: path, arguments: arguments, folder: folder, tag: tag)
  }

  /// Runs the program to its end.
  static func run(_ arguments: [String], in folder: Folder? = nil) throws -> Ending {
    try start(arguments, in: try folder ?? Folder()).wait()
  }

  /// Runs a shell command line in which `$F` is the program.
  static func shell(_ line: String, in folder: Folder) throws -> Ending {
    try Running(
      executable: "/bin/bash", arguments: ["-c", "F='\(path)'; \(line)"], folder: folder, tag: UUID().uuidString
    ).wait()
  }
}

/// A started process with its streams in files outside its folder.
final class Running {
  private let process = Process()
  private let streams: Folder
  private let folder: Folder

  init(executable: String, arguments: [String], folder: Folder, tag: String) throws {
    // A shell's background job ignores interrupts, and its children would.
    signal(SIGINT, SIG_DFL)
    streams = try Folder()
    self.folder = folder
    process.executableURL = URL(fileURLWithPath: executable)
    process.arguments = arguments
    process.currentDirectoryURL = URL(fileURLWithPath: folder.path)
    process.standardInput = FileHandle.nullDevice
    for name in ["out", "err"] { try streams.write("", to: name) }
    process.standardOutput = try FileHandle(forWritingTo: streams.url("out"))
    process.standardError = try FileHandle(forWritingTo: streams.url("err"))
    try process.run()
  }

  var isRunning: Bool { process.isRunning }
  func send(_ number: Int32) { kill(process.processIdentifier, number) }

  /// What stands on standard error so far.
  var message: String { (try? streams.text("err")) ?? "" }

  /// Waits for the end; a run that takes minutes is killed, which no test expects.
  func wait() throws -> Ending {
    let deadline = Date().addingTimeInterval(120)
    while process.isRunning {
      if Date() > deadline { kill(process.processIdentifier, SIGKILL) }
      usleep(1000)
    }
    process.waitUntilExit()
    return Ending(
      status: process.terminationStatus, wasSignalled: process.terminationReason == .uncaughtSignal,
      output: try streams.text("out"), message: try streams.text("err"))
  }
}

/// Runs the program on bad input and expects the documented refusal: the status, one message that starts `error:` and has
/// all of `words`, nothing on standard output and nothing left in the folder.
func expectRefusal(
  _ arguments: [String], status: Int32 = 64, _ words: [String], in folder: Folder,
  sourceLocation: SourceLocation = #_sourceLocation
) throws {
  let before = folder.names
  let ending = try Tool.run(arguments, in: folder)
  expectRefusal(ending, status: status, words, sourceLocation: sourceLocation)
  #expect(folder.names == before, "left behind: \(folder.names)", sourceLocation: sourceLocation)
}

func expectRefusal(
  _ ending: Ending, status: Int32, _ words: [String], sourceLocation: SourceLocation = #_sourceLocation
) {
  #expect(ending.status == status, "\(ending)", sourceLocation: sourceLocation)
  #expect(!ending.wasSignalled, sourceLocation: sourceLocation)
  #expect(ending.output.isEmpty, "\(ending)", sourceLocation: sourceLocation)
  #expect(ending.message.hasPrefix("error: "), "\(ending)", sourceLocation: sourceLocation)
  #expect(ending.message.split(separator: "\n").count == 1, "\(ending)", sourceLocation: sourceLocation)
  #expect(ending.message.contains("; "), "no remedy: \(ending)", sourceLocation: sourceLocation)
  for word in words {
    #expect(ending.message.contains(word), "'\(word)' is not in: \(ending.message)", sourceLocation: sourceLocation)
  }
}
