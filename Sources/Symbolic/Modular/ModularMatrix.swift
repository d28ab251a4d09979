import CFLINT
import Models

/// A dense matrix modulo a prime, which FLINT holds.
///
/// Whatever is asked for is copied out, so that an elimination that exchanges rows by their pointers is never seen.
public final class ModularMatrix {
  /// The field of the entries.
  public let field: PrimeField
  /// Number of rows.
  public let rows: Int
  /// Number of columns.
  public let columns: Int
  private let handle: OpaquePointer

  private static let isStarted: Bool = {
    cflint_start()
    return true
  }()

  /// A matrix of these entries, row-major and below the prime.
  ///
  /// - Throws: ``Refusal`` if their number does not fit, one is not below the prime, or the memory is used up.
  public init(rows: Int, columns: Int, entries: [UInt64], field: PrimeField) throws(Refusal) {
    let count = try MemoryLimit.check([rows, columns], what: "a matrix modulo a prime", remedy: "use a smaller model")
    guard entries.count == count, entries.allSatisfy({ $0 < field.prime }) else {
      throw Refusal(
        "\(entries.count) numbers are no \(rows)×\(columns) matrix modulo \(field.prime)",
        remedy: "give \(count) numbers below the prime")
    }
    _ = Self.isStarted
    var made: OpaquePointer?
    let status = entries.withUnsafeBufferPointer { entries in
      var nothing: UInt64 = 0
      return cflint_modular_create(
        &made, Int64(rows), Int64(columns), entries.baseAddress ?? pointer(&nothing), field.prime)
    }
    guard status == CFLINT_OK, let made else { throw Self.refusal(status) }
    handle = made
    (self.rows, self.columns, self.field) = (rows, columns, field)
  }

  deinit { cflint_modular_drop(handle) }

  /// Indices of rows that are independent, as many as the rank, in ascending order.
  ///
  /// - Throws: ``Refusal`` if FLINT gives up.
  public func independentRows() throws(Refusal) -> [Int] {
    var rank: Int64 = 0
    var order = [Int64](repeating: 0, count: max(rows, 1))
    let status = cflint_modular_independent_rows(handle, &rank, &order)
    guard status == CFLINT_OK else { throw Self.refusal(status) }
    return order.prefix(Int(rank)).map { Int($0) }
  }

  /// A basis of the vectors x with A x = 0: for every column without a pivot the solution that is 1 there and 0 at the other such
  /// columns. The matrix is brought into reduced row echelon form.
  ///
  /// - Throws: ``Refusal`` if FLINT gives up.
  public func nullSpace() throws(Refusal) -> [[UInt64]] {
    let (pivots, entries) = try reduce()
    var isPivot = [Bool](repeating: false, count: columns)
    for column in pivots { isPivot[column] = true }
    return (0..<columns).filter { !isPivot[$0] }.map { free in
      var vector = [UInt64](repeating: 0, count: columns)
      vector[free] = 1
      for (row, column) in pivots.enumerated() { vector[column] = field.negative(entries[row * columns + free]) }
      return vector
    }
  }

  /// The pivot columns and the entries of the reduced row echelon form, which takes the matrix's place.
  ///
  /// - Throws: ``Refusal`` if FLINT gives up.
  public func reduce() throws(Refusal) -> (pivots: [Int], entries: [UInt64]) {
    var rank: Int64 = 0
    var pivots = [Int64](repeating: 0, count: max(min(rows, columns), 1))
    var status = cflint_modular_reduce(handle, &rank, &pivots)
    guard status == CFLINT_OK else { throw Self.refusal(status) }
    var entries = [UInt64](repeating: 0, count: max(rows * columns, 1))
    status = cflint_modular_copy(handle, &entries)
    guard status == CFLINT_OK else { throw Self.refusal(status) }
    return (pivots.prefix(Int(rank)).map { Int($0) }, entries)
  }

  private static func refusal(_ status: cflint_status) -> Refusal {
    status == CFLINT_MEMORY
      ? Refusal("the memory for exact algebra is used up", remedy: "use a smaller model, or allow more memory")
      : Refusal("FLINT gave up on a matrix modulo a prime", remedy: "report this with the model")
  }
}

private func pointer(_ value: UnsafePointer<UInt64>) -> UnsafePointer<UInt64> { value }
