import Checkers
import FlowODE
import GSLBridge
import Models
import Testing
import Theorems
import Verdicts

/// Razin and Cohen's problem, or its variant with z opposite to the hidden entry.
func hiddenEntryExperiment(
  depth: Int, opposite z: Double = 0, until: Double, scale: Double = 0.5, seed: UInt64 = 1,
  determinant: DeterminantChoice = .positive, start kind: Initialization = .balanced,
  coordinates: Coordinates = .weights, normalization: Normalization = .halfSum, stops: [StopCondition] = []
) throws -> Experiment {
  let problem = try Problem.hiddenEntry(model: "matrix", ModelOptions(shape: [], depth: depth), opposite: z)
  let start = try kind.parameters(
    for: problem.model, scale: scale, seed: seed, determinant: kind == .balanced ? determinant : .any)
  return try Experiment(
    problem: problem, loss: SquaredLoss(), normalization: normalization, start: start, startSummary: kind.rawValue,
    method: .implicit(.bsimp), absoluteTolerance: .auto, until: until, saveCount: 60, savesLogarithmically: true,
    stops: stops, maxSteps: 200_000, coordinates: coordinates)
}

@Suite("Norms to infinity")
struct NormsClaimTests {
  @Test(
    "At depth 3 and 4 all claims hold in both coordinates, from several starts, and their controls are rejected",
    arguments: [(3, Coordinates.weights, 1), (3, .svd, 2), (4, .weights, 3), (4, .svd, 4)])
  func holds(depth: Int, coordinates: Coordinates, seed: Int) throws {
    let experiment = try hiddenEntryExperiment(
      depth: depth, until: 3000, seed: UInt64(seed), coordinates: coordinates)
    for report in try examine(experiment, try ClaimTopic.hiddenEntry.claims(for: experiment)) {
      #expect(report.verdict == .holds, "\(report.claim): \(report.reason)")
      for control in report.controls where control.isApplicable {
        #expect(control.verdict == .violated, "\(report.claim): \(control.name): \(control.reason)")
      }
    }
  }

  @Test("Normalizations other than the half-sum change the clock, not the verdicts", arguments: Normalization.allCases)
  func normalizations(normalization: Normalization) throws {
    let experiment = try hiddenEntryExperiment(depth: 3, until: 3000, normalization: normalization)
    for report in try examine(experiment, try ClaimTopic.hiddenEntry.claims(for: experiment), controls: false) {
      #expect(report.verdict == .holds, "\(report.claim): \(report.reason)")
    }
  }

  @Test("At depth 2 the weights lose the sign and are inconclusive, never violated; svd coordinates hold")
  func falseRefutation() throws {
    for until in [100.0, 400, 3000] {
      let weights = try hiddenEntryExperiment(depth: 2, until: until)
      for report in try examine(weights, [HiddenEntryFloor.self, DivergingNorms.self], controls: false) {
        #expect(report.verdict == .inconclusive, "t = \(until): \(report.verdict): \(report.reason)")
      }
    }
    let svd = try hiddenEntryExperiment(depth: 2, until: 1e6, coordinates: .svd)
    for report in try examine(svd, try ClaimTopic.hiddenEntry.claims(for: svd), controls: false) {
      #expect(report.verdict == .holds, "\(report.claim): \(report.reason)")
    }
    // Before the sign is lost both are sound and agree.
    for coordinates in [Coordinates.weights, .svd] {
      let early = try hiddenEntryExperiment(depth: 2, until: 20, coordinates: coordinates)
      #expect(try examine(early, [HiddenEntryFloor.self], controls: false)[0].verdict == .holds)
    }
  }

  @Test("A negative determinant and an unbalanced start are vacuous")
  func hypotheses() throws {
    let negative = try hiddenEntryExperiment(depth: 3, until: 100, determinant: .negative)
    let unbalanced = try hiddenEntryExperiment(depth: 3, until: 100, start: .gaussian)
    for experiment in [negative, unbalanced] {
      for report in try examine(experiment, try ClaimTopic.hiddenEntry.claims(for: experiment), controls: false) {
        #expect(report.verdict == .vacuous, "\(report.claim): \(report.reason)")
      }
    }
  }

  @Test("Hitting times of loss 1e-6 agree between coordinates to 1e-7, and |w00| is 707.1 there", arguments: [3, 4])
  func hittingTimes(depth: Int) throws {
    var times: [Double] = []
    for coordinates in [Coordinates.weights, .svd] {
      let experiment = try hiddenEntryExperiment(
        depth: depth, until: 1e10, coordinates: coordinates, stops: [.lossBelow(1e-6)])
      let trajectory = try Integrator(
        model: experiment.problem.model, field: try experiment.flow(),
        plan: experiment.plan(relativeTolerance: 1e-11, grid: try experiment.grid(tightest: 1e-11))
      ).run(from: experiment.start, observers: [])
      times.append(trajectory.time)
      #expect(abs(abs(experiment.problem.model.endToEnd(trajectory.parameters)[0]) - 707.107) < 0.02)
    }
    #expect(abs(times[0] / times[1] - 1) < 1e-7)
  }

  @Test("With z opposite to the hidden entry the perturbed bound holds while the sign is known")
  func perturbed() throws {
    let experiment = try hiddenEntryExperiment(depth: 2, opposite: 0.1, until: 2000, coordinates: .svd)
    let reports = try examine(experiment, try ClaimTopic.hiddenEntry.claims(for: experiment))
    #expect(reports.count == 1)
    #expect(reports[0].verdict == .holds, "\(reports[0].reason)")
  }

  @Test("3×3 with an anti-identity corner and one hidden entry: det > 0 starts send it to infinity, det < 0 is vacuous")
  func threeByThree() throws {
    let model = try Model(MatrixFactorization(shape: [3, 3], hiddenWidths: [3, 3]))
    let indices: [Int32] = [0, 1, 0, 2, 1, 0, 1, 1, 1, 2, 2, 0, 2, 1, 2, 2]
    let measurements = try Measurements(
      shape: [3, 3], operators: .entries(indices: indices), values: [1, 0, 1, 0, 0, 0, 0, 1])
    let hidden = try #require(HiddenEntry(measurements))
    #expect(hidden.row == 0 && hidden.column == 0 && hidden.dataDeterminant == -1 && hidden.minor == 0)
    for (determinant, verdict) in [(DeterminantChoice.positive, Verdict.holds), (.negative, .vacuous)] {
      let start = try Initialization.balanced.parameters(for: model, scale: 0.7, seed: 2, determinant: determinant)
      let experiment = try Experiment(
        problem: Problem(model: model, measurements: measurements, truth: nil, heldOut: [], dataSummary: "3×3"),
        loss: SquaredLoss(), normalization: .halfSum, start: start, startSummary: "balanced",
        method: .implicit(.bsimp), absoluteTolerance: .auto, until: 2000, saveCount: 60, savesLogarithmically: true,
        stops: [], maxSteps: 100_000)
      let report = try examine(experiment, [HiddenEntryFloor.self], controls: false)[0]
      #expect(report.verdict == verdict, "\(report.verdict): \(report.reason)")
    }
  }

  @Test("Data that hide no entry, or several, or are not square have no hidden entry")
  func geometry() throws {
    let full = try Measurements(
      shape: [2, 2], operators: .entries(indices: [0, 0, 0, 1, 1, 0, 1, 1]), values: [1, 1, 1, 1])
    let two = try Measurements(shape: [2, 2], operators: .entries(indices: [0, 1, 1, 0]), values: [1, 1])
    let wide = try Measurements(shape: [1, 2], operators: .entries(indices: [0, 1]), values: [1])
    for measurements in [full, two, wide] { #expect(HiddenEntry(measurements) == nil) }
    let other = try Measurements(shape: [2, 2], operators: .entries(indices: [0, 0, 1, 0, 1, 1]), values: [1, 0, -1])
    let hidden = try #require(HiddenEntry(other))
    #expect(hidden.isCanonical && hidden.row == 0 && hidden.column == 1)
  }
}

@Suite("The nuclear-norm conjecture and the depth-2 bound")
struct NuclearNormTests {
  private func rung(_ scale: Double, _ norm: Double, misfit: Double = 0) -> NuclearNormStudy.Rung {
    NuclearNormStudy.Rung(
      scale: scale, time: 1, loss: misfit * misfit, nuclearNorm: norm, misfit: misfit, hiddenEntry: nil,
      outcome: .reachedEnd)
  }

  @Test("z = 0.1 with det > 0 violates the conjecture: the hidden entry goes to 10, not to 0.1")
  func counterexample() throws {
    let experiment = try hiddenEntryExperiment(depth: 2, opposite: 0.1, until: 1e4)
    let study = try NuclearNormStudy(experiment: experiment, scales: [1e-1, 1e-2, 1e-3])
    let found = try study.run(RunContext())
    let (optimum, rungs) = (found.shared.optimum, found.fine)
    #expect(abs(optimum.value - 2) < 1e-9 && optimum.gap < 1e-9)
    #expect(abs((rungs.last?.hiddenEntry ?? 0) - 10) < 0.05)
    #expect(NuclearNormStudy.judge(optimum: optimum, rungs: rungs, rank: 2).verdict == .violated)
  }

  @Test("z = 0.5 with det < 0 looks confirmed at α = 1e-2 and is not: the excess grows as α falls")
  func spurious() throws {
    let experiment = try hiddenEntryExperiment(depth: 2, opposite: 0.5, until: 3e4, determinant: .negative)
    let report = try NuclearNormStudy(experiment: experiment, scales: [1e-2, 1e-4, 1e-6]).report()
    #expect(report.verdict == .violated, "\(report.reason)")
  }

  @Test("A falling excess is inconclusive, a vanished one holds, an unfinished run is inconclusive")
  func rules() throws {
    let measurements = try Measurements(
      shape: [2, 2], operators: .entries(indices: [0, 1, 1, 0, 1, 1]), values: [1, 1, 0.5])
    let optimum = try MinimumNuclearNorm(measurements)
    func verdict(_ norms: [Double], misfit: Double = 0) -> Verdict {
      let rungs = zip([1, 0.1, 0.01], norms).map { rung($0, $1, misfit: misfit) }
      return NuclearNormStudy.judge(optimum: optimum, rungs: rungs, rank: 2).verdict
    }
    #expect(verdict([2.8, 2.4, 2.1]) == .inconclusive)
    #expect(verdict([2.1, 2.001, 2 + 1e-11]) == .holds)
    #expect(verdict([2.5, 2.5, 2.5]) == .violated)
    #expect(verdict([2.5, 2.5, 2.5], misfit: 0.1) == .inconclusive)
  }

  @Test("The depth-2 bound holds from unbalanced starts, its constant 1/4 is rejected, and other depths are vacuous")
  func imbalance() throws {
    for seed in 1...4 {
      let experiment = try matrixExperiment([4, 3], depth: 2, start: .gaussian, seed: UInt64(seed))
      let report = try examine(experiment, [ImbalanceBound.self])[0]
      #expect(report.verdict == .holds, "\(report.reason)")
      #expect(report.controls.map(\.verdict) == [.violated])
    }
    let deep = try matrixExperiment([4, 3], depth: 3, start: .gaussian)
    #expect(try examine(deep, [ImbalanceBound.self], controls: false)[0].verdict == .vacuous)
  }

  @Test("Scales and models that make no ladder are refused")
  func refused() throws {
    let experiment = try hiddenEntryExperiment(depth: 2, until: 1)
    for scales in [[1e-1, 1e-2], [1e-1, 1e-2, 1e-2], [1, 0, -1]] {
      #expect(throws: Refusal.self) { try NuclearNormStudy(experiment: experiment, scales: scales) }
    }
    let deep = try hiddenEntryExperiment(depth: 3, until: 1)
    #expect(throws: Refusal.self) { try NuclearNormStudy(experiment: deep, scales: [1e-1, 1e-2, 1e-3]) }
  }
}

@Suite("The self-test")
struct SelfTestTests {
  @Test("Every row passes or says why it did not run", arguments: SelfTest.rows.map(\.identifier))
  func rows(identifier: String) throws {
    let row = try #require(SelfTest.rows.first { $0.identifier == identifier })
    let outcome = row.run()
    #expect(outcome.passed != false, "\(row.line(outcome))")
  }

  @Test("Identifiers are unique, and a row that fails or does not run never reads as passed")
  func registry() {
    let names = SelfTest.rows.map(\.identifier)
    #expect(Set(names).count == names.count)
    // What the regression suite and the negative controls of sections 1 to 6 ask for.
    let wanted = [
      "A1", "A2", "A3", "A4", "A5", "A6", "A9", "A10", "A11", "A13", "B1", "B1p", "B2.1", "B2.2", "B2.3", "B2.4",
      "B3.2",
      "B3.4", "B3.5", "B4", "B5.1", "B5.2", "B5.3", "B5.4", "B5.5", "B6.1", "B6.2", "B6.3", "B6.4", "B6.8",
    ]
    #expect(Set(wanted).isSubset(of: names), "\(Set(wanted).subtracting(names))")
    struct Trouble: Error {}
    let broken = SelfTestRow("X", "trouble", unit: "none") { throw Trouble() }
    #expect(broken.run().passed == false)
    #expect(SelfTestOutcome.measured(error: .nan, limit: 1).passed == false)
    #expect(SelfTestOutcome.controls(count: 0, complaints: []).passed == false)
    let absent = SelfTestRow("Y", "missing", unit: "none") { .notRun("there is no such model") }
    #expect(absent.run().passed == nil)
    #expect(absent.line(absent.run()).contains("not run"))
  }
}
