import CMath
import GSLBridge
import Models

/// Gradient flow of a balanced deep matrix factorization, integrated in the coordinates (ln σ, U, V) of W = U diag(σ) Vᵀ.
///
/// θ at a state is the balanced factorization W_L = U S^{1/L}, …, W_1 = S^{1/L} Vᵀ, so that everything which looks at
/// parameters sees a point of the factor flow, up to the hidden rotations that gradient flow leaves free.
public final class SVDFlow: RateFlow {
  public let objective: Objective
  /// The factorization whose balanced flow this is.
  public let model: MatrixFactorization
  public let quadratures: [any Quadrature]
  public let carriesIntegrals: Bool
  public let quadratureCount: Int
  public var leadingCount: Int { terms.count }
  private let terms: SVDFlowTerms
  private let isCancelled: @Sendable () -> Bool
  private let theta: Buffer<Double>
  private let gradient: Buffer<Double>

  /// ‖W_{l+1}ᵀW_{l+1} − W_l W_lᵀ‖ up to this part of the largest ‖W_l‖² counts as balanced.
  public static let balanceTolerance = 1e-10
  /// Neighbouring singular values closer than this part of the larger one have no usable singular vectors.
  public static let gapTolerance = 1e-8

  /// - Parameters:
  ///   - gradientThreads: threads that share the evaluation of one gradient.
  ///   - carriesIntegrals: whether the integrals are states of the ODE; see ``GradientFlow``.
  /// - Throws: ``Refusal`` if the model is no matrix factorization of depth 2 or more, a hidden width is too
  ///   small, or the start is not balanced, has a singular value 0 or two that coincide.
  public init(
    model: Model, measurements: Measurements, loss: any Loss, normalization: Normalization, start: [Double],
    gradientThreads: Int = 1, quadratures: [any Quadrature] = [], carriesIntegrals: Bool = true,
    isCancelled: @escaping @Sendable () -> Bool = { false }
  ) throws(Refusal) {
    guard let chain = model.chain, chain.depth >= 2 else {
      throw Refusal(
        "svd coordinates describe matrix factorizations of depth 2 or more, not \(model.summary)",
        remedy: "use integration.coordinates weights")
    }
    self.model = chain
    let rank = chain.shape.min() ?? 1
    guard chain.hiddenWidths.allSatisfy({ $0 >= rank }) else {
      throw Refusal(
        "svd coordinates need hidden widths of at least \(rank)",
        remedy: "use problem.width \(rank) or integration.coordinates weights"
      )
    }
    objective = try Objective(
      model: model, measurements: measurements, loss: loss, normalization: normalization)
    if gradientThreads > 1 { objective.evaluator.useThreads(gradientThreads) }
    let end = try Model(MatrixFactorization(shape: chain.shape, hiddenWidths: []))
    terms = SVDFlowTerms(
      rows: chain.shape[0], columns: chain.shape[1], depth: chain.depth,
      endObjective: try Objective(
        model: end, measurements: measurements, loss: loss, normalization: normalization))
    self.quadratures = quadratures
    self.carriesIntegrals = carriesIntegrals
    quadratureCount = carriesIntegrals ? quadratures.integralCount : 0
    self.isCancelled = isCancelled
    theta = Buffer(count: model.layout.count)
    gradient = Buffer(count: model.layout.count)
    try Self.check(chain, start: start)
  }

  private static func check(_ model: MatrixFactorization, start: [Double]) throws(Refusal) {
    let imbalance = model.relativeImbalance(start)
    guard imbalance <= balanceTolerance else {
      throw Refusal(
        "svd coordinates describe balanced flows, and the start's layers differ by \(imbalance) of their squared norm",
        remedy: "use init.name balanced, or integration.coordinates weights")
    }
    let values = model.singularValues(start)
    for (r, value) in values.enumerated() {
      guard value > 0, value.isFinite else {
        throw Refusal(
          "svd coordinates need a start of full rank, and its singular value \(r) is \(value)",
          remedy: "use another start, or integration.coordinates weights")
      }
      guard r == 0 || values[r - 1] - value > gapTolerance * values[r - 1] else {
        throw Refusal(
          "the start's singular values \(r - 1) and \(r) coincide (\(values[r - 1]) and \(value)), so their vectors are "
            + "not determined", remedy: "use another start, or integration.coordinates weights")
      }
    }
  }

  public func initialState(_ start: [Double]) -> [Double] {
    let product = Matrix(rows: model.shape[0], columns: model.shape[1], elements: model.endToEnd(start))
    // A start that cannot be decomposed was refused at construction; NaN would stop the integration at once.
    guard let svd = try? SVD(product) else { return [Double](repeating: .nan, count: terms.count) }
    return svd.singularValues.map { log($0) } + svd.u.elements + svd.v.elements
  }

  public func parameters(at state: UnsafePointer<Double>) -> UnsafePointer<Double> {
    let k = terms.rank
    let depth = Double(model.depth)
    let (u, v) = (state + k, state + k + terms.rows * k)
    theta.clear()
    for (l, block) in model.layout.blocks.enumerated() {
      let layer = theta.pointer + block.offset
      for r in 0..<k {
        let root = exp(state[r] / depth)
        if l == 0 {
          for j in 0..<block.columns { layer[r * block.columns + j] = root * v[j * k + r] }
        } else if l == model.depth - 1 {
          for i in 0..<block.rows { layer[i * block.columns + r] = root * u[i * k + r] }
        } else {
          layer[r * block.columns + r] = root
        }
      }
    }
    return UnsafePointer(theta.pointer)
  }

  /// The derivative of ``parameters(at:)`` along a direction of the state.
  private func parameterTangent(
    _ state: UnsafePointer<Double>, _ direction: UnsafePointer<Double>, _ result: UnsafeMutablePointer<Double>
  ) {
    let k = terms.rank
    let depth = Double(model.depth)
    let offset = k + terms.rows * k
    result.update(repeating: 0, count: model.layout.count)
    for (l, block) in model.layout.blocks.enumerated() {
      let layer = result + block.offset
      for r in 0..<k {
        let root = exp(state[r] / depth)
        let growth = direction[r] / depth
        if l == 0 {
          for j in 0..<block.columns {
            layer[r * block.columns + j] = root * (direction[offset + j * k + r] + growth * state[offset + j * k + r])
          }
        } else if l == model.depth - 1 {
          for i in 0..<block.rows {
            layer[i * block.columns + r] = root * (direction[k + i * k + r] + growth * state[k + i * k + r])
          }
        } else {
          layer[r * block.columns + r] = root * growth
        }
      }
    }
  }

  /// Costs a gradient in the weights, which the right-hand side does not form.
  public func evaluatedPoint(_ time: Double, _ state: UnsafePointer<Double>) -> FlowPoint {
    FlowPoint(time: time, evaluating: objective, at: parameters(at: state), into: gradient.pointer)
  }

  public func evaluate(
    _ time: Double, _ state: UnsafePointer<Double>, _ derivative: UnsafeMutablePointer<Double>
  ) throws(RightHandSideFailure) {
    if isCancelled() { throw .stop(Interrupted()) }
    guard terms.update(state) else { throw .outsideDomain }
    terms.rates(state, into: derivative)
    guard quadratureCount > 0 else { return }
    quadratures.growth(at: evaluatedPoint(time, state), into: derivative + terms.count)
  }

  public func jacobian(
    _ time: Double, _ state: UnsafePointer<Double>, _ dfdy: UnsafeMutablePointer<Double>,
    _ dfdt: UnsafeMutablePointer<Double>
  ) throws(RightHandSideFailure) {
    if isCancelled() { throw .stop(Interrupted()) }
    guard terms.update(state) else { throw .outsideDomain }
    let n = terms.count
    let p = model.layout.count
    let dimension = self.dimension
    dfdy.update(repeating: 0, count: dimension * dimension)
    dfdt.update(repeating: 0, count: dimension)
    withUnsafeTemporaryAllocation(of: Double.self, capacity: 2 * n + p * (1 + quadratureCount)) { work in
      guard let base = work.baseAddress else { return }
      let (direction, column, tangent, rows) = (base, base + n, base + 2 * n, base + 2 * n + p)
      direction.initialize(repeating: 0, count: n)
      if quadratureCount > 0 {
        quadratures.growthDerivatives(at: evaluatedPoint(time, state), into: rows)
      }
      for j in 0..<n {
        direction[j] = 1
        terms.tangent(state, along: direction, into: column)
        for i in 0..<n { dfdy[i * dimension + j] = column[i] }
        if quadratureCount > 0 {
          parameterTangent(state, direction, tangent)
          for row in 0..<quadratureCount {
            dfdy[(n + row) * dimension + j] = BLAS.dot(count: p, rows + row * p, tangent)
          }
        }
        direction[j] = 0
      }
    }
  }

  public func quadratureScales(_ state: UnsafePointer<Double>) -> [Double] {
    guard quadratureCount > 0 else { return [] }
    return quadratures.integralScales(at: evaluatedPoint(0, state))
  }
}
