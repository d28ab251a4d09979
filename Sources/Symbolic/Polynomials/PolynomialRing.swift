import CFLINT
import Models

/// Polynomials with rational coefficients in named variables.
public final class PolynomialRing {
  /// The variables, as texts name them.
  public let names: [String]
  /// Positions of the variables by name.
  public let positions: [String: Int]
  package let handle: OpaquePointer

  /// Products of terms that were formed so far.
  private var work = 0

  /// The most products of terms that one multiplication, and all of them, may form.
  private static let mostProducts = (single: 5_000_000, whole: 50_000_000)

  /// More variables are refused.
  public static let mostVariables = 50_000

  /// - Throws: ``Refusal`` for more than ``mostVariables`` variables, or where memory is gone.
  public init(_ names: [String]) throws(Refusal) {
    guard names.count <= Self.mostVariables else {
      throw Refusal(
        "polynomials in \(names.count) variables (parameters, data, derivatives of the loss)",
        remedy: "use smaller sizes: at most \(Self.mostVariables) variables are expanded", settings: [])
    }
    cflint_start()
    var made: OpaquePointer?
    try check(cflint_ring_new(names.count, &made))
    guard let made else { throw outOfMemory }
    handle = made
    self.names = names
    positions = Dictionary(names.enumerated().map { ($0.element, $0.offset) }) { first, _ in first }
  }

  /// Counts products of terms that are to be formed, each by the length of its exponents; false where they are too many.
  package func takesOn(_ products: Int) -> Bool {
    guard products <= Self.mostProducts.single, work <= Self.mostProducts.whole else { return false }
    work += products * (1 + names.count / 64)
    return true
  }

  /// Begins another question: what was formed before does not count.
  package func beginWork() { work = 0 }

  deinit { cflint_ring_free(handle) }
}

/// What went wrong in a call of the library.
package func check(_ status: cflint_status) throws(Refusal) {
  switch status {
  case CFLINT_OK: return
  case CFLINT_MEMORY: throw outOfMemory
  default:
    throw Refusal("the algebra ended with an error of its own", remedy: "please report the file", settings: [])
  }
}

package var outOfMemory: Refusal {
  Refusal(
    "the algebra needs more memory than it may take", remedy: "use smaller sizes, or a larger --memory", settings: [])
}
