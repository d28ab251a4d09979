import FlowLanguage
import Models
import Testing

/// Every function on its own: values against loops, slopes against complex steps and against central differences.
@Suite("Functions of the language as programs")
struct FunctionReadingTests {
  static let formulas = [
    "relu(x)", "leaky(x, 0.1)", "leaky(x, -2)", "leaky(x, 3/2)", "tanh(x)", "sigmoid(x)", "silu(x)", "gelu(x)",
    "exp(x)",
    "log(exp(x) + [1, 1, 1])", "sqrt(exp(x))", "abs(x)", "softmax(x)", "layernorm(x)", "layernorm(x, 0.01)",
    "rmsnorm(x)",
    "rmsnorm(x, 0.01)", "softmax(A)", "layernorm(A, 0.5)", "rmsnorm(A)", "max(x, y)", "min(x, y)", "max(x, 0.1)",
    "min(0.1, x)", "max(s, x)", "min(s, 0.2)", "tr(C)", "det(C)", "det(A*A')", "det(I(1)*s)",
    "det([C[1,1], s; 2, s^2])",
    "det(diag([s, 2, x[1], y[2]]) + [1; 2; 3; 4]*[s, 1, 2, s]')", "norm(A)", "norm1(A)", "norm2(A)", "norm2(A*x)",
    "dot(x, y)", "dot(A, A)", "sum(A)", "diag(x)", "diag(C)", "I(3)*s", "x .^ 2", "x .^ 3", "x .^ 0", "s^5", "s^17",
    "s^33",
    "C^0", "C^2", "C^5", "(0.1*C)^20", "exp(x) .^ -1", "exp(x) .^ 0.5", "exp(x) .^ -1.5", "exp(x) .^ (2/3)", "x/s",
    "1/s",
    "x ./ y", "s ./ y", "s^-3", "[s, 2; x[1], 0.1]", "[0.1; s; 3]", "[1, 2, 3]", "[1/3, 0.1]*s", "x*y'", "x'*C*y", "A'",
    "(A*x)'", "A[:,2]", "A[1,:]", "A[2,3]", "A[1,1]*A[2,2]*C[3,3]", "C*x + C[:,1]*y[2]", "sum(i: A[:,i]*x[i])",
    "sum(i, j: A[i,j]*A[i,j]*x[j])", "sum(i: C[i,i]*x[i])", "sum(i: x[i])*sum(i: x[i])", "einsum(\"ij,kj->ik\", A, A)",
    "einsum(\"ii->i\", C)", "einsum(\"ii->\", C)", "einsum(\"ij,j,k->k\", A, x, y)", "einsum(\"i,i,i->i\", x, x, x)",
    "diag(x)*C*diag(y)", "diag(diag(C))", "(C + I(3))*(C - I(3))", "tr(I(3))*s", "sum(I(3))*s", "det(I(3))*s",
    "sum(i: I(3)[i,:]*x[i])", "sum(i, j: I(3)[i,j]*x[i]*y[j])", "sum(i, j: C[i,j])*I(3)", "norm2(I(3) - C)",
    "diag(x)[2,2]",
    "diag(x)[1,2] + s", "diag(x) .* C", "diag(x) .* diag(y)", "diag(x)^2", "n*s + k", "x - x", "(x - x) .* y",
    "tanh(x - x)*s",
    "exp(x - x)", "(C - C)*x", "-(x + y)", "2*(x + y)/3",
  ]

  @Test("values and slopes", arguments: formulas)
  func slopes(_ formula: String) throws {
    let text = """
      dim n = 3, k = 2
      param A[k,n], C[n,n], x[n], y[n], s
      let f = \(formula)
      loss norm2(f + 0.3*f)
      observe f
      """
    let file = try checked(text)
    let flow = try FlowProgram(file)
    var random = FormulaGenerator(11)
    let parameters = random.numbers(flow.program.layout.count)
    let velocity = random.numbers(parameters.count)
    let evaluator = try flow.evaluator(of: file.observations[0].value)
    let reading = try LoopReading(file, parameters)
    expectClose(evaluator.values(parameters), try reading.values(file.observations[0].value), 1e-13)
    let moving = try LoopReading(file, zip(parameters, velocity).map { Complex($0, $1 * Complex.step) })
    let rates = try moving.values(file.observations[0].value).map(\.derivative)
    expectClose(evaluator.rates(parameters, velocity), rates, 1e-12)
    let h = 1e-6
    func moved(_ step: Double) -> [Double] { parameters.indices.map { parameters[$0] + step * velocity[$0] } }
    let differences = zip(evaluator.values(moved(h)), evaluator.values(moved(-h))).map { ($0 - $1) / (2 * h) }
    expectClose(rates, differences, 1e-7)
    let loss = try #require(flow.loss)
    let slopes = try complexGradient(parameters) { try LoopReading(file, $0).loss() }
    expectClose(try gradient(flow.program, loss, parameters), slopes, 1e-11)
  }
}
