import ArrayFiles
import Foundation
import Testing

/// A folder that exists while the value does.
final class Scratch {
  let path: String

  init() throws {
    path = NSTemporaryDirectory() + "/arrayfiles-\(UUID().uuidString)"
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }

  /// All names in the folder, hidden ones too.
  var names: [String] { (try? FileManager.default.contentsOfDirectory(atPath: path).sorted()) ?? [] }

  func write(_ name: String, _ bytes: [UInt8]) throws -> String {
    try Data(bytes).write(to: URL(fileURLWithPath: path + "/" + name))
    return path + "/" + name
  }
}

func base64(_ text: String) -> [UInt8] {
  [UInt8](Data(base64Encoded: text, options: .ignoreUnknownCharacters)!)
}

/// Little-endian doubles in base64.
func doubles(_ text: String) -> [Double] {
  let bytes = base64(text)
  return stride(from: 0, to: bytes.count, by: 8).map { start in
    Double(bitPattern: (0..<8).reduce(0) { $0 | UInt64(bytes[start + $1]) << (8 * $1) })
  }
}

func bytes(of path: String) throws -> [UInt8] {
  [UInt8](try Data(contentsOf: URL(fileURLWithPath: path)))
}

/// The error that `body` throws, or nil if it returns.
func fileError(_ body: () throws(FileError) -> Void) -> FileError? {
  do {
    try body()
    return nil
  } catch { return error }
}

/// Expects a malformed-file error at `place` whose text has all of `words` and a remedy.
func expectMalformed(
  _ error: FileError?, place: String? = nil, _ words: [String], sourceLocation: SourceLocation = #_sourceLocation
) {
  guard let error else {
    Issue.record("no error was thrown, expected \(words)", sourceLocation: sourceLocation)
    return
  }
  #expect(error.kind == .malformed, sourceLocation: sourceLocation)
  #expect(!error.remedy.isEmpty, sourceLocation: sourceLocation)
  if let place { #expect(error.place == place, sourceLocation: sourceLocation) }
  for word in words {
    #expect(error.description.contains(word), "\(error)", sourceLocation: sourceLocation)
  }
}

/// Python with numpy, where there is one: the independent reader of what is written here.
enum Python {
  static let hasNumpy = run("import numpy") != nil

  /// What `program` prints, or nil if it fails or there is no Python.
  static func run(_ program: String, _ arguments: String...) -> String? {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = ["python3", "-c", program] + arguments
    let output = Pipe()
    process.standardOutput = output
    process.standardError = FileHandle.nullDevice
    guard (try? process.run()) != nil else { return nil }
    let data = output.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    return process.terminationStatus == 0 ? String(decoding: data, as: UTF8.self) : nil
  }
}
