import FlowLanguage
import Models

/// What ends the reading of a text as polynomials.
package enum EntryFault: Error {
  /// The formula is no polynomial; what it is instead.
  case notPolynomial(String)
  /// Something without a value, or beyond a limit.
  case refusal(Refusal)
}

/// Runs something whose only fault is a refusal.
package func refusing<Value>(_ body: () throws(Refusal) -> Value) throws(EntryFault) -> Value {
  do { return try body() } catch { throw .refusal(error) }
}

/// Reads the formulas of a checked text at its sizes, entry by entry, as what an algebra makes of them.
package final class ArrayReader<Algebra: EntryAlgebra> {
  /// What an entry is.
  package typealias Value = Algebra.Value
  /// An array of entries.
  package typealias Values = EntryArray<Value>

  /// The text.
  package let file: CheckedFile
  /// What its formulas are read by.
  package let algebra: Algebra
  /// Its variables.
  package let variables: EntryVariables
  /// What `der` and `grad` mean; nil while the flow itself is read.
  package var motion: Algebra.Motion?
  /// The variables whose values stand in files: what fails for some data need not fail for them.
  package private(set) var variablesOfFiles: Set<Int> = []
  private var known: [Int: Values] = [:]
  private let zero: Value
  private var work = 0

  /// Formulas that are looked at before an expansion is given up.
  private static var mostWork: Int { 20_000_000 }

  /// - Throws: ``EntryFault`` where memory is gone.
  package init(_ file: CheckedFile, _ variables: EntryVariables, _ algebra: Algebra) throws(EntryFault) {
    (self.file, self.variables, self.algebra) = (file, variables, algebra)
    zero = try algebra.constant(0)
  }

  /// Values of the indices of sums and left sides, from 0.
  package typealias Bindings = [Int: Int]

  /// - Throws: ``EntryFault``.
  package func read(_ term: Term, _ bound: Bindings = [:]) throws(EntryFault) -> Values {
    work += 1
    guard work < Self.mostWork else {
      throw .refusal(
        file.refusal(term.span, "the formulas are too large to be multiplied out", remedy: "use smaller sizes"))
    }
    switch term.kind {
    case .number(let number):
      return try self.number(refusing { () throws(Refusal) in try Rational(number.numerator, number.denominator) })
    case .size(let size): return try number(Rational(size.number ?? 1))
    case .declared(let position): return try read(declared: position)
    case .velocity(let position):
      guard let first = variables.velocities[position] else { throw .notPolynomial("a velocity") }
      return try symbols(first, shape(term.shape))
    case .loss:
      guard let loss = file.loss else { throw .notPolynomial("a loss that is any") }
      return try read(loss, bound)
    case .call(let function, let arguments): return try call(function, arguments, term, bound)
    case .einsum(let operands, let labels, let result): return try einsum(operands, labels, result, bound)
    case .identity:
      let size = try shape(term.shape)[0]
      let one = try number(1).values[0]
      return Values(
        shape: [size, size], values: (0..<size * size).map { $0 / size == $0 % size ? one : zero })
    case .derivative(let operand):
      guard let motion else { throw .notPolynomial("a derivative along the flow") }
      let entries = try read(operand, bound)
      return try entries.mapped { value throws(EntryFault) in try motion.derivative(of: value) }
    case .gradient(let position):
      guard let motion else { throw .notPolynomial("a derivative of the loss") }
      return try motion.gradient(of: position)
    case .indexSum(let indices, let body): return try indexSum(indices, body, term, bound)
    case .rows(let rows):
      var values: [Value] = []
      for entry in rows.flatMap(\.self) { values.append(try read(entry, bound).values[0]) }
      return Values(shape: try shape(term.shape), values: values)
    case .blocks(let rows): return try blocks(rows, term, bound)
    case .transpose(let operand): return try read(operand, bound).transposed
    case .entry(let base, let places): return try entry(base, places, term, bound)
    case .negative(let operand):
      return try read(operand, bound).mapped { value throws(EntryFault) in try algebra.negative(value) }
    case .power(let base, let isEntrywise, let exponent): return try power(base, isEntrywise, exponent, bound)
    case .product(let first, let factors):
      var product = (entries: try read(first, bound), isRow: first.shape.isRow)
      for factor in factors {
        product = (try joined(product.entries, factor, bound), factor.shape.isRow)
      }
      return product.entries
    case .sum(let first, let addends):
      var total = try read(first, bound)
      for addend in addends {
        let other = try read(addend.operand, bound)
        total = try total.combined(other) { a, b throws(EntryFault) in
          addend.isSubtracted ? try algebra.minus(a, b) : try algebra.plus(a, b)
        }
      }
      return total
    }
  }

  package func number(_ value: Rational) throws(EntryFault) -> Values {
    Values(shape: [], values: [try algebra.constant(value)])
  }

  package func shape(_ shape: Shape) throws(EntryFault) -> [Int] {
    var extents: [Int] = []
    for size in shape.sizes {
      guard let number = size.number else { throw .notPolynomial("an open size") }
      extents.append(number)
    }
    return extents
  }

  /// Variables in a row, as an array.
  package func symbols(_ first: Int, _ shape: [Int]) throws(EntryFault) -> Values {
    var values: [Value] = []
    for k in 0..<shape.reduce(1, *) {
      values.append(try algebra.variable(first + k))
    }
    return Values(shape: shape, values: values)
  }

  // MARK: Names

  package func read(declared position: Int) throws(EntryFault) -> Values {
    if let entries = known[position] { return entries }
    let declaration = file.declarations[position]
    let entries: Values
    if let value = declaration.value {
      let outer = try shape(Shape(declaration.indices.map { file.indices[$0].size }))
      let own = try shape(declaration.shape)
      var values: [Value] = []
      for places in Values.places(outer) {
        let bindings = Dictionary(uniqueKeysWithValues: zip(declaration.indices, places))
        let part = try read(value, bindings)
        // A number fills an array.
        let count = declaration.indices.isEmpty ? own.reduce(1, *) : part.values.count
        values += part.values.count == 1 ? Array(repeating: part.values[0], count: count) : part.values
      }
      entries = Values(shape: declaration.indices.isEmpty ? own : outer + own.dropFirst(outer.count), values: values)
    } else {
      guard let first = variables.declared[position] else { throw .notPolynomial("'\(declaration.name)'") }
      entries = try symbols(first, shape(declaration.shape))
      if declaration.file != nil, declaration.role != .parameter {
        variablesOfFiles.formUnion(first..<first + entries.values.count)
      }
    }
    guard entries.values.count == entries.shape.reduce(1, *) else { throw .notPolynomial("'\(declaration.name)'") }
    known[position] = entries
    return entries
  }

  private func entry(
    _ base: Term, _ places: [Term.Place], _ term: Term, _ bound: Bindings
  ) throws(EntryFault) -> Values {
    let array = try read(base, bound)
    guard places.count == array.shape.count else { throw .notPolynomial("an entry") }
    var kept: [Int] = []
    var fixed: [Int?] = []
    for (axis, place) in places.enumerated() {
      switch place {
      case .whole:
        kept.append(array.shape[axis])
        fixed.append(nil)
      case .at(let position): fixed.append(position - 1)
      case .last: fixed.append(array.shape[axis] - 1)
      case .index(let index): fixed.append(try value(of: index, bound))
      case .sum(let sum):
        var position = sum.offset - 1
        for part in sum.parts { position += part.factor * (try value(of: part.index, bound) + 1) }
        fixed.append(position)
      }
      if let position = fixed[axis], !(0..<array.shape[axis]).contains(position) {
        throw .refusal(
          file.refusal(
            term.span, "place \(position + 1) of an axis of \(array.shape[axis])", remedy: "use a place within it"))
      }
    }
    let values = Values.places(kept).map { free -> Value in
      var rest = free[...]
      return array[fixed.map { $0 ?? rest.removeFirst() }]
    }
    return Values(shape: kept, values: values)
  }

  private func value(of index: Int, _ bound: Bindings) throws(EntryFault) -> Int {
    guard let value = bound[index] else { throw .notPolynomial("an index") }
    return value
  }

  private func indexSum(
    _ indices: [Int], _ body: Term, _ term: Term, _ bound: Bindings
  ) throws(EntryFault) -> Values {
    var total: Values?
    for places in Values.places(try shape(Shape(indices.map { file.indices[$0].size }))) {
      var inner = bound
      for (index, place) in zip(indices, places) { inner[index] = place }
      let part = try read(body, inner)
      guard let sum = total else {
        total = part
        continue
      }
      total = try sum.combined(part) { a, b throws(EntryFault) in try algebra.plus(a, b) }
    }
    guard let total else { return try number(0) }
    return total
  }
}
