import GSLBridge
import Models

/// Integrals along the continuation of a stepper's steps, on one set of nodes for all rates, which is refined where any of them asks.
final class PathIntegrals {
  /// An estimate up to this many tolerances of a rate's size is accepted.
  private static let caution = 10.0
  /// Errors of so many unit roundoffs of the largest size cannot be told from rounding.
  private static let rounding = 4 * Double.ulpOfOne

  /// What is known at the end of an accepted step.
  private struct End {
    var rates: [Double]
    var sizes: [Double]
    var noises: [Double]
  }

  /// What is known at a state reached; of a start not yet stepped from, the end is not.
  private struct Place {
    var values: [Double]
    var errors: [Double]
    var end: End?
  }

  private let flow: any RateFlow
  private let quadratures: [any PathQuadrature]
  private let tolerance: Double
  /// How many rates there are.
  let count: Int
  /// The integrals at the present place, those at the last step's beginning, and the sums of their errors.
  private(set) var values: [Double]
  private var base: [Double]
  private(set) var errors: [Double]
  private var errorsBefore: [Double]
  /// States at up to four times.
  private let scratch: Buffer<Double>
  private let panels: AdaptivePanels
  /// The last step's ends; the end is the next one's beginning.
  private var start: End?
  private var end: End?
  private var landing = Landing<Place>()
  /// Rates evaluated so far, accepted states included.
  private(set) var evaluations = 0

  init(_ flow: any RateFlow, _ quadratures: [any PathQuadrature], tolerance: Double) {
    self.flow = flow
    self.quadratures = quadratures
    self.tolerance = tolerance
    count = quadratures.reduce(0) { $0 + $1.rateCount }
    values = [Double](repeating: 0, count: count)
    base = values
    errors = values
    errorsBefore = values
    panels = AdaptivePanels(count: count)
    scratch = Buffer(count: 4 * flow.dimension)
  }

  private func write(at state: UnsafePointer<Double>, isStep: Bool, into row: UnsafeMutablePointer<Double>) {
    evaluations += 1
    let parameters = flow.parameters(at: state)
    var place = row
    for quadrature in quadratures {
      quadrature.rates(at: parameters, isStep: isStep, into: place)
      place += quadrature.rateCount
    }
  }

  private func look(at state: UnsafePointer<Double>) -> End {
    var rates = [Double](repeating: 0, count: count)
    rates.withUnsafeMutableBufferPointer { row in
      if let base = row.baseAddress { write(at: state, isStep: true, into: base) }
    }
    let parameters = flow.parameters(at: state)
    return End(
      rates: rates, sizes: quadratures.flatMap { $0.sizes(at: parameters) },
      noises: quadratures.flatMap { $0.noises(at: parameters) })
  }

  /// Goes back to the last step's beginning, from where other steps follow.
  func beginLanding() {
    take(
      landing.begin(
        Place(values: base, errors: errorsBefore, end: start), Place(values: values, errors: errors, end: end)))
  }

  /// Goes to the last step's end after all.
  func endLanding() {
    if let place = landing.end() { take(place) }
  }

  private func take(_ place: Place) { (values, errors, end) = (place.values, place.errors, place.end) }

  /// Integrates over an accepted step.
  func arrive(
    _ stepper: borrowing Stepper, before: UnsafePointer<Double>, after: UnsafePointer<Double>, step: Double
  ) {
    base = values
    errorsBefore = errors
    let first = end ?? look(at: before)
    let last = look(at: after)
    (start, end) = (first, last)
    let allowances = allowances(first, last, step: step)
    if isIdle(first, last, step: step, allowances) {
      panels.coast(step: step, first: first.rates, last: last.rates)
    } else {
      let solution = stepper.solution
      panels.integrate(step: step, first: first.rates, last: last.rates, allowances: allowances) { times, rows in
        let states = times.indices.map { scratch.pointer + $0 * flow.dimension }
        solution.interpolate(times, into: states)
        for (k, state) in states.enumerated() { write(at: state, isStep: false, into: rows + k * count) }
      }
    }
    panels.add(to: &values)
    panels.addErrors(to: &errors)
  }

  /// The error of each integral over a part of a step that is not worth another halving: of a few tolerances, or what rounding makes of
  /// the rates over the step, which no halving would make less.
  private func allowances(_ first: End, _ last: End, step: Double) -> [Double] {
    var allowances = [Double](repeating: 0, count: count)
    var place = 0
    for quadrature in quadratures {
      let own = place..<place + quadrature.rateCount
      let largest = own.reduce(0) { max($0, first.sizes[$1], last.sizes[$1]) }
      for r in own {
        let size = max(first.sizes[r], last.sizes[r])
        allowances[r] = max(
          Self.caution * tolerance * size, Self.rounding * largest, step * max(first.noises[r], last.noises[r]))
      }
      place = own.upperBound
    }
    return allowances
  }

  /// Whether no integral grows over a step by more than its error may be.
  private func isIdle(_ first: End, _ last: End, step: Double, _ allowances: [Double]) -> Bool {
    allowances.indices.allSatisfy { step * max(abs(first.rates[$0]), abs(last.rates[$0])) <= allowances[$0] }
  }

  /// Goes to t + θh within the last step, between the nodes by the polynomial through them.
  func move(to theta: Double) {
    values = base
    panels.add(upTo: theta, to: &values)
  }
}
