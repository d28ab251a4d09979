import Models

/// A rate that depends on one component's pairing and squared norms only.
public struct ComponentRate: Sendable {
  /// The rate's name, to which the component's number is added.
  public let name: String
  /// The rate of one component at one state.
  public let value: @Sendable (_ component: Int, ComponentState) -> Double

  /// The size at which the integral's absolute error starts to matter, from the start; nil is σ.
  public let scale: (@Sendable (_ component: Int, ComponentState) -> Double)?

  /// A rate; without `scale` its integral is compared with σ.
  public init(
    _ name: String, scale: (@Sendable (_ component: Int, ComponentState) -> Double)? = nil,
    value: @escaping @Sendable (_ component: Int, ComponentState) -> Double
  ) {
    self.name = name
    self.value = value
    self.scale = scale
  }
}

/// Rates of every component to be integrated, rate by rate: that of component r is number k·R + r for the k-th rate.
public final class ComponentQuadrature: Quadrature {
  public let usesValue = false
  public let names: [String]
  private let rateFunctions: [ComponentRate]
  private let terms: ComponentTerms

  /// The given rates of every component.
  public init(_ registry: ComponentRegistry, rates: [ComponentRate]) {
    terms = ComponentTerms(registry)
    rateFunctions = rates
    names = rates.flatMap { rate in registry.components.indices.map { "\(rate.name) \($0)" } }
  }

  public var rateCount: Int { rateFunctions.count * terms.count }

  public func rates(at point: FlowPoint, into rates: UnsafeMutablePointer<Double>) {
    terms.update(point.parameters, gradient: point.gradient)
    for r in 0..<terms.count {
      let state = terms.component(r)
      for (k, rate) in rateFunctions.enumerated() { rates[k * terms.count + r] = rate.value(r, state) }
    }
  }

  /// By the chain rule: ∂rate/∂(pairing, a) by central differences, which are exact to about 1e-10 on these smooth functions,
  /// ∇pairing = −(∇²f w_1 + ∇_{w_1} f) and ∇a_i = 2 w_i.
  public func derivatives(at point: FlowPoint, into derivatives: UnsafeMutablePointer<Double>) {
    let n = point.objective.parameterCount
    terms.update(point.parameters, gradient: point.gradient)
    let work = Buffer<Double>(count: 2 * n + terms.registry.largestBlockCount)
    let (direction, pairingGradient, shifted) = (work.pointer, work.pointer + n, work.pointer + 2 * n)
    for r in 0..<terms.count {
      let blocks = terms.registry.components[r]
      let first = blocks[0]
      direction.update(repeating: 0, count: n)
      first.add(point.parameters, times: 1, to: direction)
      point.objective.hessianVectorProduct(
        point.parameters, direction: direction, into: pairingGradient)
      for i in 0..<n { pairingGradient[i] = -pairingGradient[i] }
      first.add(point.gradient, times: -1, to: pairingGradient)
      let state = terms.component(r)
      for (k, rate) in rateFunctions.enumerated() {
        let row = derivatives + (k * terms.count + r) * n
        let slope = Self.difference(rate, r, state, shifted, varying: nil)
        for i in 0..<n { row[i] = slope * pairingGradient[i] }
        for (b, block) in blocks.enumerated() {
          let slope = Self.difference(rate, r, state, shifted, varying: b)
          block.add(point.parameters, times: 2 * slope, to: row)
        }
      }
    }
  }

  /// The derivative of a rate with respect to the pairing (nil) or one squared norm.
  private static func difference(
    _ rate: ComponentRate, _ r: Int, _ state: ComponentState, _ shifted: UnsafeMutablePointer<Double>, varying: Int?
  ) -> Double {
    let m = state.m
    let value = varying.map { state.squaredNorms[$0] } ?? state.pairing
    let step = 1e-5 * (abs(value) > 0 ? abs(value) : state.norm)
    guard step > 0 else { return 0 }
    func at(_ shift: Double) -> Double {
      for i in 0..<m { shifted[i] = state.squaredNorms[i] + (varying == i ? shift : 0) }
      let pairing = state.pairing + (varying == nil ? shift : 0)
      return rate.value(
        r, ComponentState(pairing: pairing, squaredNorms: UnsafeBufferPointer(start: shifted, count: m)))
    }
    return (at(step) - at(-step)) / (2 * step)
  }

  /// The components' own norms at the start, or 1 for one that vanishes.
  public func scales(at start: FlowPoint) -> [Double] {
    terms.update(start.parameters, gradient: start.gradient)
    let derivativeScales = (0..<terms.count).map { r -> Double in
      let norm = terms.component(r).norm
      return norm > 0 ? norm : 1
    }
    return rateFunctions.flatMap { rate in
      derivativeScales.indices.map { r in rate.scale?(r, terms.component(r)) ?? derivativeScales[r] }
    }
  }
}
