import Models
import Symbolic
import Testing

/// Laws on the patterns of activation that occur, where the path lifting has more patterns and fewer laws.
@Suite("Laws on patterns that occur")
struct LawPatternTests {
  private func count(_ widths: [Int], seed: UInt64, bias: Bool = false) throws -> (model: LawModel, count: LawCount) {
    var model = try LawModel.reluNetwork(widths, bias: bias)
    model.patterns = try ActivationPatterns(model, inputs: 400, seed: seed)
    return (model, try LawSearch(model, seed: seed).run())
  }

  private func isSeen(_ pattern: [UInt8], _ model: LawModel) -> Bool {
    model.patterns?.patterns.contains { Array($0.values.joined()) == pattern } ?? false
  }

  @Test("ReLU 1-2-1 without bias has at least 3 laws where both neurons are active together")
  func narrow() throws {
    var seen: Set<Int> = []
    for seed: UInt64 in 1...12 {
      let (model, count) = try count([1, 2, 1], seed: seed)
      let isTogether = isSeen([1, 1], model)
      #expect(isTogether != isSeen([1, 0], model))
      #expect(count.proved == (isTogether ? 3 : 2), "\(count)")
      #expect(count.isComplete)
      #expect(count.summary.contains("2 patterns of activation seen at 400 inputs"))
      seen.insert(count.proved)
      guard isTogether else { continue }
      // a₁w₂ − a₂w₁: with one gate g both neurons move by g x (a, w), so that both products grow by g x (a₁a₂ + w₁w₂).
      let places = try ["W1[1,1]", "W1[2,1]", "W2[1,1]", "W2[1,2]"].map {
        try #require(model.parameterNames.firstIndex(of: $0))
      }
      func mixed(_ factor: Rational) throws -> ConservedQuantity {
        ConservedQuantity(
          try LawPolynomial([.init(1, [places[2], places[1]]), .init(factor, [places[3], places[0]])]))
      }
      let expansion = try ModelExpansion(model)
      #expect(try expansion.conserves(mixed(-1)))
      #expect(try !expansion.conserves(mixed(1)))
      // With a gate for each neuron it is none.
      #expect(try !ModelExpansion(.reluNetwork([1, 2, 1])).conserves(mixed(-1)))
    }
    #expect(seen == [2, 3])
  }

  @Test("where every pattern occurs the count is that of the path lifting")
  func wide() throws {
    for seed: UInt64 in 1...3 {
      let (model, count) = try count([2, 2, 2], seed: seed)
      #expect(model.patterns?.patterns.count == 4)
      #expect(count.proved == 2 && count.isComplete, "\(count)")
    }
    let (_, biased) = try count([2, 2, 1], seed: 4, bias: true)
    #expect(biased.proved >= 2 && biased.isComplete, "\(biased)")
  }

  @Test("what has no patterns is refused")
  func refusals() throws {
    let linear = try LawModel.linearNetwork([2, 2, 2])
    #expect(throws: Refusal.self) { try ActivationPatterns(linear, inputs: 10, seed: 1) }
    let relu = try LawModel.reluNetwork([2, 2, 2])
    #expect(throws: Refusal.self) { try ActivationPatterns(relu, inputs: 0, seed: 1) }
    #expect(throws: Refusal.self) { try ActivationPatterns(.reluNetwork([9, 30, 1]), inputs: 4000, seed: 1) }
  }
}
