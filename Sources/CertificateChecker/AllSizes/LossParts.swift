import BigInt
import FlowLanguage

/// The parts of a model or a loss as sums of words, in which a letter stands for every part that is none.
///
/// Such a letter is the value of its part, whatever that is: an equation between words with it is true of it. How it moves is not
/// known, and no place but ``MatrixReader`` asks. A part that depends on an index has a letter for each value of the index, written
/// as one; so has an input for each data point.
package final class LossParts {
  package let file: CheckedFile
  package let table: Letters
  package let budget: Budget
  /// Values of definitions and of data with a formula, by position; nil inside for an array that is no matrix.
  private var defined: [Int: MatrixSum?] = [:]
  private var letters: [Place: Int] = [:]
  /// Whether a part depended on an index.
  package private(set) var isIndexed = false

  /// Most words of a value; a longer one becomes a letter.
  package static let mostWords = 256
  /// Most factors of a word of one: with a few more from a claim a word must be within its own limit.
  private static let mostFactors = Word.lengthLimit - 10

  /// A formula, or a part of one that has no formula of its own.
  private struct Place: Hashable {
    let term: Term
    let part: Int

    // Formulas at two places of the text are rarely equal, and hashing them whole is slow.
    func hash(into hasher: inout Hasher) {
      hasher.combine(term.span)
      hasher.combine(part)
    }

    static func == (a: Place, b: Place) -> Bool { a.part == b.part && a.term.span == b.term.span && a.term == b.term }
  }

  package init(_ file: CheckedFile, _ table: Letters, _ budget: Budget) {
    (self.file, self.table, self.budget) = (file, table, budget)
  }

  // MARK: Letters

  /// A letter that no formula can name; nil for an array that is no matrix.
  package func letter(_ shape: Shape) throws(Rejection) -> MatrixSum? {
    guard shape.sizes.count <= 2 else { return nil }
    return MatrixSum(symbol: try table.fresh(shape, isCotangent: true), table)
  }

  /// The same letter at every reading of the same place.
  private func letter(_ term: Term, part: Int, _ shape: Shape, isFixed: Bool = false) throws(Rejection) -> MatrixSum? {
    guard shape.sizes.count <= 2 else { return nil }
    // Finding it may compare the formula whole.
    try budget.spend(1 + (term.span.end - term.span.start) / 4)
    let place = Place(term: term, part: part)
    if let symbol = letters[place] { return MatrixSum(symbol: symbol, table) }
    let symbol = try table.fresh(shape, isCotangent: !isFixed)
    letters[place] = symbol
    return MatrixSum(symbol: symbol, table)
  }

  // MARK: Values

  /// Reads something declared; everything that its value names must have been read before.
  package func define(_ position: Int) throws(Rejection) {
    let declaration = file.declarations[position]
    var value: MatrixSum?
    if let stated = declaration.value, declaration.indices.isEmpty, stated.shape == declaration.shape {
      value = try self.value(of: stated)
    } else {
      value = try letter(declaration.shape)
    }
    defined[position] = .some(value)
  }

  /// The value of a part; nil for an array that is no matrix.
  package func value(of term: Term) throws(Rejection) -> MatrixSum? {
    try visit(term)
    guard term.shape.sizes.count <= 2 else { return nil }
    let sum = try words(term)
    if let sum, try fits(sum, term.shape) { return sum }
    return try letter(term, part: 0, term.shape)
  }

  /// Counts a formula as looked at.
  package func visit(_ term: Term) throws(Rejection) {
    try budget.spend()
    if !term.indices.isEmpty { isIndexed = true }
  }

  private func fits(_ sum: MatrixSum, _ shape: Shape) throws(Rejection) -> Bool {
    let sides = try Letters.Sides.of(shape)
    return sum.terms.count <= Self.mostWords && sum.sides == sides
  }

  private func words(_ term: Term) throws(Rejection) -> MatrixSum? {
    switch term.kind {
    case .number(let number):
      guard let value = Fraction(BigInt(number.numerator), over: BigInt(number.denominator)) else {
        throw Rejection("a number has the denominator 0")
      }
      return MatrixSum(value)
    case .size(.number(let value)): return MatrixSum(Fraction(value))
    case .size(.open(let name)): return MatrixSum.numbers([[1, table.size(name)]], .one)
    case .declared(let position): return try declared(position)
    case .identity:
      guard term.shape.sizes.count == 2 else { return nil }
      return .identity(term.shape.sizes[0])
    case .transpose(let operand): return try value(of: operand)?.transposed()
    case .negative(let operand): return try value(of: operand)?.scaled(by: Fraction(-1))
    case .sum(let first, let addends): return try total(first, addends)
    case .product:
      let products = try products(of: term)
      return products[products.count - 1]
    case .power(let base, _, _):
      guard let count = try exponentOfWords(term), let base = try value(of: base) else { return nil }
      return try powers(of: base, upTo: count)?.last
    case .call(let function, let arguments): return try call(function, arguments)
    case .entry(let operand, let places): return try entry(term, operand, places)
    case .einsum, .indexSum, .rows, .blocks: return nil
    case .velocity, .loss, .derivative, .gradient:
      throw Rejection("the loss depends on how the parameters move")
    }
  }

  private func declared(_ position: Int) throws(Rejection) -> MatrixSum? {
    let declaration = file.declarations[position]
    if declaration.value == nil {
      guard declaration.shape.sizes.count <= 2 else { return nil }
      return MatrixSum(
        symbol: try table.symbol(declaration.name, declaration.shape, isInput: declaration.role == .input), table)
    }
    guard let value = defined[position] else { throw Rejection("a definition is used before it is stated") }
    return value
  }

  private func total(_ first: Term, _ addends: [Term.Addend]) throws(Rejection) -> MatrixSum? {
    guard var total = try value(of: first) else { return nil }
    for addend in addends {
      // A number beside an array stands for one in every entry.
      guard let next = try value(of: addend.operand), next.sides == total.sides,
        total.terms.count <= Self.mostWords
      else { return nil }
      try total.add(next, times: Fraction(addend.isSubtracted ? -1 : 1), budget)
    }
    return total
  }

  // MARK: Products

  /// The product of two, or nil where it has too many words, or too long ones.
  package func product(_ left: MatrixSum, _ right: MatrixSum) throws(Rejection) -> MatrixSum? {
    guard left.terms.count * right.terms.count <= 16 * Self.mostWords else { return nil }
    try budget.spend(left.terms.count + right.terms.count)
    guard left.length + right.length <= Self.mostFactors else { return nil }
    let product = try left.times(right, table, budget)
    return product.terms.count <= Self.mostWords ? product : nil
  }

  /// The first factor of a product, and its products with those that follow, each with one more.
  package func products(of term: Term) throws(Rejection) -> [MatrixSum?] {
    guard case .product(let first, let factors) = term.kind else { return [try value(of: term)] }
    var products = [try value(of: first)]
    for (number, factor) in factors.enumerated() {
      if let left = products[number], let next = try joined(left, factor), try fits(next, factor.shape) {
        products.append(next)
      } else {
        products.append(try letter(term, part: number + 1, factor.shape))
      }
    }
    return products
  }

  private func joined(_ left: MatrixSum, _ factor: Term.Factor) throws(Rejection) -> MatrixSum? {
    switch factor.joint {
    case .scaled, .outer, .matrix:
      guard let right = try value(of: factor.operand), let whole = try product(left, right) else { return nil }
      // A row times a vector is a number.
      return factor.joint == .matrix && factor.shape.isNumber ? try whole.trace(table, budget) : whole
    case .quotient: return try product(left, inverse(of: factor.operand))
    case .entrywise, .entrywiseQuotient: return nil
    }
  }

  /// 1 divided by a number.
  package func inverse(of divisor: Term) throws(Rejection) -> MatrixSum {
    if let constant = try value(of: divisor)?.constant {
      guard let inverse = constant.inverse else { throw Rejection("the loss has a division by 0") }
      return MatrixSum(inverse)
    }
    guard let letter = try letter(divisor, part: -1, .number) else { throw Rejection("a divisor is no number") }
    return letter
  }

  /// The exponent of a power that is a product of equal factors; nil where it is another.
  package func exponentOfWords(_ term: Term) throws(Rejection) -> Int? {
    guard case .power(let base, let isEntrywise, let exponent) = term.kind, !isEntrywise || base.shape.isNumber,
      base.shape.isNumber || base.shape.isSquare, let number = try value(of: exponent)?.constant, number.isInteger,
      number.sign > 0, number <= Fraction(100)
    else { return nil }
    return Int(number.numerator)
  }

  /// The powers from 0 to `count`; nil where one has too many words.
  package func powers(of base: MatrixSum, upTo count: Int) throws(Rejection) -> [MatrixSum]? {
    var powers = [base.sides.map { MatrixSum.identity($0.rows) } ?? MatrixSum(.one)]
    for _ in 0..<count {
      guard let next = try product(powers[powers.count - 1], base) else { return nil }
      powers.append(next)
    }
    return powers
  }

  private func call(_ function: FunctionName, _ arguments: [Term]) throws(Rejection) -> MatrixSum? {
    switch (function, arguments.count) {
    case (.trace, 1):
      guard let value = try value(of: arguments[0]), value.sides?.rows == value.sides?.columns else { return nil }
      return try value.trace(table, budget)
    case (.norm2, 1), (.dot, 2):
      guard let left = try value(of: arguments[0]), let right = try value(of: arguments[arguments.count - 1]),
        left.sides == right.sides
      else { return nil }
      return try product(left.transposed(), right)?.trace(table, budget)
    default: return nil
    }
  }

  // MARK: Entries

  /// The unit vectors that read the places of an array of one or two axes: e' A f for an entry; nil stands for a whole axis, and no
  /// list for an array of more axes.
  package func units(_ term: Term, _ operand: Term, _ places: [Term.Place]) throws(Rejection) -> [MatrixSum?]? {
    guard operand.shape.sizes.count == places.count, (1...2).contains(places.count) else { return nil }
    var units: [MatrixSum?] = []
    for (axis, place) in places.enumerated() {
      if case .whole = place {
        units.append(nil)
      } else {
        // A unit vector rests, so that it may stand anywhere.
        units.append(try letter(term, part: -2 - axis, Shape([operand.shape.sizes[axis]]), isFixed: true))
      }
    }
    return units
  }

  private func entry(_ term: Term, _ operand: Term, _ places: [Term.Place]) throws(Rejection) -> MatrixSum? {
    guard let units = try units(term, operand, places), let array = try value(of: operand) else { return nil }
    let (row, column): (MatrixSum?, MatrixSum?) =
      units.count == 2 ? (units[0], units[1]) : operand.shape.isRow ? (nil, units[0]) : (units[0], nil)
    var result = array
    if let row {
      guard let next = try product(row.transposed(), result) else { return nil }
      result = next
    }
    if let column {
      guard let next = try product(result, column) else { return nil }
      result = next
    }
    if term.shape.isNumber { return try result.trace(table, budget) }
    // A row of a matrix is a vector.
    return row != nil && units.count == 2 && !term.shape.isRow ? result.transposed() : result
  }
}

extension MatrixSum {
  /// Factors of the longest word.
  fileprivate var length: Int { terms.keys.map { $0.numbers.count + $0.letters.count }.max() ?? 0 }
}
