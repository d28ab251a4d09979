/// A function as the language knows it: a row of the table.
public struct FunctionRow: Sendable {
  /// The function.
  public let name: FunctionName
  /// How many arguments it takes.
  public let arity: ClosedRange<Int>
  /// Which arguments it takes and what comes out.
  public let rule: Rule
  /// Where it may stand.
  public let place: Place
  /// Its arguments, as messages and help write them.
  public let usage: String

  /// Which arguments a function takes and the shape of its value.
  public enum Rule: Sendable {
    /// A square matrix to a number.
    case square
    /// Any array to a number.
    case total
    /// A matrix to a number.
    case matrix
    /// A matrix and a position to a number.
    case matrixEntry
    /// Two arrays of one shape to a number.
    case pair
    /// A vector to a matrix, or a square matrix to a vector.
    case diagonal
    /// Entry by entry; a second argument is a constant.
    case entrywise
    /// Along the last axis, of the same shape; a second argument is a constant.
    case lastAxis
    /// Two arrays of one shape entry by entry, or the extreme entry of one.
    case extremum
    /// By labels.
    case labels
    /// A size to a square matrix.
    case identity
    /// Any array to one of its shape.
    case derivative
    /// A name to an array of its shape.
    case gradient
    /// A scale; the shape is that of what starts.
    case start
  }

  /// Where a function may stand.
  public enum Place: Sendable {
    /// In every formula.
    case anywhere
    /// In `claim`, `observe` and what `let` prepares for them.
    case claims
    /// In `init`.
    case starts
  }

  /// Every function.
  public static let all: [FunctionRow] = [
    FunctionRow(.trace, 1, .square, "tr(A)"),
    FunctionRow(.determinant, 1, .square, "det(A)"),
    FunctionRow(.norm, 1, .total, "norm(x)"),
    FunctionRow(.norm1, 1, .total, "norm1(x)"),
    FunctionRow(.norm2, 1, .total, "norm2(x)"),
    FunctionRow(.nuclear, 1, .matrix, "nuclear(A)", .claims),
    FunctionRow(.spectral, 1, .matrix, "spectral(A)", .claims),
    FunctionRow(.singular, 2, .matrixEntry, "singular(A, k)", .claims),
    FunctionRow(.effectiveRank, 1, .matrix, "effrank(A)", .claims),
    FunctionRow(.dot, 2, .pair, "dot(x, y)"),
    FunctionRow(.sum, 1, .total, "sum(x), sum(i: x[i])"),
    FunctionRow(.diagonal, 1, .diagonal, "diag(x)"),
    FunctionRow(.einsum, 2...61, .labels, "einsum(\"ij,jk->ik\", A, B)"),
    FunctionRow(.identity, 1, .identity, "I(n)"),
    FunctionRow(.derivative, 1, .derivative, "der(x)", .claims),
    FunctionRow(.gradient, 1, .gradient, "grad(X)", .claims),
    FunctionRow(.relu, 1, .entrywise, "relu(x)"),
    FunctionRow(.leaky, 1...2, .entrywise, "leaky(x), leaky(x, 0.1)"),
    FunctionRow(.tanh, 1, .entrywise, "tanh(x)"),
    FunctionRow(.sigmoid, 1, .entrywise, "sigmoid(x)"),
    FunctionRow(.silu, 1, .entrywise, "silu(x)"),
    FunctionRow(.gelu, 1, .entrywise, "gelu(x)"),
    FunctionRow(.exp, 1, .entrywise, "exp(x)"),
    FunctionRow(.log, 1, .entrywise, "log(x)"),
    FunctionRow(.squareRoot, 1, .entrywise, "sqrt(x)"),
    FunctionRow(.absolute, 1, .entrywise, "abs(x)"),
    FunctionRow(.generic, 1, .entrywise, "act(x)"),
    FunctionRow(.maximum, 1...2, .extremum, "max(x), max(x, y)"),
    FunctionRow(.minimum, 1...2, .extremum, "min(x), min(x, y)"),
    FunctionRow(.softmax, 1, .lastAxis, "softmax(x)"),
    FunctionRow(.layerNorm, 1...2, .lastAxis, "layernorm(x), layernorm(x, 0.00001)"),
    FunctionRow(.rmsNorm, 1...2, .lastAxis, "rmsnorm(x), rmsnorm(x, 0.00001)"),
    FunctionRow(.gaussian, 1, .start, "gaussian(0.05)", .starts),
    FunctionRow(.balanced, 1, .start, "balanced(0.05)", .starts),
  ]

  private static let table = Dictionary(uniqueKeysWithValues: all.map { ($0.name.rawValue, $0) })

  /// The function of that name.
  public static func named(_ name: String) -> FunctionRow? { table[name] }

  private init(
    _ name: FunctionName, _ arity: ClosedRange<Int>, _ rule: Rule, _ usage: String, _ place: Place = .anywhere
  ) {
    self.name = name
    self.arity = arity
    self.rule = rule
    self.place = place
    self.usage = usage
  }

  private init(_ name: FunctionName, _ arity: Int, _ rule: Rule, _ usage: String, _ place: Place = .anywhere) {
    self.init(name, arity...arity, rule, usage, place)
  }
}
