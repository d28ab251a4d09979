import FlowLanguage
import FlowODE
import Models
import Theorems

/// The claims of a `.flow` file, by name, before it is known what the experiment is.
struct FlowClaimNames {
  /// Those that a trajectory can judge, in the order of the text.
  private(set) var stated: [String] = []
  /// Those about the limit of small starts.
  private(set) var limits: [String] = []
  /// All that are judged.
  private(set) var judged: [String] = []
  /// Those that no run tells, and why, a sentence each.
  private(set) var left: [String] = []

  /// - Throws: ``Refusal`` for a name that stands twice.
  init(_ flow: FlowModel) throws(Refusal) {
    var names: Set<String> = []
    for (k, claim) in flow.checked.claims.enumerated() {
      let name = Self.name(claim, number: k + 1)
      guard names.insert(name).inserted else {
        throw Refusal("\(flow.name): two claims are called '\(name)'", remedy: "give them other names", settings: [])
      }
      if case .laws = claim.form {
        left.append("\(name) counts conservation laws, which no trajectory tells")
        continue
      }
      judged.append(name)
      if claim.isScaleLimit { limits.append(name) } else { stated.append(name) }
    }
  }

  /// What a claim is called: its name in the file, or its number among the claims, from 1.
  static func name(_ claim: CheckedClaim, number: Int) -> String { claim.label ?? "claim-\(number)" }
}

/// The claims of a `.flow` file as claims of trajectories.
struct FlowClaims {
  /// Those about one trajectory, in the order of the text.
  private(set) var stated: [StatedClaim] = []
  /// Those about the limit of small starts, without the limit.
  private(set) var limits: [StatedClaim] = []

  /// - Parameter experiment: says what the loss is where the file is about any.
  /// - Throws: ``Refusal`` for a term that has no numbers.
  init(_ flow: FlowModel, _ experiment: Experiment) throws(Refusal) {
    let terms = FlowTerms(flow, experiment)
    for (k, claim) in flow.checked.claims.enumerated() {
      let name = FlowClaimNames.name(claim, number: k + 1)
      do throws(Refusal) {
        guard let made = try FlowClaim(terms, claim, name).stated() else { continue }
        if claim.isScaleLimit { limits.append(made) } else { stated.append(made) }
      } catch {
        throw Refusal("the claim \(name): \(error.problem)", remedy: error.remedy, settings: error.settings)
      }
    }
  }
}

/// One claim of a file, made into one of a trajectory.
private struct FlowClaim {
  private let values: FlowTerms
  private let claim: CheckedClaim
  private let name: String
  private var flow: FlowModel { values.flow }

  init(_ values: FlowTerms, _ claim: CheckedClaim, _ name: String) {
    self.values = values
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
      "\(flow.checked.text(of: sides.left)) \(sides.relation.rawValue) \(flow.checked.text(of: sides.right))"
    return TextComparison(
      try source(larger), atLeast: try source(smaller), isStrict: [.less, .greater].contains(sides.relation), text: text
    )
  }

  private func terms(
    _ term: Term, isNegative: Bool = false, isMoving: Bool = false
  ) throws(Refusal) -> [TextSource] {
    try values.terms(term, isNegative: isNegative, isMoving: isMoving)
  }

  private func source(_ term: Term, isMoving: Bool = false) throws(Refusal) -> TextSource {
    try values.source(term, isMoving: isMoving)
  }

  private func sources(_ terms: [Term]) throws(Refusal) -> [TextSource] {
    var sources: [TextSource] = []
    for term in terms { sources.append(try source(term)) }
    return sources
  }

  private func number(_ term: Term) throws(Refusal) -> Double {
    guard let quantity = try source(term).value(at: [Double](repeating: 0, count: flow.model.layout.count)) else {
      throw Refusal("the exponent is no number", remedy: "write one, such as 2 - 2/3", settings: [])
    }
    return quantity
  }
}
