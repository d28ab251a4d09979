/// Monomials, those of one class together: `width` variables each, −1 for none behind the others.
package struct MonomialClasses {
  /// Numbers a monomial.
  package let width: Int
  /// The classes.
  package private(set) var all: [[Int32]] = []
  private var table: [UInt64: Int] = [:]

  package init(width: Int) { self.width = width }

  /// Adds all monomials of a degree in these variables, by the exclusive or of the variables' marks; without marks all in one class.
  package mutating func add(_ degree: Int, _ variables: [Int], _ marks: [UInt64]?) {
    guard degree == 0 || !variables.isEmpty else { return }
    var positions = [Int](repeating: 0, count: degree)
    while true {
      var signature: UInt64 = 0
      if let marks { for position in positions { signature ^= marks[variables[position]] } }
      let number = table[signature] ?? all.count
      if number == all.count {
        table[signature] = number
        all.append([])
      }
      for position in positions { all[number].append(Int32(variables[position])) }
      for _ in degree..<max(width, degree) { all[number].append(-1) }
      // The next non-decreasing tuple.
      guard let place = positions.lastIndex(where: { $0 < variables.count - 1 }) else { return }
      let next = positions[place] + 1
      for later in place..<degree { positions[later] = next }
    }
  }
}
