import FlowLanguage
import Models
import Symbolic
import Testing

/// Random models of nested functions: the rank of their fields by atoms modulo a prime against the rank by balls.
struct LawFuzzTests {
  /// A random term of parameters, inputs, numbers and functions.
  static func term(_ depth: Int, _ generator: inout SplitMix) -> String {
    let leaves = [
      "a", "b", "c", "x", "y", "2", "1/2", "a*x", "-a*x", "2*a*x", "(a*x + 1)", "(a*x + b*y)", "b*y", "(b - a*x)",
    ]
    guard depth > 0, generator.below(5) > 0 else { return leaves[Int(generator.below(UInt64(leaves.count)))] }
    func part() -> String { term(depth - 1, &generator) }
    switch generator.below(13) {
    case 0: return "(\(part()) + \(part()))"
    case 1: return "(\(part()) - \(part()))"
    case 2, 3: return "\(part())*\(part())"
    case 4: return "\(part())/(1 + \(part())^2)"
    case 5: return "sigmoid(\(part()))"
    case 6: return "tanh(\(part()))"
    case 7, 8: return "exp(\(part()))"
    case 9: return "log(1 + \(part())^2)"
    case 11: return "relu(\(part()))"
    case 12: return "abs(\(part()))"
    default: return "sqrt(1 + \(part())^2)"
    }
  }

  /// A rank modulo a prime that is above the true one would make a bound too small; one below it only weakens the bound.
  @Test func ranksByAtomsAndByBalls() throws {
    var generator = SplitMix(seed: 21)
    var (compared, equal) = (0, 0)
    let primes = try [5, 7, 11, 101].map { prime in try PrimeField(prime) } + [.mersenne]
    for number in 0..<250 {
      let terms = (0..<1 + Int(generator.below(2))).map { _ in Self.term(3, &generator) + " + a*0" }
      let text = "input x, y\nparam a, b, c\nmodel f = [\(terms.joined(separator: ", "))]"
      guard let file = FlowFile.parse(text, name: "random.flow").check().file,
        let model = try? LawModel(file, anyLoss: true), let ball = try? BallRank(model, seed: 1)
      else { continue }
      for field in primes {
        guard let sampler = try? FieldSampler(model, field: field) else { continue }
        var rank = LieRank(sampler, seed: UInt64(number))
        guard (try? rank.raise(to: 3, orders: [])) != nil else { continue }
        #expect(rank.rank <= ball.rank, "\(text) modulo \(field.prime)")
        if field == .mersenne {
          compared += 1
          equal += rank.rank == ball.rank ? 1 : 0
        }
      }
    }
    #expect(compared > 150)
    // What atoms lose where sums of exponents are free of data is little.
    #expect(equal > compared * 97 / 100, "\(equal) of \(compared)")
  }

  /// Of random models no law is listed that is none: modulo a prime each is constant along random fields.
  @Test func listsOfRandomModels() throws {
    var generator = SplitMix(seed: 22)
    var laws = 0
    for _ in 0..<60 {
      let text = "input x, y\nparam a, b, c\nmodel f = \(Self.term(3, &generator)) + a*0"
      guard let file = FlowFile.parse(text, name: "random.flow").check().file,
        let model = try? LawModel(file, anyLoss: true), let sampler = try? FieldSampler(model, field: .mersenne)
      else { continue }
      let search = try LawSearch(model)
      guard let count = try? search.run() else { continue }
      laws += count.proved
      #expect(try #require(count.upperBound) >= count.proved)
      for law in count.independent where law.denominator == nil {
        let point = sampler.point(&generator)
        guard let vector = sampler.gradient(at: point, &generator) else { continue }
        let gradient = try law.numerator.gradient(at: point, .mersenne)
        let rate = zip(gradient, vector).reduce(0) {
          PrimeField.mersenne.add($0, PrimeField.mersenne.multiply($1.0, $1.1))
        }
        #expect(rate == 0, "\(text): \(law.text(model.parameterNames))")
      }
    }
    #expect(laws > 20)
  }
}
