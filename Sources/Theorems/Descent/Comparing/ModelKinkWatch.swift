import FlowODE
import Models

/// Counts the steps of a reference on which the argument of some function of the model, such as a relu, passed a kink of it.
///
/// Between two accepted states only: what passes a kink and comes back within one step is not seen.
final class ModelKinkWatch: TrajectoryObserver {
  /// The arguments of a function, and on which side of each kink every one of them is.
  private struct Watched {
    let name: String
    let kinks: [Double]
    let values: ProgramValues
    let buffer: Buffer<Double>
    var isAbove: [Bool]
  }

  private(set) var crossings = 0
  /// The functions whose kinks were passed.
  private(set) var names: [String] = []
  private var watched: [Watched] = []
  private var hasPrevious = false

  /// - Returns: nil for a model without kinks.
  init?(_ problem: Problem) {
    guard problem.model.nonsmoothness != nil,
      let (program, output) = try? problem.model.predictions(problem.measurements)
    else { return nil }
    let needed = program.ancestors(of: [output])
    for (index, node) in program.nodes.enumerated() where needed[index] {
      // Arguments that are too many to hold, or not of parameters alone, are not watched.
      guard case .map(let function, let argument) = node.kind, !function.kinks.isEmpty,
        let values = try? ProgramValues(program, of: argument)
      else { continue }
      watched.append(
        Watched(
          name: function.name, kinks: function.kinks, values: values, buffer: Buffer(count: max(1, values.count)),
          isAbove: [Bool](repeating: false, count: function.kinks.count * values.count)))
    }
  }

  func observe(_ point: TrajectoryPoint) {
    guard point.isStep else { return }
    var isCrossed = false
    for k in watched.indices {
      let buffer = watched[k].buffer.pointer
      watched[k].values.write(point.parameters, into: buffer)
      let count = watched[k].values.count
      for (l, kink) in watched[k].kinks.enumerated() {
        for i in 0..<count where (buffer[i] >= kink) != watched[k].isAbove[l * count + i] {
          watched[k].isAbove[l * count + i].toggle()
          guard hasPrevious else { continue }
          isCrossed = true
          if !names.contains(watched[k].name) { names.append(watched[k].name) }
        }
      }
    }
    hasPrevious = true
    if isCrossed { crossings += 1 }
  }
}
