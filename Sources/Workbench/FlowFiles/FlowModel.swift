import ExternalModels
import FlowLanguage
import FlowODE
import Models

/// A `.flow` file as a model of an experiment: its program, its data, and what it says of loss, start and claims.
struct FlowModel: Sendable {
  let path: String
  /// SHA-256 of the file's bytes.
  let digest: String
  /// The text, byte for byte.
  let content: String
  /// Numbers that were given for open sizes, `n=4` each.
  let sizes: [String]
  let program: FlowProgram
  /// The model: of the file's loss where it states one, otherwise of its own output.
  let model: Model
  /// How the parameters move, if that is not gradient flow.
  let motion: Motion?
  /// The file's loss; nil for any loss.
  let loss: StatedLoss?
  /// The program that computes the loss, if one does.
  let external: ExternalProgram?
  /// What was read and drawn, for reports.
  let dataSummary: String
  /// The data files that were read: the names that the text has for them, and their paths.
  let dataFiles: [(name: String, path: String)]

  var checked: CheckedFile { program.file }
  var name: String { FlowText.name(path) }

  /// - Throws: ``Refusal`` for what cannot be run as a flow, and as reading and ``FlowProgram`` do.
  ///
  /// - Parameter external: the program that computes the loss of a text, if one does.
  init(
    _ path: String, sizes: [String], seed: UInt64, external: (FlowText) throws -> ExternalProgram? = { _ in nil }
  ) throws {
    let text = try FlowText(path, sizes: sizes)
    let arrays = try FlowArrays(text, seed: seed)
    let program = try FlowProgram(text.checked, data: arrays.data, points: arrays.points)
    self.path = path
    dataFiles = arrays.files
    digest = text.digest
    (content, self.sizes) = (text.content, sizes)
    self.program = program
    self.external = try external(text)
    if let external = self.external {
      try Self.check(program, text, external)
      model = try Model(text.name, computedBy: external)
      motion = nil
      loss = StatedLoss("the value of the program")
      dataSummary = arrays.summary
      return
    }
    if let moving = try FlowMotion(program, path) {
      var whole = moving.program
      try whole.setOutput(
        whole.sum([Program.Product(1, [Program.Use(moving.value, [])], out: [0])], shape: [1]))
      model = try Model(text.name, whole, summary: Self.summary(text.name, whole))
      motion = moving.motion(Self.flowText(text.checked))
      loss = StatedLoss(moving.formula)
      dataSummary = arrays.summary
      return
    }
    motion = nil
    let decay: Double? = if case .decay(let rate) = program.kind { rate } else { nil }
    let own = text.checked.loss.map { text.checked.text(of: $0) }
    if let loss = program.loss, let own {
      model = try Self.model(text.name, program, loss: loss, decay: decay)
      let damping = decay.map { " + \($0)/2 ‖θ‖²" } ?? ""
      self.loss = StatedLoss(own + damping)
    } else {
      guard decay == nil else {
        throw Refusal("\(path): flow gradient decay needs a loss", remedy: "give a loss in the file", settings: [])
      }
      model = try Self.model(text.name, program)
      loss = nil
    }
    dataSummary = arrays.summary
  }

  /// Refuses a program that is not about the file's parameters, and a file that leaves it nothing to compute.
  private static func check(_ flow: FlowProgram, _ text: FlowText, _ external: ExternalProgram) throws(Refusal) {
    guard text.checked.loss == nil else {
      throw Refusal(
        "\(text.path) states its loss, and a program computes one as well",
        remedy: "write 'loss any' in the file, or drop problem.program")
    }
    guard case .gradient = flow.kind else {
      throw Refusal(
        "\(text.path) moves by a flow of its own, and a program computes gradients of a loss",
        remedy: "drop its flow statement, or problem.program")
    }
    let own = flow.program.layout.blocks
    func words(_ blocks: [(name: String, shape: [Int])]) -> String {
      blocks.map { "\($0.name)[\($0.shape.map(String.init).joined(separator: ","))]" }.joined(separator: ", ")
    }
    guard own.map(\.name) == external.blocks.map(\.name), own.map(\.shape) == external.blocks.map(\.shape) else {
      throw Refusal(
        "\(text.path) declares \(words(own.map { ($0.name, $0.shape) })), and the program's blocks are "
          + words(external.blocks.map { ($0.name, $0.shape) }),
        remedy: "give both the same blocks in the same order", settings: [])
    }
  }

  /// The flow as the file has it.
  private static func flowText(_ file: CheckedFile) -> String {
    switch file.flow {
    case .gradient: "gradient flow"
    case .momentum(let friction): "θ' = v, v' = -(\(file.text(of: friction))) v - ∇f"
    case .mirror: "θ' = -θ ∇f"
    case .field(let rates): rates.map { "\($0.name.text)' = \(file.text(of: $0.value))" }.joined(separator: ", ")
    }
  }

  private static func summary(_ name: String, _ program: Program) -> String {
    let blocks = program.layout.blocks.map { "\($0.name) \(FlowArrays.text($0.shape))" }
    return "\(name): \(blocks.joined(separator: ", "))"
  }

  /// The model whose output is the loss, one number: f + λ/2 Σ θ².
  private static func model(
    _ name: String, _ flow: FlowProgram, loss: Program.ID, decay: Double?
  ) throws(Refusal) -> Model {
    var program = flow.program
    var products = [Program.Product(1, [Program.Use(loss, [])], out: [0])]
    if let decay {
      let factor = try program.data([0.5 * decay], [])
      for block in program.blocks {
        let labels = program[block.node].shape.indices.map { $0 + 1 }
        let use = Program.Use(block.node, labels)
        products.append(Program.Product(1, [Program.Use(factor, []), use, use], out: [0]))
      }
    }
    try program.setOutput(program.sum(products, shape: [1]))
    return try Model(name, program, summary: summary(name, flow.program))
  }

  /// The model whose output is the file's.
  private static func model(_ name: String, _ flow: FlowProgram) throws(Refusal) -> Model {
    guard let output = flow.output else {
      throw Refusal("\(name) has neither a model nor a loss", remedy: "write model X = …, or loss …", settings: [])
    }
    var program = flow.program
    if program[output].shape.isEmpty {
      try program.setOutput(program.sum([Program.Product(1, [Program.Use(output, [])], out: [0])], shape: [1]))
    } else {
      try program.setOutput(output)
    }
    return try Model(name, program, summary: summary(name, flow.program))
  }

  /// The problem of the file's own loss; nil for any loss.
  func statedProblem() throws(Refusal) -> Problem? {
    guard loss != nil else { return nil }
    return Problem(
      model: model, measurements: try Measurements(shape: [1], operators: .entries(indices: [0]), values: [0]),
      truth: nil, heldOut: [], dataSummary: dataSummary)
  }
}
