/// The axes of a value by their extents; a number has none.
public struct Shape: Hashable, Sendable, CustomStringConvertible {
  /// The extent of every axis.
  public let sizes: [Size]
  /// Whether it is the transpose of a vector: of one axis, and what stands in front of a matrix.
  public let isRow: Bool

  /// A shape of these extents.
  public init(_ sizes: [Size] = [], isRow: Bool = false) {
    self.sizes = sizes
    self.isRow = isRow
  }

  /// The shape of a number.
  public static let number = Shape()

  /// Whether it is a number's.
  public var isNumber: Bool { sizes.isEmpty }

  /// Whether it is a matrix's with as many rows as columns.
  public var isSquare: Bool { sizes.count == 2 && sizes[0] == sizes[1] }

  /// In words: `a number`, `a vector of 3`, `2 × n`.
  public var description: String {
    switch sizes.count {
    case 0: "a number"
    case 1: "a \(isRow ? "row" : "vector") of \(sizes[0])"
    default: sizes.map(\.description).joined(separator: " × ")
    }
  }

  /// As a tuple: `(3, 2)`.
  var tuple: String { "(" + ((isRow ? ["1"] : []) + sizes.map(\.description)).joined(separator: ", ") + ")" }

  /// Where two shapes differ, in words that follow "a against b"; nil where they are equal.
  func difference(from other: Shape) -> String? {
    if self == other { return nil }
    let against = "\(self) against \(other)"
    guard sizes.count == other.sizes.count, isRow == other.isRow,
      let pair = zip(sizes, other.sizes).first(where: { $0 != $1 })
    else { return against }
    return "\(against): sizes \(pair.0) and \(pair.1) differ"
  }
}
