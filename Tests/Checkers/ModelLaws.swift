import Models
import Testing

/// Deterministic random numbers for tests (SplitMix64; Steele, Lea, Flood 2014).
package struct TestRandom {
  private var state: UInt64

  package init(_ seed: UInt64) { state = seed }

  package mutating func bits() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }

  /// Uniform in [−1, 1).
  package mutating func number() -> Double { Double(bits() >> 11) * 0x1p-52 - 1 }
  package mutating func numbers(_ count: Int) -> [Double] { (0..<count).map { _ in number() } }
  package mutating func index(_ range: ClosedRange<Int>) -> Int {
    range.lowerBound + Int(bits() % UInt64(range.count))
  }

  /// `count` different entries of an object of that shape, as flattened indices.
  package mutating func entries(_ count: Int, shape: [Int]) -> [Int32] {
    var flat = Array(0..<shape.reduce(1, *))
    var indices: [Int32] = []
    for k in 0..<count {
      flat.swapAt(k, index(k...flat.count - 1))
      indices += multiIndex(flat[k], shape: shape).map(Int32.init)
    }
    return indices
  }
}

/// The row-major multi-index of a flat position.
package func multiIndex(_ flat: Int, shape: [Int]) -> [Int] {
  var rest = flat
  return shape.reversed().map { dimension in
    defer { rest /= dimension }
    return rest % dimension
  }.reversed()
}

/// The kinds of measurement operators.
package enum Sensing: CaseIterable { case entries, allEntries, single, dense, rankOne, inputs }

package func measure(_ kind: Sensing, shape: [Int], random: inout TestRandom) throws -> Measurements {
  let size = shape.reduce(1, *)
  let m: Int
  let operators: Measurements.Operators
  switch kind {
  case .entries:
    m = max(1, size / 2)
    operators = .entries(indices: random.entries(m, shape: shape))
  case .allEntries:
    m = size
    operators = .entries(indices: random.entries(m, shape: shape))
  case .single:
    m = 1
    operators = .entries(indices: random.entries(m, shape: shape))
  case .dense:
    m = random.index(1...7)
    operators = .dense(random.numbers(m * size))
  case .rankOne:
    m = random.index(1...12)
    operators = .rankOne(shape.map { random.numbers(m * $0) })
  case .inputs:
    let (samples, width) = (random.index(1...5), shape[shape.count - 1])
    m = samples * (size / width)
    operators = .inputs(random.numbers(samples * width))
  }
  return try Measurements(shape: shape, operators: operators, values: random.numbers(m))
}

/// ⟨A_k, W⟩ by its definition, with every number replaced by its absolute value if asked.
package func applyDirectly(_ measurements: Measurements, to object: [Double], absolute: Bool = false) -> [Double] {
  let shape = measurements.shape
  func value(_ x: Double) -> Double { absolute ? abs(x) : x }
  return (0..<measurements.count).map { k in
    switch measurements.operators {
    case .entries(let indices):
      return value(object[shape.indices.reduce(0) { $0 * shape[$1] + Int(indices[k * shape.count + $1]) }])
    case .dense(let tensors):
      return object.indices.reduce(0) { $0 + value(tensors[k * object.count + $1]) * value(object[$1]) }
    case .rankOne(let factors):
      return object.indices.reduce(0) { sum, flat in
        let index = multiIndex(flat, shape: shape)
        let coefficient = index.indices.reduce(1) { $0 * factors[$1][k * shape[$1] + index[$1]] }
        return sum + value(coefficient) * value(object[flat])
      }
    case .inputs(let inputs):
      let width = shape[shape.count - 1]
      let (sample, row) = k.quotientAndRemainder(dividingBy: object.count / width)
      return (0..<width).reduce(0) {
        $0 + value(object[row * width + $1]) * value(inputs[sample * width + $1])
      }
    }
  }
}

/// W(θ) by its definition, one entry at a time.
package func endToEndDirectly(_ model: Model, _ parameters: [Double]) -> [Double] {
  guard model.chain != nil || model.identifier == CPFactorization.card.name else {
    return object(of: model, parameters)
  }
  let shape = model.endShape
  let blocks = model.layout.blocks
  func entry(_ block: ParameterBlock, _ i: Int, _ j: Int) -> Double {
    parameters[block.offset + i * block.columns + j]
  }
  if model.chain == nil {
    return (0..<shape.reduce(1, *)).map { flat in
      let index = multiIndex(flat, shape: shape)
      return (0..<blocks[0].columns).reduce(0) { sum, r in
        sum + blocks.indices.reduce(1) { $0 * entry(blocks[$1], index[$1], r) }
      }
    }
  }
  // (e_iᵀ W_L) W_{L−1} … W_1, one row at a time.
  return (0..<shape[0]).flatMap { i in
    let unit = (0..<shape[0]).map { $0 == i ? 1.0 : 0.0 }
    return blocks.reversed().reduce(unit) { row, block in
      (0..<block.columns).map { j in row.indices.reduce(0) { $0 + row[$1] * entry(block, $1, j) } }
    }
  }
}

/// An evaluator with array results, each call into fresh memory that held NaN before.
package struct Checked {
  package let evaluator: any Evaluator

  package init(evaluator: any Evaluator) { self.evaluator = evaluator }

  package var n: Int { evaluator.parameterCount }
  package var m: Int { evaluator.measurementCount }

  private func fresh(_ count: Int, _ body: (UnsafeMutablePointer<Double>) -> Void) -> [Double] {
    var result = [Double](repeating: .nan, count: count)
    result.withUnsafeMutableBufferPointer { body($0.baseAddress!) }
    return result
  }

  package func predict(_ parameters: [Double]) -> [Double] {
    fresh(m) { evaluator.predict(parameters, into: $0) }
  }

  package func pullback(_ parameters: [Double], _ weights: [Double]) -> [Double] {
    fresh(n) { gradient in
      evaluator.predictAndPullback(
        parameters, weigh: { _, target in target.update(from: weights, count: m) }, into: gradient)
    }
  }

  package func pushforward(_ parameters: [Double], _ direction: [Double]) -> [Double] {
    fresh(m) { evaluator.pushforward(parameters, direction: direction, into: $0) }
  }

  package func pullbackTangent(
    _ parameters: [Double], _ weights: [Double], _ direction: [Double], _ weightsTangent: [Double]
  ) -> [Double] {
    fresh(n) {
      evaluator.pullbackTangent(
        parameters, weights: weights, direction: direction, weightsTangent: weightsTangent, into: $0)
    }
  }
}

package func dot(_ a: [Double], _ b: [Double]) -> Double { zip(a, b).reduce(0) { $0 + $1.0 * $1.1 } }
package func largest(_ a: [Double]) -> Double { a.reduce(0) { max($0, abs($1)) } }
package func distance(_ a: [Double], _ b: [Double]) -> Double { largest(zip(a, b).map { $0 - $1 }) }
/// NaN anywhere makes this false.
package func agree(_ a: [Double], _ b: [Double], within tolerance: Double) -> Bool {
  a.count == b.count && zip(a, b).allSatisfy { abs($0 - $1) <= tolerance }
}

/// f′(0) by the central difference of order 8, with the largest |f| it met.
///
/// The formula is exact for polynomials up to degree 8. Predictions are polynomials of degree L or N along any line,
/// so for those up to 8 nothing but roundoff is left, and the step may be large.
package func centralDifference(_ f: (Double) -> [Double]) -> (derivative: [Double], scale: Double) {
  centralDifference([4.0 / 5, -1.0 / 5, 4.0 / 105, -1.0 / 280], f)
}

/// The same of order 2m, exact for polynomials up to that degree: the coefficients are 2 (−1)^(k+1) (m!)²/((m−k)! (m+k)! k)/2.
package func centralDifference(
  order: Int, step: Double = 0.25, _ f: (Double) -> [Double]
) -> (derivative: [Double], scale: Double) {
  let m = order / 2
  var coefficients: [Double] = []
  var ratio = 1.0
  for k in 1...m {
    ratio *= Double(m - k + 1) / Double(m + k)
    coefficients.append((k % 2 == 1 ? 1 : -1) * ratio / Double(k))
  }
  return centralDifference(coefficients, step: step, f)
}

private func centralDifference(
  _ coefficients: [Double], step: Double = 0.25, _ f: (Double) -> [Double]
) -> (derivative: [Double], scale: Double) {
  var derivative: [Double] = []
  var scale = 0.0
  for (k, coefficient) in coefficients.enumerated() {
    let (plus, minus) = (f(Double(k + 1) * step), f(-Double(k + 1) * step))
    scale = max(scale, largest(plus), largest(minus))
    let term = zip(plus, minus).map { coefficient * ($0 - $1) / step }
    derivative = derivative.isEmpty ? term : zip(derivative, term).map { $0 + $1 }
  }
  return (derivative, scale)
}

/// Checks everything a ``Model`` promises about one set of measurements, at one random point.
///
/// The unit of error is u = 2⁻⁵² times the largest number that enters the compared sums. For the comparisons with
/// direct formulas and between derivatives that is the same quantity computed from absolute values.
package func checkModel(
  _ model: Model, measurements: Measurements, random: inout TestRandom,
  sourceLocation: SourceLocation = #_sourceLocation
) throws {
  let checked = Checked(evaluator: try model.evaluator(for: measurements))
  let (n, m) = (checked.n, checked.m)
  let label = Comment(rawValue: "\(model.summary), \(m) measurements")
  let parameters = random.numbers(n)
  let (direction, weights, weightsTangent) = (random.numbers(n), random.numbers(m), random.numbers(m))
  // Predictions are polynomials along any line, of the sum of their degrees in the blocks.
  let output = model.program.output
  let degrees = model.program.blocks.map { block in output.flatMap { model.program.degree(of: $0, in: block.node) } ?? 8
  }
  let order = max(8, 2 * ((degrees.reduce(0, +) + 1) / 2))
  // Of a model with kinks that is so between two of them; the roundoff grows as the step shrinks.
  let step = model.nonsmoothness == nil ? 0.25 : 0x1p-14
  let roundoff = 1e4 * 0x1p-52 * max(1, 0x1p-8 / step)
  func centralDifference(_ f: (Double) -> [Double]) -> (derivative: [Double], scale: Double) {
    Checkers.centralDifference(order: order, step: step, f)
  }
  func moved(_ t: Double) -> [Double] { zip(parameters, direction).map { $0 + t * $1 } }
  let u = 0x1p-52

  #expect(n == model.layout.count && m == measurements.count, label, sourceLocation: sourceLocation)
  #expect(model.componentNorms(parameters).count == model.componentCount, label, sourceLocation: sourceLocation)

  // Values: the end-to-end object and the predictions against their definitions.
  let object = endToEndDirectly(model, parameters)
  let absolute = endToEndDirectly(model, parameters.map(abs))
  let dense = parameters.withUnsafeBufferPointer { model.endToEnd($0.baseAddress!) }
  #expect(agree(dense, object, within: 100 * u * largest(absolute)), label, sourceLocation: sourceLocation)
  let predictions = checked.predict(parameters)
  let size = largest(applyDirectly(measurements, to: absolute, absolute: true))
  if !(measurements.isAtInputs && model.isNonlinearInInputs) {
    #expect(
      agree(predictions, applyDirectly(measurements, to: object), within: 200 * u * size), label,
      sourceLocation: sourceLocation)
  }
  #expect(predictions == checked.predict(parameters), label, sourceLocation: sourceLocation)

  // The weights are asked for at these very predictions.
  var seen: [Double] = []
  var ignored = [Double](repeating: .nan, count: n)
  ignored.withUnsafeMutableBufferPointer { gradient in
    checked.evaluator.predictAndPullback(
      parameters,
      weigh: { values, target in
        seen = Array(UnsafeBufferPointer(start: values, count: m))
        target.update(from: values, count: m)
      }, into: gradient.baseAddress!)
  }
  #expect(seen == predictions, label, sourceLocation: sourceLocation)
  #expect(ignored == checked.pullback(parameters, predictions), label, sourceLocation: sourceLocation)

  // First derivatives: central differences, then ⟨J v, r⟩ = ⟨v, Jᵀ r⟩ for a random v and for unit vectors.
  let forward = checked.pushforward(parameters, direction)
  let predicted = centralDifference { checked.predict(moved($0)) }
  #expect(
    agree(forward, predicted.derivative, within: roundoff * predicted.scale), label, sourceLocation: sourceLocation)
  let gradient = checked.pullback(parameters, weights)
  let scale = dot(
    direction.map(abs), Checked(evaluator: checked.evaluator).pullback(parameters.map(abs), weights.map(abs)))
  // Signs inside dense and rank-one sensing tensors may cancel in the absolute gradient; its size then bounds nothing.
  let bound = max(scale, dot(forward.map(abs), weights.map(abs)), dot(gradient.map(abs), direction.map(abs)), size)
  #expect(
    abs(dot(forward, weights) - dot(gradient, direction)) <= 200 * u * bound, label, sourceLocation: sourceLocation)
  for i in stride(from: 0, to: n, by: max(1, n / 40)) {
    let unit = (0..<n).map { $0 == i ? 1.0 : 0.0 }
    #expect(
      abs(dot(checked.pushforward(parameters, unit), weights) - gradient[i]) <= 1e3 * u * max(size, bound), label,
      sourceLocation: sourceLocation)
  }
  let weighted = centralDifference { [dot(checked.predict(moved($0)), weights)] }
  #expect(
    abs(weighted.derivative[0] - dot(gradient, direction)) <= roundoff * predicted.scale * Double(m), label,
    sourceLocation: sourceLocation)

  // Second derivatives: the tangent of the pullback.
  let tangent = checked.pullbackTangent(parameters, weights, direction, weightsTangent)
  let pulled = centralDifference { t in
    checked.pullback(moved(t), zip(weights, weightsTangent).map { $0 + t * $1 })
  }
  #expect(agree(tangent, pulled.derivative, within: roundoff * pulled.scale), label, sourceLocation: sourceLocation)

  // Nothing depends on what was called before.
  #expect(forward == checked.pushforward(parameters, direction), label, sourceLocation: sourceLocation)
  #expect(gradient == checked.pullback(parameters, weights), label, sourceLocation: sourceLocation)
}
