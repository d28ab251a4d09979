import FlowLanguage
import Foundation
import Models
import Symbolic
import Testing

/// The fields of the folder `models`.
struct FieldModelTests {
  private static let folder = URL(fileURLWithPath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    .appendingPathComponent("models")

  private static func file(_ name: String) throws -> CheckedFile {
    let text = try String(contentsOf: folder.appendingPathComponent(name), encoding: .utf8)
    return try #require(FlowFile.parse(text, name: name).check().file)
  }

  @Test(arguments: [
    ("euler-top.flow", ["2*x^2 + y^2", "x^2 - z^2"], true),
    ("lotka-volterra.flow", ["x + y - log(abs(x)) - log(abs(y))"], true),
    ("own-field.flow", ["x - log(abs(y))"], true), ("lorenz.flow", [], false), ("van-der-pol.flow", [], false),
    // Of reactions the sums of what is neither made nor lost.
    ("hires.flow", ["g + h"], false), ("robertson.flow", ["x + y + z"], false), ("brusselator.flow", [], false),
    ("oregonator.flow", [], false),
  ])
  func laws(name: String, texts: [String], isComplete: Bool) throws {
    let laws = try FieldLawSearch(Self.file(name)).run()
    #expect(laws.laws.map(\.text) == texts && laws.isComplete == isComplete, "\(laws.text)")
    #expect(isComplete || laws.polynomials.isExhaustive)
  }

  /// Claims that a polynomial is conserved hold where the search has it, and only there.
  @Test func claimsOfTheTop() throws {
    let file = try Self.file("euler-top.flow")
    let verdicts = try file.claims.map { try ClaimProver(file).prove($0, called: "it").verdict }
    #expect(verdicts == [.holds, .holds, .holds, .violated, .violated])
  }

  @Test(arguments: ["kepler.flow", "pleiades.flow", "arenstorf.flow"])
  func refused(name: String) throws {
    let file = try Self.file(name)
    let error = try #require(throws: Refusal.self) { try FieldLawSearch(file).run() }
    #expect(error.problem.contains(name) && error.problem.contains("no polynomial"), "\(error)")
  }

  /// Every other field ends with laws or a refusal.
  @Test func all() throws {
    var names: [String] = []
    for name in try FileManager.default.contentsOfDirectory(atPath: Self.folder.path) where name.hasSuffix(".flow") {
      let file = try Self.file(name)
      guard FieldLawSearch.statesField(file), file.openSizes.isEmpty else { continue }
      do {
        let laws = try FieldLawSearch(file).run()
        #expect(laws.independentCount <= laws.bound && laws.unproved == 0, "\(name): \(laws.text)")
        names.append(name)
      } catch { #expect(error.problem.contains(name)) }
    }
    #expect(names.count >= 10)
  }
}
