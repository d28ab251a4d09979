import ArrayFiles
import Models
import Synchronization

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif
#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// The finished points of a study in `points.jsonl`: a line that says which study it is, then a line a point, each appended whole as soon
/// as the point is finished. What an interrupted run leaves behind is where the same command goes on.
final class PointStore: Sendable {
  static let name = "points.jsonl"

  /// What a study's numbers depend on besides the point.
  struct Origin: Codable, Equatable {
    var schema = "flowcheck.points/1"
    var command = "complexity"
    var version = Version.text
    /// All settings by path, as text.
    let settings: [String: String]
    /// SHA-256 of the files of images and labels, by the paths of the settings that name them.
    let files: [String: String]
  }

  /// A line of the store.
  private struct Line: Codable {
    let data: String
    let rank: Int
    let label: UInt8
    let seed: UInt64
    let train: Double?
    let test: Double?
    let epochs: Int

    enum CodingKeys: String, CodingKey {
      case data, rank, seed, epochs
      case label = "class"
      case train = "train_error"
      case test = "test_error"
    }
  }

  private let path: String
  private let descriptor: Mutex<Int32>
  private let found: Mutex<[ComplexityPoint: ComplexityErrors]>

  /// The points that are finished, those of earlier runs among them.
  var finished: [ComplexityPoint: ComplexityErrors] { found.withLock { $0 } }

  /// Reads what a directory holds of this study, or begins it there.
  ///
  /// - Throws: ``Refusal`` if it holds the points of another study, ``FileError`` if it cannot be read, written or understood.
  init(_ directory: String, _ origin: Origin) throws {
    path = directory + "/" + Self.name
    let (kept, length) = try Self.read(path, origin)
    let opened = open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o666)
    guard opened >= 0 else { throw Self.unwritable(path) }
    descriptor = Mutex(opened)
    found = Mutex(kept)
    // A line that was being written when the process ended is no point.
    guard ftruncate(opened, off_t(length)) == 0 else { throw Self.unwritable(path) }
    if length == 0 { try append(origin) }
  }

  deinit { descriptor.withLock { _ = close($0) } }

  /// Refuses a directory that holds the points of another study, without changing anything.
  static func check(_ directory: String, _ origin: Origin) throws { _ = try read(directory + "/" + name, origin) }

  /// Keeps a finished point.
  func add(_ point: ComplexityPoint, _ errors: ComplexityErrors) throws {
    try append(
      Line(
        data: point.kind.rawValue, rank: point.rank, label: point.label, seed: point.seed, train: errors.train,
        test: errors.test, epochs: errors.epochs))
    found.withLock { $0[point] = errors }
  }

  private func append(_ value: some Encodable) throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    let bytes = [UInt8](try encoder.encode(value)) + [UInt8(ascii: "\n")]
    try descriptor.withLock { descriptor in
      let before = lseek(descriptor, 0, SEEK_END)
      let written = bytes.withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) }
      guard written == bytes.count, fsync(descriptor) == 0 else {
        let failure = Self.unwritable(path)
        // Nothing may follow half a line.
        if before >= 0 { _ = ftruncate(descriptor, before) }
        throw failure
      }
    }
  }

  /// The points of a file, and how many of its bytes are whole lines.
  private static func read(
    _ path: String, _ origin: Origin
  ) throws -> (points: [ComplexityPoint: ComplexityErrors], length: Int) {
    var status = stat()
    guard lstat(path, &status) == 0 else { return ([:], 0) }
    let bytes = try FileBytes.read(path)
    guard let end = bytes.lastIndex(of: UInt8(ascii: "\n")) else { return ([:], 0) }
    let lines = bytes[..<end].split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
    guard let other = lines.first.flatMap({ try? JSONDecoder().decode(Origin.self, from: Data($0)) }) else {
      throw malformed(path, 1, "it does not say which study's points they are")
    }
    if let difference = difference(of: other, from: origin) {
      throw Refusal(
        "\(path) holds the points of another experiment (\(difference))",
        remedy: "choose another --output, or add --force to begin anew")
    }
    var points: [ComplexityPoint: ComplexityErrors] = [:]
    for (k, text) in lines.enumerated().dropFirst() {
      guard let line = try? JSONDecoder().decode(Line.self, from: Data(text)), let kind = ImageKind(rawValue: line.data)
      else { throw malformed(path, k + 1, "it is no point") }
      points[ComplexityPoint(kind: kind, rank: line.rank, label: line.label, seed: line.seed)] =
        ComplexityErrors(train: line.train, test: line.test, epochs: line.epochs)
    }
    return (points, end + 1)
  }

  /// The first thing in which two studies differ, in words; nil if they are the same.
  private static func difference(of there: Origin, from here: Origin) -> String? {
    if there == here { return nil }
    for path in Set(there.settings.keys).union(here.settings.keys).sorted()
    where there.settings[path] != here.settings[path] {
      return "\(path) \(there.settings[path] ?? "not set") there, \(here.settings[path] ?? "not set") here"
    }
    if let path = here.files.keys.sorted().first(where: { there.files[$0] != here.files[$0] }) {
      return "the file of \(path) had other contents"
    }
    return "made by \(there.command) of flowcheck \(there.version), this is \(here.version)"
  }

  private static func malformed(_ path: String, _ line: Int, _ problem: String) -> FileError {
    FileError(
      .malformed, path: path, place: "line \(line)", problem: problem,
      remedy: "choose another --output, or add --force to begin anew")
  }

  private static func unwritable(_ path: String) -> FileError {
    FileError(
      .unwritable, path: path, problem: String(cString: strerror(errno)),
      remedy: "choose another --output, or free space")
  }
}
