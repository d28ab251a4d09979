import GSLBridge
import Models

/// The completion of least nuclear norm, min ‖X‖_* subject to x_ij = y_ij on the observed entries, with a certificate.
///
/// Solved by ADMM (alternating singular value thresholding and projection on the data, with balanced penalties). Any Λ
/// supported on the observed entries with ‖Λ‖_op ≤ 1 gives the lower bound ⟨y, Λ⟩, so the optimum lies in
/// [``lowerBound``, ``value``] whatever the iteration did.
public struct MinimumNuclearNorm: Sendable, Equatable {
  /// A matrix that takes the observed values exactly.
  public let matrix: Matrix
  /// Its nuclear norm: an upper bound on the optimum.
  public let value: Double
  /// ⟨y, Λ⟩ of a feasible dual Λ: a lower bound on the optimum.
  public let lowerBound: Double
  /// Iterations the solver took.
  public let iterations: Int
  /// Λ of the lower bound.
  public let dual: Matrix

  /// What proves it.
  public var certificate: NuclearNormCertificate { NuclearNormCertificate(matrix: matrix, dual: dual) }

  /// The duality gap.
  public var gap: Double { max(0, value - lowerBound) }

  /// Solves to a relative gap of `tolerance`, or as far as `maxIterations` lead.
  ///
  /// - Throws: ``Refusal`` if the measurements are no entries of a matrix or an entry is given two values.
  public init(
    _ measurements: Measurements, tolerance: Double = 1e-10, maxIterations: Int = 20_000
  ) throws(Refusal) {
    guard measurements.order == 2, case .entries(let indices) = measurements.operators else {
      throw Refusal(
        "the least nuclear norm is known here for observed entries of a matrix only",
        remedy: "use problem.measure-with entries")
    }
    let (rows, columns) = (measurements.shape[0], measurements.shape[1])
    var data: [Int: Double] = [:]
    for k in 0..<measurements.count {
      let position = Int(indices[2 * k]) * columns + Int(indices[2 * k + 1])
      if let known = data[position], known != measurements.values[k] {
        throw Refusal(
          "entry (\(indices[2 * k]), \(indices[2 * k + 1])) is given as \(known) and as \(measurements.values[k])",
          remedy: "give every entry once")
      }
      data[position] = measurements.values[k]
    }
    let observed = Ordering.ascending(Array(data.keys)).map { (key: $0, value: data[$0] ?? 0) }
    func project(_ matrix: inout Matrix) { for (position, value) in observed { matrix.elements[position] = value } }

    var feasible = Matrix.zero(rows, columns)
    project(&feasible)
    var dual = Matrix.zero(rows, columns)
    var best = try Self.bounds(feasible, dual: dual, observed: observed)
    var bestMatrix = feasible
    var bestDual = best.dual
    var penalty = best.value > 0 ? Double(min(rows, columns)) / best.value : 1
    var done = 0
    while done < maxIterations, best.value - best.lower > tolerance * max(best.value, .leastNormalMagnitude) {
      done += 1
      let previous = feasible
      let low = try Self.threshold(feasible - dual, by: 1 / penalty)
      let relaxed = 1.6 * low + (-0.6) * feasible
      feasible = relaxed + dual
      project(&feasible)
      dual = dual + relaxed - feasible
      if done % 10 == 0 {
        let found = try Self.bounds(feasible, dual: (-penalty) * dual, observed: observed)
        if found.value < best.value {
          best.value = found.value
          bestMatrix = feasible
        }
        if found.lower > best.lower {
          best.lower = found.lower
          bestDual = found.dual
        }
      }
      if done % 50 == 0, done <= 2000 {
        let primal = (low - feasible).frobeniusNorm
        let moved = penalty * (feasible - previous).frobeniusNorm
        let factor = primal > 10 * moved ? 2.0 : moved > 10 * primal ? 0.5 : 1
        penalty *= factor
        dual = (1 / factor) * dual
      }
    }
    matrix = bestMatrix
    value = best.value
    lowerBound = best.lower
    iterations = done
    self.dual = bestDual
  }

  /// The nuclear norm of a feasible matrix, and ⟨y, Λ⟩ for Λ scaled to be feasible.
  private static func bounds(
    _ matrix: Matrix, dual: Matrix, observed: [(key: Int, value: Double)]
  ) throws(Refusal) -> (value: Double, lower: Double, dual: Matrix) {
    // Λ restricted to the observed entries: elsewhere it is rounding.
    var lambda = Matrix.zero(dual.rows, dual.columns)
    var product = 0.0
    for (position, value) in observed {
      lambda.elements[position] = dual.elements[position]
      product += value * dual.elements[position]
    }
    let size = try decompose(lambda).singularValues.first ?? 0
    let value = try decompose(matrix).singularValues.reduce(0, +)
    guard product > 0 else { return (value, 0, .zero(dual.rows, dual.columns)) }
    return (value, product / max(1, size), (1 / max(1, size)) * lambda)
  }

  private static func threshold(_ matrix: Matrix, by level: Double) throws(Refusal) -> Matrix {
    let svd = try decompose(matrix)
    var scaled = svd.u
    for r in svd.singularValues.indices {
      let kept = max(0, svd.singularValues[r] - level)
      for i in 0..<scaled.rows { scaled[i, r] *= kept }
    }
    return scaled * svd.v.transposed
  }

  private static func decompose(_ matrix: Matrix) throws(Refusal) -> SVD {
    do {
      return try SVD(matrix)
    } catch {
      throw Refusal("a singular value decomposition failed: \(error)", remedy: "rescale the data")
    }
  }
}
