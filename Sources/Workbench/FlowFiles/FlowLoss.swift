import FlowLanguage
import FlowODE
import Models

/// The loss that the settings give to a model of any loss, as a function of the model's output: what terms with `loss`, `grad` and `der`
/// are evaluated by.
struct FlowLoss: Sendable {
  /// The model's program, which ends in its output.
  private let program: Program
  private let experiment: Experiment

  /// Nil where the file states its loss.
  init?(_ flow: FlowModel, _ experiment: Experiment) {
    guard flow.loss == nil else { return nil }
    program = flow.model.program
    self.experiment = experiment
  }

  /// The loss for one thread.
  func make() throws(Refusal) -> OutputLoss {
    guard let output = program.output else {
      throw Refusal("the model has no output", remedy: "write model X = …", settings: [])
    }
    var free = Program()
    let block = try free.block("output", program[output].shape)
    try free.setOutput(block)
    let problem = experiment.problem
    let objective = try Objective(
      model: try Model("output", free, summary: "the model's output"), measurements: problem.measurements,
      loss: experiment.loss, normalization: experiment.normalization)
    return OutputLoss(try ProgramValues(program, of: output), objective)
  }
}

/// A loss of a model's output W(θ): its value, dLoss/dW, and how both move with θ.
final class OutputLoss {
  private let output: ProgramValues
  private let objective: Objective
  private let values: Buffer<Double>
  private let slopes: Buffer<Double>
  private let moving: Buffer<Double>
  private let bends: Buffer<Double>

  init(_ output: ProgramValues, _ objective: Objective) {
    self.output = output
    self.objective = objective
    values = Buffer(count: output.count)
    slopes = Buffer(count: output.count)
    moving = Buffer(count: output.count)
    bends = Buffer(count: output.count)
  }

  /// Tells an evaluator what the loss is at θ.
  ///
  /// - Parameter velocity: how θ moves, where rates are asked for.
  func tell(
    _ evaluator: TermEvaluator, _ parameters: UnsafePointer<Double>, velocity: UnsafePointer<Double>? = nil
  ) {
    guard evaluator.cotangentCount > 0 || evaluator.takesLoss else { return }
    output.write(parameters, into: values.pointer)
    let value = objective.gradient(values.pointer, into: slopes.pointer)
    guard let velocity else {
      evaluator.setCotangent(slopes.pointer)
      return evaluator.setLoss(value)
    }
    output.writeDerivatives(parameters, direction: velocity, into: moving.pointer)
    objective.hessianVectorProduct(values.pointer, direction: moving.pointer, into: bends.pointer)
    var rate = 0.0
    for k in 0..<values.count { rate += slopes.pointer[k] * moving.pointer[k] }
    evaluator.setCotangent(slopes.pointer, rate: bends.pointer)
    evaluator.setLoss(value, rate: rate)
  }
}
