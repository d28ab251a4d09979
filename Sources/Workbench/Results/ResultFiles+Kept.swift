import ArrayFiles

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// The trajectory of a run that is kept although what it belongs to is not finished. Two names of one file take no room twice.
extension ResultFiles {
  /// Finishes the file of the trajectory and gives it a second name.
  ///
  /// - Returns: a digest of it; nil where none is written.
  /// - Throws: ``FileError`` if it cannot be written, or have a second name.
  func keepTrajectory(as other: String) throws -> String? {
    guard keepsStates, let path = path(Self.trajectoryName) else { return nil }
    try finishTrajectory()
    unlink(other)
    try Self.name(path, other)
    return try InputDigests.digest(ofFile: path)
  }

  /// Puts a file that was kept where the run would have written it.
  ///
  /// - Throws: ``FileError`` if it is not what was kept.
  func bringBackTrajectory(_ other: String, digest: String) throws {
    guard let path = path(Self.trajectoryName) else { return }
    guard try InputDigests.digest(ofFile: other) == digest else {
      throw FileError(.malformed, path: other, problem: "it is not what was written", remedy: "remove it")
    }
    try Self.name(other, path)
    written.withLock { $0.append(Self.trajectoryName) }
  }

  private static func name(_ old: String, _ new: String) throws(FileError) {
    guard link(old, new) == 0 else {
      throw FileError(
        .unwritable, path: new, problem: String(cString: strerror(errno)),
        remedy: "check permissions and the space left")
    }
  }
}
