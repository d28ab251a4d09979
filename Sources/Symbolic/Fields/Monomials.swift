import Models

/// Exponents of monomials, by degree.
package enum Monomials {
  /// Number of monomials of degree 0…d in so many variables; nil above 2³².
  package static func count(variables: Int, upTo degree: Int) -> Int? {
    var count = 1
    for k in 0..<max(0, degree) {
      let (product, overflow) = count.multipliedReportingOverflow(by: variables + k + 1)
      guard !overflow else { return nil }
      count = product / (k + 1)
      guard count <= 1 << 32 else { return nil }
    }
    return count
  }

  /// The monomials of degrees from `least` to `most`, the smaller degrees first; within a degree x₁ᵈ comes first.
  package static func all(variables: Int, from least: Int, upTo most: Int) -> [Exponents] {
    guard least <= most else { return [] }
    return (least...most).flatMap { of(degree: $0, variables: variables) }
  }

  private static func of(degree: Int, variables: Int) -> [Exponents] {
    guard variables > 0 else { return degree == 0 ? [[]] : [] }
    var found: [Exponents] = []
    var current = Exponents(repeating: 0, count: variables)
    func place(_ variable: Int, _ rest: Int) {
      if variable == variables - 1 {
        current[variable] = UInt16(rest)
        found.append(current)
        return
      }
      for power in stride(from: rest, through: 0, by: -1) {
        current[variable] = UInt16(power)
        place(variable + 1, rest - power)
      }
    }
    place(0, degree)
    return found
  }
}
