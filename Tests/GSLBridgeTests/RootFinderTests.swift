import CMath
import GSLBridge
import Testing

@Suite struct RootFinderTests {
  /// Error unit: relative to the root.
  @Test func findsKnownRoots() throws {
    let two = try RootFinder.bracketed(0, 2) { $0 * $0 - 2 }
    #expect(abs(two.root - 2.0.squareRoot()) < 1e-14)
    #expect(two.lower <= two.root && two.root <= two.upper && two.upper - two.lower <= 1e-13)
    let pi = try RootFinder.bracketed(4, 3, function: sin)
    #expect(abs(pi.root - Double.pi) < 1e-14)
    let loose = try RootFinder.bracketed(0, 10, relativeTolerance: 0, absoluteTolerance: 0.1) { exp($0) - 3 }
    #expect(loose.upper - loose.lower <= 0.1 && loose.lower <= log(3) && log(3) <= loose.upper)
    let steep = try RootFinder.bracketed(-1, 2) { $0 < 1 ? -1 : 1e6 }
    #expect(abs(steep.upper - 1) < 1e-13)
  }

  @Test func rootsAtTheEnds() throws {
    #expect(try RootFinder.bracketed(0, 1) { $0 }.root == 0)
    #expect(try RootFinder.bracketed(0, 1) { $0 - 1 }.root == 1)
    #expect(try RootFinder.bracketed(1, 1) { $0 - 1 }.root == 1)
  }

  @Test func failuresAreTyped() {
    let never: (Double) -> Double = { $0 * $0 + 1 }
    func thrown(_ body: () throws(RootError<Never>) -> RootFinder.Bracket) -> RootError<Never>? {
      do throws(RootError<Never>) {
        _ = try body()
        return nil
      } catch {
        return error
      }
    }
    guard
      case .notBracketed(-1, 1) = thrown({ () throws(RootError<Never>) in
        try RootFinder.bracketed(-1, 1, function: never)
      })
    else {
      Issue.record("no bracket was needed")
      return
    }
    guard
      case .notBracketed = thrown({ () throws(RootError<Never>) in
        try RootFinder.bracketed(.nan, 1) { $0 }
      })
    else {
      Issue.record("NaN is no end of a bracket")
      return
    }
    guard
      case .nonFinite(let place) = thrown({ () throws(RootError<Never>) in
        try RootFinder.bracketed(-1, 2) { abs($0) < 0.9 ? .nan : $0 }
      })
    else {
      Issue.record("NaN was taken for a value")
      return
    }
    #expect(abs(place) < 0.9)
    guard
      case .noConvergence(let lower, let upper, 3) = thrown({ () throws(RootError<Never>) in
        try RootFinder.bracketed(0, 2, maxIterations: 3) { $0 * $0 - 2 }
      })
    else {
      Issue.record("three iterations cannot be enough")
      return
    }
    #expect(lower * lower <= 2 && upper * upper >= 2)
    guard
      case .gsl = thrown({ () throws(RootError<Never>) in
        try RootFinder.bracketed(0, 2, relativeTolerance: -1) { $0 - 1 }
      })
    else {
      Issue.record("a negative tolerance was accepted")
      return
    }
  }

  @Test func theFunctionsErrorPassesThrough() throws {
    var calls = 0
    do throws(RootError<Interruption>) {
      _ = try RootFinder.bracketed(0, 2) { (x) throws(Interruption) in
        calls += 1
        if calls == 4 { throw Interruption(number: 4) }
        return x * x - 2
      }
      Issue.record("the error got lost")
    } catch {
      guard case .function(let inner) = error else { throw error }
      #expect(inner == Interruption(number: 4))
    }
    #expect(calls == 4)
  }
}
