import GSLBridge

/// Passes of a circuit over a block of data points, forth and back: of values, or of derivatives along a direction at the values' last pass.
///
/// A node's numbers are a points × channels matrix, so that a convolution is one matrix product.
final class CircuitPass {
  /// The most points of a block: enough for products of matrices at speed, few enough for all nodes' numbers to stay near.
  static let points = 64

  private typealias Numbers = UnsafeMutablePointer<Double>

  private let plan: CircuitPlan
  private let input: CircuitInput
  private let memory: Buffer<Double>
  private let values: Numbers
  private let tangents: Numbers
  private let cotangents: Numbers
  private let cotangentTangents: Numbers
  private var first = 0
  private var points = 0

  /// Doubles that the passes of a plan work in, as factors.
  static func memory(_ plan: CircuitPlan) -> [Int] { [plan.size, points, 4] }

  init(_ plan: CircuitPlan, input: CircuitInput) {
    self.plan = plan
    self.input = input
    let size = plan.size * Self.points
    memory = Buffer(count: 4 * size)
    values = memory.pointer
    tangents = values + size
    cotangents = tangents + size
    cotangentTangents = cotangents + size
  }

  /// Where a node's numbers begin, of those that stand at a place of the plan.
  private func start(_ place: Int) -> Int { place * Self.points }

  /// The outputs at so many points from one on.
  func forward(
    _ parameters: UnsafePointer<Double>, from first: Int, points: Int, into outputs: UnsafeMutablePointer<Double>
  ) {
    (self.first, self.points) = (first, points)
    for node in plan.nodes {
      let own = values + start(node.place)
      switch node.source {
      case .input(let mode, let extent, let matrix):
        input.read(
          mode, extent: extent, from: first, points: points, matrix: parameters + matrix, channels: node.channels,
          into: own)
      case .pool(let children):
        let count = points * node.channels
        own.update(repeating: 1, count: count)
        for child in children { multiply(own, by: values + start(plan.nodes[child].given), count) }
      }
      if let (matrix, outputs) = node.convolution {
        convolve(own, node.channels, parameters + matrix, outputs, into: values + start(node.given))
      }
    }
    readOut(values, head: plan.head.map { parameters + $0 }, into: outputs)
  }

  /// The outputs' derivatives along a direction, at the points of the last ``forward(_:from:points:into:)``.
  func forwardTangent(
    _ parameters: UnsafePointer<Double>, direction: UnsafePointer<Double>,
    into outputs: UnsafeMutablePointer<Double>
  ) {
    for node in plan.nodes {
      let own = tangents + start(node.place)
      switch node.source {
      case .input(let mode, let extent, let matrix):
        input.read(
          mode, extent: extent, from: first, points: points, matrix: direction + matrix, channels: node.channels,
          into: own)
      case .pool(let children):
        let count = points * node.channels
        // The values are formed again beside their derivatives, in memory that only a way back needs.
        let product = cotangents + start(node.place)
        product.update(repeating: 1, count: count)
        own.update(repeating: 0, count: count)
        for child in children {
          let given = start(plan.nodes[child].given)
          multiply(product, own, by: values + given, tangents + given, count)
        }
      }
      if let (matrix, outputs) = node.convolution {
        let given = tangents + start(node.given)
        convolve(own, node.channels, parameters + matrix, outputs, into: given)
        convolve(
          values + start(node.place), node.channels, direction + matrix, outputs, into: given, adding: true)
      }
    }
    readOut(tangents, head: plan.head.map { parameters + $0 }, into: outputs)
    guard let head = plan.head, let root = plan.nodes.last else { return }
    BLAS.multiplyVector(
      m: points, n: root.channels, a: values + start(root.place), lda: root.channels, x: direction + head, beta: 1,
      y: outputs)
  }

  /// Adds Σ_p c_p ∇(output at p) over the points of the last ``forward(_:from:points:into:)``.
  func backward(
    _ parameters: UnsafePointer<Double>, weights: UnsafePointer<Double>, into gradient: UnsafeMutablePointer<Double>
  ) {
    guard let root = plan.nodes.last else { return }
    spread(weights, plan.head.map { parameters + $0 }, over: cotangents + start(root.place), root.channels)
    if let head = plan.head { collect(weights, values + start(root.place), root.channels, into: gradient + head) }
    for node in plan.nodes.reversed() {
      let own = cotangents + start(node.place)
      if let (matrix, outputs) = node.convolution {
        let given = cotangents + start(node.given)
        correlate(values + start(node.place), node.channels, given, outputs, into: gradient + matrix)
        convolveBack(given, outputs, parameters + matrix, node.channels, into: own)
      }
      switch node.source {
      case .input(let mode, let extent, let matrix):
        input.pullBack(
          mode, extent: extent, from: first, points: points, cotangents: own, channels: node.channels,
          into: gradient + matrix)
      case .pool(let children):
        let count = points * node.channels
        for child in children {
          let given = cotangents + start(plan.nodes[child].given)
          given.update(from: own, count: count)
          for other in children where other != child {
            multiply(given, by: values + start(plan.nodes[other].given), count)
          }
        }
      }
    }
  }

  /// Adds the derivative of what ``backward(_:weights:into:)`` adds, along the direction of the last
  /// ``forwardTangent(_:direction:into:)`` and with weights that have a derivative.
  func backwardTangent(
    _ parameters: UnsafePointer<Double>, direction: UnsafePointer<Double>, weights: UnsafePointer<Double>,
    weightsTangent: UnsafePointer<Double>, into tangent: UnsafeMutablePointer<Double>
  ) {
    guard let root = plan.nodes.last else { return }
    let place = start(root.place)
    spread(weights, plan.head.map { parameters + $0 }, over: cotangents + place, root.channels)
    spread(weightsTangent, plan.head.map { parameters + $0 }, over: cotangentTangents + place, root.channels)
    if let head = plan.head {
      collect(weightsTangent, values + place, root.channels, into: tangent + head)
      collect(weights, tangents + place, root.channels, into: tangent + head)
      for p in 0..<points {
        BLAS.axpy(
          count: root.channels, alpha: weights[p], direction + head, cotangentTangents + place + p * root.channels)
      }
    }
    for node in plan.nodes.reversed() {
      let own = start(node.place)
      if let (matrix, outputs) = node.convolution {
        let given = start(node.given)
        correlate(values + own, node.channels, cotangentTangents + given, outputs, into: tangent + matrix)
        correlate(tangents + own, node.channels, cotangents + given, outputs, into: tangent + matrix)
        convolveBack(cotangents + given, outputs, parameters + matrix, node.channels, into: cotangents + own)
        convolveBack(
          cotangentTangents + given, outputs, parameters + matrix, node.channels, into: cotangentTangents + own)
        convolveBack(
          cotangents + given, outputs, direction + matrix, node.channels, into: cotangentTangents + own, adding: true)
      }
      switch node.source {
      case .input(let mode, let extent, let matrix):
        input.pullBack(
          mode, extent: extent, from: first, points: points, cotangents: cotangentTangents + own,
          channels: node.channels, into: tangent + matrix)
      case .pool(let children):
        let count = points * node.channels
        for child in children {
          let given = start(plan.nodes[child].given)
          (cotangents + given).update(from: cotangents + own, count: count)
          (cotangentTangents + given).update(from: cotangentTangents + own, count: count)
          for other in children where other != child {
            let factor = start(plan.nodes[other].given)
            multiply(cotangents + given, cotangentTangents + given, by: values + factor, tangents + factor, count)
          }
        }
      }
    }
  }

  /// x ← x ⊙ y.
  private func multiply(_ x: Numbers, by y: Numbers, _ count: Int) {
    for k in 0..<count { x[k] *= y[k] }
  }

  /// The same of numbers with derivatives: (x, ẋ) ← (x y, ẋ y + x ẏ).
  private func multiply(_ x: Numbers, _ tangent: Numbers, by y: Numbers, _ other: Numbers, _ count: Int) {
    for k in 0..<count {
      tangent[k] = tangent[k] * y[k] + x[k] * other[k]
      x[k] *= y[k]
    }
  }

  /// y ← x B, or y + x B: the 1 × 1 convolution with the channels × outputs matrix B.
  private func convolve(
    _ x: Numbers, _ channels: Int, _ matrix: UnsafePointer<Double>, _ outputs: Int, into y: Numbers,
    adding: Bool = false
  ) {
    BLAS.multiply(
      m: points, n: outputs, k: channels, a: x, lda: channels, b: matrix, ldb: outputs, beta: adding ? 1 : 0, c: y,
      ldc: outputs)
  }

  /// x ← y Bᵀ, or x + y Bᵀ.
  private func convolveBack(
    _ y: Numbers, _ outputs: Int, _ matrix: UnsafePointer<Double>, _ channels: Int, into x: Numbers,
    adding: Bool = false
  ) {
    BLAS.multiply(
      m: points, n: channels, k: outputs, a: y, lda: outputs, b: matrix, ldb: outputs, transposeB: true,
      beta: adding ? 1 : 0, c: x, ldc: channels)
  }

  /// gradient ← gradient + xᵀ y.
  private func correlate(_ x: Numbers, _ channels: Int, _ y: Numbers, _ outputs: Int, into gradient: Numbers) {
    BLAS.multiply(
      m: channels, n: outputs, k: points, a: x, lda: channels, transposeA: true, b: y, ldb: outputs, beta: 1,
      c: gradient, ldc: outputs)
  }

  /// Σ_s o_s x_s of the root's channels at every point; without a head o = 1.
  private func readOut(_ numbers: Numbers, head: UnsafePointer<Double>?, into outputs: UnsafeMutablePointer<Double>) {
    guard let root = plan.nodes.last else { return outputs.update(repeating: 0, count: points) }
    let own = numbers + start(root.place)
    if let head {
      return BLAS.multiplyVector(m: points, n: root.channels, a: own, lda: root.channels, x: head, y: outputs)
    }
    for p in 0..<points {
      var sum = 0.0
      for s in 0..<root.channels { sum += own[p * root.channels + s] }
      outputs[p] = sum
    }
  }

  /// The transpose of ``readOut(_:head:into:)``: c_p o_s.
  private func spread(
    _ weights: UnsafePointer<Double>, _ head: UnsafePointer<Double>?, over cotangents: Numbers, _ channels: Int
  ) {
    for p in 0..<points {
      let row = cotangents + p * channels
      for s in 0..<channels { row[s] = weights[p] * (head.map { $0[s] } ?? 1) }
    }
  }

  /// gradient_s ← gradient_s + Σ_p c_p x_ps.
  private func collect(_ weights: UnsafePointer<Double>, _ x: Numbers, _ channels: Int, into gradient: Numbers) {
    BLAS.multiplyVector(
      m: points, n: channels, a: x, lda: channels, transposeA: true, x: weights, beta: 1, y: gradient)
  }
}
