import ArrayFiles

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// What keeps two runs of a sweep from doing the same points at once: a lock on the directory's points, shared by runs of different
/// shards.
///
/// It saves work and guarantees nothing: where a file system knows no locks, a point that two runs do is kept once, as its directory
/// appears in one step. Locks are `fcntl`'s, which network file systems pass on, and end with the process.
final class SweepLock: Sendable {
  private static let prefix = ".lock"

  private let directory: String
  private let files: [File]
  /// Whether the file system knows locks.
  let isReal: Bool

  private struct File: Sendable {
    let path: String
    let descriptor: Int32
  }

  /// - Throws: ``FileError`` if another run does these points.
  init(_ directory: String, _ shard: Shard?) throws(FileError) {
    self.directory = directory
    let common = "\(directory)/\(Self.prefix)"
    let wanted: [(path: String, type: Int32)] =
      shard.map { [(common, F_RDLCK), ("\(common)-\($0.index)-of-\($0.count)", F_WRLCK)] } ?? [(common, F_WRLCK)]
    var files: [File] = []
    var isReal = true
    for (path, type) in wanted {
      do throws(FileError) {
        let (file, isLocked) = try Self.take(path, type, directory)
        files.append(file)
        isReal = isReal && isLocked
      } catch {
        for file in files { close(file.descriptor) }
        throw error
      }
    }
    self.files = files
    self.isReal = isReal
  }

  deinit { for file in files { close(file.descriptor) } }

  private static func take(
    _ path: String, _ type: Int32, _ directory: String
  ) throws(FileError) -> (file: File, isLocked: Bool) {
    while true {
      let descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o666)
      guard descriptor >= 0 else {
        throw FileError(
          .unwritable, path: path, problem: String(cString: strerror(errno)), remedy: "choose another --output")
      }
      guard lock(descriptor, type) else {
        let code = errno
        guard code == EACCES || code == EAGAIN else { return (File(path: path, descriptor: descriptor), false) }
        close(descriptor)
        throw FileError(
          .unwritable, path: directory, problem: "another run is doing these points",
          remedy: "wait until it has ended, or give each --shard once")
      }
      // The file may have been removed before it was locked.
      var status = stat()
      if fstat(descriptor, &status) == 0, status.st_nlink > 0 {
        return (File(path: path, descriptor: descriptor), true)
      }
      close(descriptor)
    }
  }

  /// Locks the whole file without waiting, or gives a lock up.
  private static func lock(_ descriptor: Int32, _ type: Int32) -> Bool {
    var request = flock()
    request.l_type = Int16(type)
    request.l_whence = Int16(SEEK_SET)
    var status: Int32
    repeat { status = fcntl(descriptor, F_SETLK, &request) } while status != 0 && errno == EINTR
    return status == 0
  }

  /// Removes the files of locks that nobody holds, those that killed runs left behind too.
  func removeFiles() {
    for name in Folder.names(directory) where name.hasPrefix(Self.prefix) {
      let path = "\(directory)/\(name)"
      if let own = files.first(where: { $0.path == path }) {
        // Other shards may share it. Of those that end at once each gives it up first, so that the last one finds it free.
        _ = Self.lock(own.descriptor, F_UNLCK)
        Self.remove(path, own.descriptor)
        continue
      }
      let descriptor = open(path, O_RDWR | O_CLOEXEC | O_NOFOLLOW)
      guard descriptor >= 0 else { continue }
      Self.remove(path, descriptor)
      close(descriptor)
    }
  }

  /// Removes a file that nobody else has locked; what stands at its path after it was removed is another's.
  private static func remove(_ path: String, _ descriptor: Int32) {
    var status = stat()
    if lock(descriptor, F_WRLCK), fstat(descriptor, &status) == 0, status.st_nlink > 0 { unlink(path) }
  }
}

/// One of several parts of a sweep: points whose number leaves a remainder.
package struct Shard: Equatable, Sendable {
  /// From 1.
  package let index: Int
  package let count: Int

  /// The part that is called `i/n`; nil if there is none.
  package init?(_ text: String) {
    let parts = text.split(separator: "/", omittingEmptySubsequences: false).map { Int($0) }
    guard parts.count == 2, let index = parts[0], let count = parts[1], count >= 1, (1...count).contains(index) else {
      return nil
    }
    self.init(index: index, count: count)
  }

  init(index: Int, count: Int) {
    self.index = index
    self.count = count
  }

  /// Whether the point belongs to it.
  package func holds(_ point: Int) -> Bool { point % count == index - 1 }
}
