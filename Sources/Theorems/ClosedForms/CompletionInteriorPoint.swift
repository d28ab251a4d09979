import GSLBridge
import Models

/// A primal-dual interior-point method for the completion of least nuclear norm as a semidefinite program, for data on which
/// splitting is slow: few entries, or an optimum that is not unique.
///
/// Minimizes (tr P)/2 over P = [[P₁, X], [Xᵀ, P₂]] ⪰ 0 with x_ij = y_ij on the observed entries; the dual is max ⟨y, Λ⟩ subject to
/// S = [[I, −Λ], [−Λᵀ, I]] ⪰ 0. All iterates are feasible for both. Directions are those of Nesterov and Todd, predicted and corrected
/// as Mehrotra does.
///
/// **Source.** Todd, Toh and Tütüncü 1998, sections 3 and 4.
struct CompletionInteriorPoint {
  private let data: CompletionData
  /// Rows and columns of P.
  private let size: Int
  private var primal: Matrix
  private var slack: Matrix
  private var multipliers: [Double]
  private var taken = 0

  /// Iterations it takes, as a rule.
  static let usualIterations = 15.0
  private static let mostIterations = 60
  /// Above so many operations an iteration it is no help.
  private static let mostWork = 6e10

  /// About how many operations one iteration takes.
  static func work(_ data: CompletionData) -> Double {
    let (count, size) = (Double(data.count), Double(data.rows + data.columns))
    return count * count * count / 3 + 60 * size * size * size
  }

  /// Nil where an iteration would take too long or too much memory.
  init?(_ data: CompletionData) throws(Refusal) {
    guard data.count > 0, Self.work(data) <= Self.mostWork else { return nil }
    self.data = data
    size = data.rows + data.columns
    slack = .identity(size)
    multipliers = [Double](repeating: 0, count: data.count)
    primal = .zero(size, size)
    let filled = data.matrix(data.values)
    let diagonal = 2 * (try CompletionBounds.decompose(filled).singularValues.first ?? 0)
    for i in 0..<size { primal[i, i] = diagonal }
    Self.setOffDiagonal(of: &primal, data, to: data.values)
  }

  /// Iterates until the relative gap is at most `tolerance`, `limit` iterations are over, somebody asks to stop, or rounding ends the
  /// progress.
  ///
  /// - Returns: the iterations taken.
  mutating func run(
    _ bounds: inout CompletionBounds, tolerance: Double, limit: Int, isCancelled: () -> Bool
  ) throws(Refusal) -> Int {
    var gaps: [Double] = []
    while taken < min(limit, Self.mostIterations), bounds.gap > tolerance, !isCancelled() {
      guard try step() else { break }
      taken += 1
      try bounds.offer(
        Matrix(rows: data.rows, columns: data.columns) { primal[$0, data.rows + $1] })
      try bounds.offer(dual: multipliers)
      // The complementarity, not the bounds' own gap, which may rest while the method is on its way.
      gaps.append(min(gaps.last ?? .infinity, complementarity))
      if gaps.count > 6, gaps[gaps.count - 1] > 0.5 * gaps[gaps.count - 6] { break }
    }
    return taken
  }

  /// ⟨P, S⟩ over the size.
  private var complementarity: Double { Self.inner(primal, slack) / Double(size) }

  /// One step; false if rounding forbids it.
  private mutating func step() throws(Refusal) -> Bool {
    guard let p = Cholesky(primal), let s = Cholesky(slack) else { return false }
    // P = G D Gᵀ and S = G⁻ᵀ D G⁻¹.
    let svd = try CompletionBounds.decompose(s.factor.transposedTimes(p.factor))
    let d = svd.singularValues
    guard let least = d.last, least > 0, least.isFinite else { return false }
    var g = p.factor * svd.v
    for i in 0..<size { for j in 0..<size { g.elements[i * size + j] /= d[j].squareRoot() } }
    let scaling = g.times(transposed: g)
    guard let system = normalEquations(scaling) else { return false }

    let affine = direction(.diagonal(d.map { -$0 }), g, system)
    let (primalReach, dualReach) = (reach(affine.primal, d), reach(affine.dual, d))
    let current = Matrix.diagonal(d)
    let before = Self.inner(current, current)
    let after = Self.inner(current + primalReach * affine.primal, current + dualReach * affine.dual)
    let ratio = min(1, max(0, after / before))
    let centring = min(primalReach, dualReach) < 0.2 ? ratio : ratio * ratio * ratio
    let target = centring * before / Double(size)

    let product = affine.primal * affine.dual
    let corrected = Matrix(rows: size, columns: size) { i, j in
      let diagonal = i == j ? target - d[i] * d[i] : 0
      return (2 * diagonal - product[i, j] - product[j, i]) / (d[i] + d[j])
    }
    let move = direction(corrected, g, system)
    let part = 0.9 + 0.09 * min(primalReach, dualReach)
    let (primalStep, dualStep) = (part * reach(move.primal, d), part * reach(move.dual, d))
    guard primalStep > 1e-8 || dualStep > 1e-8 else { return false }
    apply(g * move.primal.times(transposed: g), times: primalStep)
    for k in multipliers.indices { multipliers[k] += dualStep * move.multipliers[k] }
    Self.setOffDiagonal(of: &slack, data, to: multipliers.map { -$0 })
    return primal.isFinite && slack.isFinite
  }

  /// The matrix ⟨A_k, W A_l W⟩ of the multipliers' equations, factored, where A_k picks the entry k and its mirror image.
  ///
  /// It tends to a singular one where the dual optimum is not unique: a multiple of its diagonal of the order of rounding then goes on top.
  private func normalEquations(_ scaling: Matrix) -> Cholesky? {
    let count = data.count
    let places = data.column.map { data.rows + $0 }
    var ridge = 0.0
    while ridge < 1e-6 {
      var equations = Matrix.zero(count, count)
      equations.elements.withUnsafeMutableBufferPointer { m in
        scaling.elements.withUnsafeBufferPointer { w in
          data.row.withUnsafeBufferPointer { row in
            places.withUnsafeBufferPointer { place in
              guard let m = m.baseAddress, let w = w.baseAddress, let row = row.baseAddress,
                let place = place.baseAddress
              else { return }
              for k in 0..<count {
                let (upper, lower, line) = (w + row[k] * size, w + place[k] * size, m + k * count)
                for l in 0...k {
                  line[l] = 2 * (upper[row[l]] * lower[place[l]] + upper[place[l]] * lower[row[l]])
                }
                line[k] *= 1 + ridge
              }
            }
          }
        }
      }
      if let factored = Cholesky(consume equations) { return factored }
      ridge = max(1e-14, 10 * ridge)
    }
    return nil
  }

  /// The direction with D-scaled sum of primal and dual change equal to `sum`: changes of G⁻¹PG⁻ᵀ, GᵀSG and of the multipliers.
  private func direction(
    _ sum: Matrix, _ g: Matrix, _ system: Cholesky
  ) -> (primal: Matrix, dual: Matrix, multipliers: [Double]) {
    var multipliers = [Double](repeating: 0, count: data.count)
    var (primal, dual) = (sum, Matrix.zero(size, size))
    var former = Double.infinity
    for _ in 0..<4 {
      let whole = g * primal.times(transposed: g)
      let missed = data.values.indices.map { k in
        let (i, j) = (data.row[k], data.rows + data.column[k])
        return data.values[k] - self.primal[i, j] - 0.5 * (whole[i, j] + whole[j, i])
      }
      let misfit = BLAS.norm2(count: missed.count, missed)
      guard misfit < 0.5 * former else { break }
      former = misfit
      let change = system.solve(missed.map { 2 * $0 })
      for k in change.indices { multipliers[k] += change[k] }
      var slack = Matrix.zero(size, size)
      Self.setOffDiagonal(of: &slack, data, to: multipliers.map { -$0 })
      dual = g.transposedTimes(slack * g)
      primal = sum - dual
    }
    return (primal, dual, multipliers)
  }

  /// How far, at most 1, a change of D may go for it to stay positive.
  private func reach(_ change: Matrix, _ d: [Double]) -> Double {
    let scaled = Matrix(rows: size, columns: size) { i, j in
      0.5 * (change[i, j] + change[j, i]) / (d[i] * d[j]).squareRoot()
    }
    guard let least = SymmetricEigen.least(of: scaled) else { return 0 }
    return least >= 0 ? 1 : min(1, -1 / least)
  }

  /// Adds to P what keeps the data and the symmetry.
  private mutating func apply(_ change: Matrix, times step: Double) {
    let size = size
    primal.elements.withUnsafeMutableBufferPointer { p in
      change.elements.withUnsafeBufferPointer { c in
        for i in 0..<size {
          for j in 0...i {
            p[i * size + j] += step * 0.5 * (c[i * size + j] + c[j * size + i])
            p[j * size + i] = p[i * size + j]
          }
        }
      }
    }
  }

  private static func setOffDiagonal(of matrix: inout Matrix, _ data: CompletionData, to entries: [Double]) {
    let size = matrix.rows
    matrix.elements.withUnsafeMutableBufferPointer { a in
      for k in entries.indices {
        let (i, j) = (data.row[k], data.rows + data.column[k])
        a[i * size + j] = entries[k]
        a[j * size + i] = entries[k]
      }
    }
  }

  private static func inner(_ a: Matrix, _ b: Matrix) -> Double {
    a.elements.withUnsafeBufferPointer { left in
      b.elements.withUnsafeBufferPointer { right in
        guard let left = left.baseAddress, let right = right.baseAddress else { return 0 }
        return BLAS.dot(count: a.rows * a.columns, left, right)
      }
    }
  }
}
