import FlowLanguage
import FlowODE
import Models
import Theorems

/// The terms of a file as quantities of trajectories: what claims and observations are made of.
struct FlowTerms {
  let flow: FlowModel
  /// The loss of the settings, where the file is about any.
  private let loss: FlowLoss?

  init(_ flow: FlowModel, _ experiment: Experiment) {
    self.flow = flow
    loss = FlowLoss(flow, experiment)
  }

  /// A term, which is tried once: what it lacks is said before anything runs.
  ///
  /// - Parameter isMoving: whether `der` is along the velocity that the state has, rather than the one that the file says.
  func source(
    _ term: Term, isNegative: Bool = false, isMoving: Bool = false
  ) throws(Refusal) -> TextSource {
    let (program, loss) = (flow.program, loss)
    // A second derivative is the file's own.
    let moving = isMoving && (try? program.evaluator(alongVelocityOf: term)) != nil
    let make: @Sendable () throws(Refusal) -> TermQuantity = { () throws(Refusal) in
      let evaluator = try moving ? program.evaluator(alongVelocityOf: term) : program.evaluator(of: term)
      let takesLoss = evaluator.cotangentCount > 0 || evaluator.takesLoss
      let own = takesLoss ? try loss.map { (loss) throws(Refusal) in try loss.make() } : nil
      return TermQuantity(evaluator, loss: own, sign: isNegative ? -1 : 1)
    }
    _ = try make()
    let text = flow.checked.text(of: term)
    return TextSource(isNegative ? "-\(text)" : text) { try? make() }
  }

  /// The terms of a sum, with their signs.
  func terms(
    _ term: Term, isNegative: Bool = false, isMoving: Bool = false
  ) throws(Refusal) -> [TextSource] {
    switch term.kind {
    case .sum(let first, let addends):
      var all = try terms(first, isNegative: isNegative, isMoving: isMoving)
      for addend in addends {
        all += try terms(addend.operand, isNegative: addend.isSubtracted != isNegative, isMoving: isMoving)
      }
      return all
    case .negative(let operand): return try terms(operand, isNegative: !isNegative, isMoving: isMoving)
    default: return [try source(term, isNegative: isNegative, isMoving: isMoving)]
    }
  }

  /// The extents of a term's value: the data points where it has one for each, then its own axes.
  func shape(of term: Term) throws(Refusal) -> [Int] { try flow.program.evaluator(of: term).shape }
}

/// A term of a file as a quantity.
private final class TermQuantity: TextQuantity {
  private let evaluator: TermEvaluator
  private let loss: OutputLoss?
  private let sign: Double
  let count: Int
  var takesVelocity: Bool { evaluator.velocityCount > 0 }

  init(_ evaluator: TermEvaluator, loss: OutputLoss?, sign: Double) {
    self.evaluator = evaluator
    self.loss = loss
    self.sign = sign
    count = evaluator.count
  }

  func write(
    _ parameters: UnsafePointer<Double>, velocity: UnsafePointer<Double>, into values: UnsafeMutablePointer<Double>
  ) {
    loss?.tell(evaluator, parameters)
    evaluator.setVelocity(velocity)
    evaluator.write(parameters, into: values)
    turn(values)
  }

  func writeRate(
    _ parameters: UnsafePointer<Double>, velocity: UnsafePointer<Double>, into rates: UnsafeMutablePointer<Double>
  ) {
    loss?.tell(evaluator, parameters, velocity: velocity)
    evaluator.writeRate(parameters, velocity: velocity, into: rates)
    turn(rates)
  }

  private func turn(_ values: UnsafeMutablePointer<Double>) {
    guard sign < 0 else { return }
    for k in 0..<count { values[k] = -values[k] }
  }
}
