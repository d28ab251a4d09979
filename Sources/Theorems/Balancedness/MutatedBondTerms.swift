import FlowODE
import Models
import Verdicts

/// The terms of false relatives of the balancedness laws of components: norms in place of squared norms, or the inner products
/// of neighbouring components, s = r + 1.
///
/// By how much such a law must change is known beforehand: its rate follows from θ and ∇f. Where that says that it hardly
/// changes (``Evidence/isFalsified``), no rejection can be asked for.
final class MutatedBondTerms: ConservedTerms {
  let laws: [TermSum]
  let sizes: [Int]
  private let isUnsquared: Bool
  private let components: [[VectorView]]

  init(_ components: [[VectorView]], isUnsquared: Bool) {
    self.isUnsquared = isUnsquared
    self.components = components
    var laws: [TermSum] = []
    var first = 0
    for (r, blocks) in components.enumerated() {
      for a in blocks.indices {
        for b in 0..<a { laws.append(TermSum("component \(r)", [(first + a, 1), (first + b, -1)])) }
      }
      first += blocks.count
    }
    self.laws = laws
    sizes = [Int](repeating: 1, count: first)
  }

  /// Calls with every vector's place among the terms, and the vector it is multiplied by.
  private func forEachPair(_ body: (Int, VectorView, VectorView) -> Void) {
    var k = 0
    for (r, blocks) in components.enumerated() {
      let partners = isUnsquared ? blocks : components[(r + 1) % components.count]
      for (own, other) in zip(blocks, partners) {
        body(k, own, other)
        k += 1
      }
    }
  }

  func update(_ point: TrajectoryPoint, into terms: UnsafeMutablePointer<Double>) {
    let theta = point.parameters
    forEachPair { k, own, other in
      let product = own.dot(theta, other, theta)
      terms[k] = isUnsquared ? product.squareRoot() : product
    }
  }

  func rates(_ point: TrajectoryPoint, into rates: UnsafeMutablePointer<Double>) -> Bool {
    let (theta, gradient) = (point.parameters, point.gradient)
    forEachPair { k, own, other in
      var rate = -(own.dot(gradient, other, theta) + own.dot(theta, other, gradient))
      if isUnsquared {
        let norm = own.dot(theta, other, theta).squareRoot()
        rate = norm > 0 ? rate / (2 * norm) : 0
      }
      rates[k] = rate
    }
    return true
  }
}
