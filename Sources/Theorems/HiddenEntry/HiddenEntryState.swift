import CMath
import FlowODE
import GSLBridge
import Models

/// What the claims about a hidden entry read off a state: W, its singular values, the hidden entry and δ.
final class HiddenEntryState {
  let hidden: HiddenEntry
  let model: MatrixFactorization
  private let end: EndToEnd
  private let coordinates: Coordinates
  /// Idle in svd coordinates, where the sign cannot change.
  private(set) var watch: SignWatch
  private(set) var matrix: Matrix
  private(set) var singularValues: [Double] = []
  /// ln σ_min, which stays finite in svd coordinates where σ_min underflows.
  private(set) var logSmallest = 0.0
  /// ‖ŷ − y‖₂ over the observed entries.
  private(set) var delta = 0.0
  private let last: Buffer<Double>
  /// What was said of the last state; nil before the first.
  private var isKnown: Bool?

  init?(_ experiment: Experiment) {
    guard let hidden = HiddenEntry(experiment.problem.measurements), let end = try? EndToEnd(experiment: experiment),
      end.model.hasSquareLayers
    else { return nil }
    self.hidden = hidden
    self.end = end
    model = end.model
    coordinates = experiment.coordinates
    watch = SignWatch(end.model)
    matrix = .zero(hidden.dimension, hidden.dimension)
    last = Buffer(count: experiment.problem.model.layout.count)
  }

  /// |h|.
  var size: Double { abs(matrix[hidden.row, hidden.column]) }

  /// Takes a state in, once for all who look at it; false from the moment on at which the sign of det W is not known any more.
  func update(_ point: TrajectoryPoint) -> Bool {
    if let isKnown, coordinates == .weights, isLast(point.parameters) { return isKnown }
    let isKnown = take(point)
    self.isKnown = isKnown
    last.pointer.update(from: point.parameters, count: last.count)
    return isKnown
  }

  private func isLast(_ parameters: UnsafePointer<Double>) -> Bool {
    let last = last.pointer
    return (0..<self.last.count).allSatisfy { last[$0].bitPattern == parameters[$0].bitPattern }
  }

  private func take(_ point: TrajectoryPoint) -> Bool {
    matrix = end.matrix(point.parameters)
    delta = end.residualNorm(matrix)
    if coordinates == .svd {
      singularValues = (0..<hidden.dimension).map { exp(point.state[$0]) }
      logSmallest = (0..<hidden.dimension).map { point.state[$0] }.min() ?? 0
      return true
    }
    let known = watch.update(point.parameters, time: point.time)
    singularValues = (try? SVD.singularValues(of: matrix)) ?? [.nan]
    // The product's own SVD knows its smallest singular value only to u‖W‖; the layers know their determinants.
    let others = singularValues.dropLast().reduce(1, *)
    if others > 0, !singularValues.isEmpty { singularValues[singularValues.count - 1] = watch.determinantSize / others }
    logSmallest = log(singularValues.last ?? .nan)
    return known
  }
}

extension ClaimSetting {
  /// What the laws about a hidden entry read off states, shared by all of them; nil where no entry is hidden.
  var hiddenEntryState: HiddenEntryState? {
    shared.object(HiddenEntryState.self) { HiddenEntryState(experiment) }
  }
}
