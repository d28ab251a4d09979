import Checkers
import FlowODE
import Models
import Testing

@Suite("Gradient descent")
struct GradientDescentTests {
  private func run(
    _ probe: Probe, from start: [Double], rate: Double, until: Double, saves: Int = 2, rates: [Double]? = nil,
    stops: [StopCondition] = [], maxSteps: Int = .max, observers: [any TrajectoryObserver] = []
  ) throws -> Trajectory {
    try Descent.descend(
      plan: DescentPlan(learningRate: rate, blockRates: rates), model: probe.model, objective: probe.objective,
      from: start,
      grid: .linear(until: until, count: saves), stops: stops, maxSteps: maxSteps, observers: observers)
  }

  @Test("every iteration is θ − ηρ∇f, at time kη")
  func iterations() throws {
    var random = TestRandom(41)
    let model = try Model(MatrixFactorization(shape: [3, 2], hiddenWidths: [4, 2]))
    let probe = try Probe(model, measure(.entries, shape: [3, 2], random: &random))
    let rates = [1, 0.5, 2.0]
    let diary = Diary()
    let end = try run(
      probe, from: random.numbers(probe.n), rate: 0.03, until: 0.3, saves: 4, rates: rates, observers: [diary])
    #expect(end.outcome == .reachedEnd && end.counts.accepted == 10 && end.counts.evaluations == 10)
    #expect(diary.pages.map(\.time) == (0...10).map { 0.03 * Double($0) })
    // Save times 0, 0.1, 0.2, 0.3 fall on iterations 0, 4, 7, 10.
    #expect(diary.saves.map(\.steps) == [0, 4, 7, 10])
    for (before, after) in zip(diary.pages, diary.pages.dropFirst()) {
      let gradient = probe.gradient(before.theta)
      for (block, rate) in zip(model.layout.blocks, rates) {
        for i in block.range { #expect(after.theta[i] == before.theta[i] - 0.03 * rate * gradient[i]) }
      }
    }
    #expect(end.parameters == diary.pages[10].theta && end.loss == probe.value(end.parameters))
  }

  /// M Mᵀ or Mᵀ M of one block of θ, row-major.
  private func gram(_ theta: [Double], _ block: ParameterBlock, transposed: Bool) -> [Double] {
    let size = transposed ? block.columns : block.rows
    let terms = transposed ? block.rows : block.columns
    func entry(_ i: Int, _ t: Int) -> Double {
      theta[block.offset + (transposed ? t * block.columns + i : i * block.columns + t)]
    }
    return (0..<size * size).map { e in (0..<terms).reduce(0) { $0 + entry(e / size, $1) * entry(e % size, $1) } }
  }

  @Test("matrix: one step changes the imbalance by η²(gᵀg − g gᵀ) exactly", arguments: 0..<20)
  func matrixIdentity(seed: Int) throws {
    var random = TestRandom(500 + UInt64(seed))
    let model = try MatrixFactorization(
      shape: [random.index(1...5), random.index(1...5)],
      hiddenWidths: (0..<random.index(1...3)).map { _ in random.index(1...5) })
    let probe = try Probe(Model(model), measure(.dense, shape: model.shape, random: &random))
    let (rate, theta) = (0.1, random.numbers(probe.n))
    let after = try run(probe, from: theta, rate: rate, until: rate).parameters
    let gradient = probe.gradient(theta)
    for (inner, outer) in zip(model.layout.blocks, model.layout.blocks.dropFirst()) {
      func imbalance(_ x: [Double]) -> [Double] {
        zip(gram(x, outer, transposed: true), gram(x, inner, transposed: false)).map { $0 - $1 }
      }
      let change = zip(imbalance(after), imbalance(theta)).map { $0 - $1 }
      let expected = imbalance(gradient).map { rate * rate * $0 }
      // Unit: rounding of sums of at most 5 squares of numbers up to the size of θ after the step, and the η² terms.
      let size = max(1, largest(after)) * max(1, largest(after))
      #expect(agree(change, expected, within: 1e-14 * size * max(1, largest(gradient))))
    }
  }

  @Test("CP: one step changes ‖wⁿ‖² − ‖wᵐ‖² by η²(‖gⁿ‖² − ‖gᵐ‖²) exactly", arguments: 0..<20)
  func tensorIdentity(seed: Int) throws {
    var random = TestRandom(600 + UInt64(seed))
    let model = try CPFactorization(
      shape: (0..<random.index(2...4)).map { _ in random.index(1...4) }, components: random.index(1...5))
    let probe = try Probe(Model(model), measure(.entries, shape: model.shape, random: &random))
    let (rate, theta) = (0.1, random.numbers(probe.n))
    let after = try run(probe, from: theta, rate: rate, until: rate).parameters
    let gradient = probe.gradient(theta)
    func squares(_ x: [Double], _ n: Int, _ r: Int) -> Double {
      let block = model.layout.blocks[n]
      return (0..<block.rows).reduce(0) { sum, i in
        let entry = x[block.offset + i * model.components + r]
        return sum + entry * entry
      }
    }
    for r in 0..<model.components {
      for n in 1..<model.shape.count {
        func difference(_ x: [Double]) -> Double { squares(x, n, r) - squares(x, 0, r) }
        let change = difference(after) - difference(theta)
        #expect(abs(change - rate * rate * difference(gradient)) <= 1e-14 * max(1, largest(gradient)))
      }
    }
  }

  @Test("scalar depth 2: the imbalance is multiplied by 1 − η² r²")
  func scalarIdentity() throws {
    let probe = try Scalar.matrix(depth: 2, target: 1.5)
    let diary = Diary()
    _ = try run(probe, from: [1.1, 0.3], rate: 0.05, until: 10, observers: [diary])
    var imbalance = 1.1 * 1.1 - 0.3 * 0.3
    for page in diary.pages {
      let (a, b) = (page.theta[0], page.theta[1])
      #expect(abs(a * a - b * b - imbalance) <= 1e-14)
      let residual = a * b - 1.5
      imbalance *= 1 - 0.05 * 0.05 * residual * residual
    }
  }

  @Test("the gap to gradient flow falls with η to first order")
  func order() throws {
    let probe = try Scalar.matrix(depth: 2, target: 1.5)
    let flow = try probe.flow(from: [0.5, 0.1], until: 2, rtol: 1e-12).parameters
    let gaps = try [0.02, 0.01, 0.005, 0.0025].map { rate in
      distance(try run(probe, from: [0.5, 0.1], rate: rate, until: 2).parameters, flow)
    }
    for (coarse, fine) in zip(gaps, gaps.dropFirst()) { #expect(abs(coarse / fine - 2) <= 0.1) }
  }

  @Test("divergence ends with a sentence and the states up to it", arguments: [3.0, 100, 1e200])
  func divergence(rate: Double) throws {
    let probe = try Scalar.matrix(depth: 2, target: 1.5)
    let diary = Diary()
    let end = try run(probe, from: [1, 0.3], rate: rate, until: rate * 1e4, observers: [diary])
    guard case .failed(let sentence, let remedy, let time) = end.outcome else {
      Issue.record("\(end.outcome)")
      return
    }
    #expect(sentence.contains("diverged") && remedy.contains("learning rate"))
    #expect(!end.outcome.isComplete && time == end.clock && diary.pages.last?.time == time.total)
    #expect(diary.pages.count == end.counts.accepted + 1 && end.counts.accepted < 100)
  }

  @Test("divergence on the very last iteration is not an end that was reached")
  func lateDivergence() throws {
    let probe = try Scalar.matrix(depth: 2, target: 1.5)
    let steps = try run(probe, from: [1, 0.3], rate: 3, until: 3e4).counts.accepted
    for last in [steps - 1, steps] {
      let end = try run(probe, from: [1, 0.3], rate: 3, until: 3 * Double(last))
      #expect(end.outcome.isComplete == end.loss.isFinite)
    }
  }

  @Test("stops, budgets and observers that have seen enough")
  func ends() throws {
    let probe = try Scalar.matrix(depth: 2, target: 1.5)
    let diary = Diary()
    let stopped = try run(
      probe, from: [0.5, 0.3], rate: 0.05, until: 100, stops: [.lossBelow(1e-3)], observers: [diary])
    #expect(stopped.outcome == .stopped(.lossBelow(1e-3), time: stopped.clock))
    #expect(diary.pages.dropLast().allSatisfy { $0.loss > 1e-3 } && diary.saves.last?.time == stopped.time)

    let spent = try run(probe, from: [0.5, 0.3], rate: 0.05, until: 100, maxSteps: 7)
    #expect(spent.outcome == .stepLimit(steps: 7, time: FlowTime(remainder: 7 * 0.05)))

    let impatient = Diary()
    impatient.reaction = { if $0.steps == 3 { throw EndOfRun("enough", remedy: "none") } }
    let ended = try run(probe, from: [0.5, 0.3], rate: 0.05, until: 100, observers: [impatient])
    #expect(ended.outcome == .failed(sentence: "enough", remedy: "none", time: FlowTime(remainder: 3 * 0.05)))
  }

  @Test("what cannot be run is refused")
  func refused() throws {
    let probe = try Scalar.matrix(depth: 2, target: 1.5)
    for rate in [0, -1, Double.nan, .infinity] {
      #expect(throws: Refusal.self) { try run(probe, from: [1, 1], rate: rate, until: 1) }
    }
    #expect(throws: Refusal.self) { try run(probe, from: [1, 1], rate: 2, until: 1) }
    #expect(throws: Refusal.self) { try run(probe, from: [1, 1], rate: 1e-16, until: 1) }
    #expect(throws: Refusal.self) { try run(probe, from: [1], rate: 0.1, until: 1) }
    #expect(throws: Refusal.self) { try run(probe, from: [.nan, 1], rate: 0.1, until: 1) }
    #expect(throws: Refusal.self) { try run(probe, from: [1e200, 1e200], rate: 0.1, until: 1) }
  }
}
