import FlowODE
import Verdicts

/// Some laws folded over the states of one rung.
protocol LawFold: TrajectoryObserver {
  /// What was found so far.
  var evidence: Evidence { get }
}

extension Laws {
  /// A fresh fold; `offset` is where the laws' own quadrature states begin.
  func fold(offset: Int) -> any LawFold {
    switch self {
    case .conserved(let terms): ConservedFold(terms)
    case .integral(let terms): IntegralFold(terms, offset: offset)
    case .bound(let terms): BoundFold(terms, offset: offset)
    case .exponent(let terms): GrowthFold(terms, offset: offset)
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
    fold.begin(time: point.time)
    values.withUnsafeMutableBufferPointer { buffer in
      guard let base = buffer.baseAddress else { return }
      terms.update(point, into: base)
      sums.note(base, into: &fold)
    }
    if let slope = terms.sensitivity { fold.allow(sensitivity: slope, error: point.errorEstimate) }
    predict(point)
    if point.isSave { fold.save() }
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
  private let terms: any IntegralTerms
  private let offset: Int
  private var fold: ResidualFold

  init(_ terms: any IntegralTerms, offset: Int) {
    self.terms = terms
    self.offset = offset
    fold = ResidualFold(laws: terms.names, relativeTo: terms.scale)
  }

  func observe(_ point: TrajectoryPoint) {
    fold.begin(time: point.time)
    terms.note(point, integrals: point.quadratures + offset, into: &fold)
    if point.isSave { fold.save() }
  }

  var evidence: Evidence {
    let isObvious = terms.names.count == 1 || terms.scale == .own
    var evidence = fold.evidence(unmoved: isObvious ? terms.names.first ?? "none" : "none")
    terms.complete(&evidence)
    return evidence
  }
}

private final class BoundFold: LawFold {
  private let terms: any BoundTerms
  private let offset: Int
  private var fold: MarginFold

  init(_ terms: any BoundTerms, offset: Int) {
    self.terms = terms
    self.offset = offset
    fold = MarginFold(laws: terms.names)
  }

  func observe(_ point: TrajectoryPoint) {
    terms.note(point, integrals: point.quadratures + offset, into: &fold)
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
  private let offset: Int
  private let recorder: GrowthRecorder

  init(_ terms: any GrowthTerms, offset: Int) {
    self.terms = terms
    self.offset = offset
    recorder = terms.recorder
  }

  func observe(_ point: TrajectoryPoint) {
    guard point.isSave else { return }
    terms.record(point, integrals: point.quadratures + offset, in: recorder)
  }

  var evidence: Evidence {
    var evidence = recorder.evidence(claimed: terms.claimed)
    terms.complete(&evidence)
    return evidence
  }
}
