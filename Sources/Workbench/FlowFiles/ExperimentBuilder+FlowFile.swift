import ExternalModels
import FlowLanguage
import FlowODE
import GSLBridge
import Models
import Settings
import Theorems

extension ExperimentBuilder {
  /// The `.flow` file that `problem.model` names; nil where it names a family. It is read once.
  mutating func flowModel() throws -> FlowModel? {
    guard let path = find(.model), FlowText.isPath(path) else {
      try refuse(
        [Setting(.size)], "gives sizes of a .flow file a value", remedy: "drop it, or name a .flow file as model")
      return nil
    }
    if let known = flow { return known }
    for setting in ModelSettings.settings where settings.isSet(setting.path) {
      throw Refusal(
        "\(settings.place(setting.path)) belongs to families of models and not to \(path)",
        remedy: "say it in the file, or drop it", settings: [setting.path])
    }
    let model = try FlowModel(path, sizes: settings[.size] ?? [], seed: seed(.dataSeed)) { text in
      try program(of: text)
    }
    flow = model
    return model
  }

  /// The program that computes a file's loss: that of the settings, or the one that the file names; nil where there is none.
  private func program(of text: FlowText) throws -> ExternalProgram? {
    if let program = try namedProgram() { return program }
    guard let named = text.checked.program else { return nil }
    let position = text.checked.source.position(of: named.span.start)
    return try programs.program(
      named.words, place: "\(text.path):\(position.line):\(position.column)", isFromFile: true)
  }

  /// What says how the loss of a model without one is formed.
  private static let dataSettings = [
    Setting(.data), Setting(.rank), Setting(.targetValues), Setting(.inputs), Setting(.targets), Setting(.sensing),
  ]

  /// The problem of a `.flow` file: its own loss, or its output beside what the settings say was measured.
  mutating func problem(of flow: FlowModel) throws -> Problem {
    if let program = flow.external {
      try refuse(
        Self.settingsOfLosses, "does not go with a program, which computes the loss of \(flow.name)", remedy: "drop it")
      return try Problem(computedBy: program, flow.model)
    }
    if let problem = try flow.statedProblem() {
      try refuse(
        Self.dataSettings + [
          Setting(.shape), Setting(.target), Setting(.targetNorm), Setting(.observed), Setting(.measureWith),
          Setting(.samples),
          Setting(.opposite), Setting(.loss), Setting(.lossConstants), Setting(.huberDelta), Setting(.normalization),
        ], "does not go with \(flow.name), which states its loss", remedy: "drop it, or write 'loss any' in the file")
      return problem
    }
    guard Self.dataSettings.contains(where: { settings.isSet($0.path) }) else {
      throw Refusal(
        "\(flow.path) is about any loss",
        remedy:
          "give a loss: write 'loss …' in the file, or give problem.data, problem.rank or problem.inputs with loss.name"
      )
    }
    let problem = try measured(flow.name) { (options) throws(Refusal) in
      let shape = flow.model.endShape
      guard options.shape.isEmpty || options.shape == shape else {
        throw Refusal(
          "problem.shape is \(FlowArrays.text(options.shape)), and \(flow.name) says \(FlowArrays.text(shape))",
          remedy: "drop problem.shape, or give data of that shape")
      }
      return flow.model
    } shape: {
      flow.model.endShape
    }
    return Problem(
      model: problem.model, measurements: problem.measurements, truth: problem.truth, heldOut: problem.heldOut,
      dataSummary: "\(problem.dataSummary); in the file: \(flow.dataSummary)", notes: problem.notes)
  }

  /// The ladder of the file's claims about the limit of small starts; nil where it has none.
  mutating func limits(of flow: FlowModel, _ experiment: Experiment) throws -> PlannedLadder? {
    let claims = try FlowClaims(flow, experiment).limits
    guard !claims.isEmpty else { return nil }
    let (limits, _) = try settled(experiment, TextLimits.horizon) { builder, experiment in
      try TextLimits(
        experiment: experiment, claims: claims, scales: builder.settings[.scales], tolerances: builder.read(.refine))
    }
    return PlannedLadder(limits, runsControls: read(.control))
  }

  /// θ(0) as the file says, block by block; blocks of which it says nothing begin as `init.name` says.
  mutating func start(
    of flow: FlowModel, for problem: Problem
  ) throws -> (parameters: [Double], summary: String)? {
    let starts = flow.program.starts + flow.program.velocityStarts
    guard settings[.startFile] == nil, starts.contains(where: { $0 != .open }) else { return nil }
    let layout = problem.model.layout
    var parameters: [Double] = []
    var phrases: [String] = []
    for (block, start) in zip(layout.blocks, starts) {
      switch start {
      case .values(let values):
        parameters += values
        phrases.append("\(block.name) given")
      case .gaussian(let scale):
        let drawn = try drawn(.gaussian, scale, problem)
        parameters += drawn[block.range]
        phrases.append("\(block.name) gaussian \(scale)")
      case .balanced(let scale):
        let drawn = try drawn(.balanced, scale, problem)
        parameters += drawn[block.range]
        phrases.append("\(block.name) balanced \(scale)")
      case .open:
        let (kind, scale) = (read(.initialization), read(.initScale))
        let drawn = try drawn(kind, scale, problem)
        parameters += drawn[block.range]
        phrases.append("\(block.name) \(kind.rawValue) \(scale)")
      }
    }
    let isDrawn = starts.contains { start in if case .values = start { false } else { true } }
    return (parameters, phrases.joined(separator: ", ") + (isDrawn ? ", seed \(read(.seed))" : ""))
  }

  private mutating func drawn(_ kind: Initialization, _ scale: Double, _ problem: Problem) throws(Refusal) -> [Double] {
    try kind.parameters(for: problem.model, scale: scale, seed: seed(.seed))
  }
}
