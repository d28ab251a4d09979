import FlowODE
import Verdicts

extension ComparisonSection {
  /// What a comparison found.
  ///
  /// - Parameter notes: the experiment's own, which stand first.
  public init(notes: [String], _ comparison: Comparison, _ run: ComparisonRun) {
    let unit = comparison.plan.ladder.unit
    self.init(
      optimizer: comparison.plan.optimizer.identifier, formula: comparison.plan.optimizer.formula,
      against: comparison.plan.against.rawValue, measure: comparison.plan.measure.rawValue)
    referenceTolerances = [comparison.plan.tolerances.fine, comparison.plan.tolerances.coarse]
    times = run.times
    until = run.times.last ?? 0
    saveUnit = unit
    saves = run.times.count
    referenceError = finite(run.referenceError)
    movement = finite(run.movement)
    referenceLoss = finite(run.references.last?.loss)
    referenceSteps = run.references.reduce(0) { $0 + $1.counts.accepted }
    referenceGradients = run.references.reduce(0) { $0 + $1.counts.evaluations }
    smallestEigenvalueAlongFlow = finite(run.flows.flatMap(\.smallestEigenvalues).map(\.value).min())
    let orders = OrderRule.localOrders(run.tracks.map { (rate: $0.rate, gap: $0.gap) })
    let driftOrders = OrderRule.localOrders(run.tracks.map { (rate: $0.rate, gap: $0.drift) })
    rates = run.tracks.indices.map { RateReport(run.tracks[$0], order: orders[$0], driftOrder: driftOrders[$0]) }
    let rateValues = run.tracks.map(\.rate)
    let isShared = comparison.plan.against == .flow
    let escapes =
      isShared
      ? EscapeTimes.reports(
        times: run.times, flow: run.flows.first?.norms ?? [], descents: run.tracks.map(\.norms)) : []
    self.escapes = escapes
    var notes = notes
    if let unit, let until = run.times.last, comparison.experiment.until - until > 1e-9 * until {
      notes.append(
        "the horizon \(tableSetting(comparison.experiment.until)) was rounded down to "
          + "\(tableSetting(until)), a multiple of \(tableSetting(unit))")
    }
    if unit == nil { notes.append("the time steps vary: the flow is compared with the polygon through the iterates") }
    notes += run.tracks.compactMap(\.restSentence)
    if let sentence = EscapeTimes.sentence(escapes, rates: rateValues) { notes.append(sentence) }
    self.notes = notes
    figures = [againstRate, againstTime, scaled, descents(run, isShared: isShared)]
  }

  /// The losses of the descents beside that of their flow, and below them the largest component norms where they were kept.
  private func descents(_ run: ComparisonRun, isShared: Bool) -> Figure {
    let isGeometric = Figure.isGeometric(times)
    func curves(flow: [Double], descents: [[Double?]]) -> [Figure.Curve] {
      let own = zip(rates, descents).map { rate, values in
        let known = values.prefix { $0 != nil }.compactMap { $0 }
        return Figure.Curve("rate \(tableSetting(rate.learningRate))", x: Array(times.prefix(known.count)), y: known)
      }
      return own
        + (isShared ? [Figure.Curve("flow", x: Array(times.prefix(flow.count)), y: flow, role: .reference)] : [])
    }
    let flow = run.flows.first
    let norms = run.tracks.map { $0.norms.map { $0.max() } }
    let isKept = norms.contains { $0.contains { $0 != nil } }
    return Figure(
      "\(optimizer) beside its flow", name: "descents", xLabel: "t", yLabel: "loss", logX: isGeometric, logY: true,
      curves: curves(flow: flow?.losses ?? [], descents: run.tracks.map(\.losses)),
      panels: isKept
        ? [
          Figure(
            "the largest component norm", name: "descents-norm", xLabel: "t", yLabel: "max σ", logX: isGeometric,
            logY: false, curves: curves(flow: (flow?.norms ?? []).map { $0.max() ?? .nan }, descents: norms))
        ] : [])
  }

  /// The gap against the learning rate.
  private var againstRate: Figure {
    let gaps = rates.filter { $0.gap != nil }
    let drifts = rates.filter { $0.drift != nil }
    var curves = [Figure.Curve("gap", x: gaps.map(\.learningRate), y: gaps.compactMap(\.gap))]
    if !drifts.isEmpty {
      curves.append(
        Figure.Curve("drift of balancedness", x: drifts.map(\.learningRate), y: drifts.compactMap(\.drift)))
    }
    // The claimed order as a line through the smallest rate's gap.
    if let last = gaps.last, let gap = last.gap {
      curves.append(
        Figure.Curve(
          "order \(order)", x: gaps.map(\.learningRate),
          y: gaps.map { gap * power($0.learningRate / last.learningRate) }, role: .reference))
    }
    return Figure(
      "\(optimizer) against its flow", name: "gap", xLabel: "learning rate η",
      yLabel: "gap in \(measure)\(drifts.isEmpty ? "" : ", drift")",
      logX: true, logY: true, curves: curves)
  }

  /// The order in which the gap is claimed to vanish with the learning rate.
  private var order: Int { against == ComparisonReference.modified.rawValue ? 2 : 1 }

  private func power(_ rate: Double) -> Double { order == 2 ? rate * rate : rate }

  /// The gap over the power of its learning rate, against time: curves of a gap that vanishes in this order lie on one another.
  private var scaled: Figure {
    let quotient = order == 2 ? "gap/η²" : "gap/η"
    return Figure(
      "\(optimizer) against its flow: \(quotient)", name: "gap-scaled", xLabel: "t",
      yLabel: "\(quotient) in \(measure)", logX: Figure.isGeometric(times), logY: true,
      curves: rates.map { rate in
        Figure.Curve(
          "rate \(tableSetting(rate.learningRate))", x: Array(times.prefix(rate.gaps.count)),
          y: rate.gaps.map { $0 / power(rate.learningRate) })
      })
  }

  /// The gap against time, one curve per learning rate.
  private var againstTime: Figure {
    Figure(
      "\(optimizer) against its flow", name: "gap-time", xLabel: "t", yLabel: "gap in \(measure)",
      logX: Figure.isGeometric(times), logY: true,
      curves: rates.map { rate in
        Figure.Curve(
          "rate \(tableSetting(rate.learningRate))", x: Array(times.prefix(rate.gaps.count)), y: rate.gaps)
      })
  }
}

extension RateReport {
  fileprivate init(_ track: TrackFindings, order: Double?, driftOrder: Double?) {
    self.init(learningRate: track.rate)
    iterations = track.iterations
    gap = finite(track.gap)
    self.order = order
    parameterGap = track.failure == nil ? finite(track.parameterGaps.compactMap { $0 }.max()) : nil
    drift = finite(track.drift)
    self.driftOrder = driftOrder
    stepLaw = finite(track.stepLawWorst)
    stabilityShare = track.failure == nil ? finite(track.sharpness.map(\.ratio).max()) : nil
    smallestEigenvalue = finite(track.smallestEigenvalue)
    bound = track.isStable ? finite(track.bounds.map(\.bound).max()) : nil
    looseness = track.isStable ? finite(GapBound.looseness(track)) : nil
    agreementEndsAtIteration = track.agreementEnd?.iteration
    agreementEndsAtTime = finite(track.agreementEnd?.time)
    finalLoss = finite(track.losses.last.flatMap { $0 })
    outcome = track.failure ?? "the horizon was reached"
    isComplete = track.failure == nil
    gaps = track.gaps.prefix { $0 != nil }.compactMap { $0 }
  }
}

/// The number, or nil where it is none.
@inline(never)
private func finite(_ value: Double?) -> Double? { value.flatMap { $0.isFinite ? $0 : nil } }
