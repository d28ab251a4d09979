import ArrayFiles
import Models

/// Writes states to an NPZ file as they are reached: `t`, one array per recorded quantity (`loss` among them), one array per parameter
/// block, time first, and the parts `t_offset` and `t_remainder` of the time (``FlowTime``).
///
/// Nothing stands under the final name before ``finish()``; ``cancel()``, or dropping the object, leaves no file behind.
public final class TrajectoryFile: TrajectoryObserver, Sendable {
  private let stream: ArrayStream
  private let layout: ParameterLayout
  private let quantities: Int

  /// - Parameter quantities: names of numbers that ``append(quantities:)`` is given at every saved state.
  /// - Throws: ``FileError`` if the file cannot be written.
  public init(path: String, layout: ParameterLayout, quantities: [String] = []) throws(FileError) {
    self.layout = layout
    self.quantities = quantities.count
    let blocks = layout.blocks.map { (name: $0.name, itemShape: $0.shape) }
    stream = try ArrayStream(
      path: path, arrays: [("t", [])] + quantities.map { ($0, []) } + blocks + [("t_offset", []), ("t_remainder", [])])
  }

  public func observe(_ point: TrajectoryPoint) throws {
    guard point.isSave else { return }
    try stream.append(0, [point.time])
    for (k, block) in layout.blocks.enumerated() {
      try stream.append(
        1 + quantities + k,
        UnsafeBufferPointer(start: point.parameters + block.offset, count: block.count))
    }
    let behind = 1 + quantities + layout.blocks.count
    try stream.append(behind, [point.clock.offset])
    try stream.append(behind + 1, [point.clock.remainder])
  }

  /// Appends the quantities of a saved state, in the order of their names.
  public func append(quantities values: [Double]) throws(FileError) {
    for (k, value) in values.prefix(quantities).enumerated() { try stream.append(1 + k, [value]) }
  }

  /// Puts the file in place.
  ///
  /// - Throws: ``FileError`` if it cannot be written.
  public func finish() throws(FileError) { try stream.finish() }

  /// Removes what was written.
  public func cancel() { stream.cancel() }
}
