import Checkers
import Models
import Settings
import Testing
import Verdicts
import Workbench

/// Every family of the catalogue, found by its card: a new row is tested by being named there.
@Suite("Families of models")
struct FamilyTests {
  private static let names = ModelCatalog.families.map { $0.card.name }

  private func card(_ name: String) throws -> ModelCard {
    try #require(ModelCatalog.families.first { $0.card.name == name }).card
  }

  private func line(_ card: ModelCard) -> CommandLine {
    CommandLine(card.example.split(separator: " ").dropFirst().joined(separator: " "))
  }

  /// What the example says of the member.
  private func options(_ card: ModelCard) throws -> ModelOptions {
    let line = line(card)
    func value(_ name: String) -> String? {
      line.words.firstIndex(of: "--" + name).map { line.words[$0 + 1] }
    }
    func integers(_ text: String) -> [Int] { text.split(separator: ",").compactMap { Int($0) } }
    var options = ModelOptions(shape: integers(try #require(value("shape"), "\(card.name)'s example has no shape")))
    for setting in card.settings {
      guard let text = value(setting.name) else { continue }
      switch setting.kind {
      case .integer: options.values[setting.name] = .integer(try #require(Int(text)))
      case .integers: options.values[setting.name] = .integers(integers(text))
      case .text: options.values[setting.name] = .text(text)
      }
    }
    return options
  }

  /// The example's member, smaller where it is large, and others that the settings allow.
  private func members(_ card: ModelCard, _ random: inout TestRandom) throws -> [Model] {
    let given = try options(card)
    var members = [try ModelCatalog.model(card.name, given)].filter { $0.layout.count <= 200 }
    for _ in 0..<20 where members.count < 3 {
      var other = ModelOptions(shape: given.shape.map { _ in random.index(1...4) })
      for (name, value) in given.values.sorted(by: { $0.key < $1.key }) {
        switch value {
        case .integer: other.values[name] = .integer(random.index(1...4))
        case .integers: other.values[name] = .integers([random.index(1...3)])
        case .text: other.values[name] = value
        }
      }
      // A shape or a depth may not suit the family.
      if let model = try? ModelCatalog.model(card.name, other) { members.append(model) }
    }
    try #require(members.count == 3, "\(card.name) takes hardly any setting")
    return members
  }

  /// Values, derivatives, laws, invariants and starts.
  @Test(arguments: names) func promises(name: String) throws {
    var random = TestRandom(117)
    for model in try members(card(name), &random) {
      for sensing in Sensing.allCases {
        try checkModel(
          model, measurements: measure(sensing, shape: model.endShape, random: &random), random: &random)
        #expect(try FamilyChecks.kernel(model, sensing, random: &random) == [])
      }
      #expect(try FamilyChecks.laws(model, random: &random) == [])
      #expect(try FamilyChecks.start(model, random: &random) == [])
    }
  }

  /// The command line on its card, with all controls.
  @Test(arguments: names) func example(name: String) throws {
    let line = try line(card(name))
    let report = try CommandLine(line.words.contains("--control") ? line.line : line.line + " --control").run().report()
    #expect(!report.claims.isEmpty)
    for claim in report.claims {
      #expect(claim.verdict == .holds, "\(claim.claim): \(claim.reason)")
      #expect(claim.controls.contains { $0.isRejected }, "\(claim.claim) has no control that was rejected")
      #expect(claim.controls.allSatisfy { $0.isRejected || !$0.isApplicable })
    }
  }

  /// A wrong kernel, a wrong invariant, a wrong start: each is found by its part, and by that alone.
  @Test(arguments: Fault.allCases) func findsFaults(fault: Fault) throws {
    var random = TestRandom(118)
    let model = try Model(Faulty(fault: fault))
    let kernel = try FamilyChecks.kernel(model, .allEntries, random: &random)
    #expect(kernel.isEmpty == (fault != .kernel), "\(kernel)")
    let laws = try FamilyChecks.laws(model, random: &random)
    #expect(laws.isEmpty == (fault != .invariant), "\(laws)")
    let start = try FamilyChecks.start(Model(Faulty(fault: fault)), random: &random)
    #expect(start.isEmpty == (fault != .start), "\(start)")
    guard fault == .kernel else { return }
    let measurements = try measure(.allEntries, shape: [3], random: &random)
    // What checkModel asks first: predictions by definition.
    let parameters = random.numbers(model.layout.count)
    let predictions = Checked(evaluator: try model.evaluator(for: measurements)).predict(parameters)
    #expect(!agree(predictions, applyDirectly(measurements, to: object(of: model, parameters)), within: 1e-6))
  }

  enum Fault: CaseIterable { case none, kernel, invariant, start }
}

/// w = u v, entry by entry, with a fault.
private struct Faulty: ModelFamily {
  static let card = ModelCard(
    name: "faulty", summary: "w = u v",
    starts: [
      StartKind("balanced", "what the options say") { request in
        let v = request.layout.blocks.contains { $0.name == "start" } ? 2 * request.scale : request.scale
        let half = request.layout.count / 2
        return [Double](repeating: request.scale, count: half) + [Double](repeating: v, count: half)
      }
    ], example: "")
  let program: Program
  let fault: FamilyTests.Fault

  init(_ options: ModelOptions) throws(Refusal) { try self.init(fault: .none) }

  init(fault: FamilyTests.Fault) throws(Refusal) {
    self.fault = fault
    var program = Program()
    // The start knows nothing but the layout.
    let (u, v) = (try program.block(fault == .start ? "start" : "u", [3]), try program.block("v", [3]))
    try program.setOutput(program.einsum("i,i->i", [u, v]))
    self.program = program
  }

  var invariants: [Invariant] {
    let sign = fault == .invariant ? 1.0 : -1
    return [Invariant("u² − v²", [.init(1, [fault == .start ? "start" : "u": 2]), .init(sign, ["v": 2])])]
  }

  /// That of u + v.
  func kernel(for measurements: Measurements) throws(Refusal) -> (any Evaluator)? {
    guard fault == .kernel else { return nil }
    var other = Program()
    let (u, v) = (try other.block("u", [3]), try other.block("v", [3]))
    try other.setOutput(other.combine(1, u, 1, v))
    return try Model("sum", other).programEvaluator(for: measurements)
  }
}
