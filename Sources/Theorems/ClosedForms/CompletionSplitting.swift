import CMath
import GSLBridge
import Models

/// ADMM (alternating direction method of multipliers) for the completion of least nuclear norm: singular value thresholding and
/// projection on the data in turn, over-relaxed, the penalty balanced.
///
/// **Source.** Boyd, Parikh, Chu, Peleato and Eckstein 2011, sections 3.4 and 6.
struct CompletionSplitting {
  private let data: CompletionData
  private var feasible: Matrix
  private var dual: Matrix
  private var penalty: Double

  /// Starts at the data with zeros filled in, whose bounds are known.
  init(_ bounds: CompletionBounds) {
    data = bounds.data
    feasible = bounds.matrix
    dual = .zero(data.rows, data.columns)
    // A shrinkage by the mean singular value.
    penalty = bounds.value > 0 ? Double(min(data.rows, data.columns)) / bounds.value : 1
  }

  private static let relaxation = 1.6
  /// Iterations between two looks at the bounds, which cost two decompositions, and between two looks at the penalty …
  private static let boundPeriod = 20
  private static let balancePeriod = 50
  /// … which settles after so many.
  private static let lastBalance = 1000

  /// Iterates until the relative gap is at most `tolerance`, `limit` iterations are over, or somebody asks to stop.
  ///
  /// - Parameter givesUp: whether to end as well where, past a quarter of the limit, the pace of the second half of the way would take more
  ///   than the limit again.
  /// - Returns: the iterations taken.
  mutating func run(
    _ bounds: inout CompletionBounds, tolerance: Double, limit: Int, givesUp: Bool, isCancelled: () -> Bool
  ) throws(Refusal) -> Int {
    var done = 0
    var gaps: [Double] = []
    while done < limit, bounds.gap > tolerance, !isCancelled() {
      done += 1
      let balances = done % Self.balancePeriod == 0 && done <= Self.lastBalance
      let moves = try step()
      if balances { balance(moves) }
      if done % Self.boundPeriod == 0 || done == limit {
        try bounds.offer(feasible)
        try bounds.offer(dual: data.entries(dual).map { -penalty * $0 })
        gaps.append(bounds.gap)
        if givesUp, done >= limit / 4, gaps.count > 1 {
          let pace = log(gaps[gaps.count / 2 - 1] / bounds.gap) / (0.5 * Double(done))
          if !(log(bounds.gap / tolerance) <= pace * Double(limit)) { break }
        }
      }
    }
    return done
  }

  /// One iteration.
  ///
  /// - Returns: the primal and the dual residual, relative to ‖X‖ and ‖Λ‖.
  private mutating func step() throws(Refusal) -> (primal: Double, dual: Double) {
    let low = try threshold()
    let former = feasible
    let (data, relaxation) = (data, Self.relaxation)
    var (next, multipliers) = (feasible, dual)
    next.elements.withUnsafeMutableBufferPointer { x in
      multipliers.elements.withUnsafeMutableBufferPointer { z in
        low.elements.withUnsafeBufferPointer { low in
          guard let x = x.baseAddress, let z = z.baseAddress, let low = low.baseAddress else { return }
          for i in 0..<data.rows * data.columns {
            // Where nothing was observed X takes the multiplier in and leaves none.
            x[i] = relaxation * low[i] + (1 - relaxation) * x[i] + z[i]
            z[i] = 0
          }
          for k in data.values.indices {
            let i = data.row[k] * data.columns + data.column[k]
            z[i] = x[i] - data.values[k]
            x[i] = data.values[k]
          }
        }
      }
    }
    (feasible, dual) = (next, multipliers)
    let (size, multiplier) = (feasible.frobeniusNorm, dual.frobeniusNorm)
    return (
      (low - feasible).frobeniusNorm / max(size, .leastNormalMagnitude),
      (feasible - former).frobeniusNorm / max(multiplier, .leastNormalMagnitude)
    )
  }

  private mutating func balance(_ moves: (primal: Double, dual: Double)) {
    let factor = moves.primal > 3 * moves.dual ? 2.0 : moves.dual > 3 * moves.primal ? 0.5 : 1
    penalty *= factor
    dual = (1 / factor) * dual
  }

  /// X − Z with its singular values lowered by 1 / penalty.
  private func threshold() throws(Refusal) -> Matrix {
    let svd = try CompletionBounds.decompose(feasible - dual)
    let rank = svd.singularValues.prefix { $0 > 1 / penalty }.count
    var left = svd.u
    let width = left.columns
    var low = Matrix.zero(data.rows, data.columns)
    left.elements.withUnsafeMutableBufferPointer { u in
      for i in 0..<data.rows {
        for r in 0..<rank { u[i * width + r] *= svd.singularValues[r] - 1 / penalty }
      }
      svd.v.elements.withUnsafeBufferPointer { v in
        low.elements.withUnsafeMutableBufferPointer { low in
          guard let u = u.baseAddress, let v = v.baseAddress, let low = low.baseAddress, rank > 0 else { return }
          BLAS.multiply(
            m: data.rows, n: data.columns, k: rank, a: u, lda: width, b: v, ldb: width, transposeB: true, c: low,
            ldc: data.columns)
        }
      }
    }
    return low
  }
}
