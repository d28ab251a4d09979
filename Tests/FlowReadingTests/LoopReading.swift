import FlowLanguage

/// An array of the reading by loops.
struct Entries<S: Scalar> {
  let shape: [Int]
  var values: [S]

  init(_ shape: [Int], _ values: [S]) { (self.shape, self.values) = (shape, values) }

  init(_ shape: [Int], _ entry: ([Int]) throws -> S) rethrows {
    self.init(shape, try places(shape).map(entry))
  }

  subscript(_ place: [Int]) -> S { values[zip(place, shape).reduce(0) { $0 * $1.1 + $1.0 }] }
  var number: S { values[0] }
  func map(_ function: (S) -> S) -> Entries { Entries(shape, values.map(function)) }
}

/// All index tuples, counted from 0, the last index running fastest.
func places(_ shape: [Int]) -> [[Int]] {
  shape.reduce([[]]) { places, extent in places.flatMap { place in (0..<extent).map { place + [$0] } } }
}

/// A reading of a checked file by nothing but loops: one data point and one set of indices at a time, no products over labels.
struct LoopReading<S: Scalar> {
  typealias Value = Entries<S>
  struct Unreadable: Error {}

  let file: CheckedFile
  let pointCount: Int
  /// Values of declarations, point by point; one that does not depend on points has a single one.
  private var declared: [[Value]] = []

  /// - Parameter replaced: values that stand for what the file says of a declaration.
  init(
    _ file: CheckedFile, _ parameters: [S], data: [String: [Double]] = [:], points: Int = 1,
    inputs: [String: [Double]] = [:], replaced: [Int: [Value]] = [:]
  ) throws {
    self.file = file
    pointCount = points
    var used = 0
    for (position, declaration) in file.declarations.enumerated() {
      let shape = declaration.shape.sizes.map { $0.number ?? 0 }
      let count = shape.reduce(1, *)
      if let values = replaced[position] {
        declared.append(values)
        if declaration.role == .parameter { used += count }
        continue
      }
      switch declaration.role {
      case .parameter:
        declared.append([Value(shape, Array(parameters[used..<used + count]))])
        used += count
      case .input:
        let numbers = inputs[declaration.name] ?? []
        declared.append(
          (0..<points).map { Value(shape, numbers[$0 * count..<($0 + 1) * count].map { S($0) }) })
      case .data, .constant, .model, .definition:
        guard let body = declaration.value else {
          declared.append([Value(shape, (data[declaration.name] ?? []).map { S($0) })])
          continue
        }
        var all: [Value] = []
        // What only claims use may have no value here.
        for point in 0..<(declaration.isBatched ? points : 1) {
          if let value = try? define(declaration, body, shape, point) { all.append(value) }
        }
        declared.append(all)
      }
    }
  }

  private func define(_ declaration: Declaration, _ body: Term, _ shape: [Int], _ point: Int) throws -> Value {
    if !declaration.indices.isEmpty {
      return try Value(shape) { place in
        try value(body, Dictionary(uniqueKeysWithValues: zip(declaration.indices, place)), point).number
      }
    }
    let found = try value(body, [:], point)
    return found.shape.isEmpty ? Value(shape) { _ in found.number } : found
  }

  func values(of position: Int) -> [Value] { declared[position] }

  /// The mean of the loss over the points.
  func loss() throws -> S {
    guard let loss = file.loss else { throw Unreadable() }
    let count = loss.isBatched ? pointCount : 1
    let total = try (0..<count).reduce(S.zero) { $0 + (try value(loss, [:], $1).number) }
    return total / S(Double(count))
  }

  /// The values of a term, point after point.
  func values(_ term: Term) throws -> [S] {
    try (0..<(term.isBatched ? pointCount : 1)).flatMap { try value(term, [:], $0).values }
  }

  func value(_ term: Term, _ indices: [Int: Int], _ point: Int) throws -> Value {
    let shape = term.shape.sizes.map { $0.number ?? 0 }
    func part(_ term: Term) throws -> Value { try value(term, indices, point) }
    switch term.kind {
    case .number(let number): return Value([], [S(Double(number.numerator) / Double(number.denominator))])
    case .size(let size): return Value([], [S(Double(size.number ?? 0))])
    case .declared(let position):
      guard let value = declared[position].count > 1 ? declared[position][point] : declared[position].first else {
        throw Unreadable()
      }
      return value
    case .loss: return Value([], [try loss()])
    case .identity: return Value(shape) { S($0[0] == $0[1] ? 1 : 0) }
    case .call(let function, let arguments): return try call(function, try arguments.map(part), shape)
    case .einsum(let operands, let labels, let result):
      return contract(try operands.map(part), labels, result)
    case .indexSum(let summed, let body):
      let terms = try places(summed.map { file.indices[$0].size.number ?? 0 }).map { place in
        try value(body, indices.merging(zip(summed, place)) { $1 }, point)
      }
      return Value(shape) { place in terms.reduce(S.zero) { $0 + $1[place] } }
    case .rows(let rows): return Value(shape, try rows.flatMap { try $0.map { try part($0).number } })
    case .blocks(let rows):
      var entries: [[S]] = []
      for row in rows {
        let blocks = try row.map { block in
          let found = try part(block)
          let isRow = block.shape.isRow
          let height = found.shape.isEmpty || isRow ? 1 : found.shape[0]
          return (height: height, values: found.values)
        }
        for k in 0..<blocks[0].height {
          entries.append(
            blocks.flatMap { block in
              let width = block.values.count / block.height
              return Array(block.values[k * width..<(k + 1) * width])
            })
        }
      }
      return Value(shape, entries.flatMap { $0 })
    case .transpose(let operand):
      let array = try part(operand)
      return array.shape.count < 2 ? array : Value(shape) { array[$0.reversed()] }
    case .entry(let base, let read):
      let array = try part(base)
      return Value(shape) { place in
        var rest = place[...]
        return array[
          read.enumerated().map { axis, item in
            switch item {
            case .whole: rest.removeFirst()
            case .at(let position): position - 1
            case .last: array.shape[axis] - 1
            case .index(let index): indices[index] ?? -1
            case .sum(let sum):
              sum.parts.reduce(sum.offset - 1) { $0 + $1.factor * ((indices[$1.index] ?? -1) + 1) }
            }
          }]
      }
    case .negative(let operand): return try part(operand).map { S.zero - $0 }
    case .power(let base, let isEntrywise, let exponent):
      let (array, power) = (try part(base), try part(exponent).number.real)
      if isEntrywise || array.shape.isEmpty { return array.map { $0.power(power) } }
      let one = Value(shape) { S($0[0] == $0[1] ? 1 : 0) }
      return (0..<Int(power)).reduce(one) { result, _ in contract([result, array], [[0, 1], [1, 2]], [0, 2]) }
    case .product(let first, let factors):
      return try factors.reduce(try part(first)) { join($0, $1.joint, try part($1.operand)) }
    case .sum(let first, let addends):
      return try addends.reduce(try part(first)) { total, addend in
        let next = try part(addend.operand)
        return Value(total.shape) { addend.isSubtracted ? total[$0] - next[$0] : total[$0] + next[$0] }
      }
    case .velocity, .derivative, .gradient: throw Unreadable()
    }
  }

  private func join(_ left: Value, _ joint: Term.Joint, _ right: Value) -> Value {
    switch joint {
    case .matrix:
      let inner = left.shape.count - 1
      return contract(
        [left, right], [Array(0...inner), Array(inner..<inner + right.shape.count)],
        Array(0..<inner) + (1..<right.shape.count).map { inner + $0 })
    case .outer: return contract([left, right], [[0], [1]], [0, 1])
    case .scaled, .entrywise, .quotient, .entrywiseQuotient:
      return Value(left.shape.isEmpty ? right.shape : left.shape) { place in
        let a = left.shape.isEmpty ? left.number : left[place]
        let b = right.shape.isEmpty ? right.number : right[place]
        return joint == .quotient || joint == .entrywiseQuotient ? a / b : a * b
      }
    }
  }

  private func contract(_ operands: [Value], _ labels: [[Int]], _ result: [Int]) -> Value {
    var extents: [Int: Int] = [:]
    for (operand, axes) in zip(operands, labels) { extents.merge(zip(axes, operand.shape)) { $1 } }
    let summed = extents.keys.filter { !result.contains($0) }.sorted()
    return Value(result.map { extents[$0] ?? 0 }) { place in
      places(summed.map { extents[$0] ?? 0 }).reduce(S.zero) { total, inner in
        let at = Dictionary(uniqueKeysWithValues: Array(zip(result, place)) + Array(zip(summed, inner)))
        return total + zip(operands, labels).reduce(S(1)) { $0 * $1.0[$1.1.map { at[$0] ?? -1 }] }
      }
    }
  }
}
