import FlowODE
import Models

/// The components at the state that a run's laws look at, formed once for all of them, with the rates that they share.
final class ComponentStates {
  /// What is integrated along the flow.
  let rates: ComponentRates
  /// The components at the state last moved to.
  let rows: ComponentRows
  private var place: Place?
  private var hasGammas = false
  private var conservation: (watch: BalanceWatch, place: Place?)?

  /// What tells states of a run from each other.
  private struct Place: Equatable {
    let time: UInt64
    let steps: Int
    let first: UInt64
    let middle: UInt64
    let last: UInt64

    init(_ point: TrajectoryPoint) {
      let last = point.objective.parameterCount - 1
      (time, steps) = (point.time.bitPattern, point.steps)
      (first, middle) = (point.parameters[0].bitPattern, point.parameters[last / 2].bitPattern)
      self.last = point.parameters[last].bitPattern
    }
  }

  /// Components that are nowhere yet: move them to some state first.
  init(_ registry: ComponentRegistry) {
    rates = ComponentRates(registry)
    rows = ComponentRows(registry)
  }

  var registry: ComponentRegistry { rates.registry }
  /// R.
  var count: Int { rows.count }

  /// Moves to a state of the run; nothing is formed again if this is where they are.
  func move(to point: TrajectoryPoint) {
    let place = Place(point)
    guard place != self.place else { return }
    self.place = place
    rows.update(point.parameters, gradient: nil)
    hasGammas = false
  }

  /// Moves to a state and forms γ there, from the gradient that the stepper's own rates saw if it is that of this state.
  func moveWithGammas(to point: TrajectoryPoint) {
    move(to: point)
    guard !hasGammas else { return }
    if !rows.takeGammas(from: rates.rows) { rows.update(point.parameters, gradient: point.gradient) }
    hasGammas = true
  }

  /// Whether unbalancedness is still that of a start, for all the laws that take it for granted.
  func conservation(since start: [Double]) -> BalanceWatch {
    if let conservation { return conservation.watch }
    let watch = BalanceWatch(.conservation(epsilons: unbalancedness(at: start)), count: count)
    conservation = (watch, nil)
    return watch
  }

  /// Shows the present state to ``conservation(since:)``, once.
  func watchConservation(time: Double) {
    guard let (watch, seen) = conservation, seen == nil || seen != place else { return }
    watch.update(rows, time: time)
    conservation = (watch, place)
  }

  /// max_{i,j} |‖w_i‖² − ‖w_j‖²| of each component at some θ.
  func unbalancedness(at parameters: [Double]) -> [Double] {
    let terms = ComponentTerms(registry)
    terms.update(parameters, gradient: nil)
    return (0..<count).map { terms.component($0).unbalancedness }
  }

  /// The component with the largest norm, the first of several.
  var largest: Int {
    let norms = rows.norms.pointer
    return (0..<count).reduce(0) { norms[$1] > norms[$0] ? $1 : $0 }
  }
}

extension ClaimSetting {
  /// What laws about this setting's components share; nil for a model without components.
  var componentStates: ComponentStates? {
    shared.object(ComponentStates.self) { model.components.map(ComponentStates.init) }
  }
}
