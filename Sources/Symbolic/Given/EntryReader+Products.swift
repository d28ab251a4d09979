import FlowLanguage
import Models

extension EntryReader {
  /// The largest power that is multiplied out.
  package static let largestPower = 64
  /// The largest determinant that is expanded.
  package static let largestDeterminant = 8

  package func joined(_ left: Entries, _ factor: Term.Factor, _ bound: Bindings) throws(EntryFault) -> Entries {
    let right = try read(factor.operand, bound)
    switch factor.joint {
    case .scaled, .entrywise:
      return try left.combined(right) { a, b throws(EntryFault) in try refusing { () throws(Refusal) in try a.times(b) }
      }
    case .outer:
      var values: [Polynomial] = []
      for a in left.values {
        for b in right.values { values.append(try refusing { () throws(Refusal) in try a.times(b) }) }
      }
      return Entries(shape: left.shape + right.shape, values: values)
    case .matrix: return try multiplied(left, right)
    case .quotient, .entrywiseQuotient:
      var inverses = right
      for k in right.values.indices {
        guard let value = try refusing({ () throws(Refusal) in try right.values[k].constantValue() }) else {
          throw .notPolynomial("a quotient")
        }
        guard value != 0 else {
          throw .refusal(file.refusal(factor.operand.span, "a division by zero", remedy: "divide by another number"))
        }
        let inverse = try refusing { () throws(Refusal) in try Rational(value.denominator, value.numerator) }
        inverses.values[k] = try number(inverse).values[0]
      }
      return try left.combined(inverses) { a, b throws(EntryFault) in
        try refusing { () throws(Refusal) in try a.times(b) }
      }
    }
  }

  /// Σ over the last axis of the left and the first of the right.
  private func multiplied(_ left: Entries, _ right: Entries) throws(EntryFault) -> Entries {
    guard let inner = left.shape.last, right.shape.first == inner else { throw .notPolynomial("a product") }
    let (rows, columns) = (left.values.count / max(1, inner), right.values.count / max(1, inner))
    var values: [Polynomial] = []
    for i in 0..<rows {
      for j in 0..<columns {
        var sum = try number(0).values[0]
        for k in 0..<inner {
          let (a, b) = (left.values[i * inner + k], right.values[k * columns + j])
          if a.isZero || b.isZero { continue }
          sum = try refusing { () throws(Refusal) in try sum.plus(a.times(b)) }
        }
        values.append(sum)
      }
    }
    return Entries(shape: left.shape.dropLast() + right.shape.dropFirst(), values: values)
  }

  package func power(_ base: Term, _ isEntrywise: Bool, _ exponent: Term, _ bound: Bindings) throws(EntryFault)
    -> Entries
  {
    guard let fraction = try constant(exponent, bound) else { throw .notPolynomial("a power that is no number") }
    guard fraction.denominator == 1, fraction.numerator >= 0 else { throw .notPolynomial("the power \(fraction)") }
    let count = fraction.numerator
    guard count <= Self.largestPower else {
      throw .refusal(
        file.refusal(
          exponent.span, "the power \(count)", remedy: "use powers up to \(Self.largestPower): they are multiplied out")
      )
    }
    let entries = try read(base, bound)
    if entries.shape.count == 2, !isEntrywise {
      var product = try identity(entries.shape[0])
      for _ in 0..<count { product = try multiplied(product, entries) }
      return product
    }
    return try entries.mapped { value throws(EntryFault) in try self.power(value, count) }
  }

  package func power(_ value: Polynomial, _ count: Int) throws(EntryFault) -> Polynomial {
    var product = try number(1).values[0]
    for _ in 0..<count { product = try refusing { () throws(Refusal) in try product.times(value) } }
    return product
  }

  private func identity(_ size: Int) throws(EntryFault) -> Entries {
    let (one, zero) = (try number(1).values[0], try number(0).values[0])
    return Entries(shape: [size, size], values: (0..<size * size).map { $0 / size == $0 % size ? one : zero })
  }

  /// The number a formula is; nil of others.
  package func constant(_ term: Term, _ bound: Bindings) throws(EntryFault) -> Rational? {
    let entries = try read(term, bound)
    guard entries.values.count == 1 else { return nil }
    return try refusing { () throws(Refusal) in try entries.values[0].constantValue() }
  }

  package func call(
    _ function: FunctionName, _ arguments: [Term], _ term: Term, _ bound: Bindings
  ) throws(EntryFault) -> Entries {
    switch function {
    case .trace:
      let matrix = try read(arguments[0], bound)
      return try total((0..<matrix.shape[0]).map { matrix[[$0, $0]] })
    case .sum: return try total(read(arguments[0], bound).values)
    case .norm2, .dot:
      let left = try read(arguments[0], bound)
      let right = try read(arguments[arguments.count - 1], bound)
      return try total(
        left.combined(right) { a, b throws(EntryFault) in try refusing { () throws(Refusal) in try a.times(b) } }.values
      )
    case .diagonal:
      let entries = try read(arguments[0], bound)
      if entries.shape.count == 2 {
        return Entries(shape: [entries.shape[0]], values: (0..<entries.shape[0]).map { entries[[$0, $0]] })
      }
      let (size, zero) = (entries.values.count, try number(0).values[0])
      return Entries(
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
      return Entries(shape: [], values: [try determinant(matrix, rows: 0, columns: Array(0..<matrix.shape[0]))])
    default: throw .notPolynomial(function.rawValue)
    }
  }

  private func total(_ values: [Polynomial]) throws(EntryFault) -> Entries {
    let sum = try refusing { () throws(Refusal) in try Polynomial.sum(of: values, in: ring) }
    return Entries(shape: [], values: [sum])
  }

  /// Along the first of the rows from `rows` on.
  private func determinant(_ matrix: Entries, rows: Int, columns: [Int]) throws(EntryFault) -> Polynomial {
    guard !columns.isEmpty else { return try number(1).values[0] }
    var sum = try number(0).values[0]
    for (k, column) in columns.enumerated() {
      let entry = matrix[[rows, column]]
      if entry.isZero { continue }
      let minor = try determinant(matrix, rows: rows + 1, columns: columns.filter { $0 != column })
      sum = try refusing { () throws(Refusal) in
        k.isMultiple(of: 2) ? try sum.plus(entry.times(minor)) : try sum.minus(entry.times(minor))
      }
    }
    return sum
  }

  package func einsum(
    _ operands: [Term], _ labels: [[Int]], _ result: [Int], _ bound: Bindings
  ) throws(EntryFault) -> Entries {
    var arrays: [Entries] = []
    for operand in operands { arrays.append(try read(operand, bound)) }
    var extents: [Int: Int] = [:]
    for (array, own) in zip(arrays, labels) {
      for (label, extent) in zip(own, array.shape) { extents[label] = extent }
    }
    let summed = extents.keys.filter { !result.contains($0) }.sorted()
    let outer = result.map { extents[$0] ?? 1 }
    var values: [Polynomial] = []
    for places in Entries.places(outer) {
      var sum = try number(0).values[0]
      for inner in Entries.places(summed.map { extents[$0] ?? 1 }) {
        let at = Dictionary(zip(result, places)) { $1 }.merging(zip(summed, inner)) { $1 }
        var product = try number(1).values[0]
        for (array, own) in zip(arrays, labels) where !product.isZero {
          product = try refusing { () throws(Refusal) in try product.times(array[own.map { at[$0] ?? 0 }]) }
        }
        sum = try refusing { () throws(Refusal) in try sum.plus(product) }
      }
      values.append(sum)
    }
    return Entries(shape: outer, values: values)
  }

  package func blocks(_ rows: [[Term]], _ term: Term, _ bound: Bindings) throws(EntryFault) -> Entries {
    /// Rows of entries: a vector is a column, its transpose a row.
    func lines(_ part: Term) throws(EntryFault) -> [[Polynomial]] {
      let entries = try read(part, bound)
      switch entries.shape.count {
      case 0: return [entries.values]
      case 1: return part.shape.isRow ? [entries.values] : entries.values.map { [$0] }
      default:
        let width = entries.shape[1]
        return (0..<entries.shape[0]).map { Array(entries.values[$0 * width..<($0 + 1) * width]) }
      }
    }
    var all: [Polynomial] = []
    for row in rows {
      var joined: [[Polynomial]] = []
      for part in row {
        let own = try lines(part)
        joined = joined.isEmpty ? own : zip(joined, own).map { $0 + $1 }
      }
      all += joined.flatMap(\.self)
    }
    let extents = try shape(term.shape)
    guard all.count == extents.reduce(1, *) else { throw .notPolynomial("a matrix of blocks") }
    return Entries(shape: extents, values: all)
  }
}
