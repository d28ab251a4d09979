import FlowLanguage

extension Expander {
  /// A function; one that is no polynomial in atoms.
  package func call(_ function: FunctionName, _ arguments: [Term], _ shape: [Int]) throws(Rejection) -> Entries {
    switch function {
    case .norm2, .dot, .sum, .trace, .determinant, .diagonal: break
    default:
      guard let atoms else { throw Rejection("\(function.rawValue) is no polynomial") }
      return try call(function, arguments, shape, in: atoms)
    }
    guard let first = arguments.first else { throw Rejection("a function has no argument") }
    let entries = try value(of: first)
    switch function {
    case .norm2:
      return Entries(try dot(entries.values, entries.values))
    case .dot:
      guard arguments.count == 2 else { throw Rejection("dot takes two arguments") }
      return Entries(try dot(entries.values, value(of: arguments[1]).values))
    case .sum:
      var total = Quotient.zero
      for value in entries.values { try total.add(value, budget) }
      return Entries(total)
    case .trace:
      var total = Quotient.zero
      for value in diagonal(entries) { try total.add(value, budget) }
      return Entries(total)
    case .determinant: return Entries(try determinant(entries))
    default:
      guard entries.shape.count == 1 else { return Entries(shape, diagonal(entries)) }
      let count = entries.shape[0]
      var values = [Quotient](repeating: .zero, count: try Entries.count(shape))
      for k in 0..<count { values[k * count + k] = entries.values[k] }
      return Entries(shape, values)
    }
  }

  private func dot(_ left: [Quotient], _ right: [Quotient]) throws(Rejection) -> Quotient {
    guard left.count == right.count else { throw Rejection("dot of arrays that differ in their sizes") }
    var total = Quotient.zero
    for (a, b) in zip(left, right) { try total.add(a.times(b, budget), budget) }
    return total
  }

  private func diagonal(_ entries: Entries) -> [Quotient] {
    let count = entries.shape.first ?? 0
    return (0..<count).map { entries.values[$0 * count + $0] }
  }

  /// Largest determinant that is expanded.
  private static let determinantLimit = 12

  /// By the first row of what is left, minors of the same columns computed once.
  private func determinant(_ entries: Entries) throws(Rejection) -> Quotient {
    let count = entries.shape[0]
    guard count <= Self.determinantLimit else {
      throw Rejection("a determinant of size \(count) is not expanded, at most \(Self.determinantLimit)")
    }
    // minors[columns]: of the last rows, as many as there are columns.
    var minors: [Int: Quotient] = [0: .one]
    for row in (0..<count).reversed() {
      var next: [Int: Quotient] = [:]
      for (columns, minor) in minors.sorted(by: { $0.key < $1.key }) {
        for column in 0..<count where columns >> column & 1 == 0 {
          let before = (columns & (1 << column - 1)).nonzeroBitCount
          let product = try entries.values[row * count + column].times(minor, budget)
          try next[columns | 1 << column, default: .zero].add(before % 2 == 0 ? product : product.negative, budget)
        }
      }
      minors = next
    }
    return minors[1 << count - 1] ?? .zero
  }

  /// x ^ y and x .^ y with a whole y, and with other fractions where there are atoms.
  package func power(_ base: Term, _ isEntrywise: Bool, _ exponent: Term, _ shape: [Int]) throws(Rejection) -> Entries {
    let entries = try value(of: base)
    let stated = try value(of: exponent).values[0].constant
    if let atoms, let stated, isEntrywise || shape.isEmpty {
      var values: [Quotient] = []
      for value in entries.values { values.append(Quotient(try power(value.numerator, stated, in: atoms))) }
      return Entries(shape, values)
    }
    guard let number = stated, number.isInteger, number.length <= 32 else {
      throw Rejection("a power whose exponent is no integer is no polynomial")
    }
    let count = Int(number.numerator)
    guard abs(count) <= 1000 else { throw Rejection("an exponent is more than 1000") }
    if isEntrywise || shape.isEmpty {
      var values: [Quotient] = []
      for value in entries.values { values.append(try value.power(count, budget)) }
      return Entries(shape, values)
    }
    guard count >= 0, shape.count == 2 else { throw Rejection("a negative power of a matrix is no polynomial") }
    let size = shape[0]
    var result = (0..<size * size).map { $0 / size == $0 % size ? Quotient.one : .zero }
    for _ in 0..<count {
      var next: [Quotient] = []
      for i in 0..<size {
        for j in 0..<size {
          var sum = Quotient.zero
          for k in 0..<size {
            try budget.spend()
            try sum.add(result[i * size + k].times(entries.values[k * size + j], budget), budget)
          }
          next.append(sum)
        }
      }
      result = next
    }
    return Entries(shape, result)
  }
}
