/// A dense array of doubles, whatever number type and order its file had.
public struct DenseArray: Sendable, Equatable {
  /// Dimensions d_1, …, d_N; empty for a single number.
  public let shape: [Int]
  /// The d_1 ⋯ d_N entries in row-major (C) order: the last index runs fastest.
  public let values: [Double]

  /// - Precondition: no dimension is negative and the product of `shape` is `values.count`.
  public init(shape: [Int], values: [Double]) {
    precondition(
      DenseArray.elementCount(shape) == values.count,
      "\(values.count) values do not fill an array of shape \(shape)")
    self.shape = shape
    self.values = values
  }

  /// The product of `shape`, or nil if a dimension is negative or the product of the positive ones overflows.
  public static func elementCount(_ shape: [Int]) -> Int? {
    var product = 1
    var isEmpty = false
    for dimension in shape {
      if dimension < 0 { return nil }
      if dimension == 0 {
        isEmpty = true
        continue
      }
      let (value, overflow) = product.multipliedReportingOverflow(by: dimension)
      if overflow { return nil }
      product = value
    }
    return isEmpty ? 0 : product
  }
}

/// `4×5×6`, or `()` for a single number.
func shapeText(_ shape: [Int]) -> String {
  shape.isEmpty ? "()" : shape.map(String.init).joined(separator: "×")
}
