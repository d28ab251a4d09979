import ArrayFiles
import FlowODE
import Synchronization

/// The finished runs of a sweep's point that is not finished itself: a file for each in a directory beside the point's, which goes when
/// the point is finished.
///
/// A file's name is a digest of the run's key and of all that a point's numbers depend on, so that what another version, other settings
/// or other files left is not found. Files appear in one step and hold a digest of their contents; one that does not fit is no file. What
/// cannot be written is not kept, and said once. Runs that take less than a second are not worth a file.
package final class KeptPoint: KeptRuns {
  /// How long a run must take to be kept.
  package static let worth = Duration.seconds(1)
  private static let mark = "flowcheck.run/1"

  private let directory: String
  private let origin: String
  private let worth: Duration
  private let warn: @Sendable (String) -> Void
  /// Whether the directory is there: to look for a file costs small runs more than to ask this.
  private let isThere: Atomic<Bool>

  /// - Parameters:
  ///   - origin: all that the point's numbers depend on.
  ///   - warn: hears why a run could not be kept.
  package init(
    _ directory: String, origin: String, worth: Duration = KeptPoint.worth, warn: @escaping @Sendable (String) -> Void
  ) {
    self.directory = directory
    self.origin = origin
    self.worth = worth
    self.warn = warn
    isThere = Atomic(Folder.exists(directory))
  }

  package func run<Run: Codable>(
    _ key: () -> RunKey, records: [any RunRecord], _ body: () throws -> Run
  ) throws -> Run {
    if isThere.load(ordering: .relaxed), let run: Run = try? find(key(), records) { return run }
    let begin = ContinuousClock.now
    let run = try body()
    if ContinuousClock.now - begin >= worth {
      do { try keep(run, key(), records) } catch { warn("\(error)") }
    }
    return run
  }

  private func path(_ key: RunKey) -> String {
    let digest = Array("\(origin)\n\(key.text)".utf8).withUnsafeBytes(SHA256.digest)
    return "\(directory)/\(digest.prefix(32))"
  }

  // MARK: Files

  /// The run and its records; nil or a thrown error where there is no good file.
  private func find<Run: Codable>(_ key: RunKey, _ records: [any RunRecord]) throws -> Run? {
    let path = path(key)
    let bytes = try FileBytes.read(path)
    let head = Self.mark.utf8.count + 1 + 64 + 1
    guard bytes.count > head, bytes.prefix(head).elementsEqual(Self.head(of: bytes[head...])) else { return nil }
    var parts = try Self.parts(bytes[head...])
    guard parts.count == 2 + records.count, String(decoding: parts.removeFirst(), as: UTF8.self) == key.text else {
      return nil
    }
    let run: Run = try RecordReader.value(from: parts.removeFirst())
    for (record, bytes) in zip(records, parts) { try Self.restore(record, from: bytes, beside: path) }
    return run
  }

  private func keep(_ run: some Encodable, _ key: RunKey, _ records: [any RunRecord]) throws {
    try Folder.make(directory)
    isThere.store(true, ordering: .relaxed)
    let path = path(key)
    var contents: [UInt8] = []
    for part in [Array(key.text.utf8), try RecordWriter.bytes(run)]
      + (try records.map { try Self.bytes(of: $0, beside: path) })
    {
      withUnsafeBytes(of: UInt64(part.count).littleEndian) { contents.append(contentsOf: $0) }
      contents += part
    }
    try AtomicFile.write(Self.head(of: contents[...]) + contents, to: path)
  }

  private static func head(of contents: ArraySlice<UInt8>) -> [UInt8] {
    Array("\(mark)\n\(contents.withUnsafeBytes(SHA256.digest))\n".utf8)
  }

  private static func parts(_ contents: ArraySlice<UInt8>) throws -> [ArraySlice<UInt8>] {
    var rest = contents
    var parts: [ArraySlice<UInt8>] = []
    while !rest.isEmpty {
      guard rest.count >= 8 else { throw RecordReader.Damage() }
      let word = rest.withUnsafeBytes { UInt64(littleEndian: $0.loadUnaligned(as: UInt64.self)) }
      rest = rest.dropFirst(8)
      guard let count = Int(exactly: word), count <= rest.count else { throw RecordReader.Damage() }
      parts.append(rest.prefix(count))
      rest = rest.dropFirst(count)
    }
    return parts
  }

  private static func bytes(of record: some RunRecord, beside path: String) throws -> [UInt8] {
    try RecordWriter.bytes(try record.kept(beside: path))
  }

  private static func restore<Record: RunRecord>(
    _ record: Record, from bytes: ArraySlice<UInt8>, beside path: String
  ) throws {
    try record.restore(RecordReader.value(Record.Kept.self, from: bytes), beside: path)
  }
}
