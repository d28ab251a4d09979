/// A matrix of integers, in plain arithmetic: what words and counterexamples are compared with.
struct IntegerMatrix: Equatable, CustomStringConvertible {
  var rows: Int
  var columns: Int
  var entries: [Int]

  init(_ rows: Int, _ columns: Int, _ entry: (Int, Int) -> Int) {
    (self.rows, self.columns) = (rows, columns)
    entries = (0..<rows * columns).map { entry($0 / columns, $0 % columns) }
  }

  static func identity(_ n: Int) -> IntegerMatrix { IntegerMatrix(n, n) { $0 == $1 ? 1 : 0 } }

  subscript(i: Int, j: Int) -> Int { entries[i * columns + j] }

  /// The transpose.
  var t: IntegerMatrix { IntegerMatrix(columns, rows) { self[$1, $0] } }
  /// Σ of the squares of the entries.
  var squares: Int { entries.reduce(0) { $0 + $1 * $1 } }
  /// Σ of the diagonal.
  var trace: Int { (0..<min(rows, columns)).reduce(0) { $0 + self[$1, $1] } }
  var isZero: Bool { entries.allSatisfy { $0 == 0 } }
  var description: String { "\(rows)x\(columns)\(entries)" }

  static func * (a: IntegerMatrix, b: IntegerMatrix) -> IntegerMatrix {
    precondition(a.columns == b.rows)
    return IntegerMatrix(a.rows, b.columns) { i, j in (0..<a.columns).reduce(0) { $0 + a[i, $1] * b[$1, j] } }
  }

  static func * (a: Int, b: IntegerMatrix) -> IntegerMatrix { IntegerMatrix(b.rows, b.columns) { a * b[$0, $1] } }

  static func + (a: IntegerMatrix, b: IntegerMatrix) -> IntegerMatrix {
    precondition(a.rows == b.rows && a.columns == b.columns)
    return IntegerMatrix(a.rows, a.columns) { a[$0, $1] + b[$0, $1] }
  }

  static func - (a: IntegerMatrix, b: IntegerMatrix) -> IntegerMatrix { a + -1 * b }

  static prefix func - (a: IntegerMatrix) -> IntegerMatrix { -1 * a }

  func power(_ k: Int) -> IntegerMatrix { (0..<k).reduce(.identity(rows)) { product, _ in product * self } }
}
