/// The components' numbers at one state. Owns its buffers; use one per thread.
public final class ComponentTerms {
  /// Whose components these are.
  public let registry: ComponentRegistry
  /// R, the number of components.
  public let count: Int
  private let pairings: Buffer<Double>
  /// Block-major: a_i of component r at i·R + r.
  private let squares: Buffer<Double>
  private let gathered: Buffer<Double>
  /// Components stored side by side, as the columns of a block are, are walked row by row; nil for a block whose are not.
  private let bundles: [VectorBundle?]

  /// Numbers that are all 0 until the first update.
  public init(_ registry: ComponentRegistry) {
    self.registry = registry
    count = registry.components.count
    pairings = Buffer(count: count)
    squares = Buffer(count: count * registry.largestBlockCount)
    gathered = Buffer(count: registry.largestBlockCount)
    bundles = (0..<registry.largestBlockCount).map { i in
      registry.components.allSatisfy { $0.count > i } ? VectorBundle(registry.components.map { $0[i] }) : nil
    }
  }

  /// Recomputes everything at θ with ∇f(θ); without a gradient the pairings stay what they were.
  public func update(_ parameters: UnsafePointer<Double>, gradient: UnsafePointer<Double>?) {
    for i in 0..<registry.largestBlockCount {
      let target = squares.pointer + i * count
      if let bundle = bundles[i] {
        bundle.dot(parameters, parameters, into: target)
      } else {
        for r in 0..<count where registry.components[r].count > i {
          target[r] = registry.components[r][i].squaredNorm(parameters)
        }
      }
    }
    guard let gradient else { return }
    let pairings = pairings.pointer
    if let bundle = bundles.first.flatMap(\.self) {
      bundle.dot(gradient, parameters, into: pairings)
      for r in 0..<count { pairings[r] = -pairings[r] }
    } else {
      for r in 0..<count {
        let first = registry.components[r][0]
        pairings[r] = -first.dot(gradient, first, parameters)
      }
    }
  }

  /// The pairings γσ of all components at the last state with a gradient, one after the other.
  package var pairingRow: UnsafePointer<Double> { UnsafePointer(pairings.pointer) }

  /// The squared norms of all components' i-th blocks at the last state, one after the other; 0 for one without such a block.
  package func squareRow(_ i: Int) -> UnsafePointer<Double> { UnsafePointer(squares.pointer + i * count) }

  /// Component r at the last updated state; valid until the next call.
  public func component(_ r: Int) -> ComponentState {
    let m = registry.components[r].count
    let (gathered, squares) = (gathered.pointer, squares.pointer)
    for i in 0..<m { gathered[i] = squares[i * count + r] }
    return ComponentState(
      pairing: pairings.pointer[r], squaredNorms: UnsafeBufferPointer(start: gathered, count: m))
  }
}
