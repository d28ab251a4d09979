extension Problem {
  /// The 2×2 completion problem of Razin and Cohen (2020): w01 = w10 = 1 and w11 = z are observed, w00 is hidden. With z = 0
  /// every norm of W goes to infinity along gradient flow from balanced starts with det W(0) > 0, while its rank is minimized.
  ///
  /// - Throws: ``Refusal`` if the options are not that of a 2×2 matrix factorization.
  public static func hiddenEntry(
    model name: String, _ options: ModelOptions, opposite z: Double = 0
  ) throws(Refusal) -> Problem {
    guard options.shape.isEmpty || options.shape == [2, 2] else {
      throw Refusal(
        "the default problem is 2×2, and the shape is \(options.shape)",
        remedy: "drop problem.shape, or give problem.data or problem.rank")
    }
    var options = options
    options.shape = [2, 2]
    let model = try ModelCatalog.model(name, options)
    guard model.chain != nil else {
      throw Refusal("the default problem completes a matrix, not a \(name) model", remedy: "use problem.model matrix")
    }
    let measurements = try Measurements(
      shape: [2, 2], operators: .entries(indices: [0, 1, 1, 0, 1, 1]), values: [1, 1, z])
    return Problem(
      model: model, measurements: measurements, truth: [.nan, 1, 1, z], heldOut: [],
      dataSummary: "completion: entries (0,1) = (1,0) = 1 and (1,1) = \(z) of a 2×2 matrix observed, (0,0) hidden")
  }
}
