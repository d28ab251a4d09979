import BigInt
import FlowLanguage

extension Expander {
  /// The value of a formula.
  package func value(of term: Term) throws(Rejection) -> Entries {
    try budget.spend()
    let shape = try Self.numbers(term.shape)
    switch term.kind {
    case .number(let number):
      guard let value = Fraction(BigInt(number.numerator), over: BigInt(number.denominator)) else {
        throw Rejection("a number has the denominator 0")
      }
      return Entries(Quotient(value))
    case .size(let size):
      guard let number = size.number else { throw Rejection("the size \(size) has no number") }
      return Entries(Quotient(Fraction(number)))
    case .declared(let position): return try value(of: position)
    case .velocity(let position):
      return try symbols("v_\(file.declarations[position].name)", shape, .velocity)
    case .loss: return Entries(try loss())
    case .call(let function, let arguments): return try call(function, arguments, shape)
    case .einsum(let operands, let labels, let result): return try einsum(operands, labels, result, shape)
    case .identity:
      let count = shape[0]
      _ = try Entries.count(shape)
      return Entries(shape, (0..<count * count).map { $0 / count == $0 % count ? .one : .zero })
    case .derivative(let operand): return try derivative(of: value(of: operand))
    case .gradient(let position): return try gradient(in: position)
    case .indexSum(let indices, let body):
      var total = [Quotient](repeating: .zero, count: try Entries.count(shape))
      try forEach(indices) { (expander) throws(Rejection) in
        for (k, value) in try expander.value(of: body).values.enumerated() { try total[k].add(value, expander.budget) }
      }
      return Entries(shape, total)
    case .rows(let rows):
      var values: [Quotient] = []
      for row in rows { for entry in row { values.append(try value(of: entry).values[0]) } }
      return Entries(shape, values)
    case .blocks(let rows): return try blocks(rows, shape)
    case .transpose(let operand):
      let entries = try value(of: operand)
      guard entries.shape.count == 2 else { return Entries(shape, entries.values) }
      let (height, width) = (entries.shape[0], entries.shape[1])
      var values: [Quotient] = []
      for j in 0..<width { for i in 0..<height { values.append(entries.values[i * width + j]) } }
      return Entries(shape, values)
    case .entry(let base, let read): return try entry(repeated(base), read, shape)
    case .negative(let operand): return Entries(shape, try value(of: operand).values.map(\.negative))
    case .power(let base, let isEntrywise, let exponent): return try power(base, isEntrywise, exponent, shape)
    case .product(let first, let factors): return try product(first, factors)
    case .sum(let first, let addends):
      var total = try value(of: first).values
      for addend in addends {
        for (k, value) in try value(of: addend.operand).values.enumerated() {
          try total[k].add(addend.isSubtracted ? value.negative : value, budget)
        }
      }
      return Entries(shape, total)
    }
  }

  // MARK: Entries

  private func entry(_ base: Entries, _ read: [Term.Place], _ shape: [Int]) throws(Rejection) -> Entries {
    var fixed: [Int?] = []
    for (axis, place) in read.enumerated() {
      switch place {
      case .whole: fixed.append(nil)
      case .at(let value): fixed.append(value)
      case .last: fixed.append(base.shape[axis])
      case .index(let index): fixed.append(try self.place(of: index))
      case .sum(let sum):
        var value = sum.offset
        for part in sum.parts { value += part.factor * (try self.place(of: part.index)) }
        fixed.append(value)
      }
    }
    guard fixed.count == base.shape.count else { throw Rejection("an entry has the wrong number of places") }
    var values: [Quotient] = []
    let count = try Entries.count(shape)
    values.reserveCapacity(count)
    for number in 0..<count {
      // The places of the whole axes, the last one running fastest.
      var rest = number
      var places = fixed.map { $0 ?? 0 }
      for axis in fixed.indices.reversed() where fixed[axis] == nil {
        places[axis] = rest % base.shape[axis] + 1
        rest /= base.shape[axis]
      }
      guard let offset = Entries.offset(places, in: base.shape) else {
        throw Rejection("an entry is outside its array")
      }
      values.append(base.values[offset])
    }
    return Entries(shape, values)
  }

  /// Height and width of a block: a vector is a column, its transpose a row, a number both.
  private func blocks(_ rows: [[Term]], _ shape: [Int]) throws(Rejection) -> Entries {
    var lines: [[Quotient]] = []
    for row in rows {
      var ownLines: [[Quotient]] = []
      for (place, block) in row.enumerated() {
        let entries = try value(of: block)
        let isRow = block.shape.isRow
        let height: Int
        switch entries.shape.count {
        case 0: height = 1
        case 1: height = isRow ? 1 : entries.shape[0]
        default: height = entries.shape[0]
        }
        guard height > 0, entries.values.count % height == 0 else { throw Rejection("a block is empty") }
        let width = entries.values.count / height
        if place == 0 { ownLines = Array(repeating: [], count: height) }
        guard ownLines.count == height else { throw Rejection("blocks beside each other differ in their rows") }
        for i in 0..<height { ownLines[i] += entries.values[i * width..<(i + 1) * width] }
      }
      lines += ownLines
    }
    let values = lines.flatMap { $0 }
    guard values.count == (try Entries.count(shape)) else { throw Rejection("blocks do not fill their matrix") }
    return Entries(shape, values)
  }

  // MARK: Products

  private func product(_ first: Term, _ factors: [Term.Factor]) throws(Rejection) -> Entries {
    var result = try value(of: first)
    for factor in factors {
      let right = try value(of: factor.operand)
      let shape = try Self.numbers(factor.shape)
      result = try joined(result, factor.joint, right, shape)
    }
    return result
  }

  private func joined(
    _ left: Entries, _ joint: Term.Joint, _ right: Entries, _ shape: [Int]
  ) throws(Rejection) -> Entries {
    var values: [Quotient] = []
    let count = try Entries.count(shape)
    values.reserveCapacity(count)
    switch joint {
    case .scaled, .entrywise, .quotient, .entrywiseQuotient:
      let divides = joint == .quotient || joint == .entrywiseQuotient
      for k in 0..<count {
        let a = left.values[left.shape.isEmpty ? 0 : k]
        let b = right.values[right.shape.isEmpty ? 0 : k]
        values.append(try divides ? ratio(a, b) : reduced(a.times(b, budget)))
      }
    case .outer:
      for a in left.values { for b in right.values { values.append(try a.times(b, budget)) } }
    case .matrix:
      guard let inner = left.shape.last, inner > 0, right.shape.first == inner else {
        throw Rejection("a matrix product has sizes that differ")
      }
      let (height, width) = (left.values.count / inner, right.values.count / inner)
      guard height * width == count else { throw Rejection("a matrix product has another shape") }
      for i in 0..<height {
        for j in 0..<width {
          var sum = Quotient.zero
          for k in 0..<inner {
            try budget.spend()
            try sum.add(left.values[i * inner + k].times(right.values[k * width + j], budget), budget)
          }
          values.append(sum)
        }
      }
    }
    return Entries(shape, values)
  }

  private func einsum(
    _ operands: [Term], _ labels: [[Int]], _ result: [Int], _ shape: [Int]
  ) throws(Rejection) -> Entries {
    var arrays: [Entries] = []
    var extents: [Int: Int] = [:]
    for (operand, own) in zip(operands, labels) {
      let entries = try value(of: operand)
      arrays.append(entries)
      for (label, extent) in zip(own, entries.shape) { extents[label] = extent }
    }
    let summed = extents.keys.sorted().filter { !result.contains($0) }
    let order = result + summed
    let sizes = order.map { extents[$0] ?? 1 }
    let total = try Entries.count(sizes)
    var values = [Quotient](repeating: .zero, count: try Entries.count(shape))
    let group = max(1, total / max(values.count, 1))
    for number in 0..<total {
      try budget.spend()
      var rest = number
      var places: [Int: Int] = [:]
      for (label, size) in zip(order, sizes).reversed() {
        places[label] = rest % size + 1
        rest /= size
      }
      var product = Quotient.one
      for (entries, own) in zip(arrays, labels) {
        guard let offset = Entries.offset(own.map { places[$0] ?? 0 }, in: entries.shape) else {
          throw Rejection("a label is outside its array")
        }
        product = try product.times(entries.values[offset], budget)
        if product.isZero { break }
      }
      try values[number / group].add(product, budget)
    }
    return Entries(shape, values)
  }
}
