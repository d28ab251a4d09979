/// The rule by which rates are integrated over a part [a, b] of a step: the five Lobatto nodes, of which the ends and, once the part is
/// halved, the middle are known already. It is exact to degree 7, as the rule with four Gauss nodes is.
package enum LobattoPanel {
  /// How many nodes there are, the ends among them.
  package static let count = 5

  /// The nodes on [0, 1].
  package static let nodes: [Double] = {
    let inner = 0.5 * (3.0 / 7).squareRoot()
    return [0, 0.5 - inner, 0.5, 0.5 + inner, 1]
  }()

  /// The weights on [0, 1].
  package static let weights = [1.0 / 20, 49.0 / 180, 16.0 / 45, 49.0 / 180, 1.0 / 20]

  /// Row k − 1 is the rule that measures the part of degree k, k = 1 to 4: it vanishes for polynomials of lower degree, and its moduli
  /// add up to 1. By weights times Legendre polynomials, to which all of lower degree are orthogonal on these nodes as well.
  package static let nulls: [[Double]] = {
    let legendre: [(Double) -> Double] = [
      { $0 }, { 1.5 * $0 * $0 - 0.5 }, { (2.5 * $0 * $0 - 1.5) * $0 },
      { (4.375 * $0 * $0 - 3.75) * $0 * $0 + 0.375 },
    ]
    return legendre.map { polynomial in
      let raw = zip(nodes, weights).map { $1 * polynomial(2 * $0 - 1) }
      let size = raw.reduce(0) { $0 + abs($1) }
      return raw.map { $0 / size }
    }
  }()

  /// ∫₀ˣ of the polynomial through the nodes: row i holds the coefficients of x, x², … of what node i adds.
  private static let antiderivatives: [[Double]] = nodes.indices.map { antiderivative(of: $0, among: nodes) }

  /// ∫₀ˣ of the polynomial that is 1 at a node and 0 at the others: coefficients of x, x², ….
  static func antiderivative(of i: Int, among nodes: [Double]) -> [Double] {
    var coefficients = [1.0]
    for j in nodes.indices where j != i {
      let scale = 1 / (nodes[i] - nodes[j])
      var longer = [Double](repeating: 0, count: coefficients.count + 1)
      for (k, c) in coefficients.enumerated() {
        longer[k + 1] += scale * c
        longer[k] -= scale * nodes[j] * c
      }
      coefficients = longer
    }
    return coefficients.enumerated().map { $1 / Double($0 + 1) }
  }

  /// The weights of the nodes in the integral from 0 to x.
  package static func weights(upTo x: Double) -> [Double] {
    x == 1 ? weights : antiderivatives.map { row in x * row.reversed().reduce(0) { $0 * x + $1 } }
  }

  /// The error of the rule on a rate, relative to the part's width, from what its nulls say of degrees 1 to 4.
  ///
  /// As successive degrees fall off, those that the rule misses, from 8 on, go on to: on a smooth rate the estimate shrinks with the
  /// seventh power of the width, where the error does with the eighth. Where degrees do not fall off, at a turn or a jump, it is the
  /// null rule's own size.
  package static func error(_ n1: Double, _ n2: Double, _ n3: Double, _ n4: Double) -> Double {
    let fall = fall(n1, n2, n3, n4)
    return max(abs(n4), abs(n3) * fall) * fall * fall * fall
  }

  /// The fall over one degree, where it is slowest: a null rule that is small by accident is made up for by the others.
  static func fall(_ n1: Double, _ n2: Double, _ n3: Double, _ n4: Double) -> Double {
    let tiny = Double.leastNormalMagnitude
    let (a, b, c, d) = (max(abs(n1), tiny), max(abs(n2), tiny), abs(n3), abs(n4))
    let squared = max((c * c + d * d) / (b * b + c * c), max(d / b, c / a))
    return squared < 1 ? squared.squareRoot() : 1
  }
}
