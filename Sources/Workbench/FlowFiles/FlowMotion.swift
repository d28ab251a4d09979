import FlowLanguage
import FlowODE
import Models

/// The field of a `.flow` file that is not gradient flow, as nodes of its program: one velocity per block.
///
/// Momentum is a field as well: θ′ = v, v′ = −τv − ∇f, whose blocks are the parameters and behind them their velocities `v_W`.
struct FlowMotion: Sendable {
  /// The blocks that move, velocities among them.
  let program: Program
  /// The velocity of every block.
  let velocities: [Program.ID]
  /// What reports call f: the loss, or where there is none half the squared speed.
  let value: Program.ID
  /// f in words.
  let formula: String

  /// Nil for gradient flow, with decay or without.
  ///
  /// - Throws: ``Refusal`` where a flow needs a loss or a number that the file does not give.
  init?(_ flow: FlowProgram, _ name: String) throws(Refusal) {
    var program = flow.program
    let blocks = program.blocks
    func loss() throws(Refusal) -> Program.ID {
      guard let loss = flow.loss else {
        throw Refusal("\(name) is about any loss", remedy: "give a loss: write 'loss …' in the file", settings: [])
      }
      return loss
    }
    func product(_ coefficient: Rational, _ nodes: [Program.ID], _ labels: [Program.Label]) -> Program.Product {
      Program.Product(
        coefficient, nodes.map { Program.Use($0, program[$0].shape.isEmpty ? [] : labels) }, out: labels)
    }
    switch flow.kind {
    case .gradient, .decay: return nil
    case .mirror:
      value = try loss()
      var found: [Program.ID] = []
      for (block, gradient) in zip(blocks, try program.gradient(of: value, by: blocks.map(\.node))) {
        let shape = program[block.node].shape
        found.append(try program.sum([product(-1, [block.node, gradient], Array(shape.indices))], shape: shape))
      }
      velocities = found
    case .momentum(let friction):
      guard let friction else {
        throw Refusal("\(name): the friction has no value", remedy: "write it as a number", settings: [])
      }
      value = try loss()
      let factor = try program.data([friction], [])
      let gradients = try program.gradient(of: value, by: blocks.map(\.node))
      var moving: [Program.ID] = []
      for block in blocks { moving.append(try program.block("v_\(block.name)", program[block.node].shape)) }
      var slowing: [Program.ID] = []
      for (own, gradient) in zip(moving, gradients) {
        let shape = program[own].shape
        let labels = Array(shape.indices)
        slowing.append(
          try program.sum([product(-1, [factor, own], labels), product(-1, [gradient], labels)], shape: shape))
      }
      velocities = moving + slowing
    case .field:
      guard let field = flow.field else { return nil }
      velocities = field
      var squares: [Program.Product] = []
      for node in field {
        let use = Program.Use(node, Array(program[node].shape.indices))
        squares.append(Program.Product(try Rational(1, 2), [use, use], out: []))
      }
      value = try program.sum(squares, shape: [])
    }
    self.program = program
    formula = flow.file.loss.map { flow.file.text(of: $0) } ?? "half the squared speed of the field"
  }

  /// How the parameters move.
  ///
  /// - Parameter summary: the flow as it was written.
  func motion(_ summary: String) -> Motion {
    Motion(summary) { [program, velocities] () throws(Refusal) in try NodeField(program, velocities) }
  }
}

/// A field that is some nodes of a program.
private final class NodeField: VelocityField {
  private let evaluators: [ProgramValues]
  private let offsets: [Int]

  init(_ program: Program, _ velocities: [Program.ID]) throws(Refusal) {
    var evaluators: [ProgramValues] = []
    for node in velocities { evaluators.append(try ProgramValues(program, of: node)) }
    self.evaluators = evaluators
    offsets = program.layout.blocks.map(\.offset)
  }

  func write(_ parameters: UnsafePointer<Double>, into velocity: UnsafeMutablePointer<Double>) {
    for (evaluator, offset) in zip(evaluators, offsets) { evaluator.write(parameters, into: velocity + offset) }
  }

  func writeDerivative(
    _ parameters: UnsafePointer<Double>, along direction: UnsafePointer<Double>,
    into derivative: UnsafeMutablePointer<Double>
  ) {
    for (evaluator, offset) in zip(evaluators, offsets) {
      evaluator.writeDerivatives(parameters, direction: direction, into: derivative + offset)
    }
  }
}
