/// `10,10`: dimensions as they are written on the command line.
func list(_ numbers: [Int]) -> String { numbers.map(String.init).joined(separator: ",") }

/// `10×10`: dimensions as they are written in reports.
func times(_ numbers: [Int]) -> String { numbers.map(String.init).joined(separator: "×") }

/// Refuses dimensions below 1 and end-to-end objects above ``MemoryLimit``.
func checkShape(_ shape: [Int]) throws(ExperimentError) {
  if let dimension = shape.first(where: { $0 < 1 }) {
    throw ExperimentError(
      "dimension \(dimension) of shape \(list(shape)) is below 1",
      remedy: "give every dimension in --shape as a positive integer")
  }
  try MemoryLimit.check(shape, what: "an end-to-end object", remedy: "use a smaller --shape")
}

/// Refuses measurements of an object of another shape.
func checkShapes(model: [Int], measurements: [Int]) throws(ExperimentError) {
  guard model == measurements else {
    throw ExperimentError(
      "the measurements are of a \(times(measurements)) object, but the model is \(times(model))",
      remedy: "use --shape \(list(measurements))")
  }
}
