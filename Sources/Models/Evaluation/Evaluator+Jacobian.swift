extension Evaluator {
  /// The most entries a dense Jacobian may have: 2²⁴, that is 128 MiB.
  public static var largestDenseJacobian: Int { 1 << 24 }

  /// The Jacobian ∂ŷ/∂θ at θ, m × n row-major: one pullback a row, or one pushforward a column if there are fewer of
  /// those.
  ///
  /// - Throws: ``Refusal`` if it would have more than ``largestDenseJacobian`` entries.
  public func denseJacobian(_ parameters: UnsafePointer<Double>) throws(Refusal) -> [Double] {
    let (m, n) = (measurementCount, parameterCount)
    let (size, overflow) = m.multipliedReportingOverflow(by: n)
    guard !overflow, size <= Self.largestDenseJacobian else {
      throw Refusal(
        "a dense Jacobian of \(m) measurements by \(n) parameters exceeds \(Self.largestDenseJacobian) entries",
        remedy: "use a smaller model or fewer measurements, or a method that needs no Jacobian")
    }
    let jacobian = Buffer<Double>(count: size)
    if m <= n {
      for k in 0..<m {
        predictAndPullback(
          parameters,
          weigh: { _, weights in
            weights.update(repeating: 0, count: m)
            weights[k] = 1
          }, into: jacobian.pointer + k * n)
      }
    } else {
      let work = Buffer<Double>(count: n + m)
      let (rows, direction, column) = (jacobian.pointer, work.pointer, work.pointer + n)
      for i in 0..<n {
        direction[i] = 1
        pushforward(parameters, direction: direction, into: column)
        direction[i] = 0
        for k in 0..<m { rows[k * n + i] = column[k] }
      }
    }
    return Array(UnsafeBufferPointer(start: jacobian.pointer, count: size))
  }
}
