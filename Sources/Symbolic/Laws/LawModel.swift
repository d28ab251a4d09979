import Models

/// A model whose conservation laws are asked for: a program, the node whose entries the loss sees, and what is arbitrary in it.
///
/// A law is one of *every* field θ' = −Σₖ gₖ ∇φₖ, φₖ the observed entries, gₖ any numbers, for all values of the arbitrary arrays.
public struct LawModel: Sendable {
  /// The program.
  public let program: Program
  /// The node that the loss is a function of.
  public let output: Program.ID
  /// The entries of the output that the loss sees, row-major and ascending; nil for all.
  public let observed: [Int]?
  /// Constant arrays of the program that stand for any numbers, such as inputs, by position in ``Program/data``.
  public let freeData: Set<Int>
  /// What moves the parameters.
  public var flow = LawFlow.gradient
  /// What it is, in one phrase.
  public let summary: String

  /// - Throws: ``Refusal`` if the output depends on no parameters, or an observed entry is not there.
  public init(
    _ program: Program, output: Program.ID, observed: [Int]? = nil, freeData: Set<Int> = [],
    summary: String = "the model"
  ) throws(Refusal) {
    guard !program.blocks.isEmpty else {
      throw Refusal("\(summary) has no parameters", remedy: "give it a block")
    }
    guard program.nodes.indices.contains(output.index) else {
      throw Refusal("the output of \(summary) is not in its program", remedy: "name a node of the program")
    }
    guard observed?.isEmpty != true else {
      throw Refusal("no entry of \(summary) is observed", remedy: "observe at least one")
    }
    if let wrong = observed?.first(where: { $0 < 0 || $0 >= program[output].count }) {
      throw Refusal(
        "entry \(wrong) of \(summary) is observed, which has \(program[output].count) entries",
        remedy: "count entries from 0, row by row")
    }
    self.program = program
    self.output = output
    self.observed = observed.map { Set($0).sorted() }
    self.freeData = freeData
    self.summary = summary
  }

  /// A bound of the number of independent gradients ∇φₖ at a point, where one is known: it saves drawing more.
  package var gradientBound: Int? {
    let needed = program.ancestors(of: [output])
    let isFree = program.nodes.indices.contains { index in
      if needed[index], case .data(let number) = program.nodes[index].kind { return freeData.contains(number) }
      return false
    }
    if let knownGradientBound { return knownGradientBound }
    return isFree || hasGates ? nil : observed?.count ?? program[output].count
  }
  /// The same for families that know one.
  package var knownGradientBound: Int?
  /// The patterns of activation that laws are asked for; nil for the path lifting, which has all.
  public var patterns: ActivationPatterns?
  /// Whether the output is a loss that was stated, so that laws are those of this loss.
  package var statesLoss = false

  /// A constant that is no number.
  package static func infinite(_ value: Double, _ model: LawModel) -> Refusal {
    Refusal("a constant of \(model.summary) is \(value)", remedy: "use finite numbers")
  }

  /// D.
  public var parameterCount: Int { program.layout.count }

  /// Number of coordinates that laws depend on.
  package var stateCount: Int { if case .momentum = flow { 2 * parameterCount + 1 } else { parameterCount } }

  /// Whether the loss sees a single number that depends on nothing arbitrary: all fields are multiples of one another.
  public var hasSingleField: Bool {
    guard (observed?.count ?? program[output].count) == 1, flow == .gradient || flow == .mirror else { return false }
    let needed = program.ancestors(of: [output])
    return !program.nodes.indices.contains { index in
      guard needed[index] else { return false }
      switch program.nodes[index].kind {
      case .data(let number): return freeData.contains(number)
      case .map(let function, _): return !function.kinks.isEmpty
      default: return false
      }
    }
  }

  /// Whether there are square roots.
  package var hasRoots: Bool {
    program.nodes.contains { if case .map(.squareRoot, _) = $0.kind { true } else { false } }
  }

  /// Whether functions with a kink are read as free gates: laws are those of the path lifting.
  public var hasGates: Bool {
    let needed = program.ancestors(of: [output])
    return program.nodes.indices.contains { index in
      if needed[index], case .map(let function, _) = program.nodes[index].kind { return !function.kinks.isEmpty }
      return false
    }
  }

  /// What a count of laws of this model speaks of.
  public var scope: String {
    var parts = ["for every loss of the \(observed == nil ? "output" : "observed entries")"]
    if statesLoss { parts = ["for the loss as stated"] }
    if !freeData.isEmpty { parts.append("and all inputs and data") }
    if let patterns {
      let count = patterns.patterns.count
      parts.append(
        "on the \(count) pattern\(count == 1 ? "" : "s") of activation seen at \(patterns.inputs) inputs of a random start"
      )
    } else if hasGates {
      parts.append("for the path lifting (every pattern of activation)")
    }
    switch flow {
    case .gradient: break
    case .decay: parts.append("under weight decay, each law of degree d times exp(d*int(lambda))")
    case .momentum(let friction):
      parts.append("under momentum, each law times exp(tau*t)\(friction.map { ", tau = \($0)" } ?? ", tau generic")")
    case .mirror: parts.append("under the mirror flow")
    }
    return parts.joined(separator: " ")
  }

  /// The name of every parameter in texts of polynomials: `W[1,2]`, from 1; `u` of a single number.
  public var parameterNames: [String] {
    program.layout.blocks.flatMap { block in
      (0..<block.count).map { position in
        let index = MultiIndex.at(position, shape: block.shape).map { String($0 + 1) }
        return block.shape.isEmpty ? block.name : "\(block.name)[\(index.joined(separator: ","))]"
      }
    }
  }
}

/// What moves the parameters of a model whose laws are asked for.
public enum LawFlow: Equatable, Sendable {
  /// θ' = −∇L.
  case gradient
  /// θ' = −∇L − λ(t) θ. A law of degree d of the gradient flow decays as exp(−d ∫λ), and there are no more laws than without decay: the
  /// Lie algebra in (θ, t) has one more dimension at least.
  case decay
  /// θ' = v, v' = −τ v − ∇L; laws depend on θ, v and t. Nil: any friction.
  case momentum(Rational?)
  /// θ' = −θ∘∇L.
  case mirror
}
