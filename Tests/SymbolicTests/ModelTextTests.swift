import FlowLanguage
import Models
import Symbolic
import Testing

/// Texts of models against the programs that they were written from, by evaluation modulo a prime.
@Suite("Texts of models")
struct ModelTextTests {
  private static let settings: [(name: String, options: ModelOptions)] = [
    ("matrix", ModelOptions(shape: [3, 4], values: ["depth": .integer(3), "width": .integers([2, 5])])),
    ("cp", ModelOptions(shape: [3, 4, 2], values: ["components": .integer(2)])),
    ("diagonal", ModelOptions(shape: [4], values: ["depth": .integer(3)])),
    ("relu", ModelOptions(shape: [2, 3], values: ["width": .integers([4])])),
  ]

  /// The outputs where parameters, free data and gates have these values, in their order.
  private func outputs(_ model: LawModel) throws -> [UInt64] {
    let field = PrimeField.mersenne
    var builder = TapeBuilder(model.program, freeData: model.freeData)
    let segment = try builder.write([model.output])
    let output = try builder.array(model.output)
    let machine = try SeriesMachine(builder.tape, field: field, largestLength: 1)
    machine.clear(length: 1)
    var generator = SplitMix(seed: 5)
    for block in model.program.blocks {
      let target = machine.coefficient(0, of: try builder.array(block.node))
      for k in target.indices { target[k] = generator.below(field.prime) }
    }
    for (leaf, array) in builder.tape.leaves {
      let target = machine.coefficient(0, of: array)
      if case .data(let number) = leaf, !model.freeData.contains(number) {
        for k in target.indices { target[k] = try #require(field.residue(model.program.data[number][k])) }
      } else {
        for k in target.indices { target[k] = generator.below(field.prime) }
      }
    }
    #expect(machine.run(segment, terms: 1))
    return Array(machine.coefficient(0, of: output))
  }

  private func model(_ lines: [String]) throws -> LawModel {
    let check = FlowFile.parse(lines.joined(separator: "\n"), name: "model").check(sizes: [:])
    #expect(check.diagnostics.isEmpty, "\(check.diagnostics)")
    return try LawModel(try #require(check.file))
  }

  @Test("a text computes what its program computes", arguments: settings.indices)
  func values(number: Int) throws {
    let (name, options) = Self.settings[number]
    let model = try LawModel(ModelCatalog.model(name, options))
    let text = try #require(ModelText(model))
    let expected = try outputs(model)
    #expect(try outputs(self.model(text.lines)) == expected, "\(text.lines)")
    // One number more in a product is seen.
    let changed = text.lines.map { $0.hasPrefix("model f") ? $0.replacing("= ", with: "= 2*") : $0 }
    #expect(try outputs(self.model(changed)) != expected)
  }
}
