/// How shapes are written, and what is refused about them.
enum Shapes {
  /// `10,10`: as on the command line.
  static func list(_ numbers: [Int]) -> String { numbers.map(String.init).joined(separator: ",") }

  /// `10×10`: as in reports.
  static func times(_ numbers: [Int]) -> String { numbers.map(String.init).joined(separator: "×") }

  /// Refuses dimensions below 1 and end-to-end objects above ``MemoryLimit``.
  static func check(_ shape: [Int]) throws(Refusal) {
    if let dimension = shape.first(where: { $0 < 1 }) {
      throw Refusal(
        "dimension \(dimension) of shape \(list(shape)) is below 1",
        remedy: "give every dimension in problem.shape as a positive integer")
    }
    try MemoryLimit.check(shape, what: "an end-to-end object", remedy: "use a smaller problem.shape")
  }
}
