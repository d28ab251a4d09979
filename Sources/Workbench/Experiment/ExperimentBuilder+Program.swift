import ExternalModels
import FlowODE
import Models
import Settings

extension ExperimentBuilder {
  /// The program of the settings; nil where they name none.
  func namedProgram() throws -> ExternalProgram? {
    guard let text = settings[.program] else { return nil }
    return try programs.program(
      text, place: settings.place(.program), isFromFile: settings.isFromFile(SettingKey<String>.program.path))
  }

  /// What a program that computes the loss leaves nothing to.
  static var settingsOfLosses: [Setting] {
    [
      Setting(.data), Setting(.rank), Setting(.inputs), Setting(.targets), Setting(.sensing), Setting(.shape),
      Setting(.targetNorm), Setting(.observed), Setting(.measureWith), Setting(.samples), Setting(.opposite),
      Setting(.loss), Setting(.lossConstants), Setting(.huberDelta), Setting(.normalization), Setting(.batch),
    ]
  }

  /// The problem of `problem.model external`: blocks, value and gradient are the program's.
  mutating func externalProblem() throws -> Problem {
    guard let program = try namedProgram() else {
      throw Refusal(
        "problem.model external computes nothing by itself",
        remedy: "give problem.program, such as \"python3 model.py\"")
    }
    try refuse(
      Self.settingsOfLosses + ModelSettings.settings + [Setting(.size)],
      "does not go with a program, which computes the loss", remedy: "drop it")
    stated = StatedLoss("the value of the program")
    return try Problem(computedBy: program, Model(ProgramSource.model, computedBy: program))
  }
}

extension Problem {
  /// The problem whose loss is the one output of a model: what a program computes.
  convenience init(computedBy program: ExternalProgram, _ model: Model) throws(Refusal) {
    self.init(
      model: model, measurements: try Measurements(shape: [1], operators: .entries(indices: [0]), values: [0]),
      truth: nil, heldOut: [],
      dataSummary: program.offersProducts
        ? "the program computes the loss, its gradient and products of its Hessian"
        : "the program computes the loss and its gradient; products of the Hessian are differences of gradients")
  }
}
