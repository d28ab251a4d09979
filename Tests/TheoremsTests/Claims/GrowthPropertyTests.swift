import Checkers
import FlowODE
import Foundation
import GSLBridge
import Models
import Testing
import Theorems
import Verdicts

/// Random experiments for the claims about component norms, singular values and the hidden entry.
enum RandomGrowth {
  /// How many of each family are drawn.
  static var tensors: UInt64 { SlowTests.areOn ? 120 : 24 }
  static var matrices: UInt64 { SlowTests.areOn ? 90 : 18 }
  static var hidden: UInt64 { SlowTests.areOn ? 60 : 9 }

  private static func loss(_ random: inout RandomStream) throws -> any Loss {
    random.index(below: 2) == 0 ? SquaredLoss() : try HuberLoss(delta: 0.1 + 0.9 * random.uniform())
  }

  private static func experiment(
    _ problem: Problem, _ kind: Initialization, scale: Double, until: Double, seed: UInt64, _ random: inout RandomStream
  ) throws -> Experiment {
    let normalization = Normalization.allCases[random.index(below: 3)]
    let constant = normalization.constant(measurements: problem.measurements.count)
    return try Experiment(
      problem: problem, loss: try loss(&random), normalization: normalization,
      start: kind.parameters(for: problem.model, scale: scale, seed: seed), startSummary: kind.rawValue, method: .auto,
      // The same stretch of the flow whatever the normalization.
      absoluteTolerance: .auto, until: until / constant, saveCount: 5 + random.index(below: 20),
      savesLogarithmically: random.index(below: 4) == 0, stops: [], maxSteps: 20_000)
  }

  private static func problem(
    _ model: String, _ options: ModelOptions, rank: Int, seed: UInt64, _ random: inout RandomStream
  ) throws -> Problem {
    let kind = MeasurementKind.allCases[random.index(below: 3)]
    let part = ObservedPart.fraction(0.4 + 0.6 * random.uniform())
    return try Problem(
      model: model, options: options, source: .generated(rank: rank, norm: 0.5 + 3 * random.uniform()),
      kind: kind, observed: kind == .entries ? part : nil, samples: kind == .entries ? nil : 2 + random.index(below: 8),
      dataSeed: seed)
  }

  /// CP of order 3 to 5.
  static func tensor(_ seed: UInt64) throws -> Experiment {
    var random = RandomStream(seed: seed, name: "growth/tensor")
    let shape = (0..<(3 + random.index(below: 3))).map { _ in 1 + random.index(below: 3) }
    let problem = try problem(
      "cp", ModelOptions(shape: shape, components: 1 + random.index(below: 4)), rank: 1, seed: seed, &random)
    let kind: Initialization = random.index(below: 2) == 0 ? .gaussian : .balanced
    return try experiment(
      problem, kind, scale: 0.3 + 0.5 * random.uniform(), until: 1 + 5 * random.uniform(), seed: seed, &random)
  }

  /// Deep matrices of depth 2 to 4.
  static func matrix(_ seed: UInt64) throws -> Experiment {
    var random = RandomStream(seed: seed, name: "growth/matrix")
    let shape = [2 + random.index(below: 3), 2 + random.index(below: 3)]
    let problem = try problem(
      "matrix", ModelOptions(shape: shape, depth: 2 + random.index(below: 3)), rank: 2, seed: seed, &random)
    let kind: Initialization = random.index(below: 3) == 0 ? .gaussian : .balanced
    return try experiment(
      problem, kind, scale: 0.3 + 0.4 * random.uniform(), until: 0.5 + 3 * random.uniform(), seed: seed, &random)
  }

  /// Razin and Cohen's problem at depth 2 to 4.
  static func hiddenEntry(_ seed: UInt64, determinant: DeterminantChoice) throws -> Experiment {
    var random = RandomStream(seed: seed, name: "growth/hidden")
    let normalization = Normalization.allCases[random.index(below: 3)]
    return try hiddenEntryExperiment(
      depth: 2 + random.index(below: 3), until: 10 + 300 * random.uniform(), scale: 0.3 + 0.4 * random.uniform(),
      seed: seed, determinant: determinant, normalization: normalization)
  }

  static func tolerances(_ experiment: Experiment) -> [Double] { [1e-6, 1e-8, 1e-10] }
}

@Suite("Growth, singular values and the hidden entry over random experiments")
struct GrowthPropertyTests {
  private static func chunks(_ count: UInt64) -> [Range<UInt64>] {
    stride(from: UInt64(0), to: count, by: 3).map { $0..<min($0 + 3, count) }
  }

  /// The judgements of claims on the flow with the given rates, and the tightest rung.
  private func judge(
    _ experiment: Experiment, _ claims: [Statement], blockRates: [Double]? = nil
  ) throws -> (judgements: [Judgement], last: Rung) {
    let tolerances = RandomGrowth.tolerances(experiment)
    let refinement = try Refinement(experiment: experiment, tolerances: tolerances)
    let ladder = try refinement.run(
      claims, grid: try experiment.grid(tightest: tolerances[2]), blockRates: blockRates)
    return (
      claims.map { Examination.judge($0, ClaimSetting(experiment: experiment), ladder) }, try #require(ladder.last)
    )
  }

  private func summary(_ experiment: Experiment) -> String {
    "\(experiment.problem.model.summary); \(experiment.problem.dataSummary); \(experiment.loss.formula), "
      + "\(experiment.normalization.rawValue); \(experiment.startSummary)"
  }

  /// True laws are never violated and false ones never hold; how many could tell is returned.
  private func check(_ experiment: Experiment, _ claims: [any Claim.Type], seed: UInt64) throws -> (held: Int, of: Int)
  {
    let setting = ClaimSetting(experiment: experiment)
    let laws = claims.map { Statement.law(of: $0) }
    let mutated = claims.flatMap { Statement.mutants(of: $0, setting) }.compactMap { mutant -> Statement? in
      if case .statement(let statement) = mutant.change { return statement }
      return nil
    }
    let (judgements, last) = try judge(experiment, laws + mutated)
    var held = 0
    for (statement, judgement) in zip(laws + mutated, judgements) {
      let place = "\(seed), \(statement.identity): \(summary(experiment)): \(judgement.reason)"
      if statement.identity.variant == 0 {
        #expect(judgement.verdict != .violated, "\(place)")
        if judgement.verdict == .holds { held += 1 }
      } else if last.evidence[statement.identity]?.isFalsified != false {
        #expect(judgement.verdict != .holds, "\(place)")
      }
    }
    return (held, claims.count)
  }

  /// Equalities on a flow in which the block that moves most is 1 % too fast never hold.
  private func checkFlow(_ experiment: Experiment, _ claims: [any Claim.Type], seed: UInt64) throws -> Int {
    let start = experiment.start
    let blocks = experiment.problem.model.layout.blocks
    let laws = claims.map { Statement.law(of: $0) }
    let end = try judge(experiment, laws).last.trajectory.parameters
    let moved = blocks.map { $0.range.reduce(0) { $0 + (end[$1] - start[$1]) * (end[$1] - start[$1]) } }
    var rates = [Double](repeating: 1, count: blocks.count)
    rates[moved.firstIndex(of: moved.max() ?? 0) ?? 0] = 1.01
    var violated = 0
    for (claim, judgement) in zip(claims, try judge(experiment, laws, blockRates: rates).judgements) {
      #expect(
        judgement.verdict != .holds,
        "\(seed), \(claim.card.name), wrong flow: \(summary(experiment)): \(judgement.reason)")
      if judgement.verdict == .violated { violated += 1 }
    }
    return violated
  }

  @Test("component norms, CP of order 3 to 5", arguments: chunks(RandomGrowth.tensors))
  func componentNorms(seeds: Range<UInt64>) throws {
    var (held, total, violated) = (0, 0, 0)
    for seed in seeds {
      let experiment = try RandomGrowth.tensor(seed)
      let claims = try ClaimTopic.componentNorms.claims(for: experiment)
      let found = try check(experiment, claims, seed: seed)
      held += found.held
      total += found.of
      let equalities = claims.filter { !$0.card.judgedBy.isInequality }
      violated += try checkFlow(experiment, equalities, seed: seed)
    }
    #expect(Double(held) >= 0.4 * Double(total), "\(held) of \(total) held")
    #expect(violated >= seeds.count, "\(violated) violated")
  }

  @Test("singular values, depth 2 to 4", arguments: chunks(RandomGrowth.matrices))
  func singularValues(seeds: Range<UInt64>) throws {
    var (held, total, violated) = (0, 0, 0)
    for seed in seeds {
      let experiment = try RandomGrowth.matrix(seed)
      let claims = try ClaimTopic.singularValues.claims(for: experiment)
      let found = try check(experiment, claims, seed: seed)
      held += found.held
      total += found.of
      violated += try checkFlow(experiment, claims.filter { !$0.card.judgedBy.isInequality }, seed: seed)
    }
    #expect(Double(held) >= 0.4 * Double(total), "\(held) of \(total) held")
    #expect(violated >= 1, "\(violated) violated")
  }

  /// With det W(0) > 0 nothing is violated; with det W(0) < 0 nothing about the hidden entry holds.
  @Test("the hidden entry, depth 2 to 4", arguments: chunks(RandomGrowth.hidden))
  func hiddenEntry(seeds: Range<UInt64>) throws {
    for seed in seeds {
      let positive = try RandomGrowth.hiddenEntry(seed, determinant: .positive)
      _ = try check(positive, try ClaimTopic.hiddenEntry.claims(for: positive), seed: seed)
      let negative = try RandomGrowth.hiddenEntry(seed, determinant: .negative)
      for judgement in try judge(negative, ClaimTopic.hiddenEntry.claims(for: negative).map { .law(of: $0) }).judgements
      {
        #expect(judgement.verdict != .holds, "\(seed), det < 0: \(judgement.reason)")
      }
    }
  }
}
