/// The rule by which rates are integrated over a part [a, b] of a step: the four Gauss nodes, and what both ends add to judge it.
package enum GaussPanel {
  /// 0, the four Gauss nodes and 1.
  package static let nodes: [Double] = {
    let (outer, inner) = (
      ((3 + 2 * 1.2.squareRoot()) / 7).squareRoot(), ((3 - 2 * 1.2.squareRoot()) / 7).squareRoot()
    )
    return [0, 0.5 - 0.5 * outer, 0.5 - 0.5 * inner, 0.5 + 0.5 * inner, 0.5 + 0.5 * outer, 1]
  }()

  /// The weights on [0, 1]; those of the ends vanish, as the rule is that of the interpolating polynomial.
  package static let weights: [Double] = {
    let (outer, inner) = ((18 - 30.0.squareRoot()) / 72, (18 + 30.0.squareRoot()) / 72)
    return [0, outer, inner, inner, outer, 0]
  }()

  /// The rule on the six nodes that vanishes for polynomials of degree up to 4, moduli adding up to 1.
  package static let null: [Double] = {
    let raw = nodes.indices.map { i in
      1 / nodes.indices.reduce(1.0) { $1 == i ? $0 : $0 * (nodes[i] - nodes[$1]) }
    }
    let size = raw.reduce(0) { $0 + abs($1) }
    return raw.map { $0 / size }
  }()

  /// ∫₀ˣ of the polynomial through the six nodes: row i holds the coefficients of x, x², … of what node i adds.
  private static let antiderivatives: [[Double]] = nodes.indices.map { i in
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

  /// The weights of the six nodes in the integral from 0 to x.
  package static func weights(upTo x: Double) -> [Double] {
    x == 1 ? weights : antiderivatives.map { row in x * row.reversed().reduce(0) { $0 * x + $1 } }
  }
}
