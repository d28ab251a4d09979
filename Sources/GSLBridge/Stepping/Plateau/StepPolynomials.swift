import CMath

/// Newton interpolation over the nodes s₀ = 0 > s₁ > … of earlier states, in units of the step s ∈ [0, 1] to be taken,
/// with the integrals that exponential Adams formulas need.
///
/// N_q(s) = Π_{i<q} (s − sᵢ). All its coefficients are non-negative for nodes that are not positive, so nothing cancels.
package struct StepPolynomials {
  /// The most nodes.
  static let capacity = 10
  /// Number of nodes.
  private(set) var count = 0
  /// coefficients[q · capacity + i]: of sⁱ in N_q.
  private var coefficients = [Double](repeating: 0, count: (capacity + 1) * (capacity + 1))
  /// divided[q · capacity + j]: the weight of value j in the divided difference over nodes 0 … q.
  private var divided = [Double](repeating: 0, count: capacity * capacity)
  /// N_q(1).
  private(set) var atOne = [Double](repeating: 1, count: capacity + 1)

  /// Takes in new nodes, at most ``capacity``, all different.
  mutating func set(nodes: some Collection<Double>) {
    let s = nodes
    count = s.count
    let width = Self.capacity + 1
    for i in coefficients.indices { coefficients[i] = 0 }
    coefficients[0] = 1
    atOne[0] = 1
    var q = 0
    for node in s {
      for i in 0...q {
        coefficients[(q + 1) * width + i + 1] += coefficients[q * width + i]
        coefficients[(q + 1) * width + i] -= node * coefficients[q * width + i]
      }
      atOne[q + 1] = atOne[q] * (1 - node)
      // Newton's weights of the nodes before change by one factor; the new node's is the product of all.
      var own = 1.0
      for (j, other) in s.prefix(q).enumerated() {
        divided[q * Self.capacity + j] = divided[(q - 1) * Self.capacity + j] / (other - node)
        own *= node - other
      }
      divided[q * Self.capacity + q] = 1 / own
      q += 1
    }
  }

  /// The weight of value j in the divided difference over nodes 0 … q.
  func divided(_ q: Int, _ j: Int) -> Double { divided[q * Self.capacity + j] }

  /// ∫₀¹ e^{−x(1−s)} N_q(s) ds from the moments of x.
  func integral(_ q: Int, _ moments: UnsafePointer<Double>) -> Double {
    var sum = 0.0
    for i in 0...q { sum += coefficients[q * (Self.capacity + 1) + i] * moments[i] }
    return sum
  }

  /// ∫₀¹ e^{−x(1−s)} (s − 1) N_q(s) ds from the moments of x.
  func errorIntegral(_ q: Int, _ moments: UnsafePointer<Double>) -> Double {
    var sum = 0.0
    for i in 0...q { sum += coefficients[q * (Self.capacity + 1) + i] * (moments[i + 1] - moments[i]) }
    return sum
  }

  /// Number of moments that all integrals up to the capacity need.
  package static let momentCount = capacity + 2

  /// Writes the moments Mᵢ(x) = ∫₀¹ e^{−x(1−s)} sⁱ ds = i! φ_{i+1}(−x) for i = 0 … last.
  ///
  /// Mᵢ = (1 − i Mᵢ₋₁)/x loses nothing upwards while i ≤ |x|, and nothing downwards from there on: each is used where it
  /// is stable. Error unit: a few units in the last place, relative, for x ≥ −700.
  package static func moments(_ x: Double, last: Int, into moments: UnsafeMutablePointer<Double>) {
    let size = abs(x)
    if size == 0 {
      for i in 0...last { moments[i] = 1 / Double(i + 1) }
      return
    }
    moments[0] = -expm1(-x) / x
    let turn = size >= Double(last) ? last : Int(size)
    var i = 1
    while i <= turn {
      moments[i] = (1 - Double(i) * moments[i - 1]) / x
      i += 1
    }
    guard turn < last else { return }
    // Starting this far above, the error of the start is below roundoff when it arrives.
    let top = last + 14 + Int(3 * size)
    var moment = 1 / Double(top + 2)
    i = top
    while i > turn {
      if i <= last { moments[i] = moment }
      moment = (1 - x * moment) / Double(i)
      i -= 1
    }
  }
}
