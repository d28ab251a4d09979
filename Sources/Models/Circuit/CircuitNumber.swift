/// Numbers that a circuit computes with, for eight data points at once: plain ones, or ones with a derivative.
protocol CircuitNumber: BitwiseCopyable {
  static var zero: Self { get }
  /// The same number for all points, with its derivative.
  init(_ value: Double, _ derivative: Double)
  /// Numbers of the points, with their derivatives.
  init(_ values: SIMD8<Double>, _ derivatives: SIMD8<Double>)
  static func + (a: Self, b: Self) -> Self
  static func * (a: Self, b: Self) -> Self
  /// What a pass is there for: the values, or the derivatives where there are any.
  var result: SIMD8<Double> { get }
}

/// Values alone.
struct PlainLanes: CircuitNumber {
  private let value: SIMD8<Double>

  static var zero: PlainLanes { PlainLanes(0, 0) }
  init(_ value: Double, _ derivative: Double) { self.value = SIMD8(repeating: value) }
  init(_ values: SIMD8<Double>, _ derivatives: SIMD8<Double>) { value = values }
  private init(_ values: SIMD8<Double>) { value = values }
  static func + (a: PlainLanes, b: PlainLanes) -> PlainLanes { PlainLanes(a.value + b.value) }
  static func * (a: PlainLanes, b: PlainLanes) -> PlainLanes { PlainLanes(a.value * b.value) }
  var result: SIMD8<Double> { value }
}

/// Values with their derivatives along one direction.
struct DualLanes: CircuitNumber {
  private let value: SIMD8<Double>
  private let derivative: SIMD8<Double>

  static var zero: DualLanes { DualLanes(0, 0) }
  init(_ value: Double, _ derivative: Double) {
    (self.value, self.derivative) = (SIMD8(repeating: value), SIMD8(repeating: derivative))
  }
  init(_ values: SIMD8<Double>, _ derivatives: SIMD8<Double>) { (value, derivative) = (values, derivatives) }
  static func + (a: DualLanes, b: DualLanes) -> DualLanes {
    DualLanes(a.value + b.value, a.derivative + b.derivative)
  }
  static func * (a: DualLanes, b: DualLanes) -> DualLanes {
    DualLanes(a.value * b.value, a.value * b.derivative + a.derivative * b.value)
  }
  var result: SIMD8<Double> { derivative }
}
