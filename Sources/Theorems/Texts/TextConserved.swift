import FlowODE
import Models
import Verdicts

extension TextClaim {
  /// A sum of terms does not change along the flow, entry by entry.
  ///
  /// **Statement.** Q(θ(t)) = Q(θ(0)), Q = Σ terms.
  /// **Judged by.** The Frobenius norm of Q's change at every accepted step, relative to the largest term; a sum of one term also beside
  /// what each block alone moves it by, as a quantity that does not move says nothing of its own size.
  /// **Refuted by.** A wrong rate of each block that occurs in it; where only one block moves, the last term × 1.01.
  ///
  /// - Parameter terms: of equal counts, with their signs.
  public func conserved(_ terms: [TextSource]) -> StatedClaim {
    let laws: @Sendable (Double, ClaimSetting) -> Laws? = { factor, setting in
      TextConservedTerms(self, terms, lastFactor: factor, setting).map { .conserved($0) }
    }
    return stated(
      .conservation, residual: "largest change of the sum over all accepted steps, relative to its largest term",
      law: Relative { laws(1, $0) }
    ) { setting in
      let rates = rateMutants(setting, seesTime: false)
      guard setting.model.layout.blocks.count == 1, terms.count > 1 else { return rates }
      let wrong = Relative { laws(WrongRate.factor, $0) }
      return rates + [Mutant("the last term × \(WrongRate.factor)", .statement(wrong))]
    }
  }
}

/// The terms of a sum. Where it has one term, there stand beside it, with sign 0, its value at the start moved by each block alone: their
/// changes are what a wrong rate would have been seen by.
private final class TextConservedTerms: ConservedTerms {
  let laws: [TermSum]
  let sizes: [Int]
  private let values: TextValues
  private let rateValues: TextValues
  private let blocks: [ParameterBlock]
  private let lastFactor: Double
  private let width: Int
  private let shares: Int
  private let velocity: Buffer<Double>
  private let moved: Buffer<Double>
  private let earlier: Buffer<Double>
  private var time: Double?
  private let watch: GivenWatch?

  init?(_ claim: TextClaim, _ terms: [TextSource], lastFactor: Double, _ setting: ClaimSetting) {
    let n = setting.start.count
    guard let values = TextValues(terms, parameterCount: n), let rates = TextValues(terms, parameterCount: n),
      !terms.isEmpty
    else { return nil }
    self.values = values
    rateValues = rates
    self.lastFactor = lastFactor
    let width = values.size(0)
    self.width = width
    blocks = setting.model.layout.blocks
    shares = terms.count == 1 ? blocks.count : 0
    sizes = [Int](repeating: width, count: terms.count + shares)
    laws = [
      TermSum(
        claim.text, terms.indices.map { ($0, 1) } + (0..<shares).map { (terms.count + $0, 0) })
    ]
    velocity = Buffer(count: n)
    moved = Buffer(count: max(1, shares * width))
    earlier = Buffer(count: max(1, shares * width))
    watch = GivenWatch(claim.given, parameterCount: n)
  }

  func update(_ point: TrajectoryPoint, into terms: UnsafeMutablePointer<Double>) {
    watch?.update(point)
    values.update(point)
    terms.update(from: values.all, count: values.count)
    if lastFactor != 1 {
      for k in (values.count - width)..<values.count { terms[k] *= lastFactor }
    }
    guard shares > 0 else { return }
    share(point)
    for k in 0..<(shares * width) { terms[values.count + k] = moved.pointer[k] }
  }

  /// Adds up what each block alone moves the term by, by the trapezoidal rule.
  private func share(_ point: TrajectoryPoint) {
    guard let flow = point.velocity else { return }
    let step = time.map { 0.5 * (point.time - $0) } ?? 0
    for (b, block) in blocks.enumerated() {
      velocity.pointer.update(repeating: 0, count: velocity.count)
      (velocity.pointer + block.offset).update(from: flow + block.offset, count: block.count)
      rateValues.updateRates(point.parameters, velocity: velocity.pointer)
      for k in 0..<width {
        let (i, rate) = (b * width + k, rateValues.all[k])
        if time != nil { moved.pointer[i] += step * (rate + earlier.pointer[i]) }
        earlier.pointer[i] = rate
      }
    }
    time = point.time
  }

  func complete(_ evidence: inout Evidence) {
    if let watch { evidence.inexactness = watch.inexactness }
  }

  /// Whether the sum with a wrong factor changes: the last term's own change.
  func rates(_ point: TrajectoryPoint, into rates: UnsafeMutablePointer<Double>) -> Bool {
    guard lastFactor != 1, let flow = point.velocity else { return false }
    rates.update(repeating: 0, count: sizes.count * width)
    rateValues.updateRates(point.parameters, velocity: flow)
    for k in 0..<rateValues.count { rates[k] = rateValues.all[k] }
    for k in (rateValues.count - width)..<rateValues.count { rates[k] *= lastFactor }
    return true
  }
}
