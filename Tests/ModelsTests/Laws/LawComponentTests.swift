import Checkers
import Models
import Testing

/// Components derived from programs: which threads carry them, and that every factor gives the same growth.
@Suite struct LawComponentTests {
  private func example(_ name: String) throws -> LawExample {
    try #require(try (LawExample.polynomial() + LawExample.smooth()).first { $0.name == name })
  }

  @Test(arguments: [([3, 2, 4], 5), ([2, 3, 2, 3], 2), ([4, 5], 3)] as [([Int], Int)])
  func canonicalPolyadic(_ shape: [Int], _ components: Int) throws {
    let model = try Model(CPFactorization(shape: shape, components: components))
    let made = try ProgramModel.cp(shape, components: components)
    let found = try made.program.components(of: [made.node])
    try #require(found.count == 1)
    #expect(found[0].shape == [components] && found[0].carriesGram == (shape.count == 2))
    let exponent = try found[0].exponent()
    #expect(exponent.numerator * shape.count == exponent.denominator * (2 * shape.count - 2))
    let registry = try #require(model.components)
    for r in 0..<components {
      let slices = found[0].factors.map { found[0].slice($0, of: r, in: made.program) }
      let declared = registry.components[r].map { view in (0..<view.count).map { view.offset + $0 * view.stride } }
      #expect(slices == declared)
    }
  }

  /// m of every thread with components, sorted; none where powers, ties, biases or data weigh.
  @Test func threads() throws {
    let expected: [(String, [Int])] = [
      ("matrix depth 3", [2, 2]), ("Tucker", [2, 2, 2]), ("tree of outer products", [3, 3, 3]), ("squared units", []),
      ("tied E W Eᵀ", []), ("recurrence V W W U x", []), ("U Uᵀ", []), ("quadratic units a u²", []),
      ("V1 W X1 + V2 W X2", []), ("ReLU", [2]), ("ReLU with biases", []), ("tanh with biases", []), ("SwiGLU", [2]),
      ("attention 2 heads", [2, 2]), ("mixture of experts", [2]), ("residual block", [2]),
    ]
    for (name, counts) in expected {
      let example = try example(name)
      let found = try example.program.components(of: [example.root])
      #expect(found.map(\.factorCount).sorted() == counts, "\(name)")
    }
    let experts = try example("mixture of experts")
    #expect(try experts.program.components(of: [experts.root]).map(\.shape) == [[2, 2]])
  }

  /// ⟨wₙ, ∂L/∂wₙ⟩ is the derivative of the loss as the component is switched off through any one of its slices, so all m agree.
  @Test(arguments: try LawExample.polynomial() + LawExample.smooth()) func growthAgrees(_ example: LawExample) throws {
    var random = TestRandom(88)
    let program = example.program
    let checked = Checked(evaluator: try ProgramEvaluator(program, predictions: example.root))
    let parameters = random.numbers(checked.n)
    let gradient = checked.pullback(parameters, random.numbers(checked.m))
    for component in try program.components(of: [example.root]) {
      for number in 0..<component.count {
        let growths = component.factors.map {
          component.growth($0, of: number, in: program, parameters: parameters, gradient: gradient)
        }
        let spread = growths.max()! - growths.min()!
        #expect(spread <= 1e-13 * max(1, largest(growths)), "\(example.name) \(growths)")
        // Clearing any one slice switches the component off: the same predictions.
        let off = component.factors.map { factor in
          var masked = parameters
          for position in component.slice(factor, of: number, in: program) { masked[position] = 0 }
          return checked.predict(masked)
        }
        for other in off.dropFirst() { #expect(agree(off[0], other, within: 1e-12)) }
      }
    }
  }
}
