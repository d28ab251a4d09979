import FlowLanguage
import Models
import Testing

/// Derivatives along a velocity that is given, whatever the file says of the flow.
@Suite("Derivatives along a given velocity")
struct GivenVelocityTests {
  private func flow(_ claim: String) throws -> FlowProgram {
    let text = "param x = 2, y = 3\nflow x' = -x, y' = x\nclaim identity \(claim) = 0\n"
    return try FlowProgram(try #require(FlowFile.parse(text, name: "v.flow").check().file))
  }

  private func left(_ flow: FlowProgram) throws -> Term {
    guard case .identity(let sides, _)? = flow.file.claims.first?.form else { throw Refusal("no identity", remedy: "") }
    return sides.left
  }

  @Test("are of what was given last, and the file's own without")
  func values() throws {
    let flow = try flow("der(x*y^2)")
    let term = try left(flow)
    var value = [0.0]
    let own = try flow.evaluator(of: term)
    #expect(own.velocityCount == 0)
    own.write([2, 3], into: &value)
    // y² x' + 2 x y y' with x' = −2, y' = 2.
    #expect(value[0] == 9 * -2 + 12 * 2)
    let given = try flow.evaluator(alongVelocityOf: term)
    #expect(given.velocityCount == 2 && !given.hasRate)
    for (v, expected) in [([1.0, 0], 9.0), ([0, 1], 12), ([-0.5, 4], 43.5)] {
      given.setVelocity(v)
      given.write([2, 3], into: &value)
      #expect(value[0] == expected)
    }
  }

  @Test("have no second, and change nothing without a derivative")
  func second() throws {
    let twice = try flow("der(der(x*y))")
    #expect(throws: Refusal.self) { try twice.evaluator(alongVelocityOf: left(twice)) }
    let plain = try flow("x*y")
    let evaluator = try plain.evaluator(alongVelocityOf: left(plain))
    #expect(evaluator.velocityCount == 0 && evaluator.hasRate)
  }
}
