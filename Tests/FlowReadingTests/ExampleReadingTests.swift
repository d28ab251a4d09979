import FlowLanguage
import Foundation
import Models
import Testing

/// The derivative of a state along the flow of a file, by complex steps over loops: no program takes part in it.
func loopVelocity(
  _ file: CheckedFile, _ state: [Double], data: [String: [Double]], points: Int, inputs: [String: [Double]],
  cotangent: [Double]
) throws -> [Double] {
  let count = file.declarations.filter { $0.role == .parameter }.reduce(0) { sum, declaration in
    sum + declaration.shape.sizes.reduce(1) { $0 * ($1.number ?? 0) }
  }
  let parameters = Array(state.prefix(count))
  func loops<S: Scalar>(_ parameters: [S]) throws -> LoopReading<S> {
    try LoopReading(file, parameters, data: data, points: points, inputs: inputs)
  }
  if case .field(let rates) = file.flow {
    let reading = try loops(parameters)
    return try file.declarations.filter { $0.role == .parameter }.flatMap { declaration in
      try reading.value(#require(rates.first { $0.name.text == declaration.name }).value, [:], 0).values
    }
  }
  let slopes = try complexGradient(parameters) { moved in
    let reading = try loops(moved)
    if file.loss != nil { return try reading.loss() }
    let model = try reading.values(of: #require(file.model)).flatMap(\.values)
    return zip(model, cotangent).reduce(Complex(0)) { $0 + $1.0 * Complex($1.1) }
  }
  let reading = try loops(parameters)
  switch file.flow {
  case .gradient(let decay):
    let rate = try decay.map { try reading.value($0, [:], 0).number } ?? 0
    return zip(parameters, slopes).map { -rate * $0 - $1 }
  case .momentum(let friction):
    let rate = try reading.value(friction, [:], 0).number
    return state.suffix(count) + zip(state.suffix(count), slopes).map { -rate * $0 - $1 }
  case .mirror: return zip(parameters, slopes).map { -$0 * $1 }
  case .field: return []
  }
}

@Suite("The examples of the article as programs")
struct ExampleReadingTests {
  /// Whether conserved, decays and unconditional identities of an example are true, in the order of the text.
  static let verdicts: [[Bool]] = [
    [true], [true, true, true, false], [true, false], [false, true], [true, false], [], [true], [], [true, false],
    [true, true, false], [true, false], [true, false], [true, false], [true, false],
  ]

  static func texts() throws -> [String] {
    let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent()
    let path = root.appendingPathComponent("Sources/FlowLanguage/FlowLanguage.docc/Grammar.md").path
    let article = try String(contentsOfFile: path, encoding: .utf8)
    return article.components(separatedBy: "```flow\n").dropFirst().map { $0.components(separatedBy: "\n```")[0] }
  }

  @Test("claims hold or fail along the flow as the article says", arguments: 0..<14)
  func examples(_ number: Int) throws {
    let text = try #require(try Self.texts().dropFirst(number).first)
    let open = try checked(text).openSizes
    let sizes = Dictionary(uniqueKeysWithValues: open.enumerated().map { ($0.element, 2 + $0.offset % 3) })
    let file = try checked(text, sizes: sizes)
    var random = FormulaGenerator(number)
    let needed = file.neededArrays
    func entries(_ isInput: Bool, _ count: Int) -> [String: [Double]] {
      var all: [String: [Double]] = [:]
      for array in needed where array.isInput == isInput {
        all[array.name] = random.numbers(count * array.shape.reduce(1, *))
      }
      return all
    }
    let points = needed.contains { $0.isInput } ? 3 : 1
    let (data, inputs) = (entries(false, 1), entries(true, points))
    let flow = try FlowProgram(
      file, data: data, points: points > 1 ? DataPoints(count: points, values: inputs) : nil)
    let isMomentum = if case .momentum = flow.kind { true } else { false }
    let state = random.numbers(flow.program.layout.count * (isMomentum ? 2 : 1)).map { $0 + 0.1 }
    let cotangent = random.numbers(flow.output.map { flow.program[$0].count } ?? 0)
    let velocity = try loopVelocity(
      file, state, data: data, points: points, inputs: inputs, cotangent: cotangent)
    func evaluator(_ term: Term, minus other: Term? = nil) throws -> TermEvaluator {
      let evaluator = try other.map { try flow.evaluator(of: term, minus: $0) } ?? flow.evaluator(of: term)
      #expect(evaluator.stateCount == state.count)
      evaluator.setCotangent(cotangent)
      return evaluator
    }
    var found: [Bool] = []
    for claim in file.claims {
      switch claim.form {
      case .conserved(let value, let given) where given.isEmpty:
        let rates = try evaluator(value).rates(state, velocity)
        found.append(rates.allSatisfy { abs($0) < 1e-13 })
        if !found[found.count - 1] { #expect(rates.contains { abs($0) > 1e-3 }, "\(claim.text)") }
      case .decays(let value, let rate, let given) where given.isEmpty:
        let (values, rates) = (try evaluator(value).values(state), try evaluator(value).rates(state, velocity))
        let factor = try evaluator(rate).values(state)[0]
        found.append(zip(values, rates).allSatisfy { abs($0 * factor + $1) < 1e-13 })
      case .identity(let sides, let given) where given.isEmpty:
        let values = try evaluator(sides.left, minus: sides.right).values(state)
        found.append(values.allSatisfy { abs($0) < 1e-12 })
      case .nonincreasing(let value, _) where claim.text.contains("loss"):
        #expect(try evaluator(value).rates(state, velocity)[0] < 0)
      case .invariant(let sides, let cofactor?, _):
        let difference = try evaluator(sides.left, minus: sides.right)
        let factor = try evaluator(cofactor).values(state)[0]
        expectClose(difference.rates(state, velocity), difference.values(state).map { $0 * factor }, 1e-14)
      case .invariant(let sides, _, _), .always(let sides, _, _):
        #expect(try evaluator(sides.left, minus: sides.right).values(state).count > 0)
      default: break
      }
    }
    #expect(found == Self.verdicts[number])
  }

  @Test("velocities, gradients and der agree with loops", arguments: 0..<14)
  func motion(_ number: Int) throws {
    let text = try #require(try Self.texts().dropFirst(number).first)
    let open = try checked(text).openSizes
    let sizes = Dictionary(uniqueKeysWithValues: open.map { ($0, 2) })
    let names = try checked(text, sizes: sizes).declarations.filter { $0.role == .parameter }.map(\.name)
    let file = try checked(text + "\nobserve " + names.map { "der(\($0))" }.joined(separator: ", "), sizes: sizes)
    var random = FormulaGenerator(100 + number)
    var (data, inputs): ([String: [Double]], [String: [Double]]) = ([:], [:])
    for array in file.neededArrays {
      let count = array.shape.reduce(1, *)
      if array.isInput {
        inputs[array.name] = random.numbers(2 * count)
      } else {
        data[array.name] = random.numbers(count)
      }
    }
    let points = inputs.isEmpty ? 1 : 2
    let flow = try FlowProgram(file, data: data, points: inputs.isEmpty ? nil : DataPoints(count: 2, values: inputs))
    let isMomentum = if case .momentum = flow.kind { true } else { false }
    let state = random.numbers(flow.program.layout.count * (isMomentum ? 2 : 1))
    let cotangent = random.numbers(flow.output.map { flow.program[$0].count } ?? 0)
    let velocity = try loopVelocity(
      file, state, data: data, points: points, inputs: inputs, cotangent: cotangent)
    let found = try file.observations.map(\.value).suffix(names.count).flatMap { term in
      let evaluator = try flow.evaluator(of: term)
      evaluator.setCotangent(cotangent)
      return evaluator.values(state)
    }
    expectClose(found, Array(velocity.prefix(found.count)), 1e-13)
    if let field = flow.field {
      let values = try field.flatMap { try FlowReadingTests.values(flow.program, $0, state) }
      expectClose(values, velocity, 1e-15)
    }
  }
}
