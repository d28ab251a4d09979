import FlowLanguage

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// A numeric reading by nothing but loops over what a checked file says: the simplest one there is. One data point, no derivatives.
struct NaiveReading {
  struct Array: Equatable {
    let shape: [Int]
    var values: [Double]

    init(_ shape: [Int], _ entry: ([Int]) -> Double) {
      self.shape = shape
      values = NaiveReading.places(shape).map(entry)
    }

    init(_ number: Double) { self.init([]) { _ in number } }

    subscript(_ place: [Int]) -> Double { values[zip(place, shape).reduce(0) { $0 * $1.1 + $1.0 }] }

    var number: Double { values[0] }

    func map(_ function: (Double) -> Double) -> Array { Array(shape) { function(self[$0]) } }
  }

  struct Unreadable: Error {}

  let file: CheckedFile
  private(set) var declared: [Array] = []

  /// All index tuples, counted from 0, the last index running fastest.
  static func places(_ shape: [Int]) -> [[Int]] {
    shape.reduce([[]]) { places, extent in places.flatMap { place in (0..<extent).map { place + [$0] } } }
  }

  init(_ file: CheckedFile, _ random: inout Randomness) throws {
    self.file = file
    for declaration in file.declarations {
      let shape = try Self.numbers(declaration.shape)
      let array: Array
      if let value = declaration.value {
        let found = try Self.places(declaration.indices.isEmpty ? [] : shape).map { place in
          try self.value(value, Dictionary(uniqueKeysWithValues: zip(declaration.indices, place)))
        }
        array =
          declaration.indices.isEmpty
          ? Array(shape) { found[0].shape.isEmpty ? found[0].number : found[0][$0] }
          : Array(shape) { found[$0.enumerated().reduce(0) { $0 * shape[$1.offset] + $1.element }].number }
      } else {
        array = Array(shape) { _ in Double(random.below(2001) - 1000) / 1000 }
      }
      declared.append(array)
    }
  }

  private static func numbers(_ shape: Shape) throws -> [Int] {
    try shape.sizes.map { size in
      guard let number = size.number else { throw Unreadable() }
      return number
    }
  }

  /// The array of a term's own axes, for these values of its free indices, counted from 0.
  func value(_ term: Term, _ indices: [Int: Int] = [:]) throws -> Array {
    let result = try unchecked(term, indices)
    // The shape that was inferred is that of the value.
    guard result.shape == (try Self.numbers(term.shape)), Set(term.indices).isSubset(of: indices.keys) else {
      throw Unreadable()
    }
    return result
  }

  private func unchecked(_ term: Term, _ indices: [Int: Int]) throws -> Array {
    // Only what it says it depends on is at hand.
    let indices = indices.filter { term.indices.contains($0.key) }
    func value(_ part: Term) throws -> Array { try self.value(part, indices) }
    switch term.kind {
    case .number(let number): return Array(number.value)
    case .size(let size): return Array(Double(size.number ?? 0))
    case .declared(let position): return declared[position]
    case .identity: return Array(try Self.numbers(term.shape)) { $0[0] == $0[1] ? 1 : 0 }
    case .call(let function, let arguments): return try call(function, arguments.map(value))
    case .einsum(let operands, let labels, let result): return Self.einsum(try operands.map(value), labels, result)
    case .indexSum(let summed, let body):
      let extents = try Self.numbers(Shape(summed.map { file.indices[$0].size }))
      let terms = try Self.places(extents).map { place in
        try self.value(body, indices.merging(zip(summed, place)) { $1 })
      }
      return Array(terms[0].shape) { place in terms.reduce(0) { $0 + $1[place] } }
    case .rows(let rows):
      let numbers = try rows.flatMap { try $0.map { try value($0).number } }
      let shape = try Self.numbers(term.shape)
      return Array(shape) { numbers[$0.count == 1 ? $0[0] : $0[0] * shape[1] + $0[1]] }
    case .blocks(let rows):
      let wide = try rows.flatMap { row in
        let blocks = try row.map { block in
          let found = try value(block)
          return (found.shape.isEmpty || block.shape.isRow ? 1 : found.shape[0], found.values)
        }
        return (0..<blocks[0].0).flatMap { k in
          blocks.flatMap { height, values in values[(k * values.count / height)..<((k + 1) * values.count / height)] }
        }
      }
      let shape = try Self.numbers(term.shape)
      return Array(shape) { wide[zip($0, shape).reduce(0) { $0 * $1.1 + $1.0 }] }
    case .transpose(let operand):
      let array = try value(operand)
      return array.shape.count < 2 ? array : Array(array.shape.reversed()) { array[$0.reversed()] }
    case .entry(let base, let places):
      let array = try value(base)
      return Array(try Self.numbers(term.shape)) { place in
        var rest = place[...]
        return array[
          places.enumerated().map { axis, read in
            switch read {
            case .whole: rest.removeFirst()
            case .at(let position): position - 1
            case .last: array.shape[axis] - 1
            case .index(let index): indices[index] ?? -1
            case .sum(let sum):
              sum.parts.reduce(sum.offset - 1) { $0 + $1.factor * ((indices[$1.index] ?? -1) + 1) }
            }
          }]
      }
    case .negative(let operand): return try value(operand).map { -$0 }
    case .power(let base, let isEntrywise, let exponent):
      let (array, power) = (try value(base), try value(exponent).number)
      if isEntrywise || array.shape.isEmpty { return array.map { pow($0, power) } }
      let one = Array(array.shape) { $0[0] == $0[1] ? 1 : 0 }
      return (0..<Int(power)).reduce(one) { result, _ in Self.einsum([result, array], [[0, 1], [1, 2]], [0, 2]) }
    case .product(let first, let factors):
      return try factors.reduce(try value(first)) { try join($0, $1, try value($1.operand)) }
    case .sum(let first, let addends):
      return try addends.reduce(try value(first)) { total, addend in
        let next = try value(addend.operand)
        return Array(total.shape) { total[$0] + (addend.isSubtracted ? -next[$0] : next[$0]) }
      }
    case .velocity, .loss, .derivative, .gradient: throw Unreadable()
    }
  }

  private func join(_ left: Array, _ factor: Term.Factor, _ right: Array) throws -> Array {
    let result: Array
    switch factor.joint {
    case .matrix:
      let inner = left.shape.count - 1
      result = Self.einsum(
        [left, right], [Swift.Array(0...inner), Swift.Array(inner..<inner + right.shape.count)],
        Swift.Array(0..<inner) + (1..<right.shape.count).map { inner + $0 })
    case .outer: result = Self.einsum([left, right], [[0], [1]], [0, 1])
    case .scaled, .entrywise, .quotient, .entrywiseQuotient:
      let divides = factor.joint == .quotient || factor.joint == .entrywiseQuotient
      result = Array(left.shape.isEmpty ? right.shape : left.shape) { place in
        let (a, b) = (left.shape.isEmpty ? left.number : left[place], right.shape.isEmpty ? right.number : right[place])
        return divides ? a / b : a * b
      }
    }
    guard result.shape == (try Self.numbers(factor.shape)) else { throw Unreadable() }
    return result
  }

  private static func einsum(_ operands: [Array], _ labels: [[Int]], _ result: [Int]) -> Array {
    var extents: [Int: Int] = [:]
    for (operand, axes) in zip(operands, labels) { extents.merge(zip(axes, operand.shape)) { $1 } }
    let summed = extents.keys.filter { !result.contains($0) }.sorted()
    return Array(result.map { extents[$0] ?? 0 }) { place in
      places(summed.map { extents[$0] ?? 0 }).reduce(0) { total, inner in
        let at = Dictionary(uniqueKeysWithValues: Swift.Array(zip(result, place)) + zip(summed, inner))
        return total + zip(operands, labels).reduce(1) { $0 * $1.0[$1.1.map { at[$0] ?? -1 }] }
      }
    }
  }

  private func call(_ function: FunctionName, _ arguments: [Array]) throws -> Array {
    let x = arguments[0]
    let squares = x.values.reduce(0) { $0 + $1 * $1 }
    func lastAxis(_ function: ([Double], Int) -> Double) -> Array {
      let width = x.shape[x.shape.count - 1]
      return Array(x.shape) { place in
        let row = (0..<width).map { x[place.dropLast() + [$0]] }
        return function(row, place[place.count - 1])
      }
    }
    switch function {
    case .trace: return Array((0..<x.shape[0]).reduce(0) { $0 + x[[$1, $1]] })
    case .norm: return Array(squares.squareRoot())
    case .norm1: return Array(x.values.reduce(0) { $0 + abs($1) })
    case .norm2: return Array(squares)
    case .dot: return Array(zip(x.values, arguments[1].values).reduce(0) { $0 + $1.0 * $1.1 })
    case .sum: return Array(x.values.reduce(0, +))
    case .diagonal:
      return x.shape.count == 2
        ? Array([x.shape[0]]) { x[[$0[0], $0[0]]] }
        : Array([x.shape[0], x.shape[0]]) { $0[0] == $0[1] ? x[[$0[0]]] : 0 }
    case .relu: return x.map { max($0, 0) }
    case .tanh: return x.map { tanh($0) }
    case .sigmoid: return x.map { 1 / (1 + exp(-$0)) }
    case .silu: return x.map { $0 / (1 + exp(-$0)) }
    case .exp: return x.map { exp($0) }
    case .log: return x.map { log($0) }
    case .absolute: return x.map(abs)
    case .maximum where arguments.count == 1: return Array(x.values.max() ?? 0)
    case .maximum:
      return Array(x.shape) { max(x[$0], arguments[1].shape.isEmpty ? arguments[1].number : arguments[1][$0]) }
    case .softmax:
      return lastAxis { row, place in exp(row[place]) / row.reduce(0) { $0 + exp($1) } }
    default: throw Unreadable()
    }
  }
}
