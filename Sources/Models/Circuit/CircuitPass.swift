/// Passes of a circuit over eight data points, forth and back, with numbers of a kind.
final class CircuitPass<Number: CircuitNumber> {
  private let plan: CircuitPlan
  private let input: CircuitInput
  private let count: Int
  private let values: UnsafeMutablePointer<Number>
  private let cotangents: UnsafeMutablePointer<Number>
  /// θ, and the direction of derivatives.
  private var parameters: UnsafePointer<Double>
  private var direction: UnsafePointer<Double>
  private let nothing: UnsafeMutablePointer<Double>

  /// - Parameter count: number of data points.
  init(_ plan: CircuitPlan, input: CircuitInput, count: Int) {
    self.plan = plan
    self.input = input
    self.count = count
    values = .allocate(capacity: 2 * max(plan.size, 1))
    values.initialize(repeating: .zero, count: 2 * max(plan.size, 1))
    cotangents = values + plan.size
    nothing = .allocate(capacity: 1)
    nothing.initialize(to: 0)
    (parameters, direction) = (UnsafePointer(nothing), UnsafePointer(nothing))
  }

  deinit {
    values.deallocate()
    nothing.deallocate()
  }

  /// Says at which θ, and along which direction, the next passes are.
  func use(_ parameters: UnsafePointer<Double>, _ direction: UnsafePointer<Double>) {
    (self.parameters, self.direction) = (parameters, direction)
  }

  private func weight(_ place: Int) -> Number { Number(parameters[place], direction[place]) }

  /// Weights of the points' own.
  private func weights(_ places: SIMD8<Int>) -> Number {
    var (values, derivatives) = (SIMD8<Double>(), SIMD8<Double>())
    for lane in 0..<8 { (values[lane], derivatives[lane]) = (parameters[places[lane]], direction[places[lane]]) }
    return Number(values, derivatives)
  }

  /// The outputs at eight points from one on.
  func forward(from first: Int) -> Number {
    for node in plan.nodes {
      let own = values + node.place
      switch node.source {
      case .input(let mode, let extent, let matrix):
        read(mode, extent, matrix, node.channels, first, into: own)
      case .pool(let children):
        for s in 0..<node.channels {
          var product = values[plan.nodes[children[0]].given + s]
          for child in children.dropFirst() { product = product * values[plan.nodes[child].given + s] }
          own[s] = product
        }
      }
      guard let (matrix, outputs) = node.convolution else { continue }
      for r in 0..<outputs {
        var sum = Number.zero
        for s in 0..<node.channels { sum = sum + weight(matrix + s * outputs + r) * own[s] }
        values[node.given + r] = sum
      }
    }
    guard let root = plan.nodes.last else { return .zero }
    var output = Number.zero
    for s in 0..<root.channels {
      let channel = values[root.place + s]
      output = output + (plan.head.map { weight($0 + s) * channel } ?? channel)
    }
    return output
  }

  private func read(
    _ mode: Int, _ extent: Int, _ matrix: Int, _ channels: Int, _ first: Int, into own: UnsafeMutablePointer<Number>
  ) {
    if let places = input.unit(mode, from: first, count: count) {
      for r in 0..<channels { own[r] = weights(places &* channels &+ (matrix + r)) }
      return
    }
    for r in 0..<channels { own[r] = .zero }
    for i in 0..<extent {
      let x = Number(input.entry(i, mode, extent: extent, from: first, count: count), SIMD8(repeating: 0))
      for r in 0..<channels { own[r] = own[r] + weight(matrix + i * channels + r) * x }
    }
  }

  /// Adds, for the points of the last forward pass, the sum of their outputs' gradients, each with its cotangent.
  func backward(_ cotangent: Number, from first: Int, into gradient: UnsafeMutablePointer<Double>) {
    guard let root = plan.nodes.last else { return }
    for place in 0..<plan.size { cotangents[place] = .zero }
    for s in 0..<root.channels {
      if let head = plan.head {
        gradient[head + s] += (cotangent * values[root.place + s]).result.sum()
        cotangents[root.place + s] = cotangent * weight(head + s)
      } else {
        cotangents[root.place + s] = cotangent
      }
    }
    for node in plan.nodes.reversed() {
      let own = cotangents + node.place
      if let (matrix, outputs) = node.convolution {
        for s in 0..<node.channels {
          var sum = Number.zero
          for r in 0..<outputs {
            let given = cotangents[node.given + r]
            gradient[matrix + s * outputs + r] += (given * values[node.place + s]).result.sum()
            sum = sum + weight(matrix + s * outputs + r) * given
          }
          own[s] = sum
        }
      }
      switch node.source {
      case .input(let mode, let extent, let matrix):
        pullBack(own, mode, extent, matrix, node.channels, first, into: gradient)
      case .pool(let children):
        for child in children {
          for s in 0..<node.channels {
            var product = own[s]
            for other in children where other != child { product = product * values[plan.nodes[other].given + s] }
            cotangents[plan.nodes[child].given + s] = product
          }
        }
      }
    }
  }

  private func pullBack(
    _ own: UnsafePointer<Number>, _ mode: Int, _ extent: Int, _ matrix: Int, _ channels: Int, _ first: Int,
    into gradient: UnsafeMutablePointer<Double>
  ) {
    if let places = input.unit(mode, from: first, count: count) {
      for r in 0..<channels {
        let result = own[r].result
        for lane in 0..<8 { gradient[matrix + places[lane] * channels + r] += result[lane] }
      }
      return
    }
    for i in 0..<extent {
      let x = Number(input.entry(i, mode, extent: extent, from: first, count: count), SIMD8(repeating: 0))
      for r in 0..<channels { gradient[matrix + i * channels + r] += (own[r] * x).result.sum() }
    }
  }
}
