/// The components of a program along a thread: families w₁, …, w_m of slices that may trade norm freely, so that
/// σ = Π ‖wₙ‖ grows by σγ = −⟨wₙ, ∂L/∂wₙ⟩, the same number for every n (Euler's identity), for any head behind them.
public struct Component: Equatable, Sendable {
  /// One factor of every component: the slices of a block along an axis.
  public struct Factor: Equatable, Sendable {
    /// Position in ``Program/blocks``.
    public let block: Int
    /// The axis whose index counts the components.
    public let axis: Int
    /// Axes along which there are further components, index by index.
    public let batch: [Int]
  }

  /// The m factors.
  public let factors: [Factor]
  /// Numbers of components: along the thread, then along the batch.
  public let shape: [Int]
  /// Whether a Gram law holds along the thread: the slices are then fixed only up to an invertible matrix.
  public let carriesGram: Bool

  /// Number of components.
  public var count: Int { shape.reduce(1, *) }

  /// m.
  public var factorCount: Int { factors.count }

  /// 2 − 2/m: the power of σ in the growth of σ from a balanced state (Razin, Maman, Cohen 2021, Theorem 1).
  ///
  /// - Throws: ``Refusal`` if m outgrows 64 bits.
  public func exponent() throws(Refusal) -> Rational { try Rational(2 * factorCount - 2, factorCount) }

  /// Positions in θ of the slice of a factor in a component.
  public func slice(_ factor: Factor, of component: Int, in program: Program) -> [Int] {
    let index = MultiIndex.at(component, shape: shape)
    return LawSlices(program).positions(factor.block, fixing: Array(zip([factor.axis] + factor.batch, index)))
  }

  /// σγ = −⟨w, ∂L/∂w⟩ of a component by one of its factors.
  public func growth(
    _ factor: Factor, of component: Int, in program: Program, parameters: [Double], gradient: [Double]
  ) -> Double {
    -slice(factor, of: component, in: program).reduce(0) { $0 + parameters[$1] * gradient[$1] }
  }
}

extension Program {
  /// The components of a program: threads with m ≥ 2 parameter axes, of different blocks and without data, on which the
  /// rescalings are exactly the exponents with sum 0. Parameters that no rescaling moves, such as gates, belong to the head.
  ///
  /// - Throws: ``Refusal`` if a node is unknown or a fraction outgrows 64 bits.
  public func components(of roots: [ID]) throws(Refusal) -> [Component] {
    for root in roots { try check(root) }
    let threads = LabelThreads(self, roots: roots)
    var components: [Component] = []
    for thread in threads.threads.indices {
      if let component = try threads.component(thread) { components.append(component) }
    }
    // A sum of components, such as an expert of several units, is none of its own; finer ones first.
    var result: [Component] = []
    for batches in (0...(components.map { $0.shape.count }.max() ?? 0)).reversed() {
      for component in components where component.shape.count == batches {
        if !result.contains(where: { component.isSum(of: $0) }) { result.append(component) }
      }
    }
    return result
  }
}

extension Component {
  /// Whether the axes that count these components are among those that count others of the same blocks.
  fileprivate func isSum(of parts: Component) -> Bool {
    factors.allSatisfy { factor in
      parts.factors.contains { part in
        part.block == factor.block && ([factor.axis] + factor.batch).allSatisfy(([part.axis] + part.batch).contains)
      }
    }
  }
}

extension LabelThreads {
  fileprivate func component(_ thread: Int) throws(Refusal) -> Component? {
    let moving = try tradingNorm(thread, over: [])
    let axes = moving.map { threads[thread][$0] }
    guard axes.count >= 2, axes.map(\.node).isDistinct,
      threads[thread].allSatisfy({ !isData($0.node) })
    else { return nil }
    var batch: [Int] = []
    for other in threads.indices where other != thread && extent(other) > 1 {
      guard axes.allSatisfy({ self.axes(of: $0.node, on: other).count == 1 }) else { continue }
      if try tradingNorm(thread, over: batch + [other]) == moving { batch.append(other) }
    }
    let factors = axes.compactMap { axis -> Component.Factor? in
      guard case .block(let number) = program.nodes[axis.node].kind else { return nil }
      return Component.Factor(block: number, axis: axis.axis, batch: batch.flatMap { self.axes(of: axis.node, on: $0) })
    }
    let gram = try ScalingSystem.solutions(self, thread, batch: batch, whole: true)
    return Component(
      factors: factors, shape: [extent(thread)] + batch.map { extent($0) }, carriesGram: !gram.isEmpty)
  }

  /// The parameter axes with an exponent in some solution, if the solutions are exactly the exponents with sum 0 on them;
  /// otherwise none.
  private func tradingNorm(_ thread: Int, over batch: [Int]) throws(Refusal) -> [Int] {
    let solutions = try ScalingSystem.solutions(self, thread, batch: batch, whole: false)
    let positions = parameters(thread)
    let moving = positions.indices.filter { position in solutions.contains { $0[position] != 0 } }
    guard solutions.count == moving.count - 1 else { return [] }
    for solution in solutions {
      var sum: Rational = 0
      for exponent in solution { sum = try sum + exponent }
      if sum != 0 { return [] }
    }
    return moving.map { positions[$0] }
  }

  private func isData(_ node: Int) -> Bool {
    switch program.nodes[node].kind {
    case .direction, .weights, .data, .selection: true
    case .block, .sum, .map, .softmax, .softmaxDerivative, .logSumExp: false
    }
  }
}
