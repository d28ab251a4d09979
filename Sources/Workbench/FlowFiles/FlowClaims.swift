import FlowLanguage
import Models
import Theorems

/// The claims of a `.flow` file as claims of trajectories.
struct FlowClaims {
  /// Those that a trajectory can judge, in the order of the text.
  private(set) var stated: [StatedClaim] = []
  /// Those that none can, and why, a sentence each.
  private(set) var left: [String] = []

  /// What a claim is called: its name in the file, or its number among the claims, from 1.
  static func name(_ claim: CheckedClaim, number: Int) -> String { claim.label ?? "claim-\(number)" }

  /// - Throws: ``Refusal`` for a term that has no numbers, or a name that stands twice.
  init(_ flow: FlowModel) throws(Refusal) {
    var names: Set<String> = []
    for (k, claim) in flow.checked.claims.enumerated() {
      let name = Self.name(claim, number: k + 1)
      guard names.insert(name).inserted else {
        throw Refusal("\(flow.name): two claims are called '\(name)'", remedy: "give them other names", settings: [])
      }
      if claim.isScaleLimit {
        left.append("\(name) is about the limit of small starts, which one start does not tell")
        continue
      }
      do throws(Refusal) {
        if let made = try FlowClaim(flow, claim, name).stated() {
          stated.append(made)
        } else {
          left.append("\(name) counts conservation laws, which no trajectory tells")
        }
      } catch {
        throw Refusal("the claim \(name): \(error.problem)", remedy: error.remedy, settings: error.settings)
      }
    }
  }
}

/// One claim of a file, made into one of a trajectory.
private struct FlowClaim {
  private let flow: FlowModel
  private let claim: CheckedClaim
  private let name: String

  init(_ flow: FlowModel, _ claim: CheckedClaim, _ name: String) {
    self.flow = flow
    self.claim = claim
    self.name = name
  }

  /// Nil for what no trajectory tells.
  func stated() throws(Refusal) -> StatedClaim? {
    switch claim.form {
    case .conserved(let value, let given): return try frame([value], given).conserved(terms(value))
    case .decays(let value, let rate, let given):
      return try frame([value, rate], given).decays(terms(value), rate: source(rate))
    case .identity(let sides, let given):
      return try frame([sides.left, sides.right], given).identity(
        terms(sides.left, isMoving: true), terms(sides.right, isMoving: true))
    case .nonincreasing(let value, let roots):
      let frame = try frame([value] + roots, [])
      return roots.isEmpty
        ? frame.nonincreasing(try source(value)) : frame.nonincreasing(try source(value), by: try sources(roots))
    case .invariant(let sides, let cofactor, let given):
      return try invariant(sides, cofactor, given)
    case .laws: return nil
    case .always(let sides, let from, let to):
      return try frame([sides.left, sides.right], []).always(comparison(sides), from: from.value, to: to.value)
    case .reaches(let sides, let time, let tolerance):
      return try frame([sides.left, sides.right], []).reaches(
        comparison(sides), isEquation: sides.relation == .equal, at: time.value, within: tolerance.value)
    case .grows(let value, let base, let exponent):
      return try frame([value, base], []).grows(
        source(value, isMoving: true), like: source(base), exponent: number(exponent))
    }
  }

  private func invariant(
    _ sides: FlowLanguage.Comparison<Term>, _ cofactor: Term?, _ given: [Equation<Term>]
  ) throws(Refusal) -> StatedClaim {
    let frame = try frame([sides.left, sides.right] + (cofactor.map { [$0] } ?? []), given)
    if sides.relation == .equal, cofactor == nil {
      return try frame.invariant(
        terms(sides.left), equal: terms(sides.right), TextEquation(source(sides.left), source(sides.right)))
    }
    guard let cofactor else { return frame.invariant(try comparison(sides)) }
    let (larger, smaller) = Self.ordered(sides)
    return frame.keepsSign(
      try comparison(sides), terms: try terms(larger) + terms(smaller, isNegative: true),
      cofactor: try source(cofactor))
  }

  private func frame(_ values: [Term], _ given: [Equation<Term>]) throws(Refusal) -> TextClaim {
    var equations: [TextEquation] = []
    for equation in given { equations.append(TextEquation(try source(equation.left), try source(equation.right))) }
    let position = flow.checked.source.position(of: claim.span.start)
    return TextClaim(
      name: name, text: claim.text, place: "\(flow.name):\(position.line)", example: "flowcheck run \(flow.path)",
      blocks: blocks(of: values + given.flatMap { [$0.left, $0.right] }), given: equations)
  }

  /// The parameter blocks that occur in terms, ascending.
  private func blocks(of terms: [Term]) -> [Int] {
    let declarations = flow.checked.declarations
    let parameters = declarations.indices.filter { declarations[$0].role == .parameter }
    var isSeen = [Bool](repeating: false, count: declarations.count)
    var wholeLoss = false
    func see(_ position: Int) {
      guard !isSeen[position] else { return }
      isSeen[position] = true
      if let value = declarations[position].value { visit(value) }
    }
    func visit(_ term: Term) {
      switch term.kind {
      case .declared(let position), .velocity(let position): see(position)
      case .loss, .gradient: wholeLoss = true
      default: for part in term.kind.parts { visit(part) }
      }
    }
    for term in terms { visit(term) }
    if wholeLoss {
      if let loss = flow.checked.loss { visit(loss) } else if let model = flow.checked.model { see(model) }
    }
    return parameters.enumerated().compactMap { isSeen[$0.element] ? $0.offset : nil }
  }

  private static func ordered(_ sides: FlowLanguage.Comparison<Term>) -> (larger: Term, smaller: Term) {
    switch sides.relation {
    case .less, .lessOrEqual: (sides.right, sides.left)
    case .greater, .greaterOrEqual, .equal: (sides.left, sides.right)
    }
  }

  private func comparison(_ sides: FlowLanguage.Comparison<Term>) throws(Refusal) -> TextComparison {
    let (larger, smaller) = Self.ordered(sides)
    let text =
      "\(flow.checked.wholeText(of: sides.left)) \(sides.relation.rawValue) \(flow.checked.wholeText(of: sides.right))"
    return TextComparison(
      try source(larger), atLeast: try source(smaller), isStrict: [.less, .greater].contains(sides.relation), text: text
    )
  }

  /// The terms of a sum, with their signs.
  ///
  /// - Parameter isMoving: whether `der` is along the velocity that the state has, rather than the one that the file says.
  private func terms(
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

  private func sources(_ terms: [Term]) throws(Refusal) -> [TextSource] {
    var sources: [TextSource] = []
    for term in terms { sources.append(try source(term)) }
    return sources
  }

  /// A term, which is tried once: what it lacks is said before anything runs.
  private func source(
    _ term: Term, isNegative: Bool = false, isMoving: Bool = false
  ) throws(Refusal) -> TextSource {
    let program = flow.program
    // A second derivative is the file's own.
    let moving = isMoving && (try? program.evaluator(alongVelocityOf: term)) != nil
    let make: @Sendable () throws(Refusal) -> TermEvaluator = { () throws(Refusal) in
      try moving ? program.evaluator(alongVelocityOf: term) : program.evaluator(of: term)
    }
    guard try make().cotangentCount == 0 else {
      throw Refusal(
        "grad and der are of a loss, and \(flow.name) is about any", remedy: "give a loss: write 'loss …' in the file",
        settings: [])
    }
    let text = flow.checked.wholeText(of: term)
    return TextSource(isNegative ? "-\(text)" : text) {
      (try? make()).map { TermQuantity($0, sign: isNegative ? -1 : 1) }
    }
  }

  private func number(_ term: Term) throws(Refusal) -> Double {
    guard let quantity = try source(term).value(at: [Double](repeating: 0, count: flow.model.layout.count)) else {
      throw Refusal("the exponent is no number", remedy: "write one, such as 2 - 2/3", settings: [])
    }
    return quantity
  }
}

/// A term of a file as a quantity.
private final class TermQuantity: TextQuantity {
  private let evaluator: TermEvaluator
  private let sign: Double
  let count: Int

  init(_ evaluator: TermEvaluator, sign: Double) {
    self.evaluator = evaluator
    self.sign = sign
    count = evaluator.count
  }

  func write(
    _ parameters: UnsafePointer<Double>, velocity: UnsafePointer<Double>, into values: UnsafeMutablePointer<Double>
  ) {
    evaluator.setVelocity(velocity)
    evaluator.write(parameters, into: values)
    turn(values)
  }

  func writeRate(
    _ parameters: UnsafePointer<Double>, velocity: UnsafePointer<Double>, into rates: UnsafeMutablePointer<Double>
  ) {
    evaluator.writeRate(parameters, velocity: velocity, into: rates)
    turn(rates)
  }

  private func turn(_ values: UnsafeMutablePointer<Double>) {
    guard sign < 0 else { return }
    for k in 0..<count { values[k] = -values[k] }
  }
}
