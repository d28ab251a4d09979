import CMath
import Models
import Testing

/// What a family of models promises besides what `checkModel` asks: each returns the faults it finds.
package enum FamilyChecks {
  /// Where an evaluator of the family's own differs from the program's, for one kind of measurements.
  package static func kernel(_ model: Model, _ sensing: Sensing, random: inout TestRandom) throws -> [String] {
    try kernel(model, on: try measure(sensing, shape: model.endShape, random: &random), "\(sensing)", random: &random)
  }

  /// The same for measurements that are given, and called something.
  package static func kernel(
    _ model: Model, on measurements: Measurements, _ sensing: String, random: inout TestRandom
  ) throws -> [String] {
    let own = Checked(evaluator: try model.evaluator(for: measurements))
    let program = Checked(evaluator: try model.programEvaluator(for: measurements))
    let (n, m) = (own.n, own.m)
    let (x, v) = (random.numbers(n), random.numbers(n))
    let (w, dw) = (random.numbers(m), random.numbers(m))
    let pairs = [
      ("predictions", own.predict(x), program.predict(x)),
      ("pullback", own.pullback(x, w), program.pullback(x, w)),
      ("pushforward", own.pushforward(x, v), program.pushforward(x, v)),
      ("tangent", own.pullbackTangent(x, w, v, dw), program.pullbackTangent(x, w, v, dw)),
    ]
    return pairs.filter { !agree($0.1, $0.2, within: 1e-12 * max(1, largest($0.2))) }.map {
      "\(model.summary), \(sensing): the \($0.0) of the kernel"
    }
  }

  /// Which laws and invariants have a rate along the gradient of a random loss.
  package static func laws(_ model: Model, random: inout TestRandom) throws -> [String] {
    let output = try #require(model.program.output)
    var faults: [String] = []
    for law in model.laws where try largestRate([law], model.program, of: output, random: &random) > 1e-12 {
      faults.append("\(model.summary): \(law.statement)")
    }
    let checked = Checked(evaluator: try ProgramEvaluator(model.program, predictions: output))
    // Powers may be negative.
    let x = random.numbers(checked.n).map { 1 + $0 / 2 }
    let velocity = checked.pullback(x, random.numbers(checked.m))
    for invariant in model.invariants {
      func blocks(_ name: String) -> ParameterBlock? { model.layout.blocks.first { $0.name == name } }
      let factors = invariant.terms.flatMap(\.factors)
      let count = try #require(factors.first.flatMap { blocks($0.block) }).count
      for entry in 0..<count {
        var (rate, size) = (0.0, 0.0)
        for term in invariant.terms {
          let places = try term.factors.map { (try #require(blocks($0.block)).offset + entry, Double($0.power)) }
          let value = places.reduce(term.coefficient) { $0 * pow(x[$1.0], $1.1) }
          for (place, power) in places {
            rate += value * power * velocity[place] / x[place]
            size = max(size, abs(value * power * velocity[place] / x[place]))
          }
        }
        if !(abs(rate) <= 1e-12 * max(1, size)) { faults.append("\(model.summary): \(invariant.formula)") }
      }
    }
    return faults
  }

  /// What is wrong with the balanced start: a two-sided law that is not 0, or, where it was found by rescaling, another W.
  package static func start(_ model: Model, random: inout TestRandom) throws -> [String] {
    let twoSided = model.laws.filter(\.isTwoSided)
    let output = try #require(model.program.output)
    func unbalanced(_ start: [Double], _ words: String) -> [String] {
      let scale = max(1, dot(start, start))
      return twoSided.filter { law in
        law.rows(in: model.program).contains { !(abs($0.value(start)) <= 1e-12 * scale) }
      }.map { "\(model.summary): \($0.statement) with another value than 0 at \(words)" }
    }
    guard !twoSided.isEmpty else { return [] }
    let chosen = try Initialization.balanced.parameters(for: model, scale: 0.7, seed: random.bits() >> 1)
    let drawn = random.numbers(model.layout.count)
    let balanced = try model.program.balancedStart(of: [output], from: drawn)
    let (before, after) = (object(of: model, drawn), object(of: model, balanced))
    return unbalanced(chosen, "the balanced start") + unbalanced(balanced, "a rescaled start")
      + (agree(before, after, within: 1e-12 * max(1, largest(before))) ? [] : ["\(model.summary): W rescaled"])
  }
}
