import FlowLanguage
import Testing

/// When a stated loss is one of the losses of the model.
@Suite("Any loss in place of one")
struct AnyLossTests {
  private func reduced(_ loss: String) throws -> CheckedFile? {
    let text = """
      input x[2], y
      param A[2,2], B[1,2]
      data Y
      let h = A*x
      model f = dot(B[1,:], h)
      let r = f - y
      \(loss)
      """
    let check = FlowFile.parse(text, name: "t.flow").check()
    return try #require(check.file, "\(check.diagnostics)").ofAnyLoss
  }

  @Test(
    "a smooth function of the model and of data",
    arguments: ["loss 1/2*r^2", "loss (f - y)^4 + Y*f", "loss exp(-y*f)", "loss tanh(f)^2 + y^2", "loss 3*f - y/2"])
  func reduces(loss: String) throws {
    let file = try #require(try reduced(loss))
    #expect(file.loss == nil && file.model != nil)
  }

  @Test(
    "one that reads parameters besides, has a kink, or is none",
    arguments: [
      "loss 1/2*r^2 + norm2(A)", "loss dot(h, h)*f", "loss abs(f - y)", "loss r^2 + A[1,1]", "loss norm(h)", "",
      "loss (f^2)^(1/2)", "loss relu(f)",
    ])
  func stays(loss: String) throws {
    #expect(try reduced(loss) == nil)
  }
}
