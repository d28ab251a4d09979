import FlowLanguage
import Foundation
import Models
import Symbolic
import Testing

/// Counts of the blocks in `models/blocks` against the numbers that the files state, which are those of the papers and of an independent
/// program: laws are proved, and no more exist.
struct LawBlockTests {
  struct Block: CustomTestStringConvertible, Sendable {
    let name: String
    let parameters: Int
    let laws: Int
    /// The bound; the number of laws where the list is complete.
    let bound: Int
    let text: String
    var testDescription: String { name }

    init(name: String, parameters: Int, laws: Int, bound: Int? = nil, text: String) {
      (self.name, self.parameters, self.laws, self.bound, self.text) = (name, parameters, laws, bound ?? laws, text)
    }
  }

  static let blocks: [Block] = {
    let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent().appendingPathComponent("models/blocks")
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
    return names.filter { $0.hasSuffix(".flow") }.sorted().compactMap { name in
      guard let text = try? String(contentsOf: folder.appendingPathComponent(name), encoding: .utf8),
        let size = text.firstMatch(of: /\n# (\d+) parameters; (complete|at most (\d+))\.\n/),
        let claim = text.firstMatch(of: /\nclaim all: laws count (\d+)\n/),
        let parameters = Int(size.1), let laws = Int(claim.1)
      else { return nil }
      return Block(
        name: name, parameters: parameters, laws: laws, bound: size.3.flatMap { Int($0) } ?? laws, text: text)
    }
  }()

  /// Those that move by the gradient alone.
  static let ofGradient = blocks.filter { !$0.text.contains("\nflow ") }
  /// Those of them whose functions a prime knows.
  static let ofAtoms = ofGradient.filter { !$0.text.contains("gelu") }

  static func model(_ text: String) throws -> LawModel {
    let check = FlowFile.parse(text, name: "block.flow").check()
    return try LawModel(#require(check.file, "\(check)"), anyLoss: true)
  }

  @Test("every file states what it expects")
  func files() {
    #expect(Self.blocks.count >= 65)
  }

  @Test(arguments: blocks) func counts(block: Block) throws {
    let count = try LawSearch(Self.model(block.text)).run()
    #expect(count.parameters == block.parameters)
    #expect(count.proved == block.laws, "\(count)")
    #expect(count.upperBound == block.bound, "\(count)")
  }
}
