/// Over which stretches of a step the switches of a ``RateKink`` are negative, and the branches' integrals over these.
///
/// A switch within the step is g(θ) = Σ b′ᵢ(θ)gᵢ, a root of which that is off by δ costs the integral O(δ²), as the branches agree
/// there; no step has to end at a kink.
final class KinkSplit {
  /// A stretch of the step over which the switch of a component is negative.
  private struct Stretch {
    let component: Int
    let from: Double
    let to: Double
  }

  private let kink: RateKink
  /// Where the integrals over negative parts begin among all integrals.
  private let place: Int
  /// Components negative throughout the last step.
  private var always: [Int] = []
  /// Stretches of those that are negative in parts of it, component by component.
  private var parts: [Stretch] = []

  init(_ kink: RateKink, place: Int) {
    self.kink = kink
    self.place = place
    always.reserveCapacity(kink.width)
    parts.reserveCapacity(kink.width)
  }

  /// Finds the stretches of a step.
  func find(_ step: RateRows, _ signs: SignSamples) {
    always.removeAll(keepingCapacity: true)
    parts.removeAll(keepingCapacity: true)
    signs.sample(step, from: kink.switches, count: kink.width)
    for component in 0..<kink.width {
      switch signs.verdict(component) {
      case .never: continue
      case .always: always.append(component)
      case .unclear:
        let first = parts.count
        signs.stretches(step, kink.switches + component) {
          parts.append(Stretch(component: component, from: $0, to: $1))
        }
        if parts.count == first + 1, parts[first].from == 0, parts[first].to == 1 {
          parts.removeLast()
          always.append(component)
        }
      }
    }
  }

  /// Writes the integrals over the negative parts up to θ to their places, beginning with what they are at the start.
  ///
  /// - Parameter smooth: the integrals of all rates over the step up to θ.
  func add(
    _ theta: Double, _ step: RateRows, smooth: UnsafePointer<Double>, to values: UnsafeMutablePointer<Double>,
    from start: UnsafePointer<Double>
  ) {
    let width = kink.width
    (values + place).update(from: start + place, count: kink.branches.count * width)
    for (k, branch) in kink.branches.enumerated() {
      let target = values + place + k * width
      for component in always { target[component] += smooth[branch + component] }
    }
    let rows = step.table.rows
    withUnsafeTemporaryAllocation(of: Double.self, capacity: 2 * rows) { weights in
      guard let begin = weights.baseAddress else { return }
      let finish = begin + rows
      for stretch in parts where stretch.from < theta {
        step.table.weightsExactAtEnds(stretch.from, into: begin)
        step.table.weightsExactAtEnds(min(theta, stretch.to), into: finish)
        for i in 0..<rows { finish[i] = step.h * (finish[i] - begin[i]) }
        for (k, branch) in kink.branches.enumerated() {
          var sum = 0.0
          for i in 0..<rows {
            if let row = step.rows[i] { sum += finish[i] * row[branch + stretch.component] }
          }
          values[place + k * width + stretch.component] += sum
        }
      }
    }
  }

  /// Adds the error estimates of the branches whose switch is negative anywhere in the step.
  func addErrors(_ null: UnsafePointer<Double>, to errors: UnsafeMutablePointer<Double>) {
    for (k, branch) in kink.branches.enumerated() {
      let target = errors + place + k * kink.width
      for component in always { target[component] += abs(null[branch + component]) }
      var last = -1
      for stretch in parts where stretch.component != last {
        last = stretch.component
        target[last] += abs(null[branch + last])
      }
    }
  }
}
