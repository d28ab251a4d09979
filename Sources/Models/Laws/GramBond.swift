import GSLBridge

/// One Gram law Σ A Aᵀ − Σ B Bᵀ at one index of its batch: A ↦ M A, B ↦ M⁻ᵀ B changes nothing, so only AᵀB enters.
struct GramBond {
  /// Positions in θ of the columns: entry k of column c of A is at `left[c][k]`.
  private let left: [[Int]]
  private let right: [[Int]]

  /// One bond for each index of the batch; none if the law has terms of one sign only.
  @inline(never)
  static func bonds(_ law: Law, _ slices: LawSlices) -> [GramBond] {
    (0..<law.batchCount).compactMap { number in
      func columns(_ sign: Int) -> [[Int]] {
        law.terms.filter { $0.coefficient.numerator.signum() == sign }.flatMap { term in
          let rows = (0..<law.extent).map { slices[law, term, number, $0] }
          return (rows.first ?? []).indices.map { column in rows.map { $0[column] } }
        }
      }
      let bond = GramBond(left: columns(1), right: columns(-1))
      return bond.left.isEmpty || bond.right.isEmpty ? nil : bond
    }
  }

  private static func matrix(_ columns: [[Int]], _ parameters: [Double]) -> Matrix {
    Matrix(rows: columns[0].count, columns: columns.count) { parameters[columns[$1][$0]] }
  }

  private static func write(_ matrix: Matrix, _ columns: [[Int]], _ parameters: inout [Double]) {
    for (c, column) in columns.enumerated() {
      for (k, position) in column.enumerated() { parameters[position] = matrix[k, c] }
    }
  }

  /// Differences of Gram matrices below this, relative to the matrices, count as none.
  static let tolerance = 1e-14

  /// Replaces A and B by Q √Σ Uᵀ and Q √Σ Vᵀ, where AᵀB = U Σ Vᵀ and Q has orthonormal columns: least norm for a given AᵀB,
  /// whether or not the label is wider than its rank. Of all Q the one nearest to what was there. False if nothing moves.
  ///
  /// - Throws: ``Refusal`` if a decomposition fails.
  func balance(_ parameters: inout [Double]) throws(Refusal) -> Bool {
    let a = Self.matrix(left, parameters)
    let b = Self.matrix(right, parameters)
    let size = a.frobeniusNorm * a.frobeniusNorm + b.frobeniusNorm * b.frobeniusNorm
    let (outer, inner) = (a * a.transposed, b * b.transposed)
    let difference = inner - outer
    if difference.frobeniusNorm <= Self.tolerance * size { return false }
    if let generator = Self.generator(outer + inner, difference) {
      Self.write(a + generator * a, left, &parameters)
      Self.write(b - Self.opposite(generator) * b, right, &parameters)
      return true
    }
    let product = try Self.decompose(a.transposed * b)
    let rank = min(a.rows, product.singularValues.count)
    // Below the rounding of AᵀB there is nothing to keep, and a root would make it large.
    let floor = 4e-16 * (product.singularValues.first ?? 0)
    let roots = product.singularValues.prefix(rank).map { $0 > floor ? $0.squareRoot() : 0 }
    let u = Matrix(rows: product.u.rows, columns: rank) { product.u[$0, $1] }
    let v = Matrix(rows: product.v.rows, columns: rank) { product.v[$0, $1] }
    let nearest = (a * u + b * v) * Matrix.diagonal(roots)
    let polar = try Self.decompose(nearest)
    let q = polar.u * polar.v.transposed * Matrix.diagonal(roots)
    Self.write(q * u.transposed, left, &parameters)
    Self.write(q * v.transposed, right, &parameters)
    return true
  }

  /// The symmetric S with S G + G S = D: to first order, exp(S) A and exp(−S) B are balanced where G is the sum of their Gram
  /// matrices and D the difference. nil unless S is small and G well-conditioned.
  ///
  /// Near balance A + S A rounds once an entry, a decomposition many times, and there are many sweeps.
  private static func generator(_ sum: Matrix, _ difference: Matrix) -> Matrix? {
    guard let eigen = try? SymmetricEigen(sum), let least = eigen.values.min(), let most = eigen.values.max(),
      least > 1e-6 * most
    else { return nil }
    let turned = eigen.vectors.transposed * difference * eigen.vectors
    let solved = Matrix(rows: sum.rows, columns: sum.rows) { turned[$0, $1] / (eigen.values[$0] + eigen.values[$1]) }
    let s = eigen.vectors * solved * eigen.vectors.transposed
    let generator = Matrix(rows: s.rows, columns: s.rows) { (s[$0, $1] + s[$1, $0]) / 2 }
    return generator.frobeniusNorm <= 1e-2 ? generator : nil
  }

  /// T with (1 − T)(1 + S) = 1 for a small S: S − S² + S³ − ….
  private static func opposite(_ generator: Matrix) -> Matrix {
    var result = generator
    for _ in 0..<9 { result = generator - generator * result }
    return result
  }

  private static func decompose(_ matrix: Matrix) throws(Refusal) -> SVD {
    do {
      return try SVD(matrix)
    } catch {
      throw Refusal(
        "the singular value decomposition of a bond failed: \(error)", remedy: "use another start")
    }
  }
}
