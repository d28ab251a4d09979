import GSLBridge

/// What in a file of entries is probably not what was meant.
enum DataDoubts {
  /// Places that no entry is at, and values that look like a fill value, in sentences.
  ///
  /// - Parameters:
  ///   - indices: as ``EntryTable`` has them.
  ///   - knowsBase: whether it was said where indices begin, or they are labels.
  static func notes(
    file: String, shape: [Int], indices: [Int32], values: [Double], headings: [String], knowsBase: Bool
  ) -> [String] {
    var notes: [String] = []
    for mode in shape.indices where shape[mode] <= 10_000_000 {
      var isSeen = [Bool](repeating: false, count: shape[mode])
      for k in stride(from: mode, to: indices.count, by: shape.count) { isSeen[Int(indices[k])] = true }
      let missing = isSeen.indices.filter { !isSeen[$0] }
      guard let first = missing.first else { continue }
      let name = headings.indices.contains(mode) ? headings[mode] : "i\(mode)"
      let hint =
        first == 0 && missing.count == 1 && !knowsBase
        ? ": are indices counted from 1? then give problem.index-base 1" : ""
      notes.append(
        "\(file): no entry is at \(missing.count == 1 ? "\(name) = \(first)" : "\(missing.count) of the \(shape[mode]) places of \(name) (first: \(first))")"
          + hint)
    }
    if let fill = fillValue(values) {
      notes.append(
        "\(file): the value \(fill.value) stands \(fill.count) times and is far from all others: a fill value? leave such entries out, or "
          + "use problem.mask")
    }
    return notes
  }

  /// A value that stands several times, more than ten times as large as every other, and is made of nines, is a power of ten, or the largest
  /// integer of a type; nil if there is none.
  static func fillValue(_ values: [Double]) -> (value: Double, count: Int)? {
    guard let extreme = values.max(by: { abs($0) < abs($1) }) else { return nil }
    let count = values.count { $0 == extreme }
    let others = values.lazy.filter { $0 != extreme }.map { abs($0) }.max() ?? 0
    guard count > 1, count < values.count, abs(extreme) > 10 * others, abs(extreme) >= 99, looksFilled(abs(extreme))
    else { return nil }
    return (extreme, count)
  }

  private static func looksFilled(_ size: Double) -> Bool {
    if size >= 1e15 { return true }
    let types: Set<Double> = [127, 128, 255, 32767, 32768, 65535, 2_147_483_647, 2_147_483_648, 4_294_967_295]
    let digits = "\(Int(size))"
    let isWhole = size == size.rounded()
    return types.contains(size)
      || isWhole && (digits.allSatisfy { $0 == "9" } || digits.drop { $0 == "1" }.allSatisfy { $0 == "0" })
  }
}
