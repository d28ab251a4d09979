import FlowODE
import Models
import Verdicts

/// Norms of components along a run, each followed as itself: the start, the end and so many of the accepted steps between them that
/// curves show no corners.
struct NormPath: Sendable, Equatable, Codable {
  let times: [Double]
  /// σ_r at the times, for every component r.
  let norms: [[Double]]

  /// Components beyond this many, the largest at the end first, are not drawn.
  static let shown = 10

  /// The components that are largest at the end, largest first.
  var largestAtEnd: [Int] {
    let ends = norms.map { $0.last ?? 0 }
    return Array(ends.indices.sorted { ends[$0] > ends[$1] }.prefix(Self.shown))
  }

  /// The curves of some components.
  ///
  /// - Parameter unit: what times are measured in.
  func curves(of components: [Int], unit: Double = 1) -> [Figure.Curve] {
    let x = times.map { $0 / unit }
    return components.filter(norms.indices.contains).map { Figure.Curve("component \($0)", x: x, y: norms[$0]) }
  }
}

/// Keeps a ``NormPath`` of a run.
final class NormPathRecorder: TrajectoryObserver {
  /// At most so many states are kept, and at least half as many where there are more; of many components fewer.
  private static let (mostStates, mostNumbers) = (400, 200_000)

  private let terms: ComponentTerms
  private let limit: Int
  private var stride = 1
  private var times: [Double] = []
  /// σ of all components, state after state.
  private var norms: [Double] = []

  init(_ registry: ComponentRegistry) {
    terms = ComponentTerms(registry)
    // Even, so that halving keeps the state that came last.
    limit = 2 * max(10, min(Self.mostStates, Self.mostNumbers / max(1, terms.count)) / 2)
    times.reserveCapacity(limit + 1)
    norms.reserveCapacity((limit + 1) * terms.count)
  }

  func observe(_ point: TrajectoryPoint) {
    guard point.isSave || point.isStep && point.steps.isMultiple(of: stride) else { return }
    terms.update(point.parameters, gradient: nil)
    times.append(point.time)
    for r in 0..<terms.count { norms.append(terms.component(r).norm) }
    guard times.count > limit else { return }
    for k in 0...(limit / 2) {
      times[k] = times[2 * k]
      for r in 0..<terms.count { norms[k * terms.count + r] = norms[2 * k * terms.count + r] }
    }
    times.removeLast(limit / 2)
    norms.removeLast(limit / 2 * terms.count)
    stride *= 2
  }

  /// What was kept.
  var path: NormPath {
    NormPath(
      times: times,
      norms: (0..<terms.count).map { r in times.indices.map { norms[$0 * terms.count + r] } })
  }
}
