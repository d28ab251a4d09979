import FlowLanguage
import Models
import Symbolic
import Testing

/// Sparse fields that were drawn, which often have laws: whatever is listed is true.
struct FieldDrawnTests {
  static func text(seed: UInt64) -> String {
    var random = SplitMix(seed: seed)
    func below(_ bound: UInt64) -> Int { Int(random.below(bound)) }
    let names = Array(["x", "y", "z", "w"].prefix(1 + below(4)))
    let hasConstants = below(3) == 0
    let rates = names.map { name in
      let terms = (0..<below(4)).map { _ in
        var factors = ["(\(below(7) - 3))"]
        if hasConstants, below(2) == 0 { factors.append(["a", "b"][below(2)]) }
        // A factor of its own makes Darboux polynomials likely.
        if below(3) == 0 { factors.append(name) }
        for _ in 0..<below(3) { factors.append(names[below(UInt64(names.count))]) }
        return factors.joined(separator: "*")
      }
      return "\(name)' = \(terms.isEmpty ? "0" : terms.joined(separator: " + "))"
    }
    return
      "param \(names.joined(separator: ", "))\n\(hasConstants ? "data a, b\n" : "")flow \(rates.joined(separator: ", "))"
  }

  @Test(arguments: 1...40)
  func drawnFields(seed: UInt64) throws {
    let text = Self.text(seed: seed)
    let oracle = try FieldOracle(text)
    let laws = try FieldLawSearch(oracle.file, seed: seed).run()
    for law in laws.laws { #expect(try oracle.conserves(law.text, points: 3), "\(law.text) of \(text)") }
    #expect(try oracle.rank(laws.laws.map(\.text)) == laws.independentCount, "\(laws.text) of \(text)")
    #expect(laws.independentCount <= laws.bound)
    #expect(laws.polynomials.degree <= 6)
    var random = SplitMix(seed: seed)
    for set in laws.darboux {
      let (first, polynomial) = try oracle.term(of: set.text)
      let (second, cofactor) = try oracle.term(of: set.cofactorText)
      let point = try oracle.point(&random)
      let own = try first.dual(polynomial, point)
      #expect(
        try first.rate(own.slope, point) == own.value * second.dual(cofactor, point).value, "\(set.text) of \(text)")
    }
    // With another prime and other draws there is nothing that was said not to exist.
    let other = try FieldLawSearch(oracle.file, field: PrimeField((1 << 61) - 31), seed: seed + 99).run()
    #expect(other.laws.map(\.text) == laws.laws.map(\.text), "\(other.text)\n\(laws.text) of \(text)")
    #expect(other.darboux == laws.darboux, "\(other.text)\n\(laws.text)")
  }
}
