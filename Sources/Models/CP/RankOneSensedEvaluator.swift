import GSLBridge

/// Rank-one sensing of a CP model: ⟨x_k¹ ⊗ … ⊗ x_kᴺ, W⟩ is entry (k, …, k) of the CP object with factors X_n A_n.
final class RankOneSensedEvaluator: Evaluator {
  let parameterCount: Int
  let measurementCount: Int
  private let entries: CPEntryEvaluator
  private let dimensions: [Int]
  private let components: Int
  private let sensing: [[Double]]
  private let sensed: Buffer<Double>
  private let sensedDirection: Buffer<Double>
  private let sensedGradient: Buffer<Double>

  /// - Throws: ``Refusal`` if the sensed factors or their plan would exceed ``MemoryLimit``.
  init(dimensions: [Int], components: Int, sensing: [[Double]], count: Int, path: KernelPath) throws(Refusal) {
    self.dimensions = dimensions
    self.components = components
    let size = try MemoryLimit.check(
      [dimensions.count * count, components, 3], what: "the sensed factors",
      remedy: "use fewer samples or fewer components")
    let diagonal = (0..<count).flatMap { repeatElement(Int32($0), count: dimensions.count) }
    entries = try CPEntryEvaluator(
      dimensions: dimensions.map { _ in count }, components: components, indices: diagonal, path: path)
    parameterCount = dimensions.reduce(0, +) * components
    measurementCount = count
    self.sensing = sensing
    sensed = Buffer(count: size / 3)
    sensedDirection = Buffer(count: size / 3)
    sensedGradient = Buffer(count: size / 3)
  }

  func useThreads(_ count: Int) { entries.useThreads(count) }

  /// B_n = X_n A_n for every mode.
  private func sense(_ parameters: UnsafePointer<Double>, into sensed: Buffer<Double>) {
    var offset = 0
    for (n, dimension) in dimensions.enumerated() {
      BLAS.multiply(
        m: measurementCount, n: components, k: dimension, a: sensing[n], lda: dimension,
        b: parameters + offset, ldb: components, c: sensed.pointer + n * measurementCount * components, ldc: components)
      offset += dimension * components
    }
  }

  /// Ā_n = X_nᵀ B̄_n for every mode.
  private func pullBack(into gradient: UnsafeMutablePointer<Double>) {
    var offset = 0
    for (n, dimension) in dimensions.enumerated() {
      BLAS.multiply(
        m: dimension, n: components, k: measurementCount, a: sensing[n], lda: dimension, transposeA: true,
        b: sensedGradient.pointer + n * measurementCount * components, ldb: components,
        c: gradient + offset, ldc: components)
      offset += dimension * components
    }
  }

  func predict(_ parameters: UnsafePointer<Double>, into predictions: UnsafeMutablePointer<Double>) {
    sense(parameters, into: sensed)
    entries.predict(sensed.pointer, into: predictions)
  }

  func predictAndPullback(
    _ parameters: UnsafePointer<Double>,
    weigh: (_ predictions: UnsafePointer<Double>, _ weights: UnsafeMutablePointer<Double>) -> Void,
    into gradient: UnsafeMutablePointer<Double>
  ) {
    sense(parameters, into: sensed)
    entries.predictAndPullback(sensed.pointer, weigh: weigh, into: sensedGradient.pointer)
    pullBack(into: gradient)
  }

  func pushforward(
    _ parameters: UnsafePointer<Double>, direction: UnsafePointer<Double>,
    into derivatives: UnsafeMutablePointer<Double>
  ) {
    sense(parameters, into: sensed)
    sense(direction, into: sensedDirection)
    entries.pushforward(sensed.pointer, direction: sensedDirection.pointer, into: derivatives)
  }

  func pullbackTangent(
    _ parameters: UnsafePointer<Double>, weights: UnsafePointer<Double>, direction: UnsafePointer<Double>,
    weightsTangent: UnsafePointer<Double>, into tangent: UnsafeMutablePointer<Double>
  ) {
    sense(parameters, into: sensed)
    sense(direction, into: sensedDirection)
    entries.pullbackTangent(
      sensed.pointer, weights: weights, direction: sensedDirection.pointer, weightsTangent: weightsTangent,
      into: sensedGradient.pointer)
    pullBack(into: tangent)
  }
}
