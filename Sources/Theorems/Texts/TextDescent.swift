import FlowODE
import Models
import Verdicts

extension TextClaim {
  /// A number does not grow along the flow.
  ///
  /// **Judged by.** Its rate along the flow at every accepted step and where it is largest between two, ≤ 0 beside what the blocks make
  /// of it one by one; and its value at every save time, at most that of the save time before.
  /// **Refuted by.** The statement that it does not fall.
  public func nonincreasing(_ value: TextSource) -> StatedClaim {
    let laws: @Sendable (Double, ClaimSetting) -> Laws? = { sign, setting in
      TextDescentTerms(value, sign: sign, setting).map { .bound($0) }
    }
    return stated(
      .bound, residual: "the least slack −q' at and between accepted steps, and q at a save time less q at the next",
      law: Relative { laws(1, $0) }
    ) { _ in [Mutant("nondecreasing \(value.text)", .statement(Relative { laws(-1, $0) }))] }
  }

  /// A number falls by the integral of a sum of squares.
  ///
  /// **Statement.** q(t) − q(0) = −∫ (‖a‖² + ‖b‖² + …) ds.
  /// **Refuted by.** A wrong rate of each block that occurs in it; the statement that it grows by that integral.
  public func nonincreasing(_ value: TextSource, by roots: [TextSource]) -> StatedClaim {
    let laws: @Sendable (Double, ClaimSetting) -> Laws? = { sign, setting in
      TextSquareTerms(value, roots, sign: sign, setting).map { .integral($0) }
    }
    return stated(
      .integral, residual: "largest departure of the change from minus the integral of the squares",
      law: Relative { laws(1, $0) }
    ) { setting in
      rateMutants(setting, seesTime: true)
        + [Mutant("nondecreasing \(value.text)", .statement(Relative { laws(-1, $0) }))]
    }
  }
}

/// A number's rate and its values from save time to save time.
private final class TextDescentTerms: BoundTerms, InteriorWatch {
  let names: [String]
  private let value: TextValues
  private let rate: TextValues
  /// 1 for the claim, −1 for its opposite.
  private let sign: Double
  private let blocks: [ParameterBlock]
  private let velocity: Buffer<Double>
  private var largest = 0.0
  private var leastSlack = Double.infinity
  private var largestValue = 0.0
  private var earlier: Double?
  private var isFalsified = false

  init?(_ source: TextSource, sign: Double, _ setting: ClaimSetting) {
    let n = setting.start.count
    guard let value = TextValues([source], parameterCount: n), let rate = TextValues([source], parameterCount: n),
      value.count == 1
    else { return nil }
    self.value = value
    self.rate = rate
    self.sign = sign
    blocks = setting.model.layout.blocks
    velocity = Buffer(count: n)
    names = ["the rate of \(source.text)", "\(source.text) from save to save"]
  }

  func note(_ point: TrajectoryPoint, integrals: UnsafePointer<Double>, into fold: inout MarginFold) {
    // Save times between two steps are told apart from where the rate was found to be largest.
    if point.isStep || !point.isSave, !point.isKink, let flow = point.velocity {
      var (sum, size) = (0.0, 0.0)
      for block in blocks {
        velocity.clear()
        (velocity.pointer + block.offset).update(from: flow + block.offset, count: block.count)
        rate.updateRates(point.parameters, velocity: velocity.pointer)
        sum += rate.all[0]
        size += abs(rate.all[0])
      }
      largest = max(largest, size)
      leastSlack = min(leastSlack, -sign * sum)
      // A rate that has all but vanished is known to the rounding of what it was.
      if largest > 0 { fold.note(0, value: sign * sum, bound: 0, terms: largest, time: point.time) }
      if sign * sum > 1e-4 * largest { isFalsified = true }
    }
    guard point.isSave else { return }
    value.update(point)
    let now = value.all[0]
    if !(abs(now) <= largestValue) { largestValue = abs(now) }
    // What is left of a number that all but vanished is known to the errors of what it was.
    if let earlier {
      fold.note(1, value: sign * now, bound: sign * earlier, terms: largestValue, time: point.time)
    }
    earlier = now
  }

  var watch: (any InteriorWatch)? { self }
  /// A rate of the wrong sign of this size needs no larger one beside it.
  var isOpen: Bool { leastSlack > -0.1 * largest || largest == 0 }
  var count: Int { 1 }
  var times: ClosedRange<Double> { -.infinity ... .infinity }
  var takesVelocity: Bool { true }
  func least(_ k: Int) -> Double { leastSlack }
  func size(_ k: Int) -> Double { largest }

  func write(_ point: TrajectoryPoint, into values: UnsafeMutablePointer<Double>) {
    guard let flow = point.velocity else {
      values[0] = 0
      return
    }
    rate.updateRates(point.parameters, velocity: flow)
    values[0] = -sign * rate.all[0]
  }

  func complete(_ evidence: inout Evidence) {
    if sign < 0 { evidence.isFalsified = isFalsified }
  }
}

/// A number and the integral of minus the squares.
private final class TextSquareTerms: IntegralTerms {
  let names: [String]
  private let value: TextValues
  private let rate: TextSquareRate
  private let sign: Double

  init?(_ source: TextSource, _ roots: [TextSource], sign: Double, _ setting: ClaimSetting) {
    guard let value = TextValues([source], parameterCount: setting.start.count), value.count == 1,
      let rate = TextSquareRate(roots, setting)
    else { return nil }
    self.value = value
    self.rate = rate
    self.sign = sign
    names = [source.text]
  }

  var quadratures: [any Quadrature] { [rate] }

  func errors(from integralErrors: UnsafePointer<Double>) -> [Double]? { [integralErrors[0]] }

  func note(_ point: TrajectoryPoint, integrals: UnsafePointer<Double>, into fold: inout ResidualFold) {
    value.update(point)
    fold.note(0, value: value.all[0], integral: -sign * integrals[0], integralMoves: true)
  }
}

/// The rate Σ‖a‖² of some quantities.
private final class TextSquareRate: Quadrature {
  let names = ["squares"]
  let usesValue = false
  private let values: TextValues
  private let velocity: Buffer<Double>
  private let kept: Buffer<Double>

  init?(_ roots: [TextSource], _ setting: ClaimSetting) {
    guard let values = TextValues(roots, parameterCount: setting.start.count) else { return nil }
    self.values = values
    velocity = Buffer(count: setting.start.count)
    kept = Buffer(count: values.count)
  }

  private func update(_ point: FlowPoint) {
    for i in 0..<velocity.count { velocity.pointer[i] = -point.gradient[i] }
    values.update(point.parameters, velocity: velocity.pointer)
  }

  func rates(at point: FlowPoint, into rates: UnsafeMutablePointer<Double>) {
    update(point)
    var sum = 0.0
    for k in 0..<values.count { sum += values.all[k] * values.all[k] }
    rates[0] = sum
  }

  func derivatives(at point: FlowPoint, into derivatives: UnsafeMutablePointer<Double>) {
    update(point)
    kept.pointer.update(from: values.all, count: values.count)
    velocity.clear()
    for j in 0..<velocity.count {
      velocity.pointer[j] = 1
      values.updateRates(point.parameters, velocity: velocity.pointer)
      velocity.pointer[j] = 0
      var sum = 0.0
      for k in 0..<values.count { sum += 2 * kept.pointer[k] * values.all[k] }
      derivatives[j] = sum
    }
  }

  func scales(at start: FlowPoint) -> [Double] {
    var rate = [0.0]
    rates(at: start, into: &rate)
    return [rate[0] > 0 && rate[0].isFinite ? rate[0] : 1]
  }
}
