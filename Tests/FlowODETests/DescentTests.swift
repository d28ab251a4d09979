import CMath
import Checkers
import FlowODE
import Models
import Testing

@Suite("Descents")
struct DescentTests {
  private func gradient(_ objective: Objective, _ theta: [Double]) -> [Double] {
    let work = UnsafeMutablePointer<Double>.allocate(capacity: 2 * theta.count)
    defer { work.deallocate() }
    for i in theta.indices { work[i] = theta[i] }
    objective.gradient(work, into: work + theta.count)
    return theta.indices.map { work[theta.count + $0] }
  }

  private func run(_ descent: Descent, _ iterations: Int) -> [Double] {
    for _ in 0..<iterations { descent.step() }
    return Array(UnsafeBufferPointer(start: descent.parameters, count: descent.objective.parameterCount))
  }

  @Test("gradient descent on a quadratic: (1 − η)ᵏ, to roundoff")
  func quadratic() throws {
    let problem = try ScalarProblem(depth: 1, target: 2)
    let descent = try problem.descent(PlainGradientDescent(), rate: 0.1, start: [-1])
    let end = run(descent, 50)[0]
    #expect(abs(end - (2 - 3 * pow(0.9, 50))) < 1e-14)
    #expect(descent.time == 5 && descent.iteration == 50)
  }

  @Test("momentum on a quadratic: the closed form of its linear recursion, with and without look-ahead")
  func momentumClosedForm() throws {
    let problem = try ScalarProblem(depth: 1, target: 0)
    let (eta, mu) = (0.04, 0.5)
    for looksAhead in [false, true] {
      // e_{k+1} = b e_k − c e_{k−1} from e_{−1} = e_0 = 1.
      let (b, c) = looksAhead ? ((1 - eta) * (1 + mu), (1 - eta) * mu) : (1 + mu - eta, mu)
      let root = (b * b - 4 * c).squareRoot()
      let (p, q) = ((b + root) / 2, (b - root) / 2)
      // A p^k + B q^k with A + B = 1 and A/p + B/q = 1.
      let weight = (1 - 1 / q) / (1 / p - 1 / q)
      let end = run(try problem.descent(Momentum(mu, looksAhead: looksAhead), rate: eta, start: [1]), 30)[0]
      #expect(abs(end - (weight * pow(p, 30) + (1 - weight) * pow(q, 30))) < 1e-14)
    }
  }

  @Test(
    "up to its regular curvature a method does not swing about its flow, and beyond it does",
    arguments: [0.3, 0.9, 0.99])
  func regularCurvature(mu: Double) throws {
    let problem = try ScalarProblem(depth: 1, target: 0)
    let optimizers: [any Optimizer] = [
      PlainGradientDescent(), try Momentum(mu, looksAhead: false), try Momentum(mu, looksAhead: true),
    ]
    for optimizer in optimizers {
      let regular = try #require(optimizer.regularCurvature(step: 1))
      // The curvature is 1: the rate at which it is the regular one, and 1 % and 20 % off.
      for (rate, swings) in [(0.99 * regular, false), (1.2 * regular, true)] {
        let descent = try problem.descent(optimizer, rate: rate, start: [1])
        var signs = Set<Bool>()
        for _ in 0..<Int(60 * optimizer.memory) {
          descent.step()
          if abs(descent.parameters[0]) > 1e-200 { signs.insert(descent.parameters[0] > 0) }
        }
        #expect(signs.contains(false) == swings, "\(optimizer.formula) at rate \(rate)")
      }
    }
  }

  @Test("the step that is foreseen at the start is the one that is taken")
  func firstStep() throws {
    let problem = try ScalarProblem(depth: 2, target: 2)
    for optimizer in [GroupRMSprop(), PlainGradientDescent(), try Momentum(0.9, looksAhead: true)] as [any Optimizer] {
      let descent = try problem.descent(optimizer, rate: 0.02, start: [30, -7])
      let foreseen = descent.firstScalarStep()
      #expect(descent.iteration == 0 && descent.parameters[0] == 30)
      descent.step()
      #expect(foreseen == descent.lastScalarStep)
    }
    // A scalar step for all: η/‖g‖, but for ε.
    let descent = try problem.descent(GroupRMSprop(), rate: 0.02, start: [30, -7])
    let size = gradient(descent.objective, [30, -7]).reduce(0) { $0 + $1 * $1 }.squareRoot()
    #expect(abs(descent.firstScalarStep() / (0.02 / (size + 1e-6)) - 1) < 1e-14)
  }

  @Test(
    "a descent rests where an iteration changes no bit, and skipping is what iterating would do", arguments: [0, 0.5])
  func rest(mu: Double) throws {
    let problem = try ScalarProblem(depth: 1, target: 2)
    let rule: any Optimizer = mu > 0 ? try Momentum(mu, looksAhead: false) : PlainGradientDescent()
    let (walked, skipped) = (
      try problem.descent(rule, rate: 0.1, start: [-1]), try problem.descent(rule, rate: 0.1, start: [-1])
    )
    for descent in [walked, skipped] {
      for _ in 0..<5000 where descent.restsFrom == nil { descent.step() }
    }
    let start = try #require(skipped.restsFrom)
    #expect(start > 20 && skipped.iteration == start + 1)
    // Before that, it moved.
    let before = try problem.descent(rule, rate: 0.1, start: [-1])
    _ = run(before, start)
    #expect(before.restsFrom == nil && before.parameters[0] == walked.parameters[0])
    _ = run(walked, 1000)
    skipped.skip(to: start + 1001)
    #expect(walked.parameters[0] == skipped.parameters[0] && abs(walked.parameters[0] - 2) < 1e-14)
    #expect(walked.iteration == skipped.iteration && walked.time == skipped.time)
    #expect(walked.lastLoss == skipped.lastLoss && walked.gradient[0] == skipped.gradient[0])
  }

  @Test("a momentum that still grows is no rest, nor is a batch, nor a schedule")
  func noRest() throws {
    // One step of 1e-18 is lost beside 1, a hundred of them are not.
    let problem = try ScalarProblem(depth: 1, target: 0)
    let descent = try problem.descent(Momentum(0.999, looksAhead: false), rate: 1e-18, start: [1])
    _ = run(descent, 10)
    #expect(descent.parameters[0] == 1 && descent.restsFrom == nil)
    _ = run(descent, 400)
    #expect(descent.parameters[0] < 1)
    let still = try problem.descent(PlainGradientDescent(), rate: 1e-18, start: [1])
    _ = run(still, 1)
    #expect(still.restsFrom == 0)
    let batches = try problem.descent(
      StochasticGradientDescent(OptimizerSettings(batch: 1)), rate: 1e-18, start: [1])
    _ = run(batches, 3)
    #expect(batches.restsFrom == nil)
    batches.skip(to: 100)
    #expect(batches.iteration == 3)
    let scheduled = try Descent(
      objective: problem.objective, layout: problem.model.layout, optimizer: PlainGradientDescent(),
      plan: DescentPlan(learningRate: 1e-18, schedule: RateSchedule([.init(from: 1e-17, factor: 1e18)])), start: [1])
    _ = run(scheduled, 13)
    #expect(scheduled.restsFrom == nil && scheduled.parameters[0] < 1)
  }

  @Test("scalar depth 2 (A10): a² − b² changes by the factor Π(1 − η²r²)", arguments: [0.3, 0.05])
  func scalarDepthTwo(rate: Double) throws {
    let problem = try ScalarProblem(depth: 2, target: 1.5)
    let start = [0.9, 0.2]
    let descent = try problem.descent(PlainGradientDescent(), rate: rate, start: start)
    var theta = start
    var factor = 1.0
    for k in 1...200 {
      let residual = theta[0] * theta[1] - 1.5
      factor *= 1 - rate * rate * residual * residual
      theta = run(descent, 1)
      let expected = (start[0] * start[0] - start[1] * start[1]) * factor
      #expect(abs(theta[0] * theta[0] - theta[1] * theta[1] - expected) <= 100 * Double.ulpOfOne, "iteration \(k)")
    }
  }

  @Test("one balanced component stays balanced: w ← w(1 − η r w^{L−2}), the scalar recursion", arguments: [2, 3, 4])
  func balancedComponent(depth: Int) throws {
    let problem = try ScalarProblem(depth: depth, target: 1)
    let end = run(
      try problem.descent(PlainGradientDescent(), rate: 0.05, start: Array(repeating: 0.4, count: depth)), 100)
    var w = 0.4
    for _ in 0..<100 { w -= 0.05 * (pow(w, Double(depth)) - 1) * pow(w, Double(depth - 1)) }
    for entry in end { #expect(abs(entry - w) < 1e-13) }
  }

  @Test("discrete balance of momentum: E⁺ − E − μ(E − E⁻) = q(Δθ⁺) + μ q(Δθ), which gradient descent's law is not")
  func momentumBalance() throws {
    let problem = try ScalarProblem(depth: 2, target: 1.5)
    let mu = 0.8
    let descent = try problem.descent(Momentum(mu, looksAhead: false), rate: 0.02, start: [0.9, 0.2])
    var path = [[0.9, 0.2]]
    for _ in 0..<100 { path.append(run(descent, 1)) }
    func q(_ v: [Double]) -> Double { v[0] * v[0] - v[1] * v[1] }
    func moved(_ k: Int) -> [Double] { zip(path[k], path[k - 1]).map { $0 - $1 } }
    var law = 0.0
    for k in 1..<100 {
      let left = q(path[k + 1]) - q(path[k]) - mu * (q(path[k]) - q(path[k - 1]))
      #expect(abs(left - q(moved(k + 1)) - mu * q(moved(k))) < 1e-14)
      law = max(law, abs(q(path[k + 1]) - q(path[0])))
    }
    #expect(law > 1e-2)
  }

  @Test("group RMSprop: first step of length η, time the sum of its steps, the one-step law kept")
  func groupRMSprop() throws {
    let problem = try ScalarProblem(depth: 2, target: 1.5)
    let descent = try problem.descent(GroupRMSprop(), rate: 0.01, start: [0.9, 0.2])
    var theta = [0.9, 0.2]
    var time = 0.0
    for k in 0..<300 {
      let g = gradient(problem.objective, theta)
      let next = run(descent, 1)
      let h = (theta[0] - next[0]) / g[0]
      if k == 0 {
        let length = zip(theta, next).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }.squareRoot()
        #expect(abs(length - 0.01) < 1e-7)
      }
      time += h
      let change = (next[0] * next[0] - next[1] * next[1]) - (theta[0] * theta[0] - theta[1] * theta[1])
      #expect(abs(change - h * h * (g[0] * g[0] - g[1] * g[1])) < 1e-13)
      theta = next
    }
    #expect(abs(descent.time - time) < 1e-9 * time)
    #expect(descent.timeStep == nil)
  }

  @Test("Adam's first step is η in every coordinate, and it destroys balancedness")
  func adam() throws {
    let problem = try ScalarProblem(depth: 2, target: 1.5)
    let descent = try problem.descent(Adam(), rate: 0.01, start: [0.9, 0.2])
    let first = run(descent, 1)
    #expect(abs(first[0] - 0.91) < 1e-8 && abs(first[1] - 0.21) < 1e-8)
    let end = run(descent, 400)
    #expect(abs(end[0] * end[0] - end[1] * end[1] - 0.77) > 0.1)
  }

  @Test("batches: of all observations the full gradient, of one each its mean, the same for the same seed")
  func batches() throws {
    let problem = try BilinearProblem()
    func descent(_ batch: Int, seed: UInt64 = 1) throws -> Descent {
      try Descent(
        objective: problem.objective, layout: problem.model.layout,
        optimizer: StochasticGradientDescent(OptimizerSettings(batch: batch, seed: seed)),
        plan: DescentPlan(learningRate: 0.05), start: problem.start)
    }
    let full = gradient(problem.objective, problem.start)
    let all = try descent(12)
    all.step()
    for i in full.indices { #expect(abs(all.gradient[i] - full[i]) < 1e-14) }
    // The mean over many single draws tends to the full gradient.
    var mean = [Double](repeating: 0, count: full.count)
    let draws = 4000
    for seed in 1...draws {
      let one = try descent(1, seed: UInt64(seed))
      one.step()
      for i in full.indices { mean[i] += one.gradient[i] / Double(draws) }
    }
    for i in full.indices { #expect(abs(mean[i] - full[i]) < 0.15) }
    #expect(run(try descent(5), 20) == run(try descent(5), 20))
    #expect(run(try descent(5), 20) != run(try descent(5, seed: 2), 20))
    #expect(throws: Refusal.self) { try descent(13) }
  }

  @Test("a schedule changes the rate at its times, and the polygon lies between the iterates")
  func schedule() throws {
    let problem = try ScalarProblem(depth: 1, target: 0)
    let plan = try DescentPlan(learningRate: 0.1, schedule: RateSchedule(parsing: "0.5:0.5"))
    let descent = try Descent(
      objective: problem.objective, layout: problem.model.layout, optimizer: PlainGradientDescent(), plan: plan,
      start: [1])
    let end = run(descent, 9)[0]
    #expect(abs(end - pow(0.9, 5) * pow(0.95, 4)) < 1e-15)
    #expect(abs(descent.time - 0.7) < 1e-15)
    var between = 0.0
    descent.position(at: 0.675, into: &between)
    #expect(abs(between - 0.5 * (end + end / 0.95)) < 1e-14)
    for text in ["", "1", "1:0", "2:1,1:1", "a:1"] {
      #expect(throws: Refusal.self) { try RateSchedule(parsing: text) }
    }
  }

  @Test("divergence is an outcome: the last finite state stays, and no further step is taken")
  func divergence() throws {
    let problem = try ScalarProblem(depth: 3, target: 1)
    let descent = try problem.descent(PlainGradientDescent(), rate: 10, start: [2, 2, 2])
    let end = run(descent, 100)
    #expect(descent.divergence != nil && descent.iteration < 100)
    #expect(end.allSatisfy(\.isFinite) && !descent.step())
  }

  @Test("rates: save times are common multiples; incommensurable, repeated or negative rates are refused")
  func ladder() throws {
    let ladder = try RateLadder([0.01, 0.03, 0.015], optimizer: PlainGradientDescent())
    #expect(ladder.rates == [0.03, 0.015, 0.01] && ladder.iterationsPerUnit == [1, 2, 3])
    let grid = try ladder.grid(.linear(until: 1, count: 11))
    #expect(grid.times.last.map { abs($0 - 0.99) < 1e-12 } == true)
    for (k, time) in grid.times.enumerated() where k > 0 {
      #expect(abs(time / 0.03 - (time / 0.03).rounded()) < 1e-9)
      #expect(ladder.iterations(of: 2, at: time) == Int((time / 0.01).rounded()))
    }
    let momentum = try RateLadder([0.02, 0.01], optimizer: Momentum(0.75, looksAhead: false))
    #expect(momentum.unit.map { abs($0 - 0.08) < 1e-15 } == true)
    for rates in [[], [0.1, 0.1], [-1], [0], [.nan], [0.1, 0.1 / Double.pi]] as [[Double]] {
      #expect(throws: Refusal.self) { try RateLadder(rates, optimizer: PlainGradientDescent()) }
    }
    #expect(throws: Refusal.self) { try ladder.grid(.linear(until: 0.01, count: 3)) }
  }

  @Test("unknown methods and constants of another method are refused")
  func catalog() throws {
    for row in OptimizerCatalog.rows {
      var settings = OptimizerSettings()
      if row.identifier == "sgd" { settings.batch = 3 }
      #expect(try OptimizerCatalog.optimizer(row.identifier, settings).identifier == row.identifier)
    }
    #expect(throws: Refusal.self) { try OptimizerCatalog.optimizer("lbfgs", OptimizerSettings()) }
    #expect(throws: Refusal.self) { try OptimizerCatalog.optimizer("gd", OptimizerSettings(momentum: 0.9)) }
    #expect(throws: Refusal.self) { try OptimizerCatalog.optimizer("momentum", OptimizerSettings(momentum: 1)) }
    #expect(throws: Refusal.self) {
      try OptimizerCatalog.optimizer("heavy-ball", OptimizerSettings(friction: -1))
    }
    #expect(throws: Refusal.self) { try OptimizerCatalog.optimizer("sgd", OptimizerSettings()) }
  }

  @Test("a method of somebody's own cannot take the name of one there is")
  func taken() {
    let rows = OptimizerCatalog.rows
    let refusal = #expect(throws: Refusal.self) {
      try OptimizerCatalog.add(.init(identifier: "adam", summary: "mine") { _ in PlainGradientDescent() })
    }
    let adam = rows.first { $0.identifier == "adam" }?.summary ?? "-"
    #expect(refusal?.problem.contains("mine") == true && refusal?.problem.contains(adam) == true)
    #expect(OptimizerCatalog.rows.map(\.summary) == rows.map(\.summary))
  }
}
