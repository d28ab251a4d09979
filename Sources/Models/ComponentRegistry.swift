/// The components of a model: families of blocks w_1, …, w_m in which one term T(w_1, …, w_m) of W is multilinear.
///
/// Every claim about component norms needs only this: σ = Π‖w_i‖, C = T(w_1/‖w_1‖, …, w_m/‖w_m‖) and γ = ⟨−∇L(W), C⟩, where
/// ⟨−∇L(W), T⟩ = ⟨−∇_{w_i} f, w_i⟩ for each i by Euler's identity, so γ costs a parameter gradient and no end-to-end object.
public struct ComponentRegistry: Sendable {
  /// The blocks of each component.
  public let components: [[VectorView]]
  /// m, the number of blocks of each component.
  public var blockCounts: [Int] { components.map(\.count) }
  /// The largest m.
  public let largestBlockCount: Int

  /// The multilinear bonds of a model with at least two blocks; nil if there are none.
  public init?(_ model: any Model) {
    components = model.bonds.compactMap { bond in
      guard case .multilinear(let vectors) = bond, vectors.count >= 2 else { return nil }
      return vectors
    }
    guard let largest = components.map(\.count).max() else { return nil }
    largestBlockCount = largest
  }

  /// Switches all components but one off: θ with their first blocks set to zero. Its end-to-end object is σ C for models
  /// that are sums of their components.
  public func isolating(_ component: Int, in parameters: [Double]) -> [Double] {
    var result = parameters
    for (r, blocks) in components.enumerated() where r != component {
      for i in 0..<blocks[0].count { result[blocks[0].offset + i * blocks[0].stride] = 0 }
    }
    return result
  }
}
