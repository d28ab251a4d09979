/// Writing whole files so that no reader ever sees a part of one.
public enum AtomicFile {
  /// Writes `bytes` to `path`, replacing what is there.
  ///
  /// The bytes go to a temporary file in the same folder, are forced to disk and only then get the name. On Linux the
  /// temporary file has no name where the file system allows that, so that a process killed while it writes leaves
  /// nothing behind; elsewhere the next write to the same path clears up. A symbolic link is followed; a directory, pipe
  /// or device in place of the file is refused.
  ///
  /// - Throws: ``FileError`` of kind `unwritable`; the old file, if any, is then untouched.
  public static func write(_ bytes: UnsafeRawBufferPointer, to path: String) throws(FileError) {
    var output = try AtomicOutput(path)
    try output.append(bytes)
    try output.commit()
  }

  /// Writes `bytes` to `path` in the same way.
  public static func write(_ bytes: [UInt8], to path: String) throws(FileError) {
    try withRawBytes(bytes) { (raw) throws(FileError) in try write(raw, to: path) }
  }

  /// Writes `text` as UTF-8 to `path` in the same way.
  public static func write(_ text: String, to path: String) throws(FileError) {
    try write(Array(text.utf8), to: path)
  }
}
