import GSLBridge
import Models

/// Integrals along the continuation of a stepper's steps, on one set of nodes for all rates, which is refined where any of them asks.
final class PathIntegrals {
  /// An estimate up to this many tolerances of a rate's size is accepted.
  private static let caution = 10.0
  /// Errors of so many unit roundoffs of the largest size cannot be told from rounding.
  private static let rounding = 4 * Double.ulpOfOne

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
  private let scratch: Buffer<Double>
  private var panels: AdaptivePanels
  /// Rates and sizes at the last step's ends; the end's are the next one's beginning.
  private var startRow: [Double]?
  private var startSizes: [Double] = []
  private var endRow: [Double]?
  private var endSizes: [Double] = []
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
    scratch = Buffer(count: flow.dimension)
  }

  private func rates(at state: UnsafePointer<Double>, isStep: Bool) -> [Double] {
    evaluations += 1
    let parameters = flow.parameters(at: state)
    return [Double](unsafeUninitializedCapacity: count) { buffer, initialized in
      initialized = count
      guard var place = buffer.baseAddress else { return }
      place.initialize(repeating: 0, count: count)
      for quadrature in quadratures {
        quadrature.rates(at: parameters, isStep: isStep, into: place)
        place += quadrature.rateCount
      }
    }
  }

  private func sizes(at state: UnsafePointer<Double>) -> [Double] {
    let parameters = flow.parameters(at: state)
    return quadratures.flatMap { $0.sizes(at: parameters) }
  }

  /// What is known at a state reached.
  private struct Place {
    var values: [Double]
    var errors: [Double]
    var row: [Double]?
    var sizes: [Double]
  }

  /// The last step's beginning and end, while a fresh stepper goes on from its beginning.
  private var landing: (start: Place, end: Place)?

  /// Goes back to the last step's beginning, from where other steps follow.
  func beginLanding() {
    let places =
      landing
      ?? (
        Place(values: base, errors: errorsBefore, row: startRow, sizes: startSizes),
        Place(values: values, errors: errors, row: endRow, sizes: endSizes)
      )
    landing = places
    take(places.0)
  }

  /// Goes to the last step's end after all.
  func endLanding() {
    if let landing { take(landing.end) }
    landing = nil
  }

  private func take(_ place: Place) {
    (values, errors, endRow, endSizes) = (place.values, place.errors, place.row, place.sizes)
  }

  /// Integrates over an accepted step.
  func arrive(
    _ stepper: borrowing Stepper, before: UnsafePointer<Double>, after: UnsafePointer<Double>, step: Double
  ) {
    base = values
    errorsBefore = errors
    let first = endRow ?? rates(at: before, isStep: true)
    let firstSizes = endRow == nil ? sizes(at: before) : endSizes
    let last = rates(at: after, isStep: true)
    let lastSizes = sizes(at: after)
    (startRow, startSizes, endRow, endSizes) = (first, firstSizes, last, lastSizes)
    let largest = max(firstSizes.max() ?? 0, lastSizes.max() ?? 0)
    let allowances = zip(firstSizes, lastSizes).map {
      max(Self.caution * tolerance * max($0, $1), Self.rounding * largest)
    }
    let solution = stepper.solution
    panels.integrate(step: step, first: first, last: last, allowances: allowances) { theta, rows in
      solution.interpolate(theta, into: scratch.pointer)
      rows += rates(at: scratch.pointer, isStep: false)
    }
    panels.add(to: &values)
    panels.addErrors(to: &errors)
  }

  /// Goes to t + θh within the last step, between the nodes by the polynomial through them.
  func move(to theta: Double) {
    values = base
    panels.add(upTo: theta, to: &values)
  }
}
