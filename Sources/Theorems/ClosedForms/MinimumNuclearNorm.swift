import GSLBridge
import Models

/// The completion of least nuclear norm, min ‖X‖_* subject to x_ij = y_ij on the observed entries, with a certificate.
///
/// Any Λ supported on the observed entries with ‖Λ‖_op ≤ 1 gives the lower bound ⟨y, Λ⟩, so the optimum lies in
/// [``lowerBound``, ``value``] whatever the iteration did. Found by ADMM, and where that takes longer than an interior-point method
/// would, by the latter; both end where the bounds meet.
///
/// **Rounding.** The lower bound errs on the low side: the computed ‖Λ‖_op is taken rows + columns + 2 unit roundoffs larger, which is
/// more than the decomposition's error, and the sum is compensated and rounded down. The value is a computed sum of singular values,
/// right to about rows + columns unit roundoffs, and so is the gap, of the value.
/// **Source.** Recht, Fazel and Parrilo 2010, section 2.
public struct MinimumNuclearNorm: Sendable, Equatable {
  /// A matrix that takes the observed values exactly.
  public let matrix: Matrix
  /// Its nuclear norm: an upper bound on the optimum.
  public let value: Double
  /// ⟨y, Λ⟩ of a feasible dual Λ: a lower bound on the optimum.
  public let lowerBound: Double
  /// Iterations the solvers took.
  public let iterations: Int
  /// Λ of the lower bound.
  public let dual: Matrix

  /// What proves it.
  public var certificate: NuclearNormCertificate { NuclearNormCertificate(matrix: matrix, dual: dual) }

  /// The duality gap.
  public var gap: Double { max(0, value - lowerBound) }

  /// Solves to a relative gap of `tolerance`, or as far as `maxIterations` or rounding lead.
  ///
  /// - Parameter isCancelled: polled at every iteration; a true answer ends the work with the bounds found by then.
  /// - Throws: ``Refusal`` if the measurements are no entries of a matrix, an entry is given two values, or the nuclear norm is too large
  ///   for a number.
  public init(
    _ measurements: Measurements, tolerance: Double = 1e-10, maxIterations: Int = 20_000,
    isCancelled: () -> Bool = { false }
  ) throws(Refusal) {
    let data = try CompletionData(measurements)
    var bounds = try CompletionBounds(data)
    let interior = try CompletionInteriorPoint(data)
    var splitting = CompletionSplitting(bounds)
    let limit = interior == nil ? maxIterations : Self.splittingIterations(data, atMost: maxIterations)
    var done = try splitting.run(
      &bounds, tolerance: tolerance, limit: limit, givesUp: interior != nil, isCancelled: isCancelled)
    if var interior {
      done += try interior.run(
        &bounds, tolerance: tolerance, limit: maxIterations - done, isCancelled: isCancelled)
    }
    matrix = data.completion(bounds.matrix)
    value = bounds.value * data.scale
    lowerBound = bounds.lower * data.scale
    iterations = done
    dual = data.embedded(bounds.dual, times: 1)
    guard value.isFinite else {
      throw Refusal("the least nuclear norm is too large for a number", remedy: "rescale the data")
    }
  }

  /// As many as take as long as the interior-point method: which of the two is faster is not known before, and so at most twice the
  /// faster one's time is spent.
  private static func splittingIterations(_ data: CompletionData, atMost limit: Int) -> Int {
    let (short, long) = (Double(min(data.rows, data.columns)), Double(max(data.rows, data.columns)))
    let interior = CompletionInteriorPoint.usualIterations * CompletionInteriorPoint.work(data)
    return Int(min(max(200, interior / (30 * short * short * long)), Double(max(0, limit / 2))))
  }
}
