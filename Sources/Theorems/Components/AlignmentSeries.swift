import FlowODE
import GSLBridge
import Models

/// How well the components of a CP factorization point along the steepest descent of W along a run: the cosine
/// γ_r/‖∇L(W)‖ = ⟨−∇L(W), ⊗ŵ_r⟩/‖∇L(W)‖ of the angle between a component and −∇L(W), NaN where either is 0.
///
/// Each component is followed as itself, so they are kept here and are no columns: which ones matter is known at the end only. One thread
/// uses it.
public final class AlignmentSeries: SeriesSource {
  private let rows: ComponentRows
  private let first: Buffer<Double>
  private let second: Buffer<Double>

  public let names: [String] = []
  /// The cosines of every component at the recorded times.
  public private(set) var followed: [[Double]]

  /// Nil unless W is the sum of its components and what is observed are entries of it, each once: then the derivatives of the loss by
  /// the predictions are the entries of ∇L(W).
  public init?(_ experiment: Experiment) {
    let measurements = experiment.problem.measurements
    guard experiment.motion == nil, let registry = experiment.problem.model.components, registry.isSumOfProducts,
      registry.components.count <= SeriesRecorder.followedLimit, case .entries(let indices) = measurements.operators
    else { return nil }
    let order = measurements.order
    let places = Set((0..<measurements.count).map { Array(indices[($0 * order)..<(($0 + 1) * order)]) })
    guard places.count == measurements.count else { return nil }
    rows = ComponentRows(registry)
    first = Buffer(count: measurements.count)
    second = Buffer(count: measurements.count)
    followed = Array(repeating: [], count: rows.count)
  }

  public func values(at point: TrajectoryPoint) -> [Double] {
    rows.update(point.parameters, gradient: point.gradient)
    point.objective.curvatures(point.parameters, first: first.pointer, second: second.pointer)
    let size = BLAS.norm2(count: first.count, first.pointer)
    let (norms, gammas) = (rows.norms.pointer, rows.gammas.pointer)
    for r in followed.indices { followed[r].append(size > 0 && norms[r] > 0 ? gammas[r] / size : .nan) }
    return []
  }
}
