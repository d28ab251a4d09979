import FlowLanguage
import Models

/// How fast a quantity changes along a flow by differences of doubles alone: values of the loss and of the quantity at shifted
/// parameters, no derivative of any program and no words.
enum BondDrift {
  struct Unreadable: Error {}

  /// The largest of `|q' + rate · q|` at random states, over what the terms of q' come to; three data points.
  static func drift(_ text: String, loss: String?, claim: String, sizes: [Int], seed: UInt64) throws -> Double {
    var source = text + (loss.map { "\nloss \($0)" } ?? "") + "\nclaim \(claim)"
    let open = FlowFile.parse(source, name: "drift").check().file?.openSizes ?? []
    let values = Dictionary(uniqueKeysWithValues: open.enumerated().map { ($1, sizes[$0 % sizes.count]) })
    guard let file = FlowFile.parse(source, name: "drift").check(sizes: values).file, let stated = file.claims.last
    else {
      throw Unreadable()
    }
    let (quantity, rate): (String, String)
    switch stated.form {
    case .conserved(let value, _): (quantity, rate) = (file.text(of: value), "0")
    case .decays(let value, let speed, _): (quantity, rate) = (file.text(of: value), file.text(of: speed))
    default: throw Unreadable()
    }
    source += "\nobserve loss, \(quantity), \(rate)"
    guard let whole = FlowFile.parse(source, name: "drift").check(sizes: values).file else { throw Unreadable() }
    var random = Generator(seed)
    func number() -> Double { Double(random.below(2_000_001)) / 1e6 - 1 }
    var (data, points) = ([String: [Double]](), [String: [Double]]())
    for array in whole.neededArrays {
      let entries = (0..<array.shape.reduce(array.isInput ? 3 : 1, *)).map { _ in number() }
      if array.isInput { points[array.name] = entries } else { data[array.name] = entries }
    }
    let program = try FlowProgram(
      whole, data: data, points: points.isEmpty ? nil : DataPoints(count: 3, values: points))
    let terms = whole.observations.suffix(3).map(\.value)
    let height = try program.evaluator(of: terms[0])
    let value = try program.evaluator(of: terms[1])
    let speed = try program.evaluator(of: terms[2])
    var worst = 0.0
    for _ in 0..<3 {
      let state = (0..<value.stateCount).map { _ in number() }
      let velocity = try self.velocity(whole.flow, height, state, data)
      let change = slopes(value, state, along: velocity)
      let own = self.values(value, state)
      let factor = self.values(speed, state)[0]
      let scale = 1 + velocity.map(abs).reduce(0, max)
      for (slope, value) in zip(change, own) { worst = max(worst, abs(slope + factor * value) / scale) }
    }
    return worst
  }

  private static func values(_ evaluator: TermEvaluator, _ state: [Double]) -> [Double] {
    var result = [Double](repeating: .nan, count: evaluator.count)
    evaluator.write(state, into: &result)
    return result
  }

  /// d/ds of the values at state + s · direction, by central differences of two widths, with an error of order four.
  private static func slopes(_ evaluator: TermEvaluator, _ state: [Double], along direction: [Double]) -> [Double] {
    func central(_ h: Double) -> [Double] {
      let up = values(evaluator, zip(state, direction).map { $0 + h * $1 })
      let down = values(evaluator, zip(state, direction).map { $0 - h * $1 })
      return zip(up, down).map { ($0 - $1) / (2 * h) }
    }
    let h = 2e-3 / (1 + direction.map(abs).reduce(0, max))
    return zip(central(h), central(h / 2)).map { (4 * $1 - $0) / 3 }
  }

  private static func velocity(
    _ flow: FlowForm<Term>, _ height: TermEvaluator, _ state: [Double], _ data: [String: [Double]]
  ) throws -> [Double] {
    let isMomentum = if case .momentum = flow { true } else { false }
    let count = isMomentum ? state.count / 2 : state.count
    let down = (0..<count).map { place -> Double in
      var direction = [Double](repeating: 0, count: state.count)
      direction[place] = 1
      return -slopes(height, state, along: direction)[0]
    }
    switch flow {
    case .gradient(nil): return down
    // The texts here name the number 0.3 where a rate stands.
    case .gradient: return zip(down, state).map { $0 - 0.3 * $1 }
    case .momentum: return Array(state[count...]) + zip(down, state[count...]).map { $0 - 0.3 * $1 }
    default: throw Unreadable()
    }
  }
}
