extension SwitchedEvaluator {
  /// A kink that the flow slides along: its argument stays at 0.
  ///
  /// Where entries vanish together, as w·x and w·(−x) do, they change sides together.
  package struct Sliding: Equatable, Sendable {
    /// The entries, the first of which is looked at.
    package let entries: [Int]
    /// Their sides where the first one's is 1.
    package let signs: [Double]
    /// σ of the first entry where a gradient was taken last.
    package internal(set) var side = 0.0

    package init(entries: [Int], signs: [Double]) { (self.entries, self.signs) = (entries, signs) }
  }

  /// Slides along a kink from here on.
  package func slide(along kink: Sliding) { sliding.append(kink) }

  /// Leaves a kink to a side of its first entry, −1 or 1.
  package func leave(_ number: Int, to side: Double) {
    let kink = sliding.remove(at: number)
    for (entry, sign) in zip(kink.entries, kink.signs) { setSide(entry, sign * side) }
  }

  /// Chooses the sides of the kinks that the flow slides along so that their arguments stay where they are: with velocity
  /// θ̇ = −ρ ∇f(θ; σ), ȧ(θ; σ) = 0.
  ///
  /// f's gradient is affine in every single σ, and in all of them where no kink's argument passes through another: Newton's method with
  /// differences over unit steps is then exact after one step. A kink that only repeats others is left where it is.
  func balance(
    _ parameters: UnsafePointer<Double>,
    _ weigh: (_ predictions: UnsafePointer<Double>, _ weights: UnsafeMutablePointer<Double>) -> Void
  ) {
    guard let held else { return }
    let n = sliding.count
    var sides = [Double](repeating: 0, count: n)
    func motion(_ sides: [Double]) -> [Double] {
      for (kink, side) in zip(sliding, sides) {
        for (entry, sign) in zip(kink.entries, kink.signs) { setSide(entry, sign * side) }
      }
      held.point.pointer.update(from: parameters, count: parameterCount)
      held.evaluator.predictAndPullback(held.point.pointer, weigh: weigh, into: held.result.pointer)
      for k in 0..<parameterCount { held.result.pointer[k] *= rates[k] }
      derivatives(parameters, direction: held.result.pointer, into: held.switchRates.pointer)
      return sliding.map { held.switchRates.pointer[$0.entries[0]] }
    }
    var size = 0.0
    for iteration in 0..<Self.iterations {
      let moving = motion(sides)
      if iteration > 0, !moving.contains(where: { abs($0) > 1e-14 * size }) { break }
      var columns: [[Double]] = []
      for j in 0..<n {
        var displaced = sides
        displaced[j] += 1
        columns.append(zip(motion(displaced), moving).map { $0 - $1 })
      }
      size = columns.joined().reduce(0) { max($0, abs($1)) }
      guard size > 0, size.isFinite else { break }
      let change = leastSolution(columns, moving.map { -$0 })
      for j in 0..<n { sides[j] += change[j] }
      if n == 1 { break }
    }
    for k in 0..<n {
      sliding[k].side = sides[k]
      for (entry, sign) in zip(sliding[k].entries, sliding[k].signs) { setSide(entry, sign * sides[k]) }
    }
  }

  private static let iterations = 3

  /// Solves Σ_j x_j c_j = b in least squares by orthogonal columns (Gram and Schmidt, twice); the factor of a column that depends on
  /// earlier ones is 0.
  private func leastSolution(_ columns: [[Double]], _ right: [Double]) -> [Double] {
    let n = columns.count
    func dot(_ a: [Double], _ b: [Double]) -> Double { zip(a, b).reduce(0) { $0 + $1.0 * $1.1 } }
    var basis: [(vector: [Double], of: Int)] = []
    var solution = [Double](repeating: 0, count: n)
    var factors = [[Double]](repeating: [Double](repeating: 0, count: n), count: n)
    for j in 0..<n {
      var vector = columns[j]
      let size = dot(vector, vector).squareRoot()
      for _ in 0..<2 {
        for (other, of) in basis {
          let part = dot(other, vector)
          factors[of][j] += part
          for k in vector.indices { vector[k] -= part * other[k] }
        }
      }
      let rest = dot(vector, vector).squareRoot()
      guard rest > 1e-10 * size, rest > 0 else { continue }
      factors[j][j] = rest
      basis.append((vector.map { $0 / rest }, j))
    }
    for (vector, j) in basis.reversed() {
      var value = dot(vector, right)
      for k in j + 1..<max(n, j + 1) { value -= factors[j][k] * solution[k] }
      solution[j] = value / factors[j][j]
    }
    return solution
  }
}
