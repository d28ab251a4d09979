/// The components of a model: families of slices w_1, …, w_m that trade norm freely, so that one term T(w_1, …, w_m) of the
/// model is multilinear in them.
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
  /// Whether W is the sum of its components, each a tensor product of its blocks: a CP factorization.
  public let isSumOfProducts: Bool

  /// The components along the threads of a program; nil if there are none.
  ///
  /// - Throws: ``Refusal`` if a fraction outgrows 64 bits.
  init?(_ program: Program) throws(Refusal) {
    guard let output = program.output else { return nil }
    let found = try program.components(of: [output])
    let views = BlockViews(program)
    components = found.flatMap { component in
      (0..<component.count).map { number in
        let index = MultiIndex.at(number, shape: component.shape)
        return component.factors.map { factor in
          views.slice(factor.block, fixing: zip([factor.axis] + factor.batch, index).map { (axis: $0, index: $1) })
        }
      }
    }
    guard let largest = components.map(\.count).max() else { return nil }
    largestBlockCount = largest
    isSumOfProducts = found.count == 1 && found[0].isWhole(program, output)
  }

  /// Π‖w_i‖ of every component.
  public func norms(_ parameters: UnsafePointer<Double>) -> [Double] {
    components.map { $0.reduce(1) { $0 * $1.norm(parameters) } }
  }

  /// Switches all components but one off: θ with their first blocks set to zero. Its end-to-end object is σ C for models
  /// that are sums of their components.
  public func isolating(_ component: Int, in parameters: [Double]) -> [Double] {
    var result = parameters
    for (r, blocks) in components.enumerated() where r != component { blocks[0].scale(&result, by: 0) }
    return result
  }
}

extension Component {
  /// Whether a node is one product of nothing but these factors, each with one axis of the result besides its component's.
  fileprivate func isWhole(_ program: Program, _ output: Program.ID) -> Bool {
    guard case .sum(let products) = program[output].kind, products.count == 1, let product = products.first,
      product.coefficient == 1, product.uses.count == factors.count, product.uses.count == product.out.count
    else { return false }
    return factors.allSatisfy { factor in
      guard let use = product.uses.first(where: { program.blocks[factor.block].node == $0.node }), use.labels.count == 2
      else { return false }
      return product.out.contains(use.labels[1 - factor.axis]) && !product.out.contains(use.labels[factor.axis])
    }
  }
}
