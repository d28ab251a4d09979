import FlowODE
import Verdicts

extension TrajectoryPoint {
  /// Whether equalities are judged here: at states that the solver stepped to, not at those between two of them.
  fileprivate var isJudged: Bool { isStep || event != nil }
}

/// Some laws folded over the states of one rung.
protocol LawFold: TrajectoryObserver {
  /// What was found so far.
  var evidence: Evidence { get }
}

extension Laws {
  /// A fresh fold; `integrals` says where those of the laws' own quadratures are, `saves` how many save times there may be.
  func fold(_ integrals: LawIntegrals, saves: Int = 0) -> any LawFold {
    switch self {
    case .conserved(let terms): ConservedFold(terms)
    case .integral(let terms): IntegralFold(terms, integrals)
    case .bound(let terms): BoundFold(terms, integrals, saves: saves)
    case .exponent(let terms): GrowthFold(terms, integrals)
    }
  }
}

private final class ConservedFold: LawFold {
  /// A false law must change by this part of its largest term before its rejection is asked for.
  private static let leastChange = 1e-4

  private let terms: any ConservedTerms
  private var sums: TermSums
  private var fold: ResidualFold
  private var values: [Double]
  /// The rates of a false law's terms, those at the state before, and their integrals by the trapezoidal rule.
  private var rates: [Double]
  private var earlierRates: [Double] = []
  private var predicted: [Double]
  private var expected: Double?
  /// Whether a save time has come since the residual was last kept.
  private var isDue = false
  private var time = 0.0

  init(_ terms: any ConservedTerms) {
    self.terms = terms
    sums = TermSums(terms.laws, sizes: terms.sizes)
    fold = ResidualFold(laws: terms.laws.map(\.name))
    values = [Double](repeating: 0, count: sums.count)
    rates = values
    predicted = values
  }

  func observe(_ point: TrajectoryPoint) {
    isDue = isDue || point.isSave
    guard point.isJudged else { return }
    fold.begin(time: point.time)
    values.withUnsafeMutableBufferPointer { buffer in
      guard let base = buffer.baseAddress else { return }
      terms.update(point, into: base)
      sums.note(base, into: &fold)
    }
    if let slope = terms.sensitivity { fold.allow(sensitivity: slope, error: point.errorEstimate) }
    predict(point)
    if isDue { fold.save() }
    isDue = false
  }

  /// By how much the law must have changed by now.
  private func predict(_ point: TrajectoryPoint) {
    let known = rates.withUnsafeMutableBufferPointer { buffer in
      buffer.baseAddress.map { terms.rates(point, into: $0) } ?? false
    }
    guard known else { return }
    if earlierRates.isEmpty { earlierRates = rates }
    let step = point.time - time
    time = point.time
    for k in rates.indices { predicted[k] += 0.5 * step * (rates[k] + earlierRates[k]) }
    swap(&rates, &earlierRates)
    expected = max(expected ?? 0, sums.largest(predicted))
  }

  var evidence: Evidence {
    let rounding = 16 * JudgingRule.unitRoundoff * Double(max(1, sums.count)).squareRoot()
    var evidence = fold.evidence(budgetRounding: rounding)
    if let expected {
      evidence.isFalsified = expected > Self.leastChange * (fold.largestTerm > 0 ? fold.largestTerm : 1)
    }
    terms.complete(&evidence)
    return evidence
  }
}

private final class IntegralFold: LawFold {
  /// What estimates of the integrals' errors are multiplied by: they are no bounds, and small where the flow is stiff.
  private static let caution = 10.0

  private let terms: any IntegralTerms
  private let integrals: LawIntegrals
  private var fold: ResidualFold
  /// Whether a save time has come since the residual was last kept.
  private var isDue = false

  init(_ terms: any IntegralTerms, _ integrals: LawIntegrals) {
    self.terms = terms
    self.integrals = integrals
    fold = ResidualFold(laws: terms.names, relativeTo: terms.scale)
  }

  func observe(_ point: TrajectoryPoint) {
    isDue = isDue || point.isSave
    guard point.isJudged else { return }
    fold.begin(time: point.time)
    terms.note(point, integrals: integrals.own(point.quadratures), into: &fold)
    if isDue, let errors = point.quadratureErrors, let allowed = terms.errors(from: integrals.own(errors)) {
      fold.allow(errors: allowed.map { Self.caution * $0 })
    }
    if isDue { fold.save() }
    isDue = false
  }

  var evidence: Evidence {
    let isObvious = terms.names.count == 1 || terms.scale == .own
    let rounding = 16 * JudgingRule.unitRoundoff * Double(max(1, terms.names.count)).squareRoot()
    var evidence = fold.evidence(budgetRounding: rounding, unmoved: isObvious ? terms.names.first ?? "none" : "none")
    terms.complete(&evidence)
    return evidence
  }
}

private final class BoundFold: LawFold {
  private let terms: any BoundTerms
  private let integrals: LawIntegrals
  private var fold: MarginFold
  let watch: (any InteriorWatch)?

  init(_ terms: any BoundTerms, _ integrals: LawIntegrals, saves: Int) {
    self.terms = terms
    self.integrals = integrals
    fold = MarginFold(laws: terms.names, saves: saves)
    watch = terms.watch
  }

  func observe(_ point: TrajectoryPoint) {
    terms.note(point, integrals: integrals.own(point.quadratures), into: &fold)
    if point.isSave { fold.save(time: point.time) }
  }

  var evidence: Evidence {
    var evidence = Evidence(margin: terms.margin(fold))
    terms.complete(&evidence)
    return evidence
  }
}

private final class GrowthFold: LawFold {
  private let terms: any GrowthTerms
  private let integrals: LawIntegrals
  private let recorder: GrowthRecorder

  init(_ terms: any GrowthTerms, _ integrals: LawIntegrals) {
    self.terms = terms
    self.integrals = integrals
    recorder = terms.recorder
  }

  func observe(_ point: TrajectoryPoint) {
    guard point.isSave else { return }
    terms.record(point, integrals: integrals.own(point.quadratures), in: recorder)
  }

  var evidence: Evidence {
    var evidence = recorder.evidence(claimed: terms.claimed)
    terms.complete(&evidence)
    return evidence
  }
}
