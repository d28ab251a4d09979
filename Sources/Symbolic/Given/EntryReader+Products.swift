import FlowLanguage
import Models

extension ArrayReader {
  /// The largest power that is multiplied out.
  package static var largestPower: Int { 64 }
  /// The largest determinant that is expanded.
  package static var largestDeterminant: Int { 8 }

  package func joined(_ left: Values, _ factor: Term.Factor, _ bound: Bindings) throws(EntryFault) -> Values {
    let right = try read(factor.operand, bound)
    switch factor.joint {
    case .scaled, .entrywise:
      return try left.combined(right) { a, b throws(EntryFault) in try algebra.times(a, b)
      }
    case .outer:
      var values: [Value] = []
      for a in left.values {
        for b in right.values { values.append(try algebra.times(a, b)) }
      }
      return Values(shape: left.shape + right.shape, values: values)
    case .matrix: return try multiplied(left, right)
    case .quotient, .entrywiseQuotient:
      var inverses = right
      for k in right.values.indices {
        guard let inverse = try algebra.inverse(right.values[k]) else {
          throw .refusal(file.refusal(factor.operand.span, "a division by zero", remedy: "divide by another number"))
        }
        inverses.values[k] = inverse
      }
      return try left.combined(inverses) { a, b throws(EntryFault) in try algebra.times(a, b) }
    }
  }

  /// Σ over the last axis of the left and the first of the right.
  private func multiplied(_ left: Values, _ right: Values) throws(EntryFault) -> Values {
    guard let inner = left.shape.last, right.shape.first == inner else { throw .notPolynomial("a product") }
    let (rows, columns) = (left.values.count / max(1, inner), right.values.count / max(1, inner))
    var values: [Value] = []
    for i in 0..<rows {
      for j in 0..<columns {
        var sum = try number(0).values[0]
        for k in 0..<inner {
          let (a, b) = (left.values[i * inner + k], right.values[k * columns + j])
          if algebra.isZero(a) || algebra.isZero(b) { continue }
          sum = try algebra.plus(sum, algebra.times(a, b))
        }
        values.append(sum)
      }
    }
    return Values(shape: left.shape.dropLast() + right.shape.dropFirst(), values: values)
  }

  package func power(_ base: Term, _ isEntrywise: Bool, _ exponent: Term, _ bound: Bindings) throws(EntryFault)
    -> Values
  {
    guard let fraction = try constant(exponent, bound) else { throw .notPolynomial("a power that is no number") }
    let isWhole = fraction.denominator == 1 && fraction.numerator >= 0
    guard isWhole || algebra.hasFunctions else { throw .notPolynomial("the power \(fraction)") }
    let count = fraction.numerator
    guard max(abs(count), isWhole ? 1 : fraction.denominator) <= Self.largestPower else {
      throw .refusal(
        file.refusal(
          exponent.span, "the power \(fraction)",
          remedy: "use powers up to \(Self.largestPower): they are multiplied out")
      )
    }
    let entries = try read(base, bound)
    if entries.shape.count == 2, !isEntrywise {
      guard isWhole else { throw .notPolynomial("the power \(fraction) of a matrix") }
      var product = try identity(entries.shape[0])
      for _ in 0..<count { product = try multiplied(product, entries) }
      return product
    }
    return try entries.mapped { value throws(EntryFault) in
      let root = fraction.denominator == 1 ? value : try algebra.root(value, fraction.denominator)
      let whole = try self.power(root, abs(count))
      if count >= 0 { return whole }
      guard let inverse = try algebra.inverse(whole) else {
        throw .refusal(file.refusal(base.span, "a negative power of zero", remedy: "use another number"))
      }
      return inverse
    }
  }

  package func power(_ value: Value, _ count: Int) throws(EntryFault) -> Value {
    var product = try number(1).values[0]
    for _ in 0..<count { product = try algebra.times(product, value) }
    return product
  }

  private func identity(_ size: Int) throws(EntryFault) -> Values {
    let (one, zero) = (try number(1).values[0], try number(0).values[0])
    return Values(shape: [size, size], values: (0..<size * size).map { $0 / size == $0 % size ? one : zero })
  }

  /// The number a formula is; nil of others.
  package func constant(_ term: Term, _ bound: Bindings) throws(EntryFault) -> Rational? {
    let entries = try read(term, bound)
    guard entries.values.count == 1 else { return nil }
    return try algebra.constantValue(entries.values[0])
  }

  package func call(
    _ function: FunctionName, _ arguments: [Term], _ term: Term, _ bound: Bindings
  ) throws(EntryFault) -> Values {
    switch function {
    case .trace:
      let matrix = try read(arguments[0], bound)
      return try total((0..<matrix.shape[0]).map { matrix[[$0, $0]] })
    case .sum: return try total(read(arguments[0], bound).values)
    case .norm2, .dot:
      let left = try read(arguments[0], bound)
      let right = try read(arguments[arguments.count - 1], bound)
      return try total(
        left.combined(right) { a, b throws(EntryFault) in try algebra.times(a, b) }.values
      )
    case .diagonal:
      let entries = try read(arguments[0], bound)
      if entries.shape.count == 2 {
        return Values(shape: [entries.shape[0]], values: (0..<entries.shape[0]).map { entries[[$0, $0]] })
      }
      let (size, zero) = (entries.values.count, try number(0).values[0])
      return Values(
        shape: [size, size], values: (0..<size * size).map { $0 / size == $0 % size ? entries.values[$0 / size] : zero }
      )
    case .determinant:
      let matrix = try read(arguments[0], bound)
      guard matrix.shape[0] <= Self.largestDeterminant else {
        throw .refusal(
          file.refusal(
            term.span, "the determinant of a \(matrix.shape[0])×\(matrix.shape[0]) matrix",
            remedy: "use sizes up to \(Self.largestDeterminant): it is multiplied out"))
      }
      return Values(shape: [], values: [try determinant(matrix, rows: 0, columns: Array(0..<matrix.shape[0]))])
    default:
      guard algebra.hasFunctions else { throw .notPolynomial(function.rawValue) }
      return try self.function(function, arguments, bound)
    }
  }

  package func total(_ values: [Value]) throws(EntryFault) -> Values {
    Values(shape: [], values: [try algebra.sum(values)])
  }

  /// Along the first of the rows from `rows` on.
  private func determinant(_ matrix: Values, rows: Int, columns: [Int]) throws(EntryFault) -> Value {
    guard !columns.isEmpty else { return try number(1).values[0] }
    var sum = try number(0).values[0]
    for (k, column) in columns.enumerated() {
      let entry = matrix[[rows, column]]
      if algebra.isZero(entry) { continue }
      let minor = try determinant(matrix, rows: rows + 1, columns: columns.filter { $0 != column })
      let product = try algebra.times(entry, minor)
      sum = k.isMultiple(of: 2) ? try algebra.plus(sum, product) : try algebra.minus(sum, product)
    }
    return sum
  }

  package func einsum(
    _ operands: [Term], _ labels: [[Int]], _ result: [Int], _ bound: Bindings
  ) throws(EntryFault) -> Values {
    var arrays: [Values] = []
    for operand in operands { arrays.append(try read(operand, bound)) }
    var extents: [Int: Int] = [:]
    for (array, own) in zip(arrays, labels) {
      for (label, extent) in zip(own, array.shape) { extents[label] = extent }
    }
    let summed = extents.keys.filter { !result.contains($0) }.sorted()
    let outer = result.map { extents[$0] ?? 1 }
    var values: [Value] = []
    for places in Values.places(outer) {
      var sum = try number(0).values[0]
      for inner in Values.places(summed.map { extents[$0] ?? 1 }) {
        let at = Dictionary(zip(result, places)) { $1 }.merging(zip(summed, inner)) { $1 }
        var product = try number(1).values[0]
        for (array, own) in zip(arrays, labels) where !algebra.isZero(product) {
          product = try algebra.times(product, array[own.map { at[$0] ?? 0 }])
        }
        sum = try algebra.plus(sum, product)
      }
      values.append(sum)
    }
    return Values(shape: outer, values: values)
  }

  package func blocks(_ rows: [[Term]], _ term: Term, _ bound: Bindings) throws(EntryFault) -> Values {
    /// Rows of entries: a vector is a column, its transpose a row.
    func lines(_ part: Term) throws(EntryFault) -> [[Value]] {
      let entries = try read(part, bound)
      switch entries.shape.count {
      case 0: return [entries.values]
      case 1: return part.shape.isRow ? [entries.values] : entries.values.map { [$0] }
      default:
        let width = entries.shape[1]
        return (0..<entries.shape[0]).map { Array(entries.values[$0 * width..<($0 + 1) * width]) }
      }
    }
    var all: [Value] = []
    for row in rows {
      var joined: [[Value]] = []
      for part in row {
        let own = try lines(part)
        joined = joined.isEmpty ? own : zip(joined, own).map { $0 + $1 }
      }
      all += joined.flatMap(\.self)
    }
    let extents = try shape(term.shape)
    guard all.count == extents.reduce(1, *) else { throw .notPolynomial("a matrix of blocks") }
    return Values(shape: extents, values: all)
  }
}
