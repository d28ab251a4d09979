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

  /// The coefficient of sⁱ in N_q; 0 for i > q.
  func coefficient(_ q: Int, _ i: Int) -> Double { coefficients[q * (Self.capacity + 1) + i] }

  /// The coefficient of sⁱ in the polynomial that is 1 at node j, or at the end of the step where j is nil, and 0 at the others of
  /// the first k nodes and the end.
  func basis(_ j: Int?, order k: Int, power i: Int) -> Double {
    if i > k { return 0 }
    let share = coefficient(k, i) / atOne[k]
    guard let j else { return share }
    var sum = 0.0
    for q in j..<max(j, k) { sum += (coefficient(q, i) - share * atOne[q]) * divided(q, j) }
    return sum
  }

  /// Writes ∫₀¹ N_q for q up to the number of nodes.
  func integrals(into integrals: UnsafeMutablePointer<Double>) {
    for q in 0...count {
      var sum = 0.0
      for i in 0...q { sum += coefficient(q, i) / Double(i + 1) }
      integrals[q] = sum
    }
  }

  /// The integral over the step of ``basis(_:order:power:)``, from those of all N_q.
  func weight(_ j: Int?, order k: Int, _ integrals: UnsafePointer<Double>) -> Double {
    let share = integrals[k] / atOne[k]
    guard let j else { return share }
    var sum = 0.0
    for q in j..<max(j, k) { sum += (integrals[q] - share * atOne[q]) * divided(q, j) }
    return sum
  }

  /// Σ|bⱼ| of the integral over the step of the interpolant through the first k nodes and the end: how much it amplifies errors.
  func amplification(order k: Int, _ integrals: UnsafePointer<Double>) -> Double {
    (0..<k).reduce(abs(weight(nil, order: k, integrals))) { $0 + abs(weight($1, order: k, integrals)) }
  }

  /// N_q(s).
  func value(_ q: Int, _ s: Double) -> Double {
    var value = 0.0
    for i in (0...q).reversed() { value = value * s + coefficient(q, i) }
    return value
  }

  /// Writes θ^{i+1} Mᵢ(θx) = ∫₀^θ e^{−x(θ−s)} sⁱ ds for i = 0 … last: with them ``integral(_:_:)`` ends at θ.
  static func moments(_ x: Double, upTo theta: Double, last: Int, into moments: UnsafeMutablePointer<Double>) {
    Self.moments(theta * x, last: last, into: moments)
    var power = theta
    for i in 0...last {
      moments[i] *= power
      power *= theta
    }
  }

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
