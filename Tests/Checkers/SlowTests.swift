import Foundation

/// Whether the long versions of tests run: FLOWCHECK_SLOW=1, which scripts/check-all sets.
package enum SlowTests {
  package static let areOn = ProcessInfo.processInfo.environment["FLOWCHECK_SLOW"] == "1"
}
