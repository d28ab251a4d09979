import GSLBridge
import Models

/// A gradient flow and companions that run beside it, as one system: all of them take the same steps, so the solver's error of
/// a difference between two states is small beside the difference where their right-hand sides nearly agree.
///
/// The state is θ of the leading flow, then each companion's. Objective, parameters and stop conditions are the leading
/// flow's; quadrature states are not carried along.
public final class CoupledFlow: VectorField {
  let flows: [GradientFlow]
  private let starts: [[Double]]
  let offsets: [Int]
  public let leadingCount: Int
  public var objective: Objective { flows[0].objective }
  public var quadratureCount: Int { 0 }

  /// - Parameter companions: flows with their own starts.
  public init(_ leader: GradientFlow, companions: [(flow: GradientFlow, start: [Double])]) {
    let flows = [leader] + companions.map(\.flow)
    precondition(flows.allSatisfy { $0.quadratureCount == 0 }, "coupled flows carry no quadratures")
    precondition(companions.allSatisfy { $0.start.count == $0.flow.leadingCount }, "a companion's start fits its flow")
    self.flows = flows
    starts = companions.map(\.start)
    var count = 0
    offsets = flows.map { flow in
      defer { count += flow.leadingCount }
      return count
    }
    leadingCount = count
  }

  /// Where the state of the k-th companion begins in ``TrajectoryPoint/state``.
  public func offset(ofCompanion k: Int) -> Int { offsets[k + 1] }

  public func initialState(_ start: [Double]) -> [Double] { start + starts.flatMap { $0 } }

  public func evaluate(
    _ time: Double, _ state: UnsafePointer<Double>, _ derivative: UnsafeMutablePointer<Double>
  ) throws(RightHandSideFailure) {
    for (flow, offset) in zip(flows, offsets) { try flow.evaluate(time, state + offset, derivative + offset) }
  }

  public func jacobian(
    _ time: Double, _ state: UnsafePointer<Double>, _ dfdy: UnsafeMutablePointer<Double>,
    _ dfdt: UnsafeMutablePointer<Double>
  ) throws(RightHandSideFailure) {
    let n = leadingCount
    dfdy.update(repeating: 0, count: n * n)
    for (flow, offset) in zip(flows, offsets) {
      let own = flow.leadingCount
      let block = Buffer<Double>(count: own * own)
      try flow.jacobian(time, state + offset, block.pointer, dfdt + offset)
      for i in 0..<own {
        (dfdy + (offset + i) * n + offset).update(from: block.pointer + i * own, count: own)
      }
    }
  }

  public func quadratureScales(_ state: UnsafePointer<Double>) -> [Double] { [] }
}
