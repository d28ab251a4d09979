import ArrayFiles
import CProcess
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

/// The directory of a sweep: `sweep.json` says which it is, `points/` has a directory for each finished point, and one with a dot for the
/// finished runs of each point that was cut off (``KeptPoint``).
///
/// A point's directory is written aside and appears in one step, so that whatever stands in `points/` under a point's number is whole:
/// runs that were killed, or did the same points at once, leave nothing else. Points are durable from five seconds after they appear.
package final class SweepStore: Sendable {
  static let originName = "sweep.json"
  static let pointName = "point.json"

  /// The directory as it was given.
  package let directory: String
  package let origin: SweepOrigin
  private let lock: SweepLock?
  /// When points were last made durable.
  private let synchronized = Mutex(ContinuousClock.now)
  /// One call for many points: a call for each file would cost more than small experiments do.
  private static let interval = Duration.seconds(5)

  private var points: String { "\(directory)/points" }

  /// Opens a sweep's directory to read it.
  ///
  /// - Throws: ``FileError`` if it holds no sweep.
  package init(reading directory: String) throws {
    self.directory = directory
    guard let origin = try Self.origin(directory) else {
      throw FileError(
        .unreadable, path: "\(directory)/\(Self.originName)", problem: "there is no such file",
        remedy: "name a directory that 'flowcheck sweep --output' wrote")
    }
    self.origin = origin
    lock = nil
  }

  /// Opens the directory of a sweep to go on with it, or begins it there.
  ///
  /// - Parameters:
  ///   - isAnew: whether points that stand there are removed.
  /// - Throws: ``Refusal`` if it holds another sweep, ``FileError`` if it cannot be written or another run is at work there.
  init(_ directory: String, _ origin: SweepOrigin, shard: Shard?, isAnew: Bool) throws {
    self.directory = directory
    self.origin = origin
    guard !directory.isEmpty else { throw Refusal("--output was given an empty name", remedy: "name a directory") }
    let isNew = try Folder.make(directory, remedy: "choose another --output")
    let lock = try SweepLock(directory, shard)
    self.lock = lock
    do {
      // A shard that begins at the same time makes the one before the other.
      let hasPoints = Folder.exists("\(directory)/points")
      let earlier = try Self.origin(directory)
      if let earlier, !isAnew, let difference = earlier.difference(from: origin) {
        throw Refusal(
          "\(directory) holds another sweep (\(difference))",
          remedy: "choose another --output, or add --force to begin anew")
      }
      if earlier == nil, !isAnew, hasPoints {
        throw Refusal(
          "\(directory)/points stands there, and no \(Self.originName) says whose points they are",
          remedy: "choose another --output, or add --force")
      }
      // Points of another sweep must be gone before the directory is said to be this one's.
      if isAnew { removePoints() }
      if earlier != origin { try AtomicFile.write(Self.text(origin), to: "\(directory)/\(Self.originName)") }
      try Folder.make("\(directory)/points")
      removeAbandoned(shard, isLocked: lock.isReal)
    } catch {
      lock.removeFiles()
      if isNew {
        Folder.remove("\(directory)/points")
        Folder.remove(directory)
      }
      throw error
    }
  }

  private static func origin(_ directory: String) throws -> SweepOrigin? {
    let path = "\(directory)/\(originName)"
    guard access(path, F_OK) == 0 else { return nil }
    guard let origin = try? JSONDecoder().decode(SweepOrigin.self, from: Data(FileBytes.read(path))) else {
      throw FileError(
        .malformed, path: path, problem: "it does not say which sweep's points they are",
        remedy: "choose another --output, or add --force to begin anew")
    }
    return origin
  }

  private static func text(_ value: some Encodable) throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .prettyPrinted, .withoutEscapingSlashes]
    return String(decoding: try encoder.encode(value), as: UTF8.self) + "\n"
  }

  /// Only what a sweep wrote: directories with a number, and those that were written aside.
  private func removePoints() {
    for name in Folder.names(points)
    where Int(name) != nil || Self.isScratch(name) || Self.keptPoint(name) != nil {
      Folder.remove("\(points)/\(name)")
    }
  }

  // MARK: Points

  /// Where a finished point is.
  package func path(_ point: Int) -> String { "\(points)/\(origin.grid.name(point))" }

  /// Whether the point is finished.
  package func isFinished(_ point: Int) -> Bool {
    Folder.holds([Self.pointName] + ResultFiles.studyNames, in: path(point))
  }

  /// What came out at a finished point; nil if it is not finished.
  ///
  /// - Throws: ``FileError`` if its file cannot be understood.
  package func outcome(_ point: Int) throws -> PointOutcome? {
    guard isFinished(point) else { return nil }
    let path = "\(path(point))/\(Self.pointName)"
    guard let outcome = try? JSONDecoder().decode(PointOutcome.self, from: Data(FileBytes.read(path))) else {
      throw FileError(
        .malformed, path: path, problem: "it is no outcome of a point",
        remedy: "remove the directory it stands in, and run the sweep again")
    }
    return outcome
  }

  /// A directory in which the point's files are written aside.
  func scratch(_ point: Int) -> String {
    "\(points)/.\(origin.grid.name(point)).\(Self.host).\(getpid())"
  }

  /// Puts a point that was written aside in its place.
  func commit(_ point: Int, _ outcome: PointOutcome) throws {
    let scratch = scratch(point)
    do {
      try Folder.write(Self.text(outcome), to: "\(scratch)/\(Self.pointName)")
      let place = path(point)
      // What lost its contents with the machine's power is nobody's.
      if Folder.exists(place), !isFinished(point) { Folder.remove(place) }
      if try !Folder.publish(scratch, as: place) { Folder.remove(scratch) }
      removeKept(point)
      let isDue = synchronized.withLock { last in
        guard ContinuousClock.now - last > Self.interval else { return false }
        last = .now
        return true
      }
      if isDue { synchronize() }
    } catch {
      Folder.remove(scratch)
      throw error
    }
  }

  /// Where runs of a point are kept while it is not finished.
  func kept(_ point: Int) -> String { "\(points)/.\(origin.grid.name(point))\(Self.keptSuffix)" }

  /// Removes the runs that were kept of a point that is finished, or never will be.
  func removeKept(_ point: Int) {
    let kept = kept(point)
    if Folder.exists(kept) { Folder.remove(kept) }
  }

  /// Removes what was written aside for a point that did not come to its end.
  func discard(_ point: Int) { Folder.remove(scratch(point)) }

  private func synchronize() {
    let descriptor = open(points, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard descriptor >= 0 else { return }
    cprocess_synchronize(descriptor)
    close(descriptor)
  }

  /// Ends the work here.
  func end() {
    synchronize()
    lock?.removeFiles()
  }

  // MARK: What killed runs leave

  private static let host: String = {
    var bytes = [CChar](repeating: 0, count: 256)
    gethostname(&bytes, bytes.count - 1)
    let name = String(decoding: bytes.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    return name.filter { $0.isLetter || $0.isNumber || $0 == "-" }
  }()

  private static let keptSuffix = ".runs"

  /// The number of the point of which runs are kept under this name; nil for another name.
  private static func keptPoint(_ name: String) -> Int? {
    guard name.hasPrefix("."), name.hasSuffix(keptSuffix) else { return nil }
    return Int(name.dropFirst().dropLast(keptSuffix.count)).map { $0 - 1 }
  }

  private static func isScratch(_ name: String) -> Bool {
    name.hasPrefix(".") && name.dropFirst().split(separator: ".").count == 3
  }

  /// Where locks are real, all that is aside of this run's points is nobody's; elsewhere what was left by a process that is gone.
  private func removeAbandoned(_ shard: Shard?, isLocked: Bool) {
    let names = Folder.names(points)
    // Of a point that was finished by a run that was killed right then, or by two at once.
    for point in names.compactMap(Self.keptPoint) where shard?.holds(point) ?? true {
      if isFinished(point) { removeKept(point) }
    }
    for name in names where Self.isScratch(name) {
      let parts = name.dropFirst().split(separator: ".").map(String.init)
      guard let number = Int(parts[0]), shard?.holds(number - 1) ?? true else { continue }
      let isGone = parts[1] == Self.host && Int32(parts[2]).map { kill($0, 0) != 0 && errno == ESRCH } ?? false
      if isLocked || isGone { Folder.remove("\(points)/\(name)") }
    }
  }
}
