/// One component at one state, through the numbers that its norm's dynamics depend on.
public struct ComponentState {
  /// ⟨−∇L(W), T(w)⟩ = γ σ.
  public let pairing: Double
  /// a_i = ‖w_i‖², i = 1 … m.
  public let squaredNorms: UnsafeBufferPointer<Double>

  /// The squared norms need to be valid as long as the state is used.
  public init(pairing: Double, squaredNorms: UnsafeBufferPointer<Double>) {
    self.pairing = pairing
    self.squaredNorms = squaredNorms
  }

  /// m.
  public var m: Int { squaredNorms.count }
  /// σ = Π‖w_i‖.
  public var norm: Double {
    var product = 1.0
    for a in squaredNorms { product *= a.squareRoot() }
    return product
  }
  /// γ = ⟨−∇L(W), C⟩; 0 where σ = 0, as C is then undefined.
  public var gamma: Double {
    let norm = norm
    return norm > 0 ? pairing / norm : 0
  }
  /// dσ/dt = γ Σ_i Π_{j≠i} ‖w_j‖², for any start.
  public var rate: Double { gamma * symmetric(m - 1) }
  /// max_{i,j} |a_i − a_j|.
  public var unbalancedness: Double { (squaredNorms.max() ?? 0) - (squaredNorms.min() ?? 0) }

  /// The elementary symmetric polynomial e_k(a_1, …, a_m); 0 for k < 0.
  public func symmetric(_ k: Int) -> Double {
    guard k >= 0, k <= m else { return 0 }
    return withUnsafeTemporaryAllocation(of: Double.self, capacity: k + 1) { e in
      e.initialize(repeating: 0)
      e[0] = 1
      for a in squaredNorms {
        for j in stride(from: k, to: 0, by: -1) { e[j] += a * e[j - 1] }
      }
      return e[k]
    }
  }
}
