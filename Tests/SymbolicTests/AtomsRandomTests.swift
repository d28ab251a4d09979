import FlowLanguage
import Foundation
import Models
import Symbolic
import Testing

/// Formulas that are drawn.
@Suite("atoms: random formulas")
struct AtomsRandomTests {
  /// A formula in x, y and z[i] of some depth.
  static func formula(_ depth: Int, _ random: inout SplitMix) -> String {
    func choice(_ count: Int) -> Int { (random.next(within: 1000) + 1000) % count }
    func inner() -> String { formula(depth - 1, &random) }
    guard depth > 0 else { return ["x", "y", "z[1]", "z[2]", "2", "x*y", "1/3", "-x"][choice(8)] }
    switch choice(16) {
    case 0: return "(\(inner()) + \(inner()))"
    case 1: return "(\(inner()) - \(inner()))"
    case 2, 3: return "\(inner())*(\(inner()))"
    case 4: return "(\(inner()))/(2 + (\(inner()))^2)"
    case 5:
      return
        "\(["relu", "abs", "tanh", "sigmoid", "silu", "gelu", "exp"][choice(7)])((\(inner()))/(1 + (\(inner()))^2))"
    case 6, 7: return "\(["relu", "abs", "tanh", "sigmoid", "silu", "gelu", "sigmoid"][choice(7)])(\(inner()))"
    case 8: return "sqrt(1 + (\(inner()))^2)"
    case 9: return "log(1 + (\(inner()))^2)"
    case 10: return "max(\(inner()), \(inner()))"
    case 11: return "min(\(inner()), \(inner()))"
    case 12: return "softmax([\(inner()), \(inner()), x])[\(1 + choice(3))]"
    case 13: return "rmsnorm([\(inner()), \(inner()), 1])[\(1 + choice(3))]"
    case 14: return "leaky(\(inner()), 0.3)"
    default: return "norm([\(inner()), 1 + x^2])"
    }
  }

  private static func read(
    _ terms: [Term], _ file: CheckedFile, _ variables: EntryVariables, _ algebra: AtomAlgebra
  ) throws -> [AtomQuotient]? {
    do {
      let reader = try ArrayReader(file, variables, algebra)
      reader.motion = try AtomMotion(reader, nil)
      var values: [AtomQuotient] = []
      for term in terms { values.append(try reader.read(term).values[0]) }
      return values
    } catch {
      if case .refusal = error { return nil }
      throw error
    }
  }

  @Test("drawn formulas and their derivatives", arguments: 1...120)
  func agree(seed: Int) throws {
    var random = SplitMix(seed: UInt64(seed))
    let formula = Self.formula(2 + seed % 2, &random)
    let check = FlowFile.parse(
      AtomsNumbersTests.head + "observe q = \(formula)\nobserve r = der(\(formula))\n", name: "t.flow"
    ).check()
    let file = try #require(check.file, "\(formula): \(check.diagnostics)")
    let (value, rate) = (file.observations[0].value, file.observations[1].value)
    let variables = try EntryVariables(file)
    let algebra = try AtomAlgebra(variables.names, capacity: 64)
    // Too large is refused, not wrong.
    guard let both = try Self.read([value, rate], file, variables, algebra) else { return }
    let (read, derived) = (both[0], both[1])
    let program = try FlowProgram(file)
    let (values, rates) = (try program.evaluator(of: value), try program.evaluator(of: rate))
    for _ in 0..<4 {
      let point = (0..<5).map { _ in Double(random.next(within: 1000)) / 900 + 1e-3 }
      let numbers = try AtomsValues(algebra, point)
      let (own, other) = (AtomsNumbersTests.write(values, point)[0], AtomsNumbersTests.write(rates, point)[0])
      guard own.isFinite, other.isFinite else { continue }
      let (mine, slope) = (try numbers.value(read), try numbers.value(derived))
      #expect(abs(mine - own) <= 1e-8 * (1 + abs(own)), "\(formula) at \(point): \(mine), \(own)")
      #expect(abs(slope - other) <= 1e-7 * (1 + abs(other)), "(\(formula))' at \(point): \(slope), \(other)")
    }
  }
}
