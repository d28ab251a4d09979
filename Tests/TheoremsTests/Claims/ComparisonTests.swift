import CMath
import Checkers
import FlowODE
import Models
import Testing
import Theorems
import Verdicts

@Suite("Comparison of descents with their flow")
struct ComparisonTests {
  private func experiment(
    _ model: String = "matrix", shape: [Int] = [5, 4], depth: Int? = 2, components: Int? = nil, rank: Int = 2,
    norm: Double = 3, observed: Double = 0.6, loss: any Loss = SquaredLoss(), scale: Double = 0.2, until: Double = 6,
    start: [Double]? = nil, saves: Int = 61
  ) throws -> Experiment {
    let problem = try Problem(
      model: model, options: ModelOptions(shape: shape, depth: depth, components: components),
      source: .generated(rank: rank, norm: norm), observed: .fraction(observed), dataSeed: 1)
    let drawn = try Initialization.gaussian.parameters(for: problem.model, scale: scale, seed: 1)
    return try Experiment(
      problem: problem, loss: loss, normalization: .halfSum, start: start ?? drawn, startSummary: "test",
      method: .auto, absoluteTolerance: .auto, until: until, saveCount: saves, savesLogarithmically: false, stops: [],
      maxSteps: 1_000_000)
  }

  private func compare(
    _ experiment: Experiment, _ optimizer: any Optimizer = PlainGradientDescent(),
    rates: [Double] = [0.02, 0.01, 0.005, 0.0025], against: ComparisonReference = .flow,
    measure: ComparisonMeasure = .parameters, claims: [String]? = nil, controls: Bool = false, closeness: Double? = nil,
    schedule: RateSchedule = .constant
  ) throws -> Report {
    let plan = try ComparisonPlan(
      optimizer: optimizer, ladder: RateLadder(rates, optimizer: optimizer, schedule: schedule), schedule: schedule,
      against: against, measure: measure, tolerances: (1e-10, 1e-12))
    let comparison = try Comparison(experiment: experiment, plan: plan, closeness: closeness)
    let outcome = try LadderExamination(
      comparison, claims: ClaimCatalog.claims(of: comparison, named: claims), runsControls: controls
    ).run()
    let section = ComparisonSection(notes: [], comparison, try #require(outcome.found))
    return Report(
      command: "compare", experiment: try ExperimentSummary(experiment, settings: [:]), claims: outcome.reports,
      section: .comparison(section))
  }

  private func verdicts(_ report: Report) -> [String: Verdict] {
    var verdicts: [String: Verdict] = [:]
    for claim in report.claims { verdicts[claim.claim] = claim.verdict }
    return verdicts
  }

  @Test("a quadratic: every measured gap is the analytic one to solver accuracy", arguments: [false, true])
  func quadratic(modified: Bool) throws {
    // f = ½‖w − y‖² over all entries: gradient descent (1 − η)ᵏ, the flow e^{−t}, the modified flow e^{−(1 + η/2)t}.
    let experiment = try experiment(depth: 1, observed: 1, until: 3, saves: 31)
    let rates = [0.1, 0.05, 0.025, 0.0125]
    let report = try compare(
      experiment, rates: rates, against: modified ? .modified : .flow, claims: ["order", "stability"])
    var squares = 0.0
    let targets = experiment.problem.measurements.values
    guard case .entries(let indices) = experiment.problem.measurements.operators else { return }
    for (k, y) in targets.enumerated() {
      let w = experiment.start[Int(indices[2 * k]) * 4 + Int(indices[2 * k + 1])]
      squares += (w - y) * (w - y)
    }
    for (rate, row) in zip(rates, report.comparison.rates) {
      let decay = modified ? 1 + rate / 2 : 1
      for (time, gap) in zip(report.comparison.times, row.gaps) {
        let expected = abs(exp(time / rate * log1p(-rate)) - exp(-decay * time)) * squares.squareRoot()
        #expect(abs(gap - expected) < 1e-11)
      }
    }
    #expect(verdicts(report) == ["order": .holds, "stability": .holds])
    #expect(report.comparison.rates.allSatisfy { $0.stabilityShare.map { $0 > 0 } ?? false })
    for (rate, row) in zip(rates, report.comparison.rates) {
      #expect(abs((row.stabilityShare ?? 0) - rate / 2) < 1e-12)
    }
  }

  @Test("matrix and CP, flow and modified flow: orders 1 and 2, all claims hold and all controls are rejected")
  func claimsHold() throws {
    for experiment in [
      try experiment(), try experiment("cp", shape: [4, 3, 3], depth: nil, components: 4, scale: 0.5, until: 4),
    ] {
      for against in ComparisonReference.allCases {
        let report = try compare(
          experiment, rates: [4e-3, 2e-3, 1e-3, 5e-4, 2.5e-4], against: against, controls: true)
        #expect(report.verdict == .holds)
        #expect(report.claims.map(\.claim).contains("bound") == (against == .flow))
        for claim in report.claims {
          #expect(!claim.controls.isEmpty && claim.controls.allSatisfy(\.isRejected), "\(claim.claim)")
        }
        let last = try #require(report.comparison.rates.last)
        #expect(abs(try #require(last.order) - against.claimedOrder) < 0.05)
        #expect(abs(try #require(last.driftOrder) - 1) < 0.05)
        #expect(report.comparison.rates.allSatisfy { ($0.stepLaw ?? 1) < 1e-14 })
      }
    }
  }

  @Test("a wrong modified flow shows order 1 where 2 is claimed")
  func wrongModifiedFlow() throws {
    let report = try compare(experiment(), against: .modified, claims: ["order"], controls: true)
    let control = try #require(report.claims[0].controls.first { $0.name.contains("η/2") })
    #expect(control.verdict == .violated)
    #expect(abs(try #require(control.residual) - 1) < 0.1)
  }

  @Test("every measure shows order 1", arguments: ComparisonMeasure.allCases)
  func measures(measure: ComparisonMeasure) throws {
    let report = try compare(experiment(), measure: measure, claims: ["order"])
    #expect(report.verdict == .holds)
  }

  @Test("momentum, Nesterov and the heavy ball follow their flows with order 1; a schedule follows gradient flow")
  func otherMethods() throws {
    let rates = [0.01, 0.005, 0.0025, 0.00125]
    for optimizer in [
      try Momentum(0.5, looksAhead: false), try Momentum(0.5, looksAhead: true), try HeavyBall(friction: 1),
    ] as [any Optimizer] {
      let report = try compare(experiment(), optimizer, rates: rates, claims: ["order"])
      #expect(report.verdict == .holds, "\(optimizer.identifier): \(report.claims[0].reason)")
    }
    let schedule = try RateSchedule(parsing: "2:0.5")
    let report = try compare(experiment(), schedule: schedule)
    #expect(verdicts(report) == ["order": .holds, "step-law": .holds, "drift": .holds, "stability": .holds])
  }

  @Test("group RMSprop and batches keep the one-step law exactly; Adam and batches have no order")
  func laws() throws {
    let rms = try compare(experiment(), GroupRMSprop(), claims: ["step-law"], controls: true)
    #expect(rms.verdict == .holds)
    let stochastic = try StochasticGradientDescent(OptimizerSettings(batch: 4, seed: 3))
    #expect(
      verdicts(try compare(experiment(), stochastic, claims: ["step-law", "order"])) == [
        "step-law": .holds, "order": .vacuous,
      ])
    #expect(
      verdicts(try compare(experiment(), Adam(), claims: ["step-law", "order", "drift", "stability"])) == [
        "step-law": .vacuous, "order": .vacuous, "drift": .vacuous, "stability": .vacuous,
      ])
  }

  @Test("Huber: order 1 holds across kinks, order 2 is vacuous there and holds without crossing; l1 is vacuous")
  func kinks() throws {
    let kinked = try experiment(loss: HuberLoss(delta: 0.3), until: 25)
    #expect(try compare(kinked, claims: ["order"]).verdict == .holds)
    #expect(try compare(kinked, against: .modified, claims: ["order"]).verdict == .vacuous)
    let smooth = try experiment(loss: HuberLoss(delta: 100))
    #expect(try compare(smooth, against: .modified, claims: ["order"]).verdict == .holds)
    #expect(try compare(experiment(loss: AbsoluteLoss()), claims: ["order"]).verdict == .vacuous)
  }

  @Test("rates beyond stability: said so, without a number that is not finite, and the others still judged")
  func unstable() throws {
    let experiment = try experiment(norm: 6, until: 12)
    let report = try compare(experiment, rates: [1.6, 0.8, 0.02, 0.01, 0.005, 0.0025].map { $0 }, controls: false)
    #expect(verdicts(report)["stability"] == .violated && verdicts(report)["order"] == .holds)
    #expect(
      !report.comparison.rates[0].isComplete && report.comparison.rates[0].gap == nil
        && report.comparison.rates[0].bound == nil)
    #expect(report.comparison.rates[0].agreementEndsAtIteration != nil)
    let hopeless = try compare(experiment, rates: [3, 1.5])
    #expect(verdicts(hopeless)["stability"] == .violated && verdicts(hopeless)["order"] == .vacuous)
    #expect(verdicts(hopeless)["bound"] == .inconclusive)
  }

  @Test("the bound names a rate for a wanted closeness; the horizon is rounded down and said so")
  func closeness() throws {
    let near = try compare(experiment(until: 6.013), claims: ["bound"], closeness: 5)
    #expect(near.claims[0].notes.contains { $0.contains("guaranteed at the tested rate 0.02") })
    #expect(
      abs(near.comparison.until - 6) < 1e-12 && near.comparison.notes.contains { $0.contains("rounded down to 6") })
    let far = try compare(experiment(), claims: ["bound"], closeness: 1e-9)
    #expect(far.claims[0].notes.contains { $0.contains("no tested rate guarantees it") })
  }

  @Test("components escape in the same order as along the flow")
  func escapes() throws {
    let report = try compare(experiment(scale: 0.05, until: 12, saves: 601), claims: ["order"])
    #expect(
      !report.comparison.escapes.isEmpty && report.comparison.notes.contains { $0.contains("the same at every rate") })
    let largest = report.comparison.escapes.map(\.flow).max() ?? 0
    for escape in report.comparison.escapes {
      for time in escape.descents { #expect(abs((time ?? 100) - escape.flow) < 0.05 * largest) }
    }
  }

  @Test("a descent at rest costs nothing: a horizon of 10⁸ iterations within a budget of 10⁵, and it is said")
  func rest() throws {
    let experiment = try ScalarExperiment.make(layers: [0.5, 0.5], until: 1e6, maxSteps: 100_000)
    let report = try compare(experiment, rates: [0.08, 0.04, 0.02, 0.01], claims: ["order", "step-law", "stability"])
    #expect(report.comparison.rates.map(\.iterations) == [12_500_000, 25_000_000, 50_000_000, 100_000_000])
    #expect(report.comparison.rates.allSatisfy { $0.isComplete && ($0.finalLoss ?? 1) < 1e-27 })
    #expect(report.comparison.notes.filter { $0.contains("no bit of the descent changes") }.count == 4)
    #expect(verdicts(report)["step-law"] == .holds && verdicts(report)["stability"] == .holds)
  }

  @Test("what has no meaning is refused")
  func refusals() throws {
    let experiment = try experiment()
    func plan(_ optimizer: any Optimizer, against: ComparisonReference, fine: Double = 1e-12) throws -> ComparisonPlan {
      try ComparisonPlan(
        optimizer: optimizer, ladder: RateLadder([0.01], optimizer: optimizer), against: against, measure: .parameters,
        tolerances: (1e-10, fine))
    }
    #expect(throws: Refusal.self) { try plan(Adam(), against: .modified) }
    #expect(throws: Refusal.self) { try plan(PlainGradientDescent(), against: .flow, fine: 1e-9) }
    #expect(throws: Refusal.self) { try compare(experiment, claims: ["nonsense"]) }
    #expect(throws: Refusal.self) { try compare(experiment, closeness: -1) }
    #expect(throws: Refusal.self) {
      try compare(experiment, StochasticGradientDescent(OptimizerSettings(batch: 1000)))
    }
    #expect(throws: Refusal.self) { try compare(experiment, Adam(), rates: [1e-7, 5e-8]) }
  }
}

extension Report {
  /// The section of a comparison; an empty one for other reports.
  fileprivate var comparison: ComparisonSection {
    if case .comparison(let section) = section { return section }
    Issue.record("the report is not of a comparison")
    return ComparisonSection(optimizer: "", formula: "", against: "", measure: "")
  }
}
