/// How shapes are written, and what is refused about them.
enum Shapes {
  /// `10,10`: as on the command line.
  static func list(_ numbers: [Int]) -> String { numbers.map(String.init).joined(separator: ",") }

  /// `10×10`: as in reports.
  static func times(_ numbers: [Int]) -> String { numbers.map(String.init).joined(separator: "×") }

  /// Refuses dimensions below 1 and end-to-end objects above ``MemoryLimit``.
  static func check(_ shape: [Int]) throws(ExperimentError) {
    if let dimension = shape.first(where: { $0 < 1 }) {
      throw ExperimentError(
        "dimension \(dimension) of shape \(list(shape)) is below 1",
        remedy: "give every dimension in --shape as a positive integer")
    }
    try MemoryLimit.check(shape, what: "an end-to-end object", remedy: "use a smaller --shape")
  }

  /// Refuses measurements of an object of another shape.
  static func check(_ measurements: Measurements, fit shape: [Int]) throws(ExperimentError) {
    guard measurements.shape == shape else {
      throw ExperimentError(
        "the measurements are of a \(times(measurements.shape)) object, but the model is \(times(shape))",
        remedy: "use --shape \(list(measurements.shape))")
    }
  }
}
