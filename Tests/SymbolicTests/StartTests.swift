import Dispatch
import Models
import Symbolic
import Testing

#if compiler(>=6.2)
  /// Several threads that are the first to use the library: what one takes before another has installed the allocator would be freed at a
  /// wrong place.
  @Suite("the first use of FLINT")
  struct StartTests {
    @Test("eight threads at once", arguments: 0..<6)
    func together(attempt: Int) async {
      await #expect(processExitsWith: .success) {
        DispatchQueue.concurrentPerform(iterations: 8) { thread in
          do {
            for _ in 0..<50 {
              let ring = try PolynomialRing(["x", "y", "z"])
              let terms = (0..<3).map {
                (coefficient: Rational(thread + $0 + 1), factors: [(variable: $0, exponent: 1)])
              }
              var power = try Polynomial.sum(terms, in: ring)
              for _ in 0..<3 { power = try power.times(power) }
              precondition(power.count == 45)
            }
          } catch { fatalError("\(error)") }
        }
      }
    }
  }
#endif
