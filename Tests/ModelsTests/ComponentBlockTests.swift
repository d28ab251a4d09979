import Checkers
import FlowODE
import GSLBridge
import Models
import Testing

@Suite("Hessian blocks over chosen components")
struct ComponentBlockTests {
  /// Unit: the largest entry of the Hessian.
  @Test(arguments: [[3, 4], [3, 1, 2], [2, 3, 2, 2], [2, 2, 2, 2, 2]], [1, 3, 5])
  func blocksAreThoseOfTheHessian(_ shape: [Int], _ components: Int) throws {
    var random = TestRandom(UInt64(components) + 17)
    let model = try Model(CPFactorization(shape: shape, components: components))
    for loss in [SquaredLoss(), try HuberLoss(delta: 0.3)] as [any Loss] {
      let measurements = try measure(.entries, shape: shape, random: &random)
      let objective = try Objective(model: model, measurements: measurements, loss: loss, normalization: .mean)
      let theta = random.numbers(objective.parameterCount)
      let rates = shape.indices.map { 1 + 0.25 * Double($0) }
      let flow = GradientFlow(objective: objective, layout: model.layout, blockRates: rates)
      let part = try #require(flow.makeStiffPart() as? any IndexedStiffPart)
      #expect(part.unitCount == components)
      let units = components < 3 ? [0] : [0, 2]
      let (indices, scaling) = part.coordinates(of: units)
      let m = indices.count
      #expect(m == shape.reduce(0, +) * units.count && scaling.count == m)
      var block = [Double](repeating: .nan, count: m * m)
      block.withUnsafeMutableBufferPointer { part.block(of: units, theta, into: $0.baseAddress!) }
      let n = objective.parameterCount
      var hessian = [Double](repeating: 0, count: n * n)
      hessian.withUnsafeMutableBufferPointer { objective.hessian(theta, into: $0.baseAddress!) }
      let unit = hessian.reduce(0) { max($0, abs($1)) }
      for a in 0..<m {
        for b in 0..<m {
          let expected = scaling[a] * scaling[b] * hessian[indices[a] * n + indices[b]]
          #expect(abs(block[a * m + b] - expected) <= 1e-13 * unit)
        }
      }
    }
  }

  /// The scales guide which components are treated exactly: on evenly observed data they are the norm of a component's own
  /// block up to a moderate factor.
  @Test func scalesFollowTheBlocks() throws {
    var random = TestRandom(5)
    for shape in [[6, 5], [5, 4, 5], [4, 4, 4, 4]] {
      let model = try Model(CPFactorization(shape: shape, components: 4))
      let measurements = try measure(.allEntries, shape: shape, random: &random)
      let objective = try Objective(
        model: model, measurements: measurements, loss: SquaredLoss(), normalization: .mean)
      let theta = random.numbers(objective.parameterCount)
      let part = try #require(
        GradientFlow(objective: objective, layout: model.layout).makeStiffPart() as? any IndexedStiffPart)
      var scales = [Double](repeating: 0, count: 4)
      scales.withUnsafeMutableBufferPointer { part.scales(theta, into: $0.baseAddress!) }
      for unit in 0..<4 {
        let m = shape.reduce(0, +)
        var block = [Double](repeating: 0, count: m * m)
        block.withUnsafeMutableBufferPointer { part.block(of: [unit], theta, into: $0.baseAddress!) }
        let eigen = try SymmetricEigen(Matrix(rows: m, columns: m, elements: block)).values
        let norm = max(abs(eigen[0]), abs(eigen[m - 1]))
        #expect(scales[unit] > 0.2 * norm && scales[unit] < 20 * norm, "\(shape): \(scales[unit] / norm)")
      }
    }
  }

  @Test("where the stiff part is not known, the method says what it needs")
  func refusals() throws {
    var random = TestRandom(3)
    let model = try Model(CPFactorization(shape: [3, 3], components: 2))
    let measurements = try measure(.entries, shape: [3, 3], random: &random)
    let kinked = try Probe(model, measurements, loss: AbsoluteLoss())
    let mixed = try Probe(model, measurements)
    let start = random.numbers(kinked.n)
    for run in [
      { try kinked.flow(from: start, until: 1, method: .plateau) },
      { try mixed.flow(from: start, until: 1, method: .plateau, rates: [1, -1]) },
    ] {
      do {
        _ = try run()
        Issue.record("expected a refusal")
      } catch let error as Refusal {
        #expect("\(error)".contains("plateau") && "\(error)".contains("integration.method"))
      }
    }
  }
}
