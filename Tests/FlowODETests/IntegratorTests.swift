import ArrayFiles
import CMath
import Checkers
import FlowODE
import Models
import Testing

@Suite("The integration loop at its limits")
struct IntegratorTests {
  @Test("implicit methods are refused above the size limit, and before anything is allocated")
  func denseLimit() throws {
    let measurements = try Measurements(shape: [100, 21], operators: .entries(indices: [0, 0]), values: [1])
    let probe = try Probe(Model(MatrixFactorization(shape: [100, 21], hiddenWidths: [])), measurements)
    #expect(probe.n > Objective.denseHessianLimit)
    let start = [Double](repeating: 0.1, count: probe.n)
    for method in IntegrationMethod.all {
      guard case .implicit = method else { continue }
      #expect(throws: Refusal.self) { try probe.flow(from: start, until: 1, method: method) }
      #expect(throws: Refusal.self) { try method.check(dimension: Objective.denseHessianLimit + 1) }
      try method.check(dimension: Objective.denseHessianLimit)
    }
    #expect(try probe.flow(from: start, until: 1).outcome == .reachedEnd)
  }

  @Test("starts that are not finite, or not of the model's length, are refused")
  func badStarts() throws {
    let probe = try Scalar.matrix(depth: 2, target: 1)
    for start in [[.nan, 1], [1, .infinity], [1e200, 1e200], [1], [1, 1, 1], []] {
      #expect(throws: Refusal.self) { try probe.flow(from: start, until: 1) }
    }
  }

  /// (a, 5b) is to be (1, 1e-7), with half of the squares: a = 1 + (a(0) − 1) e^{−t}, b = 2e-8 + (b(0) − 2e-8) e^{−25t}. Error unit: relative.
  @Test("a block that starts far smaller than the others has an absolute tolerance of its own")
  func blockTolerance() throws {
    var program = Program()
    let (a, b) = (try program.block("a", [1]), try program.block("b", [1]))
    let first = try program.data([1, 0], [2, 1])
    let second = try program.data([0, 5], [2, 1])
    try program.setOutput(
      program.sum(
        [
          Program.Product(1, [Program.Use(first, [0, 1]), Program.Use(a, [1])], out: [0]),
          Program.Product(1, [Program.Use(second, [0, 1]), Program.Use(b, [1])], out: [0]),
        ], shape: [2]))
    let measurements = try Measurements(shape: [2], operators: .entries(indices: [0, 1]), values: [1, 1e-7])
    let probe = try Probe(Model("two", program), measurements)
    func error(_ atol: AbsoluteTolerance) throws -> Double {
      let end = try probe.flow(from: [0.5, 1e-8], until: 0.1, method: .explicit(.rkf45), rtol: 1e-5, atol: atol)
      let exact = 2e-8 - 1e-8 * exp(-2.5)
      return abs(end.parameters[1] - exact) / exact
    }
    let (own, shared) = (try error(.auto), try error(.fixed(1e-7 * (0.25 / 2).squareRoot())))
    #expect(own < 1e-4 && shared > 10 * own, "\(own) \(shared)")
    // Blocks of about one size, and those that start at 0, change nothing.
    #expect(AbsoluteTolerance.auto.parts(relative: 1e-6, start: [1, 0.02, 0], blocks: [0..<1, 1..<2, 2..<3]) == [])
    let parts = AbsoluteTolerance.auto.parts(relative: 1e-6, start: [3, 0.01, 0], blocks: [0..<1, 1..<2, 2..<3])
    #expect(parts.count == 3 && abs(parts[0] - 3e-8) < 1e-20 && abs(parts[1] - 1e-10) < 1e-21)
    #expect(abs(parts[2] - 1e-8 * (9.0001 / 3).squareRoot()) < 1e-20)
  }

  @Test("θ = 0 is a fixed point of depth 2 and above: it stays, exactly", arguments: IntegrationMethod.all)
  func zero(_ method: IntegrationMethod) throws {
    for probe in [try Scalar.matrix(depth: 3, target: 1), try Scalar.cp(order: 2, target: -2)] {
      let end = try probe.flow(from: Array(repeating: 0, count: probe.n), until: 5, method: method, rtol: 1e-6)
      #expect(end.outcome == .reachedEnd && end.parameters.allSatisfy { $0 == 0 })
    }
  }

  @Test("a flow that blows up ends with a sentence and a remedy, at the blow-up", arguments: IntegrationMethod.all)
  func blowUp(_ method: IntegrationMethod) throws {
    // With rate −1 the flow ascends: u̇ = 2u(u − s), which from u₀ > s blows up at t = ln(u₀/(u₀ − s))/(2s).
    let probe = try Scalar.matrix(depth: 2, target: 1)
    let diary = Diary()
    let end = try probe.flow(
      from: [1.5, 1.5], until: 5, saves: 6, method: method, rtol: 1e-4, rates: [-1, -1], observers: [diary])
    let (u0, blowUp) = (2.25, 0.5 * 0.5877866649021191)
    #expect(u0 / (u0 - 1) == 1.8)
    guard case .failed(let sentence, let remedy, let time) = end.outcome else {
      if case .stepLimit = end.outcome { return }
      Issue.record("\(method.name): \(end.outcome)")
      return
    }
    #expect(!sentence.isEmpty && !remedy.isEmpty && !end.outcome.isComplete)
    #expect(abs(time.total - blowUp) <= 0.02 * blowUp, "\(method.name): \(time)")
    // The last accepted state is kept, finite and a save.
    #expect(end.parameters.allSatisfy(\.isFinite) && diary.saves.last?.theta == end.parameters)
    #expect(diary.saves.count >= 2)
  }

  @Test("the step budget")
  func budget() throws {
    let probe = try Scalar.matrix(depth: 2, target: 1)
    let diary = Diary()
    let end = try probe.flow(from: [0.1, 0.1], until: 100, saves: 3, rtol: 1e-12, maxSteps: 5, observers: [diary])
    #expect(end.outcome == .stepLimit(steps: 5, time: end.clock) && end.counts.accepted == 5)
    #expect(!end.outcome.isComplete && end.outcome.remedy.contains("integration.max-steps"))
    #expect(diary.pages.count == 6 && diary.saves.map(\.time) == [0, end.time])
    // A budget that is used up exactly at the horizon is enough.
    let plain = try probe.flow(from: [0.1, 0.1], until: 1).counts.accepted
    #expect(try probe.flow(from: [0.1, 0.1], until: 1, maxSteps: plain).outcome == .reachedEnd)
    #expect(try probe.flow(from: [0.1, 0.1], until: 1, maxSteps: plain - 1).outcome != .reachedEnd)
  }

  @Test("what an observer throws is passed on; EndOfRun ends the run")
  func observers() throws {
    struct Trouble: Error {}
    let probe = try Scalar.matrix(depth: 2, target: 1)
    let diary = Diary()
    diary.reaction = { if $0.steps == 2 { throw Trouble() } }
    #expect(throws: Trouble.self) { try probe.flow(from: [0.1, 0.1], until: 9, observers: [diary]) }
    for step in [0, 2] {
      diary.reaction = { if $0.steps == step { throw EndOfRun("enough", remedy: "rest") } }
      let end = try probe.flow(from: [0.1, 0.1], until: 9, observers: [diary])
      #expect(end.outcome == .failed(sentence: "enough", remedy: "rest", time: end.clock))
      #expect(end.counts.accepted == step && end.parameters == diary.pages.last?.theta)
    }
  }

  @Test("an interruption ends the run at the last accepted state")
  func interruption() throws {
    let probe = try Scalar.matrix(depth: 2, target: 1)
    let counter = Counter(limit: 100)
    let field = GradientFlow(objective: probe.objective, layout: probe.model.layout, isCancelled: { counter.isSpent })
    let plan = IntegrationPlan(method: .auto, relativeTolerance: 1e-12, grid: try .linear(until: 50, count: 2))
    let diary = Diary()
    let end = try Integrator(model: probe.model, field: field, plan: plan).run(from: [0.1, 0.1], observers: [diary])
    #expect(end.outcome == .interrupted(time: end.clock) && end.time > 0 && !end.outcome.isComplete)
    #expect(diary.saves.last?.theta == end.parameters)
  }

  @Test("the automatic absolute tolerance follows the start, down to tiny ones")
  func absoluteTolerance() throws {
    let probe = try Scalar.matrix(depth: 2, target: 1)
    for start in [1e-3, 1e-8, 1e-100, 1e-160] {
      // The time to half height from u₀ = start²: ln((1/u₀ − 1))/2, where ln u₀ = 2 ln start.
      let until = Scalar.logisticTime(0.5, from: max(start * start, 1e-300), target: 1)
      let end = try probe.flow(from: [start, start], until: until, rtol: 1e-10)
      if start > 1e-150 {
        #expect(abs(end.parameters[0] * end.parameters[1] - 0.5) <= 1e-7)
      } else {
        #expect(end.outcome == .reachedEnd && end.parameters[0] > start)
      }
    }
    let rms = AbsoluteTolerance.fixed(1e-4).effective(relative: 1e-9, start: [0.01, -0.01])
    #expect(abs(rms - (1e-2 + 1e-9)) <= 1e-15)
    #expect(AbsoluteTolerance.auto.effective(relative: 1e-9, start: [0.01]) == 1e-9)
    #expect(AbsoluteTolerance.fixed(1e-4).effective(relative: 1e-9, start: [0, 0]) == 1e-4 + 1e-9)
  }

  @Test("experiments refuse what cannot be integrated")
  func experiments() throws {
    let problem = try Problem(
      model: "matrix", options: .init(shape: [3, 3], depth: 2), source: .generated(rank: 1, norm: 1), dataSeed: 1)
    func experiment(
      start: [Double] = Array(repeating: 0.1, count: 18), atol: AbsoluteTolerance = .auto, until: Double = 1,
      saves: Int = 10, stops: [StopCondition] = [], maxSteps: Int = 10
    ) throws -> Experiment {
      try Experiment(
        problem: problem, loss: SquaredLoss(), normalization: .mean, start: start, startSummary: "", method: .auto,
        absoluteTolerance: atol, until: until, saveCount: saves, savesLogarithmically: false, stops: stops,
        maxSteps: maxSteps)
    }
    _ = try experiment()
    let refused: [() throws -> Experiment] = [
      { try experiment(start: [1]) }, { try experiment(start: Array(repeating: .nan, count: 18)) },
      { try experiment(atol: .fixed(-1)) }, { try experiment(atol: .fixed(.nan)) }, { try experiment(atol: .fixed(0)) },
      { try experiment(until: 0) }, { try experiment(until: .nan) }, { try experiment(saves: 1) },
      { try experiment(stops: [.lossBelow(0)]) }, { try experiment(stops: [.gradientBelow(.nan)]) },
      { try experiment(stops: [.componentNormAbove(-1)]) }, { try experiment(maxSteps: 0) },
    ]
    for make in refused { #expect(throws: Refusal.self) { try make() } }
    for rtol in [0, -1, 1, 1e-16, Double.nan, .infinity] {
      #expect(throws: Refusal.self) { try Experiment.check(relativeTolerance: rtol) }
    }
    #expect(throws: Refusal.self) { try IntegrationMethod(named: "euler") }
    #expect(try IntegrationMethod.all.allSatisfy { try IntegrationMethod(named: $0.name) == $0 })
  }

  @Test("the trajectory file holds what was observed, and nothing stands there before it is finished")
  func file() throws {
    let folder = try ScratchFolder()
    let model = try Model(MatrixFactorization(shape: [2, 3], hiddenWidths: [2]))
    var random = TestRandom(61)
    let probe = try Probe(model, measure(.entries, shape: [2, 3], random: &random))
    let path = folder.path + "/t.npz"
    let (file, diary) = (try TrajectoryFile(path: path, layout: model.layout, quantities: ["loss"]), Diary())
    diary.reaction = { page in if page.isSave { try file.append(quantities: [page.loss]) } }
    _ = try probe.flow(from: random.numbers(probe.n), until: 2, saves: 7, observers: [file, diary])
    #expect(!folder.names.contains("t.npz"))
    try file.finish()
    #expect(folder.names == ["t.npz"])
    let arrays = try NumpyFile.readNPZ(path)
    #expect(arrays.map(\.name) == ["t", "loss", "W1", "W2", "t_offset", "t_remainder"])
    #expect(arrays.map(\.array.shape) == [[7], [7], [7, 2, 3], [7, 2, 2], [7], [7]])
    #expect(arrays[0].array.values == diary.saves.map(\.time) && arrays[1].array.values == diary.saves.map(\.loss))
    #expect(arrays[2].array.values == diary.saves.flatMap { $0.theta[0..<6] })
    #expect(arrays[3].array.values == diary.saves.flatMap { $0.theta[6..<10] })
    // Blocks of every order stand in their own shapes, as in a file of starts.
    let blocks = ParameterLayout([(name: "s", shape: []), ("a", [3]), ("G", [2, 2, 2])])
    let other = try TrajectoryFile(path: folder.path + "/o.npz", layout: blocks)
    try other.finish()
    #expect(
      try NumpyFile.readNPZ(folder.path + "/o.npz").map(\.array.shape) == [[0], [0], [0, 3], [0, 2, 2, 2], [0], [0]])
    let dropped = try TrajectoryFile(path: folder.path + "/u.npz", layout: model.layout)
    _ = try probe.flow(from: random.numbers(probe.n), until: 1, observers: [dropped])
    dropped.cancel()
    #expect(folder.names.sorted() == ["o.npz", "t.npz"])
  }
}
