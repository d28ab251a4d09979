import FlowLanguage
import Models

extension LawModel {
  /// Several nodes whose entries the loss sees, one behind the other.
  ///
  /// - Parameter observed: entries of all of them; nil for all.
  /// - Throws: ``Refusal`` as the other initializer does, or if memory would be exceeded.
  public init(
    _ program: Program, outputs: [Program.ID], observed: [Int]? = nil, freeData: Set<Int> = [],
    summary: String = "the model"
  ) throws(Refusal) {
    if outputs.count == 1 {
      try self.init(program, output: outputs[0], observed: observed, freeData: freeData, summary: summary)
      return
    }
    guard outputs.allSatisfy({ program.nodes.indices.contains($0.index) }), !outputs.isEmpty else {
      throw Refusal("an output of \(summary) is not in its program", remedy: "name nodes of the program")
    }
    var joined = program
    var total = 0
    for output in outputs {
      total += try MemoryLimit.check(program[output].shape, what: "an output", remedy: "use smaller sizes")
      try MemoryLimit.check([total], what: "the outputs", remedy: "use smaller sizes")
    }
    var (products, offset) = ([Program.Product](), 0)
    for output in outputs {
      let shape = program[output].shape
      let places = (offset..<offset + program[output].count).map { Int32(clamping: $0) }
      let selection = try joined.selection(rows: shape, of: [total], indices: places)
      let labels = Array(1..<shape.count + 1)
      products.append(
        Program.Product(1, [Program.Use(output, labels), Program.Use(selection, labels + [0])], out: [0]))
      offset += program[output].count
    }
    let output = try joined.sum(products, shape: [total])
    try self.init(joined, output: output, observed: observed, freeData: freeData, summary: summary)
  }

  /// W_q ⋯ W_1 of widths n₀, …, n_q: at an arbitrary input, whose rank-one functionals span all; as the matrix itself where entries are
  /// observed, or there is one.
  ///
  /// - Parameter observed: entries of the n_q × n₀ matrix, row-major; nil for all.
  /// - Throws: ``Refusal`` for fewer than two widths, or one below 1.
  public static func linearNetwork(_ widths: [Int], observed: [Int]? = nil) throws(Refusal) -> LawModel {
    try check(widths)
    var program = Program()
    let summary = "linear network \(widths)"
    guard let inputs = widths.first, let outputs = widths.last else { throw tooShort(widths) }
    let usesMatrix = observed != nil || inputs * outputs == 1
    var layer: Program.ID?
    if !usesMatrix { layer = try program.data([Double](repeating: 0, count: inputs), [inputs]) }
    for l in 1..<widths.count {
      let weights = try program.block("W\(l)", [widths[l], widths[l - 1]])
      if let below = layer {
        layer = try program.einsum(usesMatrix ? "sr,ri->si" : "sr,r->s", [weights, below])
      } else {
        layer = weights
      }
    }
    guard let output = layer else { throw tooShort(widths) }
    var model = try LawModel(
      program, output: output, observed: observed, freeData: usesMatrix ? [] : [0], summary: summary)
    if !usesMatrix { model.knownGradientBound = inputs * outputs }
    return model
  }

  /// W_q σ(⋯ σ(W_1 x + b_1)) with σ(z) = max(z, s z), at an arbitrary input.
  ///
  /// - Parameters:
  ///   - slope: s.
  ///   - bias: of hidden layers.
  ///   - outputBias: of the last layer.
  /// - Throws: ``Refusal`` for fewer than two widths, or one below 1.
  public static func reluNetwork(
    _ widths: [Int], bias: Bool = false, outputBias: Bool = false, slope: Rational = 0
  ) throws(Refusal) -> LawModel {
    try check(widths)
    var program = Program()
    var layer = try program.data([Double](repeating: 0, count: widths[0]), [widths[0]])
    for l in 1..<widths.count {
      let weights = try program.block("W\(l)", [widths[l], widths[l - 1]])
      var products = [try program.product("sr,r->s", [weights, layer])]
      if l == widths.count - 1 ? outputBias : bias {
        let shift = try program.block("b\(l)", [widths[l]])
        products.append(try program.product("s->s", [shift]))
      }
      layer = try program.sum(products, shape: [widths[l]])
      guard l < widths.count - 1 else { continue }
      let positive = try program.map(.relu, layer)
      layer = slope == 0 ? positive : try program.combine(slope, layer, try 1 + (-slope), positive)
    }
    return try LawModel(program, output: layer, freeData: [0], summary: "ReLU network \(widths)")
  }

  private static func tooShort(_ widths: [Int]) -> Refusal {
    Refusal("the widths of a network are \(widths)", remedy: "give two or more positive integers")
  }

  private static func check(_ widths: [Int]) throws(Refusal) {
    guard widths.count >= 2, widths.allSatisfy({ $0 >= 1 && $0 <= 1 << 20 }) else { throw tooShort(widths) }
  }

  /// A model of a family, at arbitrary inputs where it is more than a linear map of them.
  ///
  /// - Throws: ``Refusal`` as the parts do.
  public init(_ model: Model, observed: [Int]? = nil) throws(Refusal) {
    if let chain = model.chain, observed == nil, let outputs = model.endShape.first, let inputs = model.endShape.last {
      self = try Self.linearNetwork([inputs] + chain.hiddenWidths + [outputs])
      return
    }
    if model.isNonlinearInInputs, let last = model.endShape.last {
      // Numbers that no other array of the program begins with.
      let sentinel = (0..<last).map { 123_456_789.5 + Double($0) }
      let count = model.endShape.dropLast().reduce(1, *)
      let measured = try Measurements(
        shape: model.endShape, operators: .inputs(sentinel), values: [Double](repeating: 0, count: count))
      let (program, output) = try model.predictions(measured)
      guard let position = program.data.firstIndex(of: sentinel) else {
        throw Refusal("the inputs of \(model.summary) are not found", remedy: "describe the model in a .flow file")
      }
      try self.init(program, output: output, observed: observed, freeData: [position], summary: model.summary)
      return
    }
    guard let output = model.program.output else {
      throw Refusal("\(model.summary) computes nothing", remedy: "give its program an output")
    }
    try self.init(model.program, output: output, observed: observed, summary: model.summary)
  }

  /// The model of a `.flow` file with numbers for its sizes: the entries of the model for every loss, or the loss that the file states,
  /// for all inputs and all data that the file gives no value.
  ///
  /// - Parameter anyLoss: laws for every loss of the model even where the file states one.
  /// - Throws: ``Refusal`` if sizes are open, or the file's flow is a field of its own.
  public init(_ file: CheckedFile, anyLoss: Bool = false) throws(Refusal) {
    let needed = file.neededArrays
    var data: [String: [Double]] = [:]
    var points: [String: [Double]] = [:]
    var sentinels: [[Double]] = []
    for (number, array) in needed.enumerated() {
      let count = try MemoryLimit.check(array.shape, what: array.name, remedy: "use smaller sizes")
      // Arrays of these numbers are found again in the program; no file has them.
      let sentinel = (0..<count).map { 0x1.9b7c5d3e1p40 + Double(number) * 0x1p30 + Double($0) + 0.25 }
      sentinels.append(sentinel)
      if array.isInput { points[array.name] = sentinel } else { data[array.name] = sentinel }
    }
    let flow = try FlowProgram(file, data: data, points: points.isEmpty ? nil : DataPoints(count: 1, values: points))
    guard flow.field == nil else {
      throw Refusal(
        "\(file.source.name) has a field of its own", remedy: "laws of models are asked for; give a model and a loss")
    }
    let isAny = anyLoss || flow.loss == nil
    guard let output = isAny ? flow.output : flow.loss else {
      throw Refusal("\(file.source.name) has no model", remedy: "state a model")
    }
    var free: Set<Int> = []
    for sentinel in sentinels {
      for (position, values) in flow.program.data.enumerated() where values == sentinel { free.insert(position) }
    }
    try self.init(flow.program, output: output, freeData: free, summary: file.source.name)
    statesLoss = !isAny
    switch flow.kind {
    case .gradient, .field: break
    case .decay: self.flow = .decay
    // A friction without a value was given a number that no file has.
    case .momentum(let friction):
      let isGiven = friction.map { !sentinels.contains([$0]) } ?? false
      self.flow = .momentum(isGiven ? friction.flatMap { Rational(decimal: "\($0)") } : nil)
    case .mirror: self.flow = .mirror
    }
  }
}
