/// Why something is not accepted.
struct Rejection: Error {
  let reason: String
  init(_ reason: String) { self.reason = reason }
}

/// Limits on the work and memory of one check, so that no certificate keeps the checker busy without end.
final class Budget {
  /// Products of terms and visits of formulas that a check may take.
  static let workLimit = 60_000_000
  /// Terms of one polynomial.
  static let termLimit = 2_000_000
  /// Entries of one array.
  static let entryLimit = 4_000_000
  /// Exponent of one variable in one term.
  static let exponentLimit = 100_000
  /// Length of a coefficient, in bits.
  static let bitLimit = 100_000

  private var left: Int

  init(work: Int = Budget.workLimit) { left = work }

  /// Counts steps of work.
  func spend(_ count: Int = 1) throws(Rejection) {
    left -= count
    if left < 0 { throw Rejection("the check takes more than \(Self.workLimit) steps") }
  }
}
