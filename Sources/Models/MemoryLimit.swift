/// The bound on what one plan, data set or end-to-end object may occupy, checked before anything is allocated.
public enum MemoryLimit {
  /// Bytes; larger requests are refused with a sentence instead of exhausting the machine.
  public static let bytes = 4 << 30
  /// Targets with more entries than this are not held densely.
  static let denseTarget = 1 << 24

  /// The product of `dimensions`, or nil if it overflows or its doubles would exceed ``bytes``.
  public static func elementCount(_ dimensions: [Int]) -> Int? {
    var product = 1
    for dimension in dimensions {
      let (value, overflow) = product.multipliedReportingOverflow(by: dimension)
      if overflow || value < 0 || value > bytes / 8 { return nil }
      product = value
    }
    return product
  }

  /// Checks an element count before allocation.
  ///
  /// - Throws: ``Refusal`` naming `what` and its dimensions.
  @discardableResult @inline(never)
  public static func check(_ dimensions: [Int], what: String, remedy: String) throws(Refusal) -> Int {
    if let count = elementCount(dimensions) { return count }
    let text = dimensions.map(String.init).joined(separator: "×")
    throw Refusal("\(what) of size \(text) exceeds the memory limit of 4 GiB", remedy: remedy)
  }
}
