import CMath
import FlowODE
import GSLBridge
import Models
import Testing
import Theorems
import Verdicts

/// What a reader is told besides verdicts.
@Suite struct WarningTests {
  private static func experiment(
    _ model: Model, _ shape: [Int], _ target: [Double], start: [Double], until: Double,
    observed: [Int]? = nil, coordinates: Coordinates = .weights
  ) throws -> Experiment {
    let positions = observed ?? Array(target.indices)
    let indices = positions.flatMap { position -> [Int32] in
      var rest = position
      return shape.reversed().map { d in
        defer { rest /= d }
        return Int32(rest % d)
      }.reversed()
    }
    let problem = Problem(
      model: model,
      measurements: try Measurements(
        shape: shape, operators: .entries(indices: indices), values: positions.map { target[$0] }),
      truth: nil, heldOut: [], dataSummary: "given")
    return try Experiment(
      problem: problem, loss: SquaredLoss(), normalization: .halfSum, start: start, startSummary: "given",
      method: .auto,
      absoluteTolerance: .auto, until: until, saveCount: 20, savesLogarithmically: false, stops: [], maxSteps: 100_000,
      coordinates: coordinates)
  }

  private static func warnings(_ experiment: Experiment, _ tolerance: Double = 1e-9) throws -> [ReportWarning] {
    let watch = RunWarnings(experiment, tolerance: tolerance)
    let end = try Integrator(
      model: experiment.problem.model, field: experiment.flow(),
      plan: experiment.plan(relativeTolerance: tolerance, grid: experiment.grid(tightest: tolerance))
    ).run(from: experiment.start, observers: watch.observers)
    #expect(end.outcome.isComplete)
    return watch.found
  }

  /// A balanced start whose determinant has the wrong sign: the exact flow of depth 2 keeps the sign and ends at a saddle.
  private static func balanced(
    _ n: Int, _ depth: Int, seed: UInt64, sign: Double, until: Double, coordinates: Coordinates = .weights
  ) throws -> Experiment {
    var stream = RandomStream(seed: seed, name: "warnings")
    let chain = try MatrixFactorization(shape: [n, n], hiddenWidths: Array(repeating: n, count: depth - 1))
    var target = Matrix.identity(n)
    for i in 0..<n { target[i, i] = 1 + 0.3 * Double(i) }
    var first = Matrix(rows: n, columns: n, elements: (0..<n * n).map { _ in 0.5 * stream.gaussian() })
    if first.determinantSign != (sign > 0 ? 1 : -1) { for j in 0..<n { first[0, j].negate() } }
    return try experiment(
      Model(chain), [n, n], target.elements, start: chain.balancedParameters(endToEnd: first), until: until,
      coordinates: coordinates)
  }

  @Test(arguments: [2, 3], [1, 2, 3] as [UInt64])
  func aSaddleThatRoundingLeavesIsTold(n: Int, seed: UInt64) throws {
    for tolerance in [1e-8, 1e-12] {
      let found = try Self.warnings(Self.balanced(n, 2, seed: seed, sign: -1, until: 200), tolerance)
      #expect(found.map(\.kind).contains(.saddle) && found.map(\.kind).contains(.sign), "\(n) \(seed) \(tolerance)")
      #expect(found.first?.text.contains("integration.coordinates svd") == true)
    }
    // With the target's own sign there is no saddle, and in coordinates that keep the sign none is left.
    #expect(try Self.warnings(Self.balanced(n, 2, seed: seed, sign: 1, until: 200)).allSatisfy { $0.kind != .saddle })
    let svd = try Self.warnings(Self.balanced(n, 2, seed: seed, sign: -1, until: 30, coordinates: .svd))
    #expect(svd.isEmpty)
  }

  @Test("a comparison that stands alone tells of its reference what a single flow's report does")
  func aLadderTellsOfItsKeptRun() throws {
    let descent = PlainGradientDescent()
    let plan = try ComparisonPlan(
      optimizer: descent, ladder: RateLadder([0.02, 0.01, 0.005, 0.0025], optimizer: descent, schedule: .constant),
      against: .flow, measure: .parameters, tolerances: (1e-10, 1e-12))
    func warnings(_ sign: Double, isWatched: Bool = true) throws -> [ReportWarning.Kind] {
      let comparison = try Comparison(experiment: Self.balanced(2, 2, seed: 1, sign: sign, until: 200), plan: plan)
      return try LadderExamination(
        comparison, claims: ClaimCatalog.claims(of: comparison, named: ["stability"]), runsControls: false
      ).run(isWatched: isWatched).warnings.map(\.kind)
    }
    let found = try warnings(-1)
    #expect(found.contains(.saddle) && found.contains(.sign))
    #expect(try warnings(-1, isWatched: false).isEmpty)
    #expect(try warnings(1).isEmpty)
  }

  /// Two components of order 2 that start as mirror images stay so in the exact flow: W = 0 on the second axis for ever, where the
  /// target has a 1. A last digit decides.
  @Test func aSymmetricManifoldThatRoundingLeavesIsTold() throws {
    let model = try Model(CPFactorization(shape: [2, 2], components: 2))
    // A1 and A2 are 2×2, a row a coordinate: both components (x, y) ⊗ (x, −y), of which the second entry can only shrink.
    let start = [0.5, 0.4, 0.3, 0.2, 0.5, 0.4, -0.3, -0.2]
    let target = [1.0, 0, 0, 0.7]
    let found = try Self.warnings(Self.experiment(model, [2, 2], target, start: start, until: 300))
    #expect(found.map(\.kind) == [.saddle])
  }

  /// Escapes that the start itself decides, small as it may be, are no news.
  @Test(arguments: 1...20) func escapesFromSmallStartsAreNotTold(seed: Int) throws {
    for (depth, scale) in [(2, 1e-4), (3, 1e-2)] {
      let problem = try Problem(
        model: "matrix", options: .init(shape: [4, 3], depth: depth), source: .generated(rank: 2, norm: 3),
        dataSeed: UInt64(seed))
      let start = try Initialization.gaussian.parameters(for: problem.model, scale: scale, seed: UInt64(seed))
      let experiment = try Experiment(
        problem: problem, loss: SquaredLoss(), normalization: .halfSum, start: start, startSummary: "given",
        method: .auto, absoluteTolerance: .auto, until: depth == 2 ? 100 : 1000, saveCount: 5,
        savesLogarithmically: false,
        stops: [], maxSteps: 100_000)
      #expect(try Self.warnings(experiment).allSatisfy { $0.kind != .saddle }, "\(seed) \(depth)")
    }
  }

  /// A component on entries of which none is observed.
  @Test func whatNothingObservesIsNamed() throws {
    let model = try Model(CPFactorization(shape: [2, 2], components: 2))
    // Component 0 is 3 on the observed entry (0, 0); component 1 is 60 on (1, 1), which nobody sees.
    let start = [3.0, 0, 0, 6, 1, 0, 0, 10]
    let experiment = try Self.experiment(
      model, [2, 2], [3, 0, 0, 0], start: start, until: 1, observed: [0, 1, 2])
    let spurious = try #require(SpuriousComponent(experiment.problem, parameters: start))
    #expect(spurious.ratio == 20)
    let text = try #require(spurious.warning?.text)
    #expect(text.contains("W[1,1] = 60") && text.contains("20 times") && text.contains("component 1, of norm 60"))
    // Where the ratio is ordinary nothing is said, and where all is seen there is none.
    let tame = try #require(SpuriousComponent(experiment.problem, parameters: [3, 0, 0, 2, 1, 0, 0, 2]))
    #expect(abs(tame.ratio - 4.0 / 3) < 1e-15 && tame.warning == nil)
    let whole = try Self.experiment(model, [2, 2], [3, 0, 0, 0], start: start, until: 1)
    #expect(SpuriousComponent(whole.problem, parameters: start) == nil)
    // Of a matrix the singular component is named.
    let chain = try MatrixFactorization(shape: [2, 2], hiddenWidths: [2])
    let matrix = try Self.experiment(
      Model(chain), [2, 2], [3, 0, 0, 0], start: [3, 0, 0, 6, 1, 0, 0, 10], until: 1, observed: [0, 1, 2])
    #expect(
      SpuriousComponent(matrix.problem, parameters: matrix.start)?.warning?.text
        .contains("singular component 0, of size 60") == true)
  }
}
