import ArrayFiles
import Synchronization

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// The right to write results into a directory, which one process has at a time.
///
/// The directory itself is locked, so that nothing is left in it. The lock ends with the process that holds it, however that ends.
/// Where the file system knows no locks there is none.
final class DirectoryLock: Sendable {
  private let descriptor: Mutex<Int32?>

  /// - Throws: ``FileError`` if another process has it, or the directory cannot be opened.
  init(_ directory: String) throws(FileError) {
    let descriptor = open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard descriptor >= 0 else {
      throw FileError(
        .unwritable, path: directory, problem: String(cString: strerror(errno)), remedy: "choose another --output")
    }
    var status: Int32
    repeat { status = flock(descriptor, LOCK_EX | LOCK_NB) } while status != 0 && errno == EINTR
    if status != 0, errno == EWOULDBLOCK {
      close(descriptor)
      throw FileError(
        .unwritable, path: directory, problem: "another run is writing its results there",
        remedy: "choose another --output, or wait until it has ended")
    }
    self.descriptor = Mutex(descriptor)
  }

  deinit { release() }

  /// Lets others write; harmless the second time.
  func release() {
    let held = descriptor.withLock { descriptor in
      let held = descriptor
      descriptor = nil
      return held
    }
    if let held { close(held) }
  }
}
