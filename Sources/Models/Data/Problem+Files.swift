import ArrayFiles

extension Problem {
  /// A model fitted to the user's own samples: W x is to meet y for every row x of one file and y of another. The outputs of one
  /// sample are one measurement.
  ///
  /// Inputs contract the last axis of the end-to-end object. A target has as many numbers as W x; for a loss that takes class
  /// numbers one column of them will do.
  ///
  /// - Parameter options: an empty shape means targets' columns × inputs' columns.
  /// - Throws: ``Refusal`` for tables that do not fit each other, the model or the loss; what reading throws.
  public convenience init(
    model name: String, options: ModelOptions, inputs: String, targets: String, loss: any Loss
  ) throws {
    try self.init(options: options, inputs: inputs, targets: targets, loss: loss) { (options) throws(Refusal) in
      try ModelCatalog.model(name, options)
    }
  }

  /// The same of a model that is no member of a family.
  public convenience init(
    options: ModelOptions, inputs: String, targets: String, loss: any Loss, model make: ModelMaker
  ) throws {
    let x = try SampleFile(inputs, array: "inputs")
    let y = try SampleFile(targets, array: "targets")
    guard x.rows == y.rows else {
      throw Refusal(
        "\(targets): \(y.rows) row\(y.rows == 1 ? "" : "s") for the \(x.rows) inputs of \(inputs)",
        remedy: "give problem.targets one row per row of problem.inputs")
    }
    var options = options
    if options.shape.isEmpty {
      guard !(loss.takesClassNumbers && y.columns == 1) else {
        throw Refusal(
          "\(targets): one column of class numbers does not say how many classes there are",
          remedy: "give problem.shape C,\(x.columns) for C classes")
      }
      options.shape = [y.columns, x.columns]
    }
    let shape = options.shape
    guard shape.last == x.columns else {
      throw Refusal(
        "\(inputs): inputs of \(x.columns) numbers do not fit the last dimension of an object of shape \(Shapes.list(shape))",
        remedy: "give problem.shape \(x.columns) as its last dimension")
    }
    try Shapes.check(shape)
    let model = try make(options)
    let outputs = shape.dropLast().reduce(1, *)
    let values: [Double]
    do throws(Refusal) {
      if y.columns == outputs {
        values = y.values
      } else if y.columns == 1, loss.takesClassNumbers {
        values = try ClassLabels.oneHot(y.values, outputs: outputs)
      } else {
        throw Refusal(
          "targets of \(y.columns) numbers do not fit the \(outputs) outputs of an object of shape \(Shapes.list(shape))",
          remedy: "give every row of problem.targets \(outputs) number\(outputs == 1 ? "" : "s")"
            + (outputs > 1 && y.columns == 1 ? ", or use loss.name cross-entropy for class numbers" : ""))
      }
      try loss.check(targets: values, outputs: outputs)
    } catch {
      throw Refusal("\(targets): \(error.problem)", remedy: error.remedy)
    }
    self.init(
      model: model, measurements: try Measurements(shape: shape, operators: .inputs(x.values), values: values),
      truth: nil, heldOut: [],
      dataSummary:
        "\(x.rows) input\(x.rows == 1 ? "" : "s") of \(x.name) with \(outputs) output\(outputs == 1 ? "" : "s") each, targets of "
        + y.name, notes: x.notes + y.notes)
  }

  /// A model fitted to the user's own measurements: an NPZ file holds the operators `A` (m × d_1 × … × d_N) and the values `y` (m).
  ///
  /// - Parameter options: an empty shape means the operators' own.
  /// - Throws: ``Refusal`` for arrays that do not fit each other or the model; what reading throws.
  public convenience init(model name: String, options: ModelOptions, sensing path: String) throws {
    try self.init(options: options, sensing: path) { (options) throws(Refusal) in
      try ModelCatalog.model(name, options)
    }
  }

  /// The same of a model that is no member of a family.
  public convenience init(options: ModelOptions, sensing path: String, model make: ModelMaker) throws {
    guard path.lowercased().hasSuffix(".npz") else {
      throw Refusal(
        "\(path): the file's ending does not say .npz", remedy: "store the arrays 'A' and 'y' in an NPZ file")
    }
    let archive = try ArrayArchive(path)
    func array(_ name: String) throws -> DenseArray {
      guard let found = try archive.contents.array(name) else {
        throw Refusal(
          "\(path): there is no array '\(name)' (found: \(archive.contents.names.joined(separator: ", ")))",
          remedy: "store the operators as 'A', m × the object's shape, and the values as 'y'")
      }
      if let k = found.values.firstIndex(where: { !$0.isFinite }) {
        throw FileError(
          .malformed, path: path,
          problem: "entry \(MultiIndex.at(k, shape: found.shape)) of array '\(name)' is \(found.values[k])",
          remedy: "make every entry finite")
      }
      return found
    }
    let (operators, values) = (try array("A"), try array("y"))
    guard operators.shape.count >= 2, operators.shape.allSatisfy({ $0 >= 1 }) else {
      throw Refusal(
        "\(path): array 'A' has the shape \(operators.shape), and operators have the shape m × the object's shape",
        remedy: "stack the operators along a first axis")
    }
    guard values.shape == [operators.shape[0]] else {
      throw Refusal(
        "\(path): array 'y' has the shape \(values.shape), and there are \(operators.shape[0]) operators",
        remedy: "give 'y' one value per operator")
    }
    let shape = Array(operators.shape.dropFirst())
    var options = options
    guard options.shape.isEmpty || options.shape == shape else {
      throw Refusal(
        "\(path): the operators have shape \(shape), and problem.shape says \(options.shape)",
        remedy: "drop problem.shape")
    }
    options.shape = shape
    self.init(
      model: try make(options),
      measurements: try Measurements(shape: shape, operators: .dense(operators.values), values: values.values),
      truth: nil, heldOut: [],
      dataSummary:
        "sensing: \(values.values.count) measurement\(values.values.count == 1 ? "" : "s") of \(SampleFile.fileName(path))",
      notes: archive.notes(used: ["A", "y"]))
  }
}
