/// Sorting by one compiled sort, where nothing is hot: the standard library's is compiled anew for every kind of element and every
/// comparison.
public enum Ordering {
  /// The positions 0, …, count − 1 in the order of what stands there; what is equal stays as it was.
  ///
  /// - Parameter precedes: whether the first position comes before the second; a strict weak order.
  @inline(never)
  public static func positions(_ count: Int, by precedes: (Int, Int) -> Bool) -> [Int] {
    (0..<count).sorted(by: precedes)
  }

  /// Integers, the smallest first.
  @inline(never)
  public static func ascending(_ values: [Int]) -> [Int] { values.sorted() }

  /// Numbers, the smallest first.
  @inline(never)
  public static func ascending(_ values: [Double]) -> [Double] {
    positions(values.count) { values[$0] < values[$1] }.map { values[$0] }
  }

  /// Texts in the order of their characters.
  @inline(never)
  public static func ascending(_ values: [String]) -> [String] {
    positions(values.count) { values[$0] < values[$1] }.map { values[$0] }
  }
}
