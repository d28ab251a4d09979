import CMath

/// The norm laws of a thread at one index: slice j may be multiplied by exp(Σₖ tₖ eₖⱼ), whatever the numbers tₖ.
struct NormBond {
  private let exponents: [[Double]]
  private let slices: [[Int]]

  /// One bond for each index of the axis and of the batch; laws with terms of one sign are left out.
  static func bonds(_ laws: [Law], _ positions: LawSlices) -> [NormBond] {
    let group = LawGroup(laws.filter(\.isTwoSided))
    guard let first = group.laws.first else { return [] }
    var bonds: [NormBond] = []
    for number in 0..<first.batchCount {
      for k in 0..<first.extent {
        bonds.append(
          NormBond(exponents: group.coefficients, slices: group.terms.map { positions[first, $0, number, k] }))
      }
    }
    return bonds
  }

  /// Multiplies the slices so that Σ ‖slice‖² is least; false if nothing moves.
  ///
  /// Where one side of a law is 0, so is the other in the limit. The sum is convex in t; Newton's steps, halved while it grows.
  ///
  /// - Throws: ``Refusal`` if the norm falls without end.
  func balance(_ parameters: inout [Double]) throws(Refusal) -> Bool {
    var moved = false
    var norms = squares(parameters)
    var cleared = true
    while cleared {
      cleared = false
      for law in exponents {
        for sign in [1.0, -1.0] {
          let other = law.indices.filter { law[$0] * sign > 0 }
          guard law.indices.allSatisfy({ law[$0] * sign >= 0 || norms[$0] == 0 }),
            other.contains(where: { norms[$0] > 0 })
          else { continue }
          for slice in other {
            for position in slices[slice] { parameters[position] = 0 }
            norms[slice] = 0
          }
          (moved, cleared) = (true, true)
        }
      }
    }
    if isBalanced(norms) { return moved }
    let factors = try logarithms(norms).map { exp($0) }
    for (factor, slice) in zip(factors, slices) {
      for position in slice { parameters[position] *= factor }
    }
    return true
  }

  private func squares(_ parameters: [Double]) -> [Double] {
    slices.map { $0.reduce(0) { $0 + parameters[$1] * parameters[$1] } }
  }

  private func isBalanced(_ norms: [Double]) -> Bool {
    exponents.allSatisfy { law in
      let terms = zip(law, norms).map { $0 * $1 }
      return abs(terms.reduce(0, +)) <= GramBond.tolerance * terms.reduce(0) { $0 + abs($1) }
    }
  }

  /// The logarithms of the factors of least norm.
  private func logarithms(_ norms: [Double]) throws(Refusal) -> [Double] {
    var shifts = [Double](repeating: 0, count: slices.count)
    func scaled(_ shifts: [Double]) -> [Double] { zip(norms, shifts).map { $0 == 0 ? 0 : $0 * exp(2 * $1) } }
    for _ in 0..<2000 {
      let current = scaled(shifts)
      if isBalanced(current) { return shifts }
      let slope = exponents.map { law in 2 * zip(law, current).reduce(0) { $0 + $1.0 * $1.1 } }
      let curvature = exponents.map { a in
        exponents.map { b in
          4 * zip(zip(a, b), current).reduce(0) { $0 + $1.0.0 * $1.0.1 * $1.1 }
        }
      }
      let step = Self.solve(curvature, slope)
      let direction = slices.indices.map { j in -zip(exponents, step).reduce(0) { $0 + $1.0[j] * $1.1 } }
      let total = current.reduce(0, +)
      var length = 1.0
      var next = zip(shifts, direction).map { $0 + $1 }
      while !(scaled(next).reduce(0, +) <= total * (1 + 1e-15)), length > 1e-10 {
        length /= 2
        next = zip(shifts, direction).map { $0 + length * $1 }
      }
      let largest = zip(direction, norms).reduce(0) { $1.1 == 0 ? $0 : max($0, abs(length * $1.0)) }
      shifts = next
      if largest < 1e-15 { return shifts }
    }
    throw Refusal(
      "the norm of the parameters falls without end along a rescaling that changes nothing",
      remedy: "use a gaussian start")
  }

  /// The solution of a symmetric positive semidefinite system by elimination; directions without curvature stand still.
  private static func solve(_ matrix: [[Double]], _ right: [Double]) -> [Double] {
    var (a, b) = (matrix, right)
    let n = b.count
    let size = (0..<n).reduce(0) { max($0, matrix[$1][$1]) }
    var pivots: [Int] = []
    for k in 0..<n where a[k][k] > 1e-14 * size {
      pivots.append(k)
      for i in (k + 1)..<max(n, k + 1) {
        let factor = a[i][k] / a[k][k]
        for j in k..<n { a[i][j] -= factor * a[k][j] }
        b[i] -= factor * b[k]
      }
    }
    var x = [Double](repeating: 0, count: n)
    for k in pivots.reversed() {
      var value = b[k]
      for j in (k + 1)..<max(n, k + 1) { value -= a[k][j] * x[j] }
      x[k] = value / a[k][k]
    }
    return x
  }
}
