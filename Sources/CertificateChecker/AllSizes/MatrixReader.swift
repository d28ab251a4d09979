import BigInt
import FlowLanguage

/// Reads formulas as matrices of any sizes: sums, products, transposes, traces, `norm2`, `dot`, the identity and whole powers.
/// Everything else is refused.
package final class MatrixReader {
  package let file: CheckedFile
  package let table: Letters
  package let budget: Budget
  private var known: [Int: MatrixSum]
  package private(set) var asksForMotion = false
  private var velocitiesOfFile: [Int: MatrixSum]?
  private var slopesOfFile: BondRule?
  /// Whether velocities are sums of what is found here, over data points or the values of an index.
  package private(set) var dependsOnInputs = false

  package init(_ file: CheckedFile, _ table: Letters, _ budget: Budget, overrides: [Int: MatrixSum] = [:]) {
    (self.file, self.table, self.budget, known) = (file, table, budget, overrides)
  }

  // MARK: Declarations

  package func value(of position: Int) throws(Rejection) -> MatrixSum {
    if let value = known[position] { return value }
    for earlier in try file.needed(for: [position], budget, isKnown: { known[$0] != nil }) where earlier < position {
      _ = try read(earlier)
    }
    return try read(position)
  }

  private func read(_ position: Int) throws(Rejection) -> MatrixSum {
    if let value = known[position] { return value }
    let declaration = file.declarations[position]
    let value: MatrixSum
    switch declaration.role {
    case .parameter, .constant: value = try symbol(declaration)
    case .input: value = try symbol(declaration)
    case .data:
      if let stated = declaration.value, stated.shape == declaration.shape {
        value = try self.value(of: stated)
      } else if declaration.value != nil {
        throw Rejection("an array that a number fills is not read for all sizes")
      } else {
        value = try symbol(declaration)
      }
    case .model, .definition:
      guard declaration.indices.isEmpty, let stated = declaration.value else {
        throw Rejection("'\(shortened(declaration.name))' is stated by its entries, which are not read for all sizes")
      }
      value = try self.value(of: stated)
    }
    known[position] = value
    return value
  }

  private func symbol(_ declaration: Declaration) throws(Rejection) -> MatrixSum {
    MatrixSum(
      symbol: try table.symbol(declaration.name, declaration.shape, isInput: declaration.role == .input), table)
  }

  // MARK: Formulas

  package func value(of term: Term) throws(Rejection) -> MatrixSum {
    try budget.spend()
    switch term.kind {
    case .number(let number):
      guard let value = Fraction(BigInt(number.numerator), over: BigInt(number.denominator)) else {
        throw Rejection("a number has the denominator 0")
      }
      return MatrixSum(value)
    case .size(.number(let value)): return MatrixSum(Fraction(value))
    case .size(.open(let name)): return MatrixSum.numbers([[1, table.size(name)]], .one)
    case .declared(let position): return try value(of: position)
    case .velocity(let position):
      let declaration = file.declarations[position]
      return MatrixSum(symbol: try table.symbol("v_\(declaration.name)", declaration.shape), table)
    case .loss:
      asksForMotion = true
      guard let loss = file.loss else { throw Rejection("the loss is any: it has no value") }
      return try value(of: loss)
    case .identity:
      guard let size = term.shape.sizes.first else { throw Rejection("an identity without a size") }
      return .identity(size)
    case .derivative(let operand): return try derivative(of: value(of: operand))
    case .gradient(let position): return try gradient(in: position)
    case .transpose(let operand): return try value(of: operand).transposed()
    case .negative(let operand): return try value(of: operand).scaled(by: Fraction(-1))
    case .sum(let first, let addends):
      var total = try value(of: first)
      for addend in addends {
        try total.add(value(of: addend.operand), times: Fraction(addend.isSubtracted ? -1 : 1), budget)
      }
      return total
    case .product(let first, let factors): return try product(first, factors)
    case .power(let base, let isEntrywise, let exponent): return try power(base, isEntrywise, exponent)
    case .call(let function, let arguments): return try call(function, arguments)
    case .einsum, .indexSum, .rows, .blocks, .entry:
      throw Rejection("a formula with entries, index sums or blocks is not read for all sizes")
    }
  }

  private func product(_ first: Term, _ factors: [Term.Factor]) throws(Rejection) -> MatrixSum {
    var result = try value(of: first)
    for factor in factors {
      let right = try value(of: factor.operand)
      switch factor.joint {
      case .scaled, .outer: result = try result.times(right, table, budget)
      case .matrix:
        result = try result.times(right, table, budget)
        // A row times a vector.
        if factor.shape.isNumber { result = try result.trace(table, budget) }
      case .quotient:
        guard let divisor = right.constant?.inverse else {
          throw Rejection("a division by something that is no number is not read for all sizes")
        }
        result = result.scaled(by: divisor)
      case .entrywise, .entrywiseQuotient:
        throw Rejection("products entry by entry are not read for all sizes")
      }
    }
    return result
  }

  private func power(_ base: Term, _ isEntrywise: Bool, _ exponent: Term) throws(Rejection) -> MatrixSum {
    let matrix = try value(of: base)
    guard let number = try value(of: exponent).constant, number.isInteger, number.sign >= 0, number <= Fraction(100),
      !isEntrywise || matrix.sides == nil
    else { throw Rejection("a power that is not a whole one from 0 to 100 is not read for all sizes") }
    var result = matrix.sides.map { MatrixSum.identity($0.rows) } ?? MatrixSum(.one)
    for _ in 0..<Int(number.numerator) { result = try result.times(matrix, table, budget) }
    return result
  }

  private func call(_ function: FunctionName, _ arguments: [Term]) throws(Rejection) -> MatrixSum {
    switch (function, arguments.count) {
    case (.trace, 1): return try value(of: arguments[0]).trace(table, budget)
    case (.norm2, 1): return try value(of: arguments[0]).square(table, budget)
    case (.dot, 2):
      let left = try value(of: arguments[0])
      return try left.transposed().times(value(of: arguments[1]), table, budget).trace(table, budget)
    default: throw Rejection("\(function.rawValue) is not read for all sizes")
    }
  }

  // MARK: Motion

  /// Velocities of the parameters, and of their velocities under momentum, by symbol.
  package func velocities() throws(Rejection) -> [Int: MatrixSum] {
    if let velocitiesOfFile { return velocitiesOfFile }
    var velocities: [Int: MatrixSum] = [:]
    for (position, declaration) in file.declarations.enumerated() where declaration.role == .parameter {
      // An array that is no matrix moves as well; no formula here can name it.
      if declaration.shape.sizes.count > 2 { continue }
      let own = try value(of: position)
      let symbol = try table.symbol(declaration.name, declaration.shape)
      func force() throws(Rejection) -> MatrixSum {
        try slopes().gradient(in: position).scaled(by: Fraction(-1))
      }
      switch file.flow {
      case .gradient(let decay):
        var velocity = try force()
        if let decay { try velocity.add(value(of: decay).times(own, table, budget), times: Fraction(-1), budget) }
        velocities[symbol] = velocity
      case .momentum(let friction):
        let momentum = try table.symbol("v_\(declaration.name)", declaration.shape)
        let speed = MatrixSum(symbol: momentum, table)
        velocities[symbol] = speed
        var velocity = try force()
        try velocity.add(value(of: friction).times(speed, table, budget), times: Fraction(-1), budget)
        velocities[momentum] = velocity
      case .mirror: throw Rejection("mirror flow is entry by entry: it is not read for all sizes")
      case .field(let rates):
        guard let rate = rates.first(where: { $0.name.text == declaration.name }) else {
          throw Rejection("the flow does not say how '\(shortened(declaration.name))' moves")
        }
        guard !rate.value.isBatched else { throw Rejection("a velocity depends on a data point") }
        let velocity = try value(of: rate.value)
        // 0 stands for an array of zeros.
        velocities[symbol] = velocity.isZero ? MatrixSum(own.sides) : velocity
        guard velocities[symbol]?.sides == own.sides else { throw Rejection("a velocity has another shape") }
      }
    }
    for velocity in velocities.values where velocity.symbols.contains(where: { table.symbols[$0].isInput }) {
      dependsOnInputs = true
    }
    if file.loss?.isBatched == true || file.model.map({ file.declarations[$0].isBatched }) == true {
      dependsOnInputs = true
    }
    velocitiesOfFile = velocities
    return velocities
  }

  /// The derivatives of the loss in the parameters.
  private func slopes() throws(Rejection) -> BondRule {
    if let slopesOfFile { return slopesOfFile }
    let slopes = try BondRule(file, table, budget) { (_) throws(Rejection) in try cotangent() }
    slopesOfFile = slopes
    if slopes.isSummed { dependsOnInputs = true }
    return slopes
  }

  /// What is derived: the loss, or tr(G' f) with the free matrix G = grad(f) where the loss is any.
  private func functional(_ reader: MatrixReader) throws(Rejection) -> MatrixSum {
    guard file.program == nil else { throw Rejection("the loss is a program's") }
    if let loss = file.loss { return try reader.value(of: loss) }
    guard let model = file.model else { throw Rejection("the text has neither a model nor a loss: nothing moves") }
    let value = try reader.value(of: model)
    return try cotangent().transposed().times(value, table, budget).trace(table, budget)
  }

  private func cotangent() throws(Rejection) -> MatrixSum {
    guard let model = file.model else { throw Rejection("the text has no model") }
    let declaration = file.declarations[model]
    return MatrixSum(
      symbol: try table.symbol("grad(\(declaration.name))", declaration.shape, isCotangent: true), table)
  }

  private func gradient(in position: Int) throws(Rejection) -> MatrixSum {
    asksForMotion = true
    let declaration = file.declarations[position]
    if file.loss == nil, position == file.model {
      guard file.program == nil else { throw Rejection("the loss is a program's") }
      return try cotangent()
    }
    if declaration.role == .parameter {
      return try slopes().gradient(in: position)
    }
    // What the loss is derived in is a letter of its own; afterwards its value takes its place.
    let symbol = try table.symbol("#\(declaration.name)", declaration.shape)
    let inner = MatrixReader(file, table, budget, overrides: [position: MatrixSum(symbol: symbol, table)])
    let slope = try functional(inner).gradient(in: symbol, table, budget)
    return try slope.substituting([symbol: value(of: position)], table, budget)
  }

  /// The derivative along the flow.
  package func derivative(of value: MatrixSum) throws(Rejection) -> MatrixSum {
    asksForMotion = true
    return try flowDerivative(of: value)
  }

  package func flowDerivative(of value: MatrixSum) throws(Rejection) -> MatrixSum {
    let velocities = try velocities()
    guard !value.symbols.contains(where: { table.symbols[$0].isCotangent }) else {
      throw Rejection("how grad moves is not known for any loss")
    }
    return try value.derivative(velocities, table, budget)
  }
}
