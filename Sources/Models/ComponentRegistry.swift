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

/// One component at one state, through the numbers that its norm's dynamics depend on.
public struct ComponentState {
  /// ⟨−∇L(W), T(w)⟩ = γ σ.
  public let pairing: Double
  /// a_i = ‖w_i‖², i = 1 … m.
  public let squaredNorms: UnsafeBufferPointer<Double>

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

/// The components' numbers at one state. Owns its buffers; use one per thread.
public final class ComponentTerms {
  public let registry: ComponentRegistry
  /// R, the number of components.
  public let count: Int
  private let pairings: Buffer<Double>
  /// Block-major: a_i of component r at i·R + r.
  private let squares: Buffer<Double>
  private let gathered: Buffer<Double>
  private let isContiguous: [Bool]

  public init(_ registry: ComponentRegistry) {
    self.registry = registry
    count = registry.components.count
    pairings = Buffer(count: count)
    squares = Buffer(count: count * registry.largestBlockCount)
    gathered = Buffer(count: registry.largestBlockCount)
    // Components stored side by side, as the columns of a block are, are walked row by row.
    isContiguous = (0..<registry.largestBlockCount).map { i in
      guard let first = registry.components.first, registry.components.allSatisfy({ $0.count > i }) else {
        return false
      }
      return registry.components.indices.allSatisfy { r in
        let view = registry.components[r][i]
        return view.offset == first[i].offset + r && view.count == first[i].count && view.stride == first[i].stride
      }
    }
  }

  /// Recomputes everything at θ with ∇f(θ); without a gradient the pairings stay what they were.
  public func update(_ parameters: UnsafePointer<Double>, gradient: UnsafePointer<Double>?) {
    for i in 0..<registry.largestBlockCount {
      let target = squares.pointer + i * count
      if isContiguous[i] {
        let view = registry.components[0][i]
        target.update(repeating: 0, count: count)
        for row in 0..<view.count {
          let base = parameters + view.offset + row * view.stride
          for r in 0..<count { target[r] += base[r] * base[r] }
        }
      } else {
        for r in 0..<count where registry.components[r].count > i {
          target[r] = Self.dot(registry.components[r][i], parameters, parameters)
        }
      }
    }
    guard let gradient else { return }
    if isContiguous[0] {
      let view = registry.components[0][0]
      pairings.clear()
      for row in 0..<view.count {
        let offset = view.offset + row * view.stride
        for r in 0..<count { pairings.pointer[r] -= gradient[offset + r] * parameters[offset + r] }
      }
    } else {
      for r in 0..<count { pairings.pointer[r] = -Self.dot(registry.components[r][0], gradient, parameters) }
    }
  }

  private static func dot(_ view: VectorView, _ a: UnsafePointer<Double>, _ b: UnsafePointer<Double>) -> Double {
    var total = 0.0
    for i in 0..<view.count { total += a[view.offset + i * view.stride] * b[view.offset + i * view.stride] }
    return total
  }

  /// Component r at the last updated state; valid until the next call.
  public func component(_ r: Int) -> ComponentState {
    let m = registry.components[r].count
    for i in 0..<m { gathered.pointer[i] = squares.pointer[i * count + r] }
    return ComponentState(
      pairing: pairings.pointer[r], squaredNorms: UnsafeBufferPointer(start: gathered.pointer, count: m))
  }
}
