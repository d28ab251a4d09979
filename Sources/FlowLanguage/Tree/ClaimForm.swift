/// What a claim says about values: formulas in the tree, typed terms in a checked file.
public indirect enum ClaimForm<Value: Equatable & Sendable>: Equatable, Sendable {
  /// The value, entry by entry, does not change along the flow.
  case conserved(Value, given: [Equation<Value>])
  /// Its derivative is −rate times the value.
  case decays(Value, rate: Value, given: [Equation<Value>])
  /// Both sides are equal at every point, not only along the flow.
  case identity(Equation<Value>, given: [Equation<Value>])
  /// The number does not grow along the flow; `by` are terms whose squares its derivative is minus the sum of, if they are given.
  case nonincreasing(Value, by: [Value])
  /// Where the comparison is true it stays true along the flow; the cofactor k says (left − right)' = k (left − right).
  case invariant(Comparison<Value>, cofactor: Value?, given: [Equation<Value>])
  /// So many independent conservation laws of at most this degree exist; nil where the file does not say.
  case laws(degree: Int?, count: Int?)
  /// The comparison is true at every time of an interval.
  case always(Comparison<Value>, from: ExactNumber, to: ExactNumber)
  /// The comparison is true at a time, to within a tolerance.
  case reaches(Comparison<Value>, at: ExactNumber, within: ExactNumber)
  /// The first is a constant times the second to the power of the third.
  case grows(Value, like: Value, exponent: Value)
}

/// Two sides that are equal.
public struct Equation<Value: Equatable & Sendable>: Equatable, Sendable {
  /// The left side.
  public let left: Value
  /// The right side.
  public let right: Value
}

/// Two sides and how they compare.
public struct Comparison<Value: Equatable & Sendable>: Equatable, Sendable {
  /// The left side.
  public let left: Value
  /// How it compares with the right side, in every entry.
  public let relation: Relation
  /// The right side.
  public let right: Value
}

/// How numbers compare.
public enum Relation: String, Equatable, Sendable, CaseIterable {
  /// Less than.
  case less = "<"
  /// At most.
  case lessOrEqual = "<="
  /// Greater than.
  case greater = ">"
  /// At least.
  case greaterOrEqual = ">="
  /// Equal to.
  case equal = "="
}

extension ClaimForm {
  /// The same claim about other values; nil where a value has none. Every value is visited, in the order of the text.
  func map<Other>(_ transform: (Value) -> Other?) -> ClaimForm<Other>? {
    func equation(_ sides: Equation<Value>) -> Equation<Other>? {
      let (left, right) = (transform(sides.left), transform(sides.right))
      return left.flatMap { left in right.map { Equation<Other>(left: left, right: $0) } }
    }
    func all<A, B>(_ values: [A], _ transform: (A) -> B?) -> [B]? {
      let results = values.map(transform)
      let found = results.compactMap { $0 }
      return found.count == results.count ? found : nil
    }
    func comparison(_ sides: Comparison<Value>) -> Comparison<Other>? {
      equation(Equation(left: sides.left, right: sides.right)).map {
        Comparison<Other>(left: $0.left, relation: sides.relation, right: $0.right)
      }
    }
    switch self {
    case .conserved(let value, let given):
      guard case (let value?, let given?) = (transform(value), all(given, equation)) else { return nil }
      return .conserved(value, given: given)
    case .decays(let value, let rate, let given):
      guard case (let value?, let rate?, let given?) = (transform(value), transform(rate), all(given, equation))
      else { return nil }
      return .decays(value, rate: rate, given: given)
    case .identity(let sides, let given):
      guard case (let sides?, let given?) = (equation(sides), all(given, equation)) else { return nil }
      return .identity(sides, given: given)
    case .nonincreasing(let value, let roots):
      guard case (let value?, let roots?) = (transform(value), all(roots, transform)) else { return nil }
      return .nonincreasing(value, by: roots)
    case .invariant(let sides, let cofactor, let given):
      let changed = cofactor.map(transform)
      guard case (let sides?, let given?) = (comparison(sides), all(given, equation)) else { return nil }
      if case .some(.none) = changed { return nil }
      return .invariant(sides, cofactor: changed ?? nil, given: given)
    case .laws(let degree, let count): return .laws(degree: degree, count: count)
    case .always(let sides, let from, let to):
      return comparison(sides).map { .always($0, from: from, to: to) }
    case .reaches(let sides, let time, let tolerance):
      return comparison(sides).map { .reaches($0, at: time, within: tolerance) }
    case .grows(let value, let base, let exponent):
      guard case (let value?, let base?, let exponent?) = (transform(value), transform(base), transform(exponent))
      else { return nil }
      return .grows(value, like: base, exponent: exponent)
    }
  }
}
