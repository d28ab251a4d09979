import FlowLanguage
import Models
import Testing

/// Whatever a checked file says: it is a program whose terms have values, or refused with a place.
@Suite("Mutated files as programs")
struct MutatedReadingTests {
  private static let pieces = [
    "'", "'", "^2", " .^ 2", "/2", "*2", " .* 3", "^-1", "^3", "^20", ".*", "/2", "/0", "relu", "max(", "det(", "diag(",
    "norm(", "I(2)", "der(", "grad(", "loss", "0", "1e18",
    "0.1", "sum(q: ", "[1,1]", "[:,1]", "softmax(", "layernorm(", "act(", "leaky(", "nuclear(", "effrank(", "v_W1",
    " - ", " + ",
    "\nobserve ", "\nloss ", "\nmodel M = ", "\nflow mirror", "\nflow momentum(2)", "\ninit = gaussian(0.1)", ", ",
    "; ", "2000000000",
  ]

  private static let mayFollow = Array(" )*+-,\n".utf8)

  @Test("mutated files never crash", arguments: 0..<12)
  func mutations(_ number: Int) throws {
    var random = FormulaGenerator(1000 + number)
    let text = Array(try #require(try ExampleReadingTests.texts().dropFirst(number).first).utf8)
    var (programs, refusals) = (0, 0)
    let names = FlowFile.parse(text, name: "f").check().file.map { $0.declarations.map(\.name) } ?? []
    for _ in 0..<600 {
      var bytes = text
      for _ in 0...random.below(3) {
        var formula = random.pick(names)
        for _ in 0...random.below(3) {
          let before = random.pick(
            FunctionRow.all.map(\.name.rawValue) + ["der", "grad", "", "-", "2*", "0*", "1e18*"])
          let behind = random.pick([
            "", "", "", "'", "^2", "^-1", " .^ 0.5", "/0", "[1,1]", "[:,1]", " - \(random.pick(names))",
          ])
          formula = "\(before)(\(formula))\(behind)"
        }
        bytes += Array("\n\(random.pick(["observe", "observe", "loss", "let z ="])) \(formula)".utf8)
      }
      for _ in 0..<random.below(2) {
        // Behind a name, a number or a bracket, or anywhere.
        var place = random.below(bytes.count + 1)
        while random.below(4) > 0, place < bytes.count, !Self.mayFollow.contains(bytes[place]) { place += 1 }
        if random.below(4) == 0 {
          bytes.removeSubrange(place..<min(bytes.count, place + 1 + random.below(3)))
        } else {
          bytes.insert(contentsOf: Array(random.pick(Self.pieces).utf8), at: place)
        }
      }
      let parsed = FlowFile.parse(bytes, name: "f.flow")
      guard let open = parsed.check().file?.openSizes else { continue }
      guard let file = parsed.check(sizes: Dictionary(uniqueKeysWithValues: open.map { ($0, 2) })).file else {
        continue
      }
      do {
        try read(file, &random)
        programs += 1
      } catch {
        #expect(
          "\(error)".hasPrefix("f.flow:") && !error.remedy.isEmpty, "\(error) \(String(decoding: bytes, as: UTF8.self))"
        )
        refusals += 1
      }
    }
    #expect(programs > 5)
  }

  private func read(_ file: CheckedFile, _ random: inout FormulaGenerator) throws(Refusal) {
    var (data, inputs): ([String: [Double]], [String: [Double]]) = ([:], [:])
    for array in file.neededArrays {
      guard let count = MemoryLimit.elementCount([2] + array.shape), count < 1000 else { return }
      if array.isInput {
        inputs[array.name] = random.numbers(count)
      } else {
        data[array.name] = random.numbers(count / 2)
      }
    }
    let flow = try FlowProgram(file, data: data, points: inputs.isEmpty ? nil : DataPoints(count: 2, values: inputs))
    guard flow.program.layout.count < 1000 else { return }
    if let output = flow.output { _ = try flow.program.laws(of: [output]) }
    var terms = file.observations.map(\.value)
    for claim in file.claims {
      switch claim.form {
      case .conserved(let value, _), .nonincreasing(let value, _): terms.append(value)
      case .identity(let sides, _): terms += [sides.left, sides.right]
      case .decays(let value, let rate, _): terms += [value, rate]
      case .invariant(let sides, _, _), .always(let sides, _, _): terms += [sides.left, sides.right]
      case .laws, .reaches, .grows: break
      }
    }
    for term in terms {
      let evaluator = try flow.evaluator(of: term)
      let state = random.numbers(evaluator.stateCount)
      evaluator.setCotangent(random.numbers(evaluator.cotangentCount))
      _ = (evaluator.values(state), evaluator.rates(state, state))
    }
  }
}
