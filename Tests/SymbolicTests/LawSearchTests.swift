import FlowLanguage
import Models
import Symbolic
import Testing

/// Counts, bounds and formulas beyond linear networks, from papers and from independent programs.
struct LawSearchTests {
  /// A model and what is known of it: parameters, laws proved, upper bound.
  struct Row: Sendable, CustomTestStringConvertible {
    let name: String
    let laws: Int
    let bound: Int
    let model: @Sendable () throws -> LawModel
    var testDescription: String { name }

    init(_ name: String, _ laws: Int, _ bound: Int? = nil, _ model: @escaping @Sendable () throws -> LawModel) {
      (self.name, self.laws, self.bound, self.model) = (name, laws, bound ?? laws, model)
    }
  }

  private static func family(_ name: String, _ shape: [Int], _ values: [String: ModelOptions.Value]) throws -> LawModel
  {
    try LawModel(ModelCatalog.model(name, ModelOptions(shape: shape, values: values)))
  }

  static let relu: [Row] = [
    Row("relu 9,7,2", 7) { try .reluNetwork([9, 7, 2]) },
    Row("relu 8,5,8,5,5", 18) { try .reluNetwork([8, 5, 8, 5, 5]) },
    Row("relu 8,8,6,6,4", 20) { try .reluNetwork([8, 8, 6, 6, 4]) },
    Row("relu 8,6,8", 6) { try .reluNetwork([8, 6, 8]) },
    Row("relu 2,4,5,8,5 bias", 17) { try .reluNetwork([2, 4, 5, 8, 5], bias: true) },
    Row("relu 4,6,7", 6) { try .reluNetwork([4, 6, 7]) },
    Row("relu 9,9,8,8,8 bias", 25) { try .reluNetwork([9, 9, 8, 8, 8], bias: true) },
    Row("relu 2,2,1 both biases", 2) { try .reluNetwork([2, 2, 1], bias: true, outputBias: true) },
    Row("relu 3,4,2 both biases", 4) { try .reluNetwork([3, 4, 2], bias: true, outputBias: true) },
    Row("leaky 3,4,2", 4) { try .reluNetwork([3, 4, 2], slope: Rational(1, 10)) },
    Row("relu family", 5) { try family("relu", [2, 3], ["width": .integers([3, 2])]) },
  ]

  static let factorizations: [Row] = [
    Row("cp 2,2,2 R2", 4) { try family("cp", [2, 2, 2], ["components": .integer(2)]) },
    Row("cp 2,2,2 R5", 10) { try family("cp", [2, 2, 2], ["components": .integer(5)]) },
    Row("cp 3,3,3 R5", 10) { try family("cp", [3, 3, 3], ["components": .integer(5)]) },
    Row("cp 2,3,2,2 R2", 6) { try family("cp", [2, 3, 2, 2], ["components": .integer(2)]) },
    Row("tucker 3,3,3 core 2,2,2", 9) { try family("tucker", [3, 3, 3], ["core": .integers([2, 2, 2])]) },
    Row("tucker 3,3,2 core 2,1,2", 7) { try family("tucker", [3, 3, 2], ["core": .integers([2, 1, 2])]) },
    Row("u v' 2,3 r 2", 3) { try .linearNetwork([3, 2, 2]) },
    // n + m < r: (n + m) r − (n + m)(n + m − 1)/2.
    Row("u v' 1,1 r 3", 5) { try .linearNetwork([1, 3, 1]) },
    Row("u v' 1,1 r 4", 7) { try .linearNetwork([1, 4, 1]) },
    Row("diagonal 3 L2", 3) { try family("diagonal", [3], ["depth": .integer(2)]) },
  ]

  static let gaps: [Row] = [
    Row("1,3,3,1", 12, 14) { try .linearNetwork([1, 3, 3, 1]) },
    Row("1,2,2,1", 6, 7) { try .linearNetwork([1, 2, 2, 1]) },
    Row("1,2,2,2,1", 9, 11) { try .linearNetwork([1, 2, 2, 2, 1]) },
    Row("2,2,2,2 one entry", 10, 11) { try .linearNetwork([2, 2, 2, 2], observed: [0]) },
  ]

  static let masks: [Row] = [
    Row("2x2 depth 2, all", 3) { try .linearNetwork([2, 2, 2], observed: [0, 1, 2, 3]) },
    Row("2x2 depth 2, but one", 3) { try .linearNetwork([2, 2, 2], observed: [1, 2, 3]) },
    Row("2x2 depth 2, diagonal", 6) { try .linearNetwork([2, 2, 2], observed: [0, 3]) },
    Row("2x2 depth 2, one", 7) { try .linearNetwork([2, 2, 2], observed: [0]) },
    Row("2x2 depth 3, all", 6) { try .linearNetwork([2, 2, 2, 2], observed: [0, 1, 2, 3]) },
    Row("2x2 depth 3, but one", 6) { try .linearNetwork([2, 2, 2, 2], observed: [1, 2, 3]) },
    Row("2x2 depth 3, diagonal", 7) { try .linearNetwork([2, 2, 2, 2], observed: [0, 3]) },
    Row("3x3 depth 2, all", 6) { try .linearNetwork([3, 3, 3], observed: Array(0..<9)) },
    Row("3x3 depth 2, but one", 6) { try .linearNetwork([3, 3, 3], observed: Array(1..<9)) },
    Row("3x3 depth 2, diagonal", 15) { try .linearNetwork([3, 3, 3], observed: [0, 4, 8]) },
    Row("3x3 depth 2, one", 17) { try .linearNetwork([3, 3, 3], observed: [0]) },
    Row("3,2,3, all", 3) { try .linearNetwork([3, 2, 3], observed: Array(0..<9)) },
    Row("3,2,3, but one", 3) { try .linearNetwork([3, 2, 3], observed: Array(1..<9)) },
    Row("3,2,3, diagonal", 9) { try .linearNetwork([3, 2, 3], observed: [0, 4, 8]) },
    Row("3,2,3, one", 11) { try .linearNetwork([3, 2, 3], observed: [0]) },
  ]

  private static func file(_ text: String, anyLoss: Bool = false) throws -> LawModel {
    let check = FlowFile.parse(text, name: "test.flow").check()
    return try LawModel(#require(check.file, "\(check.diagnostics.map(\.text))"), anyLoss: anyLoss)
  }

  static let rational: [Row] = [
    Row("u^3 - v^3", 1) { try family("diagonal", [1], ["depth": .integer(3)]) },
    Row("u^4 - v^4", 1) { try family("diagonal", [1], ["depth": .integer(4)]) },
    Row("W'W r 4, n 1", 3) { try file("param W[4,1]\nmodel X = W'*W") },
    Row("W'W r 3, n 2", 2) { try file("param W[3,2]\nmodel X = W'*W") },
    Row("W'W r 4, n 2", 4) { try file("param W[4,2]\nmodel X = W'*W") },
    Row("W'W r 2, n 2", 0) { try file("param W[2,2]\nmodel X = W'*W") },
  ]

  static let files: [Row] = [
    Row("x1 x2 x3", 2) { try file("param x[1], y[1], z[1]\nmodel f = x.*y.*z") },
    Row("powers p 2", 2) { try file("input x[2]\nparam W[2,2], a[2]\nmodel f = sum(k: a[k]*(sum(i: W[k,i]*x[i]))^2)") },
    Row("powers p 3", 2) { try file("input x[2]\nparam W[2,2], a[2]\nmodel f = sum(k: a[k]*(sum(i: W[k,i]*x[i]))^3)") },
    Row("W2 diag(s) W1", 4) { try file("input x[2]\nparam A[2,2], s[2], B[2,2]\nmodel f = B*(s.*(A*x))") },
    Row("tied embedding 3,2", 3) { try file("param E[3,2], W[2,2]\nmodel X = E*W*E'") },
    Row("two heads", 3) { try file("input x[2]\nparam W[2,2], A[2,2], B[2,2]\nmodel f = [A*W*x; B*W*x]") },
    Row("recurrent", 3) { try file("param U[2,2], W[2,2], V[2,2]\nmodel f = [V*U, V*W*U; V*W*W*U, V*W*W*W*U]") },
    Row("residual linear", 3) { try file("input x[2]\nparam A[2,2], B[2,2]\nmodel f = (I(2)+B)*(I(2)+A)*x") },
    Row("loss as stated", 1) { try file("param u, v\ndata y\nloss 1/2*(u*v - y)^2") },
  ]

  private static func glu(_ act: String, _ d: Int, _ h: Int, _ o: Int) throws -> LawModel {
    try file("input x[\(d)]\nparam G[\(h),\(d)], U[\(h),\(d)], O[\(o),\(h)]\nmodel f = O*(\(act)(G*x).*(U*x))")
  }

  /// Blocks of modern networks, counted by an independent program.
  static let blocks: [Row] = [
    Row("ReGLU 2,1,1", 2) { try glu("relu", 2, 1, 1) },
    Row("ReGLU 2,2,2", 4) { try glu("relu", 2, 2, 2) },
    Row("ReGLU 3,3,2", 6) { try glu("relu", 3, 3, 2) },
    Row("bilinear GLU 2,1,1", 2) { try glu("", 2, 1, 1) },
    Row("bilinear GLU 3,3,2", 6) { try glu("", 3, 3, 2) },
    Row("biases 2,2,2,2", 6) {
      try file("input x[2]\nparam A[2,2], B[2,2], C[2,2], a[2], b[2], c[2]\nmodel f = C*(B*(A*x + a) + b) + c")
    },
    Row("biases 1,2,2,1", 6) {
      try file("input x[1]\nparam A[2,1], B[2,2], C[1,2], a[2], b[2], c[1]\nmodel f = C*(B*(A*x + a) + b) + c")
    },
    Row("biases 1,3,3,1", 12) {
      try file("input x[1]\nparam A[3,1], B[3,3], C[1,3], a[3], b[3], c[1]\nmodel f = C*(B*(A*x + a) + b) + c")
    },
    Row("linear attention 2,1,1", 3) {
      try file("input x[2], y[2], z[2]\nparam Q[1,2], K[1,2], V[1,2], O[2,1]\nmodel f = dot(Q*x, K*y)*(O*V*z)")
    },
    Row("linear attention 2,2,1", 7) {
      try file("input x[2], y[2], z[2]\nparam Q[2,2], K[2,2], V[2,2], O[2,2]\nmodel f = dot(Q*x, K*y)*(O*V*z)")
    },
    Row("tensor train 2", 6) {
      try file("param A[2,2], B[2,2,2], C[2,2]\nmodel T[i,j,k] = sum(a, b: A[i,a]*B[a,j,b]*C[b,k])")
    },
    Row("ring 2", 8) {
      try file(
        "param A[2,2,2], B[2,2,2], C[2,2,2]\nmodel T[i,j,k] = sum(a, b, c: A[c,i,a]*B[a,j,b]*C[b,k,c])")
    },
    Row("low rank adapter 4,3,2", 3) {
      try file("input x[3]\ndata F[4,3]\nparam A[2,3], B[4,2]\nmodel f = (F + B*A)*x")
    },
    Row("tied embedding 3,3", 6) { try file("param E[3,3], W[3,3]\nmodel X = E*W*E'") },
    Row("residual of four", 6) {
      try file("input x[2]\nparam A[2,2], B[2,2], C[2,2], D[2,2]\nmodel f = (I(2)+D*C)*(I(2)+B*A)*x")
    },
  ]

  /// Full convolutions c₀ = 1, c₁ channels, c₂ = 1 with kernels of k and l entries, as polynomials in a shift.
  private static func convolution(_ channels: Int, _ k: Int, _ l: Int) throws -> LawModel {
    var program = Program()
    let a = try program.block("a", [channels, k])
    let b = try program.block("b", [channels, l])
    let places = (0..<k).flatMap { i in (0..<l).map { j in Int32(i + j) } }
    let window = try program.selection(rows: [k, l], of: [k + l - 1], indices: places)
    let output = try program.sum([program.product("ci,cj,ijn->n", [a, b, window])], shape: [k + l - 1])
    return try LawModel(program, output: output, summary: "convolution")
  }

  static let convolutions: [Row] = [
    Row("(1,1,1) k 3,3", 1) { try convolution(1, 3, 3) },
    Row("(1,2,1) k 3,2", 3) { try convolution(2, 3, 2) },
    Row("(1,2,1) k 3,3", 4) { try convolution(2, 3, 3) },
    Row("(1,3,1) k 3,3", 9) { try convolution(3, 3, 3) },
  ]

  @Test(arguments: relu + factorizations + gaps + masks + rational + files + blocks + convolutions)
  func countsAndBounds(row: Row) throws {
    let search = try LawSearch(row.model())
    let count = try search.run()
    #expect(count.proved == row.laws, "\(count)")
    #expect(count.upperBound == row.bound, "\(count)")
    #expect(count.isComplete == (row.laws == row.bound))
    #expect(count.unproved == 0)
  }
}
