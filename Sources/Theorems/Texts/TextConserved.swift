import FlowODE
import Models
import Verdicts

extension TextClaim {
  /// A sum of terms does not change along the flow, entry by entry.
  ///
  /// **Statement.** Q(θ(t)) = Q(θ(0)), Q = Σ terms.
  /// **Judged by.** The Frobenius norm of Q's change at every accepted step, relative to the largest term; a sum of one term, or of terms
  /// that are 0, also beside what parts of the parameters alone move it by, as a quantity that does not move says nothing of its size.
  /// **Refuted by.** A wrong rate of each block that occurs in it. Where only one occurs, its rate sets a clock that Q does not see; then
  /// Q with the block's last entry × 1.01, and the last of several terms × 1.01.
  ///
  /// - Parameter terms: of equal counts, with their signs.
  public func conserved(_ terms: [TextSource]) -> StatedClaim {
    let laws: @Sendable (WrongSum?, ClaimSetting) -> Laws? = { wrong, setting in
      TextConservedTerms(self, terms, wrong, setting).map { .conserved($0) }
    }
    return stated(
      .conservation, residual: "largest change of the sum over all accepted steps, relative to its largest term",
      law: Relative { laws(nil, $0) }
    ) { setting in
      let layout = setting.model.layout.blocks
      var mutants = rateMutants(setting, seesTime: false)
      if blocks.count == 1, layout[blocks[0]].count > 1 {
        let entry = layout[blocks[0]].range.upperBound - 1
        mutants.append(
          Mutant(
            "the last entry of \(layout[blocks[0]].name) × \(WrongRate.factor)",
            .statement(Relative { laws(.entry(entry), $0) })))
      }
      if layout.count == 1, terms.count > 1 {
        mutants.append(
          Mutant("the last term × \(WrongRate.factor)", .statement(Relative { laws(.lastTerm, $0) })))
      }
      return mutants
    }
  }
}

/// What is wrong in a false relative of a conserved sum, by ``WrongRate/factor``.
private enum WrongSum {
  case lastTerm
  /// A parameter, by its place.
  case entry(Int)
}

/// The terms of a sum. Where it has one term, or terms that are 0 at the start, there stand beside them, with sign 0, its value moved by
/// parts of the parameters alone: their changes are what an error would have been seen by.
private final class TextConservedTerms: ConservedTerms {
  /// Terms within this part of the start's norm are 0.
  private static let smallest = 1e-9

  let laws: [TermSum]
  let sizes: [Int]
  private let values: TextValues
  private let rateValues: TextValues
  private let parts: [StrideTo<Int>]
  private let wrong: WrongSum?
  private let width: Int
  private let terms: Int
  private let velocity: Buffer<Double>
  private let state: Buffer<Double>
  private let moved: Buffer<Double>
  private let earlier: Buffer<Double>
  private var time: Double?
  private let watch: GivenWatch?

  init?(_ claim: TextClaim, _ terms: [TextSource], _ wrong: WrongSum?, _ setting: ClaimSetting) {
    let n = setting.start.count
    guard let values = TextValues(terms, parameterCount: n), let rates = TextValues(terms, parameterCount: n),
      !terms.isEmpty
    else { return nil }
    self.values = values
    rateValues = rates
    self.wrong = wrong
    let width = values.size(0)
    self.width = width
    self.terms = terms.count
    let size = setting.start.reduce(0) { $0 + $1 * $1 }.squareRoot()
    let isSilent = values.atRest(setting.start).allSatisfy { abs($0) <= Self.smallest * size }
    parts = terms.count == 1 || isSilent ? Self.parts(claim, setting.model.layout.blocks) : []
    sizes = [Int](repeating: width, count: terms.count + parts.count)
    laws = [
      TermSum(
        claim.text, terms.indices.map { ($0, 1) } + parts.indices.map { (terms.count + $0, 0) })
    ]
    velocity = Buffer(count: n)
    state = Buffer(count: n)
    moved = Buffer(count: max(1, parts.count * width))
    earlier = Buffer(count: max(1, parts.count * width))
    watch = GivenWatch(claim.given, parameterCount: n)
  }

  /// The blocks; where each keeps the sum, which one block that occurs alone does and several may, also their halves and every other entry
  /// of them.
  private static func parts(_ claim: TextClaim, _ blocks: [ParameterBlock]) -> [StrideTo<Int>] {
    claim.blocks.flatMap { (k: Int) -> [StrideTo<Int>] in
      let range = blocks[k].range
      let (start, end) = (range.lowerBound, range.upperBound)
      let whole = stride(from: start, to: end, by: 1)
      guard end - start > 1 else { return [whole] }
      let middle = (start + end) / 2
      return [
        whole, stride(from: start, to: middle, by: 1), stride(from: middle, to: end, by: 1),
        stride(from: start, to: end, by: 2), stride(from: start + 1, to: end, by: 2),
      ]
    }
  }

  func update(_ point: TrajectoryPoint, into terms: UnsafeMutablePointer<Double>) {
    watch?.update(point)
    if case .entry(let k) = wrong {
      scale(point, k)
      values.update(UnsafePointer(state.pointer), velocity: UnsafePointer(velocity.pointer))
    } else {
      values.update(point)
    }
    terms.update(from: values.all, count: values.count)
    if case .lastTerm = wrong {
      for k in (values.count - width)..<values.count { terms[k] *= WrongRate.factor }
    }
    guard !parts.isEmpty else { return }
    share(point)
    for k in 0..<(parts.count * width) { terms[values.count + k] = moved.pointer[k] }
  }

  /// The state and its velocity, one entry of both × the factor.
  private func scale(_ point: TrajectoryPoint, _ entry: Int) {
    state.pointer.update(from: point.parameters, count: state.count)
    state.pointer[entry] *= WrongRate.factor
    if let flow = point.velocity {
      velocity.pointer.update(from: flow, count: velocity.count)
      velocity.pointer[entry] *= WrongRate.factor
    } else {
      velocity.pointer.update(repeating: 0, count: velocity.count)
    }
  }

  /// Adds up what each part alone moves the sum by, by the trapezoidal rule.
  private func share(_ point: TrajectoryPoint) {
    guard let flow = point.velocity else { return }
    let step = time.map { 0.5 * (point.time - $0) } ?? 0
    for (p, part) in parts.enumerated() {
      velocity.pointer.update(repeating: 0, count: velocity.count)
      for i in part { velocity.pointer[i] = flow[i] }
      rateValues.updateRates(point.parameters, velocity: velocity.pointer)
      for k in 0..<width {
        let i = p * width + k
        let rate = (0..<terms).reduce(0) { $0 + rateValues.all[$1 * width + k] }
        if time != nil { moved.pointer[i] += step * (rate + earlier.pointer[i]) }
        earlier.pointer[i] = rate
      }
    }
    time = point.time
  }

  func complete(_ evidence: inout Evidence) {
    if let watch { evidence.inexactness = watch.inexactness }
  }

  /// Whether the wrong sum changes.
  func rates(_ point: TrajectoryPoint, into rates: UnsafeMutablePointer<Double>) -> Bool {
    guard let wrong, let flow = point.velocity else { return false }
    rates.update(repeating: 0, count: sizes.count * width)
    switch wrong {
    case .lastTerm: rateValues.updateRates(point.parameters, velocity: flow)
    case .entry(let k):
      scale(point, k)
      rateValues.updateRates(UnsafePointer(state.pointer), velocity: UnsafePointer(velocity.pointer))
    }
    for k in 0..<rateValues.count { rates[k] = rateValues.all[k] }
    if case .lastTerm = wrong {
      for k in (rateValues.count - width)..<rateValues.count { rates[k] *= WrongRate.factor }
    }
    return true
  }
}
