import Synchronization

/// Writes an NPZ file whose arrays grow item by item, with bounded memory.
///
/// Items go to a file without a name in the folder of `path` as they come; ``finish()`` assembles the NPZ file and gives
/// it its name in one step. Until then nothing is seen at `path`, and nothing remains of a stream that is cancelled, let
/// go or whose process is killed. Calls from several threads are taken one after the other.
public final class ArrayStream: Sendable {
  private let path: String
  private let spool: Mutex<Spool?>

  /// Opens the stream for arrays of shape (T_a, itemShape…), T_a being the items array a will have got.
  ///
  /// - Throws: ``FileError`` of kind `unwritable`, also for names that are empty, repeated or no plain names.
  /// - Precondition: no dimension of an item shape is negative and their products do not overflow.
  public init(path: String, arrays: [(name: String, itemShape: [Int])]) throws(FileError) {
    self.path = path
    try NumpyFile.checkNames(arrays.map(\.name), path)
    self.spool = Mutex(try Spool(path: path, arrays: arrays))
  }

  /// Appends one item, row-major, to array number `array` in the order given to the initializer.
  ///
  /// - Throws: ``FileError`` of kind `unwritable`, also after ``finish()`` or ``cancel()``.
  /// - Precondition: `array` exists and `values.count` is the product of its item shape.
  public func append(_ array: Int, _ values: UnsafeBufferPointer<Double>) throws(FileError) {
    let item = Borrowed(values: values)
    try spool.withLock { (spool) throws(FileError) in
      if spool == nil { throw closed }
      try spool?.append(array, item.values)
    }
  }

  /// Appends one item given as an array.
  public func append(_ array: Int, _ values: [Double]) throws(FileError) {
    let result = values.withUnsafeBufferPointer { buffer -> Result<Void, FileError> in
      do throws(FileError) { return .success(try append(array, buffer)) } catch { return .failure(error) }
    }
    try result.get()
  }

  /// Writes the NPZ file, replacing an existing one, and closes the stream.
  ///
  /// - Throws: ``FileError`` of kind `unwritable`; the stream is then closed too and an existing file untouched.
  public func finish() throws(FileError) {
    try finish(zip64Threshold: 0xffff_ffff)
  }

  /// As ``finish()``, using zip64 records from `zip64Threshold` bytes on.
  package func finish(zip64Threshold: Int) throws(FileError) {
    try spool.withLock { (spool) throws(FileError) in
      if spool == nil { throw closed }
      defer { spool = nil }
      try spool?.assemble(zip64Threshold: zip64Threshold)
    }
  }

  /// Throws away what was appended and closes the stream; a stream already closed stays as it is.
  public func cancel() {
    spool.withLock { $0 = nil }
  }

  /// A pointer that is used only inside the call that got it.
  private struct Borrowed: @unchecked Sendable {
    let values: UnsafeBufferPointer<Double>
  }

  private var closed: FileError {
    FileError(
      .unwritable, path: path, problem: "its stream is already closed",
      remedy: "append before finish() and finish once")
  }
}
