/// Four nodes more for a part of a step on which five were not enough but nearly so: Kronrod's extension of the Lobatto rule
/// ``LobattoPanel``, exact to degree 13, where halving the part would need six.
///
/// The new nodes are the roots of x⁴ − (10/11)x² + 145/1573 on [−1, 1], the polynomial that together with that of the five makes one of
/// degree 9 that is orthogonal to all of degree 4. Source: A. S. Kronrod, *Nodes and Weights of Quadrature Formulas*, Consultants Bureau 1965;
/// W. Gander, W. Gautschi, "Adaptive quadrature – revisited", BIT 40 (2000) 84–101, for Lobatto's rules.
package enum LobattoExtension {
  /// All nine nodes on [−1, 1], ascending: the five are those of even number.
  private static let centred: [Double] = {
    let (p, q) = (-10.0 / 11, 145.0 / 1573)
    let root = (p * p - 4 * q).squareRoot()
    let (outer, inner) = ((0.5 * (root - p)).squareRoot(), (0.5 * (-root - p)).squareRoot())
    let own = (3.0 / 7).squareRoot()
    return [-1, -outer, -own, -inner, 0, inner, own, outer, 1]
  }()

  /// The nodes on [0, 1].
  package static let nodes = centred.map { 0.5 + 0.5 * $0 }

  /// ∫₋₁ˣ of the polynomial through the nodes: row i holds the coefficients of 1, x, x², … of what node i adds.
  private static let antiderivatives: [[Double]] = centred.indices.map { i in
    let integral = LobattoPanel.antiderivative(of: i, among: centred)
    return [-value([0] + integral, -1)] + integral
  }

  private static func value(_ coefficients: [Double], _ x: Double) -> Double {
    coefficients.reversed().reduce(0) { $0 * x + $1 }
  }

  /// The weights of the nodes in the integral from 0 to x ∈ [0, 1].
  package static func weights(upTo x: Double) -> [Double] {
    x == 1 ? weights : antiderivatives.map { 0.5 * value($0, 2 * x - 1) }
  }

  /// The weights on [0, 1], to the last digit.
  package static let weights: [Double] = {
    let half = [
      0.01532186948853615520282, 0.08963134977660367799014,
      0.1419893890240605569073, 0.1671168699082088417918,
    ]
    return half + [0.171881043605181536216] + half.reversed()
  }()

  /// The rules that measure the parts of degree 4 to 7, as ``LobattoPanel/nulls`` those of degree 1 to 4.
  package static let nulls: [[Double]] = (4...7).map { degree in
    let raw = zip(centred, weights).map { node, weight in
      var (before, now) = (1.0, node)
      for k in 1..<degree {
        (before, now) = (now, (Double(2 * k + 1) * node * now - Double(k) * before) / Double(k + 1))
      }
      return weight * now
    }
    let size = raw.reduce(0) { $0 + abs($1) }
    return raw.map { $0 / size }
  }

  /// The error of the rule on a rate, relative to the part's width, from what its nulls say of degrees 4 to 7: as
  /// ``LobattoPanel/error(_:_:_:_:)``, on smooth rates that of degree 11, three less than what the rule misses, which makes up for peaks
  /// that seem to fall off faster than they do.
  package static func error(_ n4: Double, _ n5: Double, _ n6: Double, _ n7: Double) -> Double {
    LobattoPanel.error(n4, n5, n6, n7) * LobattoPanel.fall(n4, n5, n6, n7)
  }
}
