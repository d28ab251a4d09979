extension Matrix {
  /// The determinant of a square matrix by Gaussian elimination with partial pivoting.
  public var determinant: Double {
    let pivots = pivots
    return pivots.last == 0 ? 0 : pivots.reduce(1, *)
  }

  /// The sign of the determinant of a square matrix, which does not underflow as the determinant may; 0 where a pivot is 0
  /// or no number.
  public var determinantSign: Int {
    pivots.reduce(1) { sign, pivot in pivot > 0 ? sign : pivot < 0 ? -sign : 0 }
  }

  /// The pivots of Gaussian elimination with partial pivoting, negated where rows were exchanged, up to the first that is 0.
  private var pivots: [Double] {
    precondition(rows == columns, "only square matrices have a determinant")
    let n = rows
    var work = elements
    var pivots: [Double] = []
    for k in 0..<n {
      var pivot = k
      for i in k..<n where abs(work[i * n + k]) > abs(work[pivot * n + k]) { pivot = i }
      let value = work[pivot * n + k]
      pivots.append(pivot == k ? value : -value)
      guard value != 0 else { return pivots }
      if pivot != k {
        for j in 0..<n { work.swapAt(k * n + j, pivot * n + j) }
      }
      for i in (k + 1)..<max(n, k + 1) {
        let factor = work[i * n + k] / value
        for j in k..<n { work[i * n + j] -= factor * work[k * n + j] }
      }
    }
    return pivots
  }
}
