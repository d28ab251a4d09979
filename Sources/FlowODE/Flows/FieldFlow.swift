import GSLBridge
import Models

/// A vector field θ̇ = F(θ) by itself, where no objective is minimized.
///
/// It owns its buffers, and one thread uses it.
public protocol VelocityField: AnyObject {
  /// Writes F(θ).
  func write(_ parameters: UnsafePointer<Double>, into velocity: UnsafeMutablePointer<Double>)
  /// Writes F′(θ) u.
  func writeDerivative(
    _ parameters: UnsafePointer<Double>, along direction: UnsafePointer<Double>,
    into derivative: UnsafeMutablePointer<Double>)
}

/// How the parameters of an experiment move, if that is not gradient flow.
public struct Motion: Sendable {
  /// The field in words, such as `x' = x - y^2`.
  public let summary: String
  /// A fresh field for the thread that calls.
  let make: @Sendable () throws(Refusal) -> any VelocityField

  /// - Parameter make: a fresh field for the thread that calls.
  public init(_ summary: String, _ make: @escaping @Sendable () throws(Refusal) -> any VelocityField) {
    self.summary = summary
    self.make = make
  }
}

/// θ̇_b = ρ_b F_b(θ), block by block, followed by the integrals of the quadratures where it carries them.
///
/// What quadratures see as the gradient is −F, so that the velocity is its negative as along every gradient flow.
public final class FieldFlow: RateFlow {
  public let objective: Objective
  public let quadratures: [any Quadrature]
  public let carriesIntegrals: Bool
  public let quadratureCount: Int
  public var leadingCount: Int { layout.count }
  private let layout: ParameterLayout
  private let blockRates: [Double]
  private let field: any VelocityField
  private let isCancelled: @Sendable () -> Bool
  private let velocity: Buffer<Double>
  private let direction: Buffer<Double>
  private let needsValue: Bool

  /// - Parameters:
  ///   - objective: f, which reports and stop conditions speak of.
  ///   - blockRates: ρ, one per block of `layout`; nil means 1 everywhere.
  public init(
    _ field: any VelocityField, objective: Objective, layout: ParameterLayout, blockRates: [Double]? = nil,
    quadratures: [any Quadrature] = [], carriesIntegrals: Bool = true,
    isCancelled: @escaping @Sendable () -> Bool = { false }
  ) {
    self.field = field
    self.objective = objective
    self.layout = layout
    self.blockRates = blockRates ?? Array(repeating: 1, count: layout.blocks.count)
    precondition(self.blockRates.count == layout.blocks.count, "one rate per parameter block")
    self.quadratures = quadratures
    self.carriesIntegrals = carriesIntegrals
    quadratureCount = carriesIntegrals ? quadratures.integralCount : 0
    self.isCancelled = isCancelled
    needsValue = quadratures.contains(where: \.usesValue)
    velocity = Buffer(count: layout.count)
    direction = Buffer(count: layout.count)
  }

  public func evaluate(
    _ time: Double, _ state: UnsafePointer<Double>, _ derivative: UnsafeMutablePointer<Double>
  ) throws(RightHandSideFailure) {
    if isCancelled() { throw .stop(Interrupted()) }
    field.write(state, into: velocity.pointer)
    let own = velocity.pointer
    for (block, rate) in zip(layout.blocks, blockRates) {
      for i in block.range {
        derivative[i] = rate * own[i]
        own[i] = -own[i]
      }
    }
    guard quadratureCount > 0 else { return }
    quadratures.growth(at: evaluatedPoint(time, state), into: derivative + layout.count)
  }

  public func evaluatedPoint(_ time: Double, _ state: UnsafePointer<Double>) -> FlowPoint {
    FlowPoint(
      time: time, objective: objective, parameters: state, value: needsValue ? objective.value(state) : .nan,
      gradient: UnsafePointer(velocity.pointer))
  }

  /// The instant where the field was not evaluated just before.
  private func point(_ time: Double, _ state: UnsafePointer<Double>) -> FlowPoint {
    field.write(state, into: velocity.pointer)
    for i in 0..<layout.count { velocity.pointer[i] = -velocity.pointer[i] }
    return evaluatedPoint(time, state)
  }

  public func jacobian(
    _ time: Double, _ state: UnsafePointer<Double>, _ dfdy: UnsafeMutablePointer<Double>,
    _ dfdt: UnsafeMutablePointer<Double>
  ) throws(RightHandSideFailure) {
    if isCancelled() { throw .stop(Interrupted()) }
    let (n, dimension) = (layout.count, self.dimension)
    dfdy.update(repeating: 0, count: dimension * dimension)
    dfdt.update(repeating: 0, count: dimension)
    let column = Buffer<Double>(count: n)
    for j in 0..<n {
      direction.pointer[j] = 1
      field.writeDerivative(state, along: direction.pointer, into: column.pointer)
      direction.pointer[j] = 0
      for (block, rate) in zip(layout.blocks, blockRates) {
        for i in block.range { dfdy[i * dimension + j] = rate * column.pointer[i] }
      }
    }
    guard quadratureCount > 0 else { return }
    let rows = Buffer<Double>(count: quadratureCount * n)
    quadratures.growthDerivatives(at: point(time, state), into: rows.pointer)
    for row in 0..<quadratureCount {
      (dfdy + (n + row) * dimension).update(from: rows.pointer + row * n, count: n)
    }
  }

  public func quadratureScales(_ parameters: UnsafePointer<Double>) -> [Double] {
    guard quadratureCount > 0 else { return [] }
    return quadratures.integralScales(at: point(0, parameters))
  }
}
