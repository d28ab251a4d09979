import CMath
import FlowODE
import GSLBridge
import Verdicts

/// Both ratios of ``HiddenEntryGrowth`` at the save times, of which the last decade counts.
final class HiddenEntryGrowthTerms: BoundTerms {
  private struct Sample {
    let time: Double
    let ratio: Double
    let product: Double
    let entry: Double
    var departure: Double { max(abs(ratio - 1), abs(product - 1)) }
  }

  let names = ["|h|/((2L+2)t)^(L/(2L+2))", "2ℓh²"]
  private let state: HiddenEntryState
  private let factor: Double
  private let exponent: Double
  private let trueExponent: Double
  private let clock: Double
  private var samples: [Sample] = []

  /// - Parameter clock: flow time in the half-sum's unit.
  init(_ state: HiddenEntryState, _ variant: HiddenEntryGrowth.Variant, clock: Double) {
    self.state = state
    self.clock = clock
    let depth = Double(state.model.depth)
    let e = depth + (variant == .deeperExponent ? 1 : 0)
    factor = 2 * depth + 2 + (variant == .largerFactor ? 1 : 0)
    exponent = e / (2 * e + 2)
    trueExponent = depth / (2 * depth + 2)
  }

  func note(_ point: TrajectoryPoint, integrals: UnsafePointer<Double>, into fold: inout MarginFold) {
    guard state.update(point), point.time > 0, point.isSave else { return }
    let time = clock * point.time
    samples.append(
      Sample(
        time: time, ratio: state.size / pow(factor * time, exponent),
        product: state.delta * state.delta * state.size * state.size, entry: state.size))
  }

  /// The samples of the last decade at which the law has a say.
  private var late: [Sample] {
    let horizon = samples.last?.time ?? 0
    return samples.filter { $0.time >= horizon / 10 && $0.entry >= HiddenEntryGrowth.leastEntry }
  }

  /// Whether the departure is too large but falls like a power of t.
  private func isApproaching(_ late: [Sample]) -> Bool {
    guard let first = late.first, let last = late.last else { return false }
    let stretch = last.time / first.time
    let power = log(last.departure / first.departure) / log(stretch)
    return first.departure > HiddenEntryGrowth.closeness
      && (stretch < HiddenEntryGrowth.leastStretch || power <= HiddenEntryGrowth.settlingPower)
  }

  func margin(_ fold: MarginFold) -> Margin {
    let late = late
    var fold = MarginFold(laws: names)
    for sample in isApproaching(late) ? [] : late {
      fold.note(0, value: abs(sample.ratio - 1), bound: HiddenEntryGrowth.closeness, terms: 1, time: sample.time)
      fold.note(1, value: abs(sample.product - 1), bound: HiddenEntryGrowth.closeness, terms: 1, time: sample.time)
      fold.save(time: sample.time / clock)
    }
    return fold.margin
  }

  func complete(_ evidence: inout Evidence) {
    let late = late
    let isApproaching = isApproaching(late)
    evidence.isFalsified = !isApproaching && late.contains { abs($0.ratio - 1) > HiddenEntryGrowth.closeness }
    evidence.doubt = state.watch.doubt
    if evidence.doubt == nil, (samples.last?.entry ?? 0) < HiddenEntryGrowth.leastEntry {
      evidence.doubt =
        "the hidden entry has reached only \(tableNumber(samples.last?.entry ?? 0)), and an asymptotic law says nothing "
        + "below \(tableNumber(HiddenEntryGrowth.leastEntry)); raise integration.until"
    }
    if evidence.doubt == nil, isApproaching {
      evidence.doubt =
        "the law still settles: its departure fell from \(tableNumber(late.first?.departure ?? 0)) to "
        + "\(tableNumber(late.last?.departure ?? 0)) over its last stretch; raise integration.until"
    }
    let fit = try? LineFit(x: late.map { log($0.time) }, y: late.map { log($0.entry) })
    evidence.tables = [
      Table(
        "the last decade", columns: ["fitted exponent", "95% interval", "claimed", "last ratio", "last 2ℓh²"],
        rows: [
          [
            Cell(fit?.slope),
            fit.map { .text("\($0.slopeInterval95.lowerBound) … \($0.slopeInterval95.upperBound)") } ?? .none,
            Cell(trueExponent), Cell(samples.last?.ratio), Cell(samples.last?.product),
          ]
        ])
    ]
  }
}
