import FlowODE
import GSLBridge
import Models
import Testing
import Theorems
import Verdicts

/// The rates that all laws about components share.
@Suite struct ComponentRatesTests {
  private static let kinds: [ComponentRates.Kind] = [.growth, .unsquared, .exponent, .gamma]

  private static func compare(_ model: Model, seed: UInt64) throws {
    let registry = try #require(model.components)
    let count = registry.components.count
    var stream = RandomStream(seed: seed, name: "rates")
    let measurements = try Measurements(
      shape: model.endShape, operators: .entries(indices: model.endShape.map { _ in 0 }), values: [1])
    let objective = try Objective(
      model: model, measurements: measurements, loss: SquaredLoss(), normalization: .sum)
    let rates = ComponentRates(registry)
    for kind in kinds { _ = rates.place(of: kind) }
    for factor in [0, 0.05, 1.0] { _ = rates.place(of: .branches((0..<count).map { factor * Double($0 + 1) })) }
    #expect(rates.names.count == rates.rateCount)
    var theta = (0..<model.layout.count).map { _ in stream.gaussian() }
    var gradient = theta.map { _ in stream.gaussian() }
    // One component that vanishes.
    registry.components[count - 1][0].scale(&theta, by: 0)
    var fast = [Double](repeating: .nan, count: rates.names.count)
    var slow = fast
    gradient.withUnsafeMutableBufferPointer { gradient in
      theta.withUnsafeBufferPointer { theta in
        guard let theta = theta.baseAddress, let gradient = gradient.baseAddress else { return }
        let point = FlowPoint(time: 0, objective: objective, parameters: theta, value: 1, gradient: gradient)
        rates.rates(at: point, into: &fast)
        rates.writeScalarRates(at: point, into: &slow)
      }
    }
    for k in fast.indices {
      #expect(abs(fast[k] - slow[k]) <= 1e-14 * abs(slow[k]), "\(rates.names[k]): \(fast[k]), \(slow[k])")
    }
  }

  /// Row by row as component by component, to 1e-14; with components of 2 to 5 factors, and of 2 and 3 in one model.
  @Test(arguments: [[3, 4], [3, 2, 4], [2, 3, 2, 3], [2, 2, 2, 2, 2]]) func rowsAreComponents(_ shape: [Int]) throws {
    try Self.compare(Model(CPFactorization(shape: shape, components: 5)), seed: UInt64(shape.count))
  }

  @Test func rowsAreComponentsOfDifferentNumbersOfFactors() throws {
    var program = Program()
    let (a, b) = (try program.block("a", [4, 2]), try program.block("b", [3, 2]))
    let (c, d, e) = (try program.block("c", [4, 2]), try program.block("d", [3, 2]), try program.block("e", [2]))
    try program.setOutput(
      program.sum([program.product("ir,jr->ij", [a, b]), program.product("is,js,s->ij", [c, d, e])], shape: [4, 3]))
    try Self.compare(Model("mixed", program), seed: 7)
  }

  /// Laws and false relatives of all claims hand out one and the same object, and a rate is registered once.
  @Test func lawsShareTheirRates() throws {
    let experiment = try GrowthClaimTests.experiment(initialization: .gaussian, scale: 0.3, seed: 1, until: 10)
    let setting = ClaimSetting(experiment: experiment)
    let laws: [Laws?] =
      ComponentBand.allCases.flatMap {
        [ComponentBounds.laws(setting, $0), SharpComponentBounds.laws(setting, $0)]
      } + [
        ComponentGrowth.laws(setting, .law), ComponentGrowth.laws(setting, .factor),
        EffectiveExponent.laws(setting, .law),
        UnbalancedGrowth.laws(setting, .law), UnbalancedGrowth.laws(setting, .excess),
        BalancedGrowth.laws(setting, .two), ComponentExponent.laws(setting, .law),
      ]
    let quadratures = laws.flatMap { $0?.terms.quadratures ?? [] }
    #expect(quadratures.count == laws.count && quadratures.allSatisfy { $0 === quadratures[0] })
    // γ, growth, exponent, and five pairs of branches: ε, ε/20, ε_r, ε_r/20 and 0.
    #expect(quadratures[0].names.count == 6 * 13)
    #expect(quadratures[0].integralCount == 6 * 23)
  }

  /// With every claim about components and its controls folded over them, trajectories are those of balancedness alone to the last bit.
  @Test(arguments: [Initialization.balanced, .gaussian]) func claimsMoveNoStep(_ start: Initialization) throws {
    let experiment = try GrowthClaimTests.experiment(initialization: start, scale: 0.2, seed: 2, until: 300)
    let setting = ClaimSetting(experiment: experiment)
    let refinement = try Refinement(experiment: experiment, tolerances: [1e-6, 1e-9])
    let grid = try SaveGrid.linear(until: 300, count: 20)
    let claims = try ClaimTopic.componentNorms.claims(for: experiment) + [Dissipation.self]
    let statements = claims.flatMap { claim -> [Statement] in
      [.law(of: claim)]
        + Statement.mutants(of: claim, setting).compactMap {
          if case .statement(let mutated) = $0.change { return mutated }
          return nil
        }
    }
    #expect(statements.count > 8)
    let alone = try refinement.run(claims: [Balancedness.self], grid: grid)
    let together = try refinement.run(statements, grid: grid)
    for (one, other) in zip(alone, together) {
      #expect(one.trajectory.parameters.map(\.bitPattern) == other.trajectory.parameters.map(\.bitPattern))
      #expect(one.trajectory.counts == other.trajectory.counts)
    }
  }

  /// A wrong rate of the second block shows in the integral of the true gradient: the residual is about the integral of the rate's
  /// error, and the same from rung to rung.
  @Test func aWrongRateShows() throws {
    let experiment = try GrowthClaimTests.experiment(initialization: .gaussian, scale: 0.2, seed: 2, until: 300)
    let refinement = try Refinement(experiment: experiment, tolerances: [1e-6, 1e-9])
    let grid = try SaveGrid.linear(until: 300, count: 20)
    let rungs = try refinement.run(claims: [ComponentGrowth.self], grid: grid, blockRates: [1, 1.01, 1])
    let found = rungs.compactMap { $0.evidence(of: ComponentGrowth.self)?.residual }
    #expect(found.count == 2 && found.allSatisfy { $0 > 1e-3 && $0 < 0.02 } && abs(found[0] - found[1]) < 1e-5)
  }
}
