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
  /// |h| at the start.
  private var startEntry: Double?

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
    guard state.update(point) else { return }
    if startEntry == nil { startEntry = state.size }
    guard point.time > 0, point.isSave else { return }
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

  /// How many times larger the hidden entry is than at the start: before it has grown by its own law, it says nothing about it.
  private var growth: Double {
    guard let start = startEntry, let last = samples.last?.entry else { return 0 }
    return start > 0 ? last / start : .infinity
  }

  /// Whether the departure is too large, but falls like a power of t or is the start's.
  private func isApproaching(_ late: [Sample]) -> Bool {
    guard let first = late.first, let last = late.last, first.departure > HiddenEntryGrowth.closeness else {
      return false
    }
    func imbalance(_ sample: Sample) -> Double { abs(log(sample.time / first.time) - log(last.time / sample.time)) }
    let middle = late.min { imbalance($0) < imbalance($1) }
    func power(_ from: Sample, _ to: Sample) -> Double { log(to.departure / from.departure) / log(to.time / from.time) }
    guard growth >= HiddenEntryGrowth.leastGrowth, last.time / first.time >= HiddenEntryGrowth.leastStretch,
      let middle, middle.time > first.time, middle.time < last.time
    else { return true }
    let (before, now) = (power(first, middle), power(middle, last))
    if min(before, now) >= HiddenEntryGrowth.settlingPower { return false }
    // A fall that slows down ends at the departure to which its halves extrapolate.
    guard before < now, now <= 0 else { return true }
    let ratio = now / before
    let end = last.departure * exp(now * log(last.time / middle.time) * ratio / (1 - ratio))
    return end <= max(HiddenEntryGrowth.closeness, 0.5 * last.departure)
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
    if evidence.doubt == nil, isApproaching, growth < HiddenEntryGrowth.leastGrowth {
      evidence.doubt =
        "the hidden entry is only \(tableNumber(growth)) times what it was at the start, and a law for large t says nothing before "
        + "it has grown \(tableNumber(HiddenEntryGrowth.leastGrowth))-fold; raise integration.until or lower init.scale"
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
