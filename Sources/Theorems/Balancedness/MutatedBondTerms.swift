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
  /// The blocks of all components, where those of each number lie side by side: they are walked row by row.
  private let bundles: [VectorBundle]
  private let sums: Buffer<Double>
  private let furtherSums: Buffer<Double>

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
    let width = components.first?.count ?? 0
    let bundles = (0..<width).compactMap { n in
      components.allSatisfy { $0.count == width } ? VectorBundle(components.map { $0[n] }) : nil
    }
    self.bundles = bundles.count == width ? bundles : []
    sums = Buffer(count: components.count)
    furtherSums = Buffer(count: components.count)
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
    let (width, sums) = (bundles.count, sums.pointer)
    for (n, bundle) in bundles.enumerated() {
      bundle.dot(theta, theta, shift: isUnsquared ? 0 : 1, into: sums)
      let target = terms + n
      if isUnsquared {
        for r in 0..<bundle.count { target[r * width] = sums[r].squareRoot() }
      } else {
        for r in 0..<bundle.count { target[r * width] = sums[r] }
      }
    }
    guard bundles.isEmpty else { return }
    forEachPair { k, own, other in
      let product = own.dot(theta, other, theta)
      terms[k] = isUnsquared ? product.squareRoot() : product
    }
  }

  func rates(_ point: TrajectoryPoint, into rates: UnsafeMutablePointer<Double>) -> Bool {
    let (theta, gradient) = (point.parameters, point.gradient)
    let (width, sums, furtherSums) = (bundles.count, sums.pointer, furtherSums.pointer)
    for (n, bundle) in bundles.enumerated() {
      let target = rates + n
      if isUnsquared {
        // The slope of a norm: −⟨∇f, w⟩/‖w‖.
        bundle.dot(gradient, theta, into: sums)
        bundle.dot(theta, theta, into: furtherSums)
        for r in 0..<bundle.count {
          let norm = furtherSums[r].squareRoot()
          target[r * width] = norm > 0 ? -2 * sums[r] / (2 * norm) : 0
        }
      } else {
        bundle.dot(gradient, theta, shift: 1, into: sums)
        bundle.dot(theta, gradient, shift: 1, into: furtherSums)
        for r in 0..<bundle.count { target[r * width] = -(sums[r] + furtherSums[r]) }
      }
    }
    guard bundles.isEmpty else { return true }
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
