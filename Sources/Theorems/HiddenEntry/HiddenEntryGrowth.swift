import CMath
import FlowODE
import GSLBridge
import Models
import Verdicts

/// The asymptotic law of Razin and Cohen's problem under balanced gradient flow of depth L: |h| ~ ((2L + 2)t)^{L/(2L+2)} and
/// ℓ ~ 1/(2h²), with t the time of the half-sum loss (a flow of c Σ r² runs through it at 2c t).
///
/// An asymptotic law cannot hold at finite t; the claim is that the ratio has come within 2 % of 1 and stays there over the
/// last decade of the run. A ratio that is further off but whose distance from 1 falls like a power of t is on its way there,
/// which neither supports nor refutes the law; that of a wrong law stays or grows.
public struct HiddenEntryGrowth: Claim {
  /// The largest |ratio − 1| over the last decade.
  public static let closeness = 0.02
  /// The law still settles while its departure falls at least like t to this power; the corrections of a true law fall like
  /// t^{−2L/(2L+2)} or faster.
  static let settlingPower = -0.25
  /// Over a shorter stretch of t than this factor no power can be told.
  static let leastStretch = 1.3
  /// The hidden entry must have reached this for the law to have any say.
  public static let leastEntry = 20.0
  /// What the L of the exponent and of the factor is wrong by; 0 is the law.
  private let depthError: (exponent: Int, factor: Int)

  public init() { depthError = (0, 0) }
  private init(exponent: Int, factor: Int) { depthError = (exponent, factor) }

  public var identifier: String {
    if depthError.exponent != 0 { return "hidden-entry-growth with the exponent of depth L + 1" }
    return depthError.factor == 0 ? "hidden-entry-growth" : "hidden-entry-growth with the factor 2L + 3"
  }

  public var isInequality: Bool { true }

  public func statement(_ setting: ClaimSetting) -> String {
    let depth = (setting.model as? MatrixFactorization)?.depth ?? 0
    let e = depth + depthError.exponent
    return
      "|h|/(\(2 * depth + 2 + depthError.factor)t)^(\(e)/\(2 * e + 2)) and 2ℓh² are within \(Int(100 * Self.closeness))% "
      + "of 1 over the last decade of t, t in the half-sum's unit"
  }

  public func hypotheses(_ setting: ClaimSetting) -> [Hypothesis] {
    var list = HiddenEntryHypotheses.all(setting)
    if let hidden = HiddenEntry(setting.experiment.problem.measurements) {
      list.append(
        Hypothesis(
          "the problem is Razin and Cohen's: 2×2 with ±1 beside the hidden entry and 0 opposite",
          isMet: hidden.isCanonical,
          detail: hidden.isCanonical ? "w\(hidden.row)\(hidden.column) is hidden" : "other data"))
    }
    list.append(
      Hypothesis(
        "the loss is a sum of squares", isMet: setting.experiment.loss.identifier == "l2",
        detail: "loss \(setting.experiment.loss.identifier)"))
    return list
  }

  public func pathHypotheses(_ setting: ClaimSetting, facts: PathFacts) -> [Hypothesis] { [] }

  public func monitor(_ setting: ClaimSetting, quadratureOffset: Int) -> any ClaimMonitor {
    let measurements = setting.experiment.problem.measurements.count
    return Monitor(
      state: HiddenEntryState(setting.experiment), error: depthError,
      clock: 2 * setting.experiment.normalization.constant(measurements: measurements))
  }

  public func controls(_ setting: ClaimSetting) -> [NegativeControl] {
    guard depthError == (0, 0) else { return [] }
    return [
      NegativeControl("the exponent of depth L + 1", .claim(HiddenEntryGrowth(exponent: 1, factor: 0))),
      NegativeControl("the factor 2L + 3", .claim(HiddenEntryGrowth(exponent: 0, factor: 1))),
    ]
  }

  private final class Monitor: ClaimMonitor {
    private struct Sample {
      let time: Double
      let ratio: Double
      let product: Double
      let entry: Double
      let isSave: Bool
    }

    private let state: HiddenEntryState?
    private let factor: Double
    private let exponent: Double
    private let trueExponent: Double
    private let clock: Double
    private var samples: [Sample] = []

    init(state: HiddenEntryState?, error: (exponent: Int, factor: Int), clock: Double) {
      self.state = state
      self.clock = clock
      let depth = Double(state?.model.depth ?? 2)
      let e = depth + Double(error.exponent)
      factor = 2 * depth + 2 + Double(error.factor)
      exponent = e / (2 * e + 2)
      trueExponent = depth / (2 * depth + 2)
    }

    func observe(_ point: TrajectoryPoint) {
      guard let state, state.update(point), point.time > 0, point.isSave else { return }
      let time = clock * point.time
      samples.append(
        Sample(
          time: time, ratio: state.size / pow(factor * time, exponent),
          product: state.delta * state.delta * state.size * state.size, entry: state.size, isSave: point.isSave))
    }

    var evidence: Evidence {
      let horizon = samples.last?.time ?? 0
      let late = samples.filter { $0.time >= horizon / 10 && $0.entry >= HiddenEntryGrowth.leastEntry }
      var fold = MarginFold(laws: ["|h|/((2L+2)t)^(L/(2L+2))", "2ℓh²"])
      var isFalsified = false
      func departure(_ sample: Sample) -> Double { max(abs(sample.ratio - 1), abs(sample.product - 1)) }
      let first = late.first.map(departure) ?? 0
      let last = late.last.map(departure) ?? 0
      let stretch = (late.last?.time ?? 1) / (late.first?.time ?? 1)
      let power = log(last / first) / log(stretch)
      let isApproaching =
        first > HiddenEntryGrowth.closeness
        && (stretch < HiddenEntryGrowth.leastStretch || power <= HiddenEntryGrowth.settlingPower)
      for sample in isApproaching ? [] : late {
        fold.note(0, value: abs(sample.ratio - 1), bound: HiddenEntryGrowth.closeness, terms: 1, time: sample.time)
        fold.note(1, value: abs(sample.product - 1), bound: HiddenEntryGrowth.closeness, terms: 1, time: sample.time)
        fold.save(time: sample.time / clock)
        if abs(sample.ratio - 1) > HiddenEntryGrowth.closeness { isFalsified = true }
      }
      var evidence = Evidence(margin: fold.margin)
      evidence.isFalsified = isFalsified
      evidence.doubt = state?.watch.doubt
      if evidence.doubt == nil, (samples.last?.entry ?? 0) < HiddenEntryGrowth.leastEntry {
        evidence.doubt =
          "the hidden entry has reached only \(tableNumber(samples.last?.entry ?? 0)), and an asymptotic law says nothing "
          + "below \(tableNumber(HiddenEntryGrowth.leastEntry)); raise --until"
      }
      if evidence.doubt == nil, isApproaching {
        evidence.doubt =
          "the law still settles: its departure fell from \(tableNumber(first)) to \(tableNumber(last)) over its last stretch; "
          + "raise --until"
      }
      var table = EvidenceTable(
        "the last decade", columns: ["fitted exponent", "95% interval", "claimed", "last ratio", "last 2ℓh²"])
      let fit = try? LineFit(x: late.map { log($0.time) }, y: late.map { log($0.entry) })
      table.rows = [
        [
          EvidenceCell(fit?.slope),
          fit.map { .text("\($0.slopeInterval95.lowerBound) … \($0.slopeInterval95.upperBound)") } ?? .none,
          EvidenceCell(trueExponent), EvidenceCell(samples.last?.ratio), EvidenceCell(samples.last?.product),
        ]
      ]
      evidence.tables = [table]
      return evidence
    }
  }
}
