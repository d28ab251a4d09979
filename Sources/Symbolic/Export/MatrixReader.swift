import FlowLanguage
import Models

/// Reads formulas of a text with open sizes as formulas of matrices.
package struct MatrixReader {
  package let file: CheckedFile
  /// The most letters that a formula may have once definitions are written out.
  package static let largestLength = 2000
  /// The most words that a formula may expand to.
  package static let largestWordCount = 1000.0
  /// How deep definitions may stand in each other.
  package static let largestDepth = 50

  package enum Value: Sendable {
    case matrix(MatrixExpression)
    case number(NumberExpression)
  }

  package func matrix(_ term: Term) throws(Refusal) -> MatrixExpression {
    guard case .matrix(let value) = try value(term) else { throw noWord(term) }
    return value
  }

  package func number(_ term: Term) throws(Refusal) -> NumberExpression {
    guard case .number(let value) = try value(term) else { throw noWord(term) }
    return value
  }

  /// Vectors are columns, their transposes rows.
  package func value(_ term: Term) throws(Refusal) -> Value {
    switch term.kind {
    case .number, .size:
      guard let value = ConstantFraction(term)?.integer else {
        throw file.exportRefusal(term.span, "a number that is no integer", "multiply the claim by its denominator")
      }
      return .number(.integer(value))
    case .declared(let position): return try declared(position, term)
    case .velocity(let position): return .matrix(.letter(ExportName.identifier("v", file.declarations[position].name)))
    case .gradient(let position):
      guard position == file.model, case .matrix = try value(of: term.shape) else { throw noWord(term) }
      return .matrix(.letter(ExportName.identifier("g", file.declarations[position].name)))
    case .identity: return .matrix(.identity(Self.size(term.shape.sizes[0])))
    case .transpose(let operand):
      switch try value(operand) {
      case .matrix(let a): return .matrix(.transpose(a))
      case .number(let a): return .number(a)
      }
    case .negative(let operand):
      switch try value(operand) {
      case .matrix(let a): return .matrix(.negative(a))
      case .number(let a): return .number(.negative(a))
      }
    case .sum(let first, let addends):
      var total = try value(first)
      for addend in addends { total = try sum(total, try value(addend.operand), addend.isSubtracted, term) }
      return try checked(total, term)
    case .product(let first, let factors): return try checked(try product(first, factors, term), term)
    case .power(let base, let isEntrywise, let exponent): return try power(base, isEntrywise, exponent, term)
    case .call(let function, let arguments): return try call(function, arguments, term)
    case .loss, .einsum, .derivative, .indexSum, .rows, .blocks, .entry: throw noWord(term)
    }
  }

  // MARK: Parts

  private func value(of shape: Shape) throws(Refusal) -> Value {
    shape.isNumber ? .number(.integer(0)) : .matrix(.zero)
  }

  private func declared(_ position: Int, _ term: Term) throws(Refusal) -> Value {
    let declaration = file.declarations[position]
    if declaration.role != .parameter, let value = declaration.value {
      guard declaration.indices.isEmpty, value.shape == declaration.shape else { throw noWord(term) }
      return try checked(try self.value(value), term)
    }
    guard declaration.role != .input, declaration.shape.sizes.count <= 2 else { throw noWord(term) }
    let name = CoqTerms.name(declaration)
    if declaration.shape.isNumber {
      guard declaration.role != .parameter else {
        throw file.exportRefusal(
          term.span, "a parameter that is a number, among matrices of every size", "give the sizes numbers")
      }
      return .number(.letter(name))
    }
    return .matrix(.letter(name))
  }

  private func sum(_ a: Value, _ b: Value, _ isSubtracted: Bool, _ term: Term) throws(Refusal) -> Value {
    switch (a, b) {
    case (.matrix(let a), .matrix(let b)): return .matrix(.sum(a, isSubtracted ? .negative(b) : b))
    case (.number(let a), .number(let b)): return .number(.sum(a, isSubtracted ? .negative(b) : b))
    default: throw noWord(term)
    }
  }

  private func product(_ first: Term, _ factors: [Term.Factor], _ term: Term) throws(Refusal) -> Value {
    var result = try value(first)
    for factor in factors {
      let right = try value(factor.operand)
      switch (factor.joint, result, right) {
      case (.scaled, .number(let a), .number(let b)): result = .number(.product(a, b))
      case (.scaled, .number(let a), .matrix(let b)), (.scaled, .matrix(let b), .number(let a)):
        result = .matrix(.scaled(a, b))
      case (.outer, .matrix(let a), .matrix(let b)): result = .matrix(.product(a, b))
      case (.matrix, .matrix(let a), .matrix(let b)):
        result = factor.shape.isNumber ? .number(.trace(.product(a, b))) : .matrix(.product(a, b))
      default: throw noWord(factor.operand)
      }
    }
    return result
  }

  private func power(_ base: Term, _ isEntrywise: Bool, _ exponent: Term, _ term: Term) throws(Refusal) -> Value {
    guard let count = ConstantFraction(exponent)?.integer, (1...20).contains(count), !isEntrywise else {
      throw noWord(term)
    }
    switch try value(base) {
    case .matrix(let a): return try checked(.matrix((1..<count).reduce(a) { power, _ in .product(power, a) }), term)
    case .number(let a): return try checked(.number((1..<count).reduce(a) { power, _ in .product(power, a) }), term)
    }
  }

  private func call(_ function: FunctionName, _ arguments: [Term], _ term: Term) throws(Refusal) -> Value {
    guard case .matrix(let a) = try value(arguments[0]) else { throw noWord(term) }
    switch function {
    case .trace: return .number(.trace(a))
    case .norm2: return .number(.trace(.product(.transpose(a), a)))
    case .dot: return .number(.trace(.product(.transpose(a), try matrix(arguments[1]))))
    default: throw noWord(term)
    }
  }

  private func checked(_ value: Value, _ term: Term) throws(Refusal) -> Value {
    let length =
      switch value {
      case .matrix(let a): a.length
      case .number(let a): a.length
      }
    guard length > Self.largestLength else { return value }
    throw file.exportRefusal(
      term.span, "a formula of \(length) letters, a file for all sizes may have \(Self.largestLength)", "shorten it")
  }

  private func noWord(_ term: Term) -> Refusal {
    file.exportRefusal(
      term.span, "'\(CarriedSource.harmless(file.text(of: term)))' is no sum of products of matrices",
      "give the sizes numbers: dim n = 3")
  }

  /// A size as an identifier or a number.
  package static func size(_ size: Size) -> String {
    switch size {
    case .number(let value): "\(value)"
    case .open(let name): ExportName.identifier("n", name)
    }
  }
}
