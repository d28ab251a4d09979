/// Why something is not accepted.
package struct Rejection: Error {
  package let reason: String
  package init(_ reason: String) { self.reason = reason }
}

/// Limits on the work and memory of one check, so that no certificate keeps the checker busy without end.
package final class Budget {
  /// Products of terms and visits of formulas that a check may take.
  package static let workLimit = 20_000_000
  /// Terms of one polynomial.
  package static let termLimit = 2_000_000
  /// Entries of one array.
  package static let entryLimit = 4_000_000
  /// Exponent of one variable in one term.
  package static let exponentLimit = 100_000
  /// Length of a coefficient, in bits.
  package static let bitLimit = 100_000

  private let work: Int
  private var left: Int

  package init(work: Int = Budget.workLimit) { (self.work, left) = (work, work) }

  /// Counts steps of work.
  package func spend(_ count: Int = 1) throws(Rejection) {
    left -= count
    if left < 0 { throw Rejection("the check takes more than \(work) steps") }
  }
}
