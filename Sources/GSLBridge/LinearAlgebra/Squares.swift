/// Sums of squares in four accumulators, which an adder's latency does not hold up; plain sums, so that squares may overflow.
@usableFromInline
package enum Squares {
  /// Σᵢ xᵢ².
  @inlinable
  package static func sum(count: Int, _ x: UnsafePointer<Double>) -> Double { total(count) { x[$0] } }

  /// Σᵢ (xᵢ − yᵢ)².
  @inlinable
  package static func distance(count: Int, _ x: UnsafePointer<Double>, _ y: UnsafePointer<Double>) -> Double {
    total(count) { x[$0] - y[$0] }
  }

  /// Σᵢ f(i)².
  @inlinable @inline(__always)
  package static func total(_ count: Int, _ value: (Int) -> Double) -> Double {
    var (a, b, c, d) = (0.0, 0.0, 0.0, 0.0)
    var i = 0
    while i + 4 <= count {
      let (p, q, r, s) = (value(i), value(i + 1), value(i + 2), value(i + 3))
      a += p * p
      b += q * q
      c += r * r
      d += s * s
      i += 4
    }
    while i < count {
      let p = value(i)
      a += p * p
      i += 1
    }
    return (a + b) + (c + d)
  }
}
