import FlowODE
import Models

/// The quantities of Razin and Cohen (2020) along a run in which one entry of a square matrix is hidden: the entry itself, det W, the
/// nuclear norm and the Schatten-1/2 quasi-norm, the effective rank, the Frobenius distance to the matrices of rank one, and δ, the norm of
/// the residuals in which the theorems are stated whatever the loss.
///
/// W's determinant is the product of its layers', which double precision knows longer than that of their product; it is NaN where a
/// layer's smallest singular value is lost in rounding. In svd coordinates its sign is the start's. One thread uses it.
public final class HiddenEntrySeries: SeriesSource {
  private let state: HiddenEntryState
  /// The sign of det W where it cannot change.
  private let fixedSign: Double?

  public let names = [
    "hidden_entry", "determinant", "nuclear_norm", "effective_rank", "rank_one_distance", "schatten_half_norm",
    "residual_norm",
  ]

  /// Nil unless the model is a product of square matrices of which all entries but one are observed.
  public init?(_ experiment: Experiment) {
    guard let state = HiddenEntryState(experiment) else { return nil }
    self.state = state
    fixedSign =
      experiment.coordinates == .svd
      ? experiment.start.withUnsafeBufferPointer { $0.baseAddress.flatMap { DeterminantSign(state.model, $0) } }
        .map { Double($0.sign) } : nil
  }

  public func values(at point: TrajectoryPoint) -> [Double] {
    _ = state.update(point)
    let values = state.singularValues
    let sign = fixedSign ?? knownSign(point.parameters) ?? .nan
    return [
      state.matrix[state.hidden.row, state.hidden.column], sign * values.reduce(1, *), values.reduce(0, +),
      RankMeasure.effectiveRank(values),
      RankMeasure.distanceToRankOne(values),
      MatrixNorm.schatten(0.5).value(entries: state.matrix.elements, singularValues: values), state.delta,
    ]
  }

  /// The sign of the layers' determinants; nil where rounding has one.
  private func knownSign(_ parameters: UnsafePointer<Double>) -> Double? {
    DeterminantSign(state.model, parameters).flatMap { $0.isInformative ? Double($0.sign) : nil }
  }
}
