import FlowLanguage
import Models
import Symbolic
import Testing

/// Expansions beside the values that programs of doubles compute from the same text, which share no arithmetic with them.
@Suite("given sizes: numbers")
struct GivenNumbersTests {
  private static let arrays = "param W[3,3], V[2,3], u[3], s\ndata c[3], M = [1, 2, 0; 0, 1, 1/2; 1, 0, 3]\n"

  /// Texts before a claim, and formulas that it is about: every kind of formula that is polynomial.
  static let formulas: [(String, [String])] = [
    (
      arrays + "loss 1/2*norm2(V*W*u - V*c)*s\n",
      [
        "V*W*u", "W'*W - M", "u'*W", "u*u'", "tr(W*M)", "det(W)", "det(W - M*W)", "norm2(W)", "dot(u, c)", "sum(V)",
        "diag(u)",
        "diag(W)*s", "einsum(\"ij,kj->ik\", W, V)", "einsum(\"ii->i\", W)", "einsum(\"ij,jk,kl->il\", V, W, M)",
        "W^3", "W .^ 3", "s^5", "I(3)*s - W", "W .* M", "W/3", "u .* c", "-W", "-s^2", "sum(i: W[i,i]*u[i])",
        "sum(i, j: W[i,j]*W[j,i])", "W[:,2]", "W[2,:]", "W[1,3]", "[W, u; u', s]", "[u; s]", "[1, s; s, 2]", "[u', s]",
        "W - 2*W' + M", "3*s", "loss", "der(W)", "der(u)", "der(norm2(u))", "grad(V)", "der(der(s))", "0.1*s",
      ]
    ),
    (
      """
      param A[3,2], B[2,2], w[3], x[5]
      data y[3]
      let h[i] = sum(t: w[t]*x[i+t-1])
      model T[i,j,k] = sum(r: A[i,r]*B[j,r]*A[k,r])
      loss 1/2*norm2(T) + dot(h, y)

      """,
      [
        "h", "T", "T[2,1,3]", "norm2(h)", "der(h)", "der(T)", "grad(A)", "sum(i: x[2*i-1])", "sum(i: x[6-i]*x[i])",
        "loss",
      ]
    ),
    (
      "param W[2,2], u[2]\ndata tau\nloss 1/4*norm2(W*u)^2\nflow momentum(tau)\n",
      ["v_W*W", "der(v_u)", "der(norm2(v_W)/2 + loss)", "v_u'*u", "der(W)"]
    ),
    ("param u[2], v\nloss 1/2*norm2(u)*v\nflow mirror\n", ["der(u)", "der(v)", "der(u[1]*v)"]),
    ("param u[2], v\nloss 1/2*norm2(u)*v\nflow gradient decay 0.25\n", ["der(u)", "der(v)", "der(u[1]*v)"]),
    ("param x, y\nflow x' = x - y^2, y' = y*(x - y^2)\n", ["der(x)", "der(y^2 - x)", "der(der(x))"]),
  ]

  @Test("values at rational points", arguments: formulas)
  func agree(head: String, formulas: [String]) throws {
    var random = SplitMix(seed: 7)
    for formula in formulas {
      let file = try GivenSizesTests.file(head + "observe q = \(formula)\n")
      let term = try #require(file.observations.first).value
      let reader = try EntryReader(file)
      reader.motion = try EntryMotion(reader)
      let entries = try reader.read(term)
      var data: [String: [Double]] = [:]
      // Quarters: doubles hold them.
      let point = reader.ring.names.map { _ in (try? Rational(random.next(within: 9), 4)) ?? 0 }
      for array in file.neededArrays {
        let position = try #require(file.declarations.firstIndex { $0.name == array.name })
        let first = try #require(reader.variables.declared[position])
        data[array.name] = (0..<array.shape.reduce(1, *)).map { point[first + $0].value }
      }
      let evaluator = try FlowProgram(file, data: data).evaluator(of: term)
      var state: [Double] = []
      for starts in [reader.variables.declared, reader.variables.velocities] {
        for (position, declaration) in file.declarations.enumerated() where declaration.role == .parameter {
          guard let first = starts[position] else { continue }
          for k in 0..<(try reader.shape(declaration.shape).reduce(1, *)) { state.append(point[first + k].value) }
        }
      }
      try #require(state.count == evaluator.stateCount && entries.values.count == evaluator.count, "\(formula)")
      var values = [Double](repeating: .nan, count: evaluator.count)
      evaluator.write(&state, into: &values)
      let scale = values.reduce(1) { max($0, abs($1)) }
      for (polynomial, value) in zip(entries.values, values) {
        let parts = try polynomial.value(at: point).split(separator: "/").compactMap { Double($0) }
        let exact = parts.count == 2 ? parts[0] / parts[1] : parts[0]
        #expect(abs(exact - value) <= 1e-12 * scale, "\(formula): \(exact) and \(value)")
      }
    }
  }
}
