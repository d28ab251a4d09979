import CertificateChecker
import FlowLanguage
import Models

/// What the program that the integrator runs says of a claim, in doubles at random states: another reading of the language, other
/// derivatives, several data points.
enum Oracle {
  enum Answer { case isTrue, isFalse, unknown }

  /// Whether a claim seems true, at two choices of open sizes.
  static func answer(_ source: String, _ sizes: [String: Int], _ claim: String, seed: UInt64) -> Answer {
    let text = source + "\nclaim \(claim)"
    guard let open = FlowFile.parse(text, name: "oracle").check(sizes: sizes).file?.openSizes else { return .unknown }
    var answers: [Answer] = []
    for shift in 0...1 {
      var all = sizes
      for (place, name) in open.enumerated() { all[name] = 2 + (place + shift) % 2 }
      answers.append((try? answerAtSizes(text, all, seed: seed + UInt64(shift))) ?? .unknown)
    }
    if answers.contains(.isFalse) { return .isFalse }
    return answers.contains(.unknown) ? .unknown : .isTrue
  }

  private static func answerAtSizes(_ text: String, _ sizes: [String: Int], seed: UInt64) throws -> Answer {
    guard let file = FlowFile.parse(text, name: "oracle").check(sizes: sizes).file, let claim = file.claims.last else {
      return .unknown
    }
    let (isEquation, shown): (Bool, String)
    switch claim.form {
    case .conserved(let value, let given) where given.isEmpty:
      (isEquation, shown) = (true, "der(\(file.text(of: value)))")
    case .decays(let value, let rate, let given) where given.isEmpty:
      let q = file.text(of: value)
      (isEquation, shown) = (true, "der(\(q)) + (\(file.text(of: rate)))*(\(q))")
    case .identity(let sides, let given) where given.isEmpty:
      let isZero = file.text(of: sides.right) == "0"
      (isEquation, shown) = (
        true, isZero ? file.text(of: sides.left) : "(\(file.text(of: sides.left))) - (\(file.text(of: sides.right)))"
      )
    case .nonincreasing(let value, let by) where by.isEmpty:
      (isEquation, shown) = (false, "der(\(file.text(of: value)))")
    case .invariant(let sides, let cofactor?, let given) where given.isEmpty && sides.left.shape.isNumber:
      let q = "(\(file.text(of: sides.left)) - (\(file.text(of: sides.right))))"
      (isEquation, shown) = (true, "der(\(q)) - (\(file.text(of: cofactor)))*\(q)")
    case .invariant(let sides, nil, let given)
    where given.isEmpty && sides.relation != .equal && sides.left.shape.isNumber:
      return try onBoundary(text, sizes, file, sides, seed: seed)
    default: return .unknown
    }
    let flow = try program(text + "\nobserve \(shown)", sizes, seed: seed)
    guard let term = flow.file.observations.last?.value else { return .unknown }
    let evaluator = try flow.evaluator(of: term)
    var random = Generator(seed)
    for _ in 0..<6 {
      let (state, scale) = prepare(evaluator, &random)
      for value in values(evaluator, state) {
        if value.isNaN { return .unknown }
        if isEquation ? abs(value) > 1e-12 * scale : value > 1e-12 * scale { return .isFalse }
      }
    }
    return .isTrue
  }

  private static func program(_ text: String, _ sizes: [String: Int], seed: UInt64) throws -> FlowProgram {
    guard let file = FlowFile.parse(text, name: "oracle").check(sizes: sizes).file else { throw Unreadable() }
    var random = Generator(seed + 100)
    var (data, points) = ([String: [Double]](), [String: [Double]]())
    for array in file.neededArrays {
      let count = array.shape.reduce(array.isInput ? 3 : 1, *)
      let entries = (0..<count).map { _ in number(&random) }
      if array.isInput { points[array.name] = entries } else { data[array.name] = entries }
    }
    return try FlowProgram(file, data: data, points: points.isEmpty ? nil : DataPoints(count: 3, values: points))
  }

  private struct Unreadable: Error {}

  private static func number(_ random: inout Generator) -> Double { Double(random.below(2_000_001)) / 1e6 - 1 }

  /// A random state, with random derivatives of a loss that is any.
  private static func prepare(_ evaluator: TermEvaluator, _ random: inout Generator) -> (state: [Double], scale: Double)
  {
    let cotangent = (0..<max(evaluator.cotangentCount, 1)).map { _ in number(&random) }
    evaluator.setCotangent(cotangent)
    return ((0..<evaluator.stateCount).map { _ in 1.5 * number(&random) }, 10)
  }

  private static func values(_ evaluator: TermEvaluator, _ state: [Double]) -> [Double] {
    var result = [Double](repeating: .nan, count: evaluator.count)
    evaluator.write(state, into: &result)
    return result
  }

  /// The sign of the derivative where the two sides are equal, found by bisection between random states.
  private static func onBoundary(
    _ text: String, _ sizes: [String: Int], _ file: CheckedFile, _ sides: Comparison<Term>, seed: UInt64
  ) throws -> Answer {
    let q = "(\(file.text(of: sides.left))) - (\(file.text(of: sides.right)))"
    let flow = try program(text + "\nobserve \(q), der(\(q))", sizes, seed: seed)
    let terms = flow.file.observations.suffix(2).map(\.value)
    let (height, slope) = (try flow.evaluator(of: terms[0]), try flow.evaluator(of: terms[1]))
    var (random, found) = (Generator(seed), 0)
    for _ in 0..<40 {
      var (low, _) = prepare(slope, &random)
      var (high, _) = prepare(slope, &random)
      guard values(height, low)[0] * values(height, high)[0] < 0 else { continue }
      for _ in 0..<80 {
        let middle = zip(low, high).map { ($0 + $1) / 2 }
        if values(height, low)[0] * values(height, middle)[0] <= 0 { high = middle } else { low = middle }
      }
      found += 1
      let value = values(slope, low)[0]
      if value.isNaN { return .unknown }
      let isBelow = sides.relation == .less || sides.relation == .lessOrEqual
      if (isBelow ? value : -value) > 1e-9 { return .isFalse }
    }
    return found > 3 ? .isTrue : .unknown
  }
}
