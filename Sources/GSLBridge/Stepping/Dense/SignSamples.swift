/// Samples of the switches of kinks over a step, and the stretches over which they are negative.
///
/// Switches are sampled at the ends and at seven points between, with their slopes: where a slope changes its sign between two samples
/// of equal sign, the extremum is a sample too, so that two roots between two points are not missed.
final class SignSamples {
  /// What the samples say of a component's switch.
  enum Verdict {
    /// Nowhere negative.
    case never
    /// Negative throughout.
    case always
    /// It changes its sign, or may do so between the samples.
    case unclear
  }

  static let intervals = 8
  private static let points = intervals + 1
  private typealias Lanes = SIMD4<Double>
  /// Values at all points and then slopes, a row of components each, filled up to whole lanes.
  private let stride: Int
  private let samples: UnsafeMutablePointer<Double>
  private let results: UnsafeMutableBufferPointer<UnsafeMutablePointer<Double>?>
  private let weights: UnsafeMutablePointer<Double>
  private let verdicts: UnsafeMutablePointer<Verdict>
  /// The polynomial of one switch, piece by piece.
  private let coefficientsOfOne: UnsafeMutablePointer<Double>
  private var (pieces, degree) = (1, 1)

  /// - Parameter width: the most switches of one kink.
  init(width: Int) {
    let points = SignSamples.points
    stride = (max(1, width) + Lanes.scalarCount - 1) / Lanes.scalarCount * Lanes.scalarCount
    samples = .allocate(capacity: 2 * points * stride)
    samples.initialize(repeating: 0, count: 2 * points * stride)
    results = .allocate(capacity: 2 * points)
    for point in 0..<(2 * points) { results.initializeElement(at: point, to: samples + point * stride) }
    weights = .allocate(capacity: 2 * points * RateRows.capacity)
    verdicts = .allocate(capacity: stride)
    verdicts.initialize(repeating: .never, count: stride)
    coefficientsOfOne = .allocate(capacity: 4 * RateRows.capacity)
  }

  deinit {
    samples.deallocate()
    results.deallocate()
    weights.deallocate()
    verdicts.deallocate()
    coefficientsOfOne.deallocate()
  }

  /// Prepares for the weights of a step.
  func set(_ table: Continuation) {
    for point in 0..<Self.points {
      let theta = Double(point) / Double(Self.intervals)
      table.weights(theta, derivative: 1, into: weights + point * table.rows)
      table.weights(theta, derivative: 2, into: weights + (Self.points + point) * table.rows)
    }
  }

  /// Samples the switches that begin at a place among the rates.
  func sample(_ step: RateRows, from place: Int, count: Int) {
    var first = 0
    while first < 2 * Self.points {
      let outputs = min(4, 2 * Self.points - first)
      step.combine(
        from: place, count: count, weights: weights + first * step.table.rows,
        results: UnsafeBufferPointer(rebasing: UnsafeBufferPointer(results)[first..<(first + outputs)]))
      first += outputs
    }
    var component = 0
    while component < count {
      judge(component)
      component += Lanes.scalarCount
    }
  }

  /// What the samples say of a component.
  func verdict(_ component: Int) -> Verdict { verdicts[component] }

  /// Looks at the samples of a few components at once.
  private func judge(_ component: Int) {
    func lanes(_ row: Int) -> Lanes {
      UnsafeRawPointer(samples + row * stride + component).loadUnaligned(as: Lanes.self)
    }
    var (least, most) = (lanes(0), lanes(0))
    var (falling, rising) = (lanes(Self.points), lanes(Self.points))
    for point in 1..<Self.points {
      let (value, slope) = (lanes(point), lanes(Self.points + point))
      least.replace(with: value, where: value .< least)
      most.replace(with: value, where: value .> most)
      falling.replace(with: slope, where: slope .< falling)
      rising.replace(with: slope, where: slope .> rising)
    }
    let isNegative = most .< 0
    let nearest = least.replacing(with: -most, where: isNegative)
    let steepest = rising.replacing(with: -falling, where: -falling .> rising)
    // An extremum is within half an interval of a sample, so that it differs from it by a small part of the steepest slope.
    let mayTurn = (falling .< 0) .& (rising .> 0) .& (nearest .<= steepest * 0.25)
    let isUnclear = mayTurn .| ((least .< 0) .& .!isNegative)
    for lane in 0..<Lanes.scalarCount {
      verdicts[component + lane] = isUnclear[lane] ? .unclear : isNegative[lane] ? .always : .never
    }
  }

  /// Names, in order, the stretches of a step over which one switch is negative.
  func stretches(_ step: RateRows, _ place: Int, _ body: (_ from: Double, _ to: Double) -> Void) {
    form(step, place)
    var opened: Double? = nil
    var (theta, value, slope) = (0.0, polynomial(0, derivative: false), polynomial(0, derivative: true))
    if value < 0 { opened = 0 }
    func cross(_ root: Double) {
      if let from = opened {
        body(from, root)
        opened = nil
      } else {
        opened = root
      }
    }
    for point in 1...Self.intervals {
      let end = Double(point) / Double(Self.intervals)
      let (endValue, endSlope) = (polynomial(end, derivative: false), polynomial(end, derivative: true))
      if (value < 0) != (endValue < 0) {
        cross(root(theta, end, derivative: false))
      } else if slope * endSlope < 0 {
        let extremum = root(theta, end, derivative: true)
        if (polynomial(extremum, derivative: false) < 0) != (value < 0) {
          cross(root(theta, extremum, derivative: false))
          cross(root(extremum, end, derivative: false))
        }
      }
      (theta, value, slope) = (end, endValue, endSlope)
    }
    if let from = opened { body(from, 1) }
  }

  /// Where the switch or its slope becomes or ceases to be negative between two points: by false position with halving
  /// (the Illinois rule), and by bisection where that does not end, as at a jump between pieces.
  private func root(_ from: Double, _ to: Double, derivative: Bool) -> Double {
    var (low, high) = (from, to)
    var (atLow, atHigh) = (polynomial(low, derivative: derivative), polynomial(high, derivative: derivative))
    let isNegative = atLow < 0
    var (last, side, rounds) = (from, 0, 0)
    while high - low > 0x1p-48 {
      rounds += 1
      var x = rounds <= 16 ? (low * atHigh - high * atLow) / (atHigh - atLow) : 0.5 * (low + high)
      if !(x > low && x < high) { x = 0.5 * (low + high) }
      let value = polynomial(x, derivative: derivative)
      if value == 0 || abs(x - last) < 0x1p-50 { return x }
      last = x
      if (value < 0) == isNegative {
        (low, atLow) = (x, value)
        if side < 0 { atHigh *= 0.5 }
        side = -1
      } else {
        (high, atHigh) = (x, value)
        if side > 0 { atLow *= 0.5 }
        side = 1
      }
    }
    return 0.5 * (low + high)
  }

  /// Forms g(θ) = Σ b′ᵢ(θ)gᵢ for one switch.
  private func form(_ step: RateRows, _ place: Int) {
    let rows = step.table.rows
    (pieces, degree) = (step.table.pieces, step.table.degree)
    let width = degree + 1
    step.table.coefficients.withUnsafeBufferPointer { coefficients in
      for piece in 0..<pieces {
        let target = coefficientsOfOne + piece * degree
        for m in 0..<degree { target[m] = 0 }
        for i in 0..<rows {
          guard let value = step.rows[i]?[place] else { continue }
          for m in 1...degree { target[m - 1] += coefficients[(piece * rows + i) * width + m] * value }
        }
        for m in 1...degree { target[m - 1] *= Double(m) * Double(pieces) }
      }
    }
  }

  /// The value of that, or its slope by x.
  private func polynomial(_ theta: Double, derivative: Bool) -> Double {
    let piece = min(pieces - 1, Int(theta * Double(pieces)))
    let x = Double(pieces) * theta - Double(piece)
    let coefficients = coefficientsOfOne + piece * degree
    var value = 0.0
    var m = degree - 1
    if derivative {
      while m >= 1 {
        value = value * x + Double(m) * coefficients[m]
        m -= 1
      }
    } else {
      while m >= 0 {
        value = value * x + coefficients[m]
        m -= 1
      }
    }
    return value
  }
}
