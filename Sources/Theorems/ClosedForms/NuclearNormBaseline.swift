import FlowODE
import GSLBridge
import Models

/// The completion of least nuclear norm of the same entries, beside where a run ended: what depth-2 factorizations were conjectured to
/// find (Gunasekar et al. 2017), and with few observations do not (Arora, Cohen, Hu, Luo 2019).
public struct NuclearNormBaseline: Sendable {
  /// The relative duality gap at which the solver ends.
  public static let tolerance = 1e-6

  /// By name: of the run's W `nuclear_norm` and `effective_rank`; of the completion `least_nuclear_norm`, which is within the relative
  /// `least_nuclear_norm_gap` of the optimum, `least_nuclear_norm_effective_rank` and, where the target is known,
  /// `least_nuclear_norm_error` = ‖X − W*‖_F/‖W*‖_F.
  public let quantities: [String: Double]

  /// Refuses what is no completion of a matrix.
  public static func check(_ problem: Problem) throws(Refusal) {
    guard CompletionData.isCompletion(problem.measurements), problem.model.endShape == problem.measurements.shape else {
      throw CompletionData.refusal
    }
  }

  /// - Parameter parameters: θ at the run's end.
  /// - Throws: ``InterruptedRun``; ``Refusal`` as ``MinimumNuclearNorm`` does.
  public init(_ problem: Problem, parameters: [Double], isCancelled: @Sendable () -> Bool = { false }) throws {
    try Self.check(problem)
    let (rows, columns) = (problem.model.endShape[0], problem.model.endShape[1])
    let end = parameters.withUnsafeBufferPointer { $0.baseAddress.map(problem.model.endToEnd) ?? [] }
    let own = try SVD(Matrix(rows: rows, columns: columns, elements: end)).singularValues
    let least = try MinimumNuclearNorm(problem.measurements, tolerance: Self.tolerance, isCancelled: isCancelled)
    if isCancelled() { throw InterruptedRun(time: 0) }
    var quantities = [
      "nuclear_norm": own.reduce(0, +), "effective_rank": RankMeasure.effectiveRank(own),
      "least_nuclear_norm": least.value,
      "least_nuclear_norm_gap": least.value > 0 ? least.gap / least.value : 0,
      "least_nuclear_norm_effective_rank": RankMeasure.effectiveRank(try SVD(least.matrix).singularValues),
    ]
    if let truth = problem.truth, truth.count == rows * columns, !truth.contains(where: \.isNaN) {
      let target = Matrix(rows: rows, columns: columns, elements: truth)
      quantities["least_nuclear_norm_error"] = (least.matrix - target).frobeniusNorm / target.frobeniusNorm
    }
    self.quantities = quantities
  }
}
