import ArrayFiles
import Models

/// Writes full states to an NPZ file as they are reached: `t`, `loss`, and one array per parameter block, time first.
///
/// Nothing stands under the final name before ``finish()``; ``cancel()``, or dropping the object, leaves no file behind.
public final class TrajectoryFile: TrajectoryObserver, Sendable {
  private let stream: ArrayStream
  private let layout: ParameterLayout

  /// - Throws: ``FileError`` if the file cannot be written.
  public init(path: String, layout: ParameterLayout) throws(FileError) {
    self.layout = layout
    let blocks = layout.blocks.map { (name: $0.name, itemShape: [$0.rows, $0.columns]) }
    stream = try ArrayStream(path: path, arrays: [("t", []), ("loss", [])] + blocks)
  }

  public func observe(_ point: TrajectoryPoint) throws {
    guard point.isSave else { return }
    try append(0, point.time)
    try append(1, point.loss)
    for (k, block) in layout.blocks.enumerated() {
      try stream.append(
        k + 2, UnsafeBufferPointer(start: point.parameters + block.offset, count: block.count))
    }
  }

  private func append(_ array: Int, _ value: Double) throws {
    try withUnsafePointer(to: value) { try stream.append(array, UnsafeBufferPointer(start: $0, count: 1)) }
  }

  /// Puts the file in place.
  ///
  /// - Throws: ``FileError`` if it cannot be written.
  public func finish() throws(FileError) { try stream.finish() }

  /// Removes what was written.
  public func cancel() { stream.cancel() }
}
