import CMath
import GSLBridge

/// Random linear measurements of a dense target.
enum Sensing {
  /// Draws `samples` operators and measures the target with them.
  ///
  /// Dense operators have entries N(0, 1/Πd); rank-one operators have factor entries N(0, 1)·(Πd)^(−1/(2N)), so that either
  /// kind has expected squared Frobenius norm 1. Inputs have entries N(0, 1).
  ///
  /// - Throws: ``Refusal`` if the operators would exceed the memory limit.
  static func measure(
    _ target: [Double], shape: [Int], kind: MeasurementKind, samples: Int, seed: UInt64
  ) throws(Refusal) -> Measurements {
    let size = target.count
    if kind == .inputs {
      let width = shape[shape.count - 1]
      let count = try MemoryLimit.check([samples, width], what: "the inputs", remedy: "use fewer problem.samples")
      let outputs = try MemoryLimit.check(
        [samples, size / width], what: "the outputs at all inputs", remedy: "use fewer problem.samples")
      var stream = RandomStream(seed: seed, name: "sensing/inputs")
      let inputs = (0..<count).map { _ in stream.gaussian() }
      var values = [Double](repeating: 0, count: outputs)
      InputMap(inputs: inputs, shape: shape).apply(target, into: &values)
      return try Measurements(shape: shape, operators: .inputs(inputs), values: values)
    }
    if kind == .gaussian {
      let count = try MemoryLimit.check(
        [samples, size], what: "the sensing tensors",
        remedy: "use fewer problem.samples or problem.measure-with rank-one")
      var stream = RandomStream(seed: seed, name: "sensing/dense")
      let scale = 1 / Double(size).squareRoot()
      let tensors = (0..<count).map { _ in scale * stream.gaussian() }
      let values = (0..<samples).map { k in
        tensors.withUnsafeBufferPointer { tensors in
          target.withUnsafeBufferPointer { target in
            BLAS.dot(
              count: size, tensors.baseAddress.unsafelyUnwrapped + k * size, target.baseAddress.unsafelyUnwrapped)
          }
        }
      }
      return try Measurements(shape: shape, operators: .dense(tensors), values: values)
    }
    try MemoryLimit.check(
      [samples, shape.reduce(0, +)], what: "the sensing vectors", remedy: "use fewer problem.samples")
    let scale = pow(Double(size), -1 / (2 * Double(shape.count)))
    var factors: [[Double]] = []
    for (mode, dimension) in shape.enumerated() {
      var stream = RandomStream(seed: seed, name: "sensing/mode\(mode)")
      factors.append((0..<(samples * dimension)).map { _ in scale * stream.gaussian() })
    }
    let values = (0..<samples).map { contract(target, shape: shape, with: factors, sample: $0) }
    return try Measurements(shape: shape, operators: .rankOne(factors), values: values)
  }

  /// ⟨x¹ ⊗ … ⊗ xᴺ, T⟩ by contracting one mode after the other, the last first.
  private static func contract(_ target: [Double], shape: [Int], with factors: [[Double]], sample: Int) -> Double {
    var current = target
    for mode in stride(from: shape.count - 1, through: 0, by: -1) {
      let dimension = shape[mode]
      let rest = current.count / dimension
      current = (0..<rest).map { row in
        var total = 0.0
        for i in 0..<dimension { total += current[row * dimension + i] * factors[mode][sample * dimension + i] }
        return total
      }
    }
    return current[0]
  }
}
