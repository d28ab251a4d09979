import FlowLanguage
import Models
import Testing

/// The entries of a node.
func values(_ program: Program, _ node: Program.ID, _ parameters: [Double]) throws -> [Double] {
  let evaluator = try ProgramEvaluator(program, predictions: node)
  var result = [Double](repeating: .nan, count: evaluator.measurementCount)
  evaluator.predict(parameters, into: &result)
  return result
}

/// The gradient of a node that is a number.
func gradient(_ program: Program, _ node: Program.ID, _ parameters: [Double]) throws -> [Double] {
  let evaluator = try ProgramEvaluator(program, predictions: node)
  var result = [Double](repeating: .nan, count: evaluator.parameterCount)
  evaluator.predictAndPullback(parameters, weigh: { $1[0] = 1 }, into: &result)
  return result
}

extension TermEvaluator {
  func values(_ state: [Double]) -> [Double] {
    var result = [Double](repeating: .nan, count: count)
    write(state, into: &result)
    return result
  }

  func rates(_ state: [Double], _ velocity: [Double]) -> [Double] {
    var result = [Double](repeating: .nan, count: count)
    writeRate(state, velocity: velocity, into: &result)
    return result
  }

  func terms(_ state: [Double]) -> [Double] {
    var result = [Double](repeating: .nan, count: count * termCount)
    writeTerms(state, into: &result)
    return result
  }
}

/// Whether numbers agree to within a part of the largest of them, or of 1.
func expectClose(
  _ a: [Double], _ b: [Double], _ tolerance: Double, _ comment: String = "",
  sourceLocation: SourceLocation = #_sourceLocation
) {
  let size = (a + b).reduce(1) { max($0, abs($1)) }
  let worst = zip(a, b).reduce(0.0) {
    $1.0 == $1.1 ? $0 : max($0, abs($1.0 - $1.1) / size, ($1.0 - $1.1).isNaN ? 1 : 0)
  }
  #expect(a.count == b.count && worst <= tolerance, "\(worst) \(a) \(b) \(comment)", sourceLocation: sourceLocation)
}

/// Derivatives by every parameter of something that loops compute, by complex steps.
func complexGradient(_ parameters: [Double], _ value: ([Complex]) throws -> Complex) throws -> [Double] {
  try parameters.indices.map { k in
    var moved = parameters.map { Complex($0) }
    moved[k].imaginary = Complex.step
    return try value(moved).derivative
  }
}
