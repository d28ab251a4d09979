import FlowLanguage
import Foundation
import Models
import Symbolic
import Testing

/// Laws of flows other than gradient flow, and of gradient flow by search alone.
struct LawFlowTests {
  /// Counts in (θ, θ′, t) of Marcotte, Gribonval, Peyré 2024: r(r − 1)/2 for UVᵀ, more where it is overparametrized, none of ReLU.
  @Test(arguments: [
    ([2, 2, 2], 1), ([3, 3, 3], 3), ([2, 1, 3], 0), ([3, 2, 2, 3], 2), ([1, 3, 1], 6), ([1, 4, 1], 10),
  ])
  func momentum(widths: [Int], laws: Int) throws {
    for usesLabels in [true, false] {
      var model = try LawModel.linearNetwork(widths)
      model.flow = .momentum(nil)
      var search = try LawSearch(model)
      search.usesLabels = usesLabels
      let count = try search.run()
      #expect(count.proved == laws, "\(count)")
      #expect(count.upperBound == laws, "\(count)")
    }
  }

  @Test func momentumOfReLUKeepsNothing() throws {
    var model = try LawModel.reluNetwork([3, 4, 2])
    model.flow = try .momentum(Rational(1, 2))
    let search = try LawSearch(model)
    let count = try search.run()
    #expect(count.proved == 0)
    #expect(count.isComplete)
  }

  @Test func frictionOfAFileIsNamed() throws {
    func scope(_ friction: String) throws -> String {
      let text = "param u[2], v[2]\nmodel f = dot(u, v)\nflow momentum(\(friction))"
      return try LawModel(#require(FlowFile.parse(text, name: "m.flow").check().file)).scope
    }
    #expect(try scope("tau").contains("tau generic"))
    #expect(try scope("0.1").contains("tau = 1/10"))
  }

  /// θ′ = v, v′ = −τv − g by hand: ⟨Aθ, v⟩ changes by −τ ⟨Aθ, v⟩ at integer points.
  @Test func momentumLawsDecayAtIntegerPoints() throws {
    var model = try LawModel.linearNetwork([1, 3, 1])
    model.flow = .momentum(nil)
    let search = try LawSearch(model)
    let count = try search.run()
    let (theta, v, g, tau) = ([2, -3, 5, 7, 1, -4], [1, 4, -2, 3, 6, 5], 3, 11)
    let force = [7, 1, -4, 2, -3, 5].map { $0 * g }
    let state = theta + v
    let velocity = v + zip(v, force).map { -tau * $0 - $1 }
    for law in count.independent {
      var (value, rate) = (0, 0)
      for term in law.numerator.terms {
        let (c, i, j) = (term.coefficient.numerator, term.variables[0], term.variables[1])
        value += c * state[i] * state[j]
        rate += c * (velocity[i] * state[j] + state[i] * velocity[j])
      }
      #expect(rate == -tau * value)
    }
  }

  /// Entropic mirror flow keeps r numbers of UVᵀ: sums of columns of U less those of V.
  @Test(arguments: [([1, 2, 1], 2), ([2, 2, 2], 2), ([1, 1, 3], 1)])
  func mirror(widths: [Int], laws: Int) throws {
    var model = try LawModel.linearNetwork(widths)
    model.flow = .mirror
    let search = try LawSearch(model)
    let count = try search.run()
    #expect(count.proved == laws, "\(count)")
    if widths == [1, 2, 1] {
      // One output has one field, and more laws near a point than these.
      #expect(count.localLaws == 3)
    } else {
      #expect(count.isComplete, "\(count)")
    }
    #expect(count.families.allSatisfy { $0.proof == .expansion })
  }

  @Test func decayKeepsLawsUpToAFactor() throws {
    var model = try LawModel.linearNetwork([2, 3, 2])
    model.flow = .decay
    let search = try LawSearch(model)
    let count = try search.run()
    #expect(count.proved == 6)
    #expect(count.isComplete)
    #expect(count.summary.contains("exp(d*int(lambda))"))
    // 1 + A is not homogeneous: its laws have terms of two degrees, and do not decay as one power.
    let text = "input x[2]\nparam A[2,2], B[2,2]\nmodel f = (I(2)+B)*(I(2)+A)*x"
    var residual = try LawModel(#require(FlowFile.parse(text, name: "r.flow").check().file))
    residual.flow = .decay
    let other = try LawSearch(residual)
    #expect(try other.run().proved == 0)
  }

  /// The graded kernel alone finds what labels show, and proves it by expansion.
  @Test(arguments: [([2, 2, 2], 3), ([3, 2, 3, 2], 9), ([2, 2, 4, 2], 13), ([5, 3, 2], 6)])
  func searchFindsWhatLabelsShow(widths: [Int], laws: Int) throws {
    var search = try LawSearch(.linearNetwork(widths))
    search.usesLabels = false
    let count = try search.run()
    #expect(count.proved == laws)
    #expect(count.isComplete)
    #expect(count.families.allSatisfy { $0.proof == .expansion })
  }

  @Test func searchFindsLawsOfReLUAndCP() throws {
    var search = try LawSearch(.reluNetwork([2, 3, 2], bias: true))
    search.usesLabels = false
    let relu = try search.run()
    #expect(relu.proved == 3)
    #expect(relu.isComplete)
    let cp = try ModelCatalog.model("cp", ModelOptions(shape: [3, 2, 2], values: ["components": .integer(3)]))
    var other = try LawSearch(LawModel(cp))
    other.usesLabels = false
    #expect(try other.run().proved == 6)
  }

  /// Every file of the repository's models whose functions are polynomial: the bound is not below what is proved.
  @Test(arguments: [
    ("matrix-factorization", 3, 3), ("cp", 2, 2), ("tied-embedding", 3, 3), ("convolution", 4, 4),
    ("two-layer-relu", 3, 3), ("momentum", 1, 1), ("mirror", 3, 3), ("weight-decay", 3, 3),
  ])
  func files(name: String, laws: Int, bound: Int) throws {
    let path = #filePath.split(separator: "/").dropLast(3).joined(separator: "/")
    let text = try String(contentsOfFile: "/\(path)/models/\(name).flow", encoding: .utf8)
    let check = FlowFile.parse(text, name: "\(name).flow").check()
    let search = try LawSearch(LawModel(#require(check.file), anyLoss: true))
    let count = try search.run()
    #expect(count.proved == laws, "\(count)")
    #expect(count.upperBound == bound, "\(count)")
  }
}
