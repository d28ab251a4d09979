import CMath
import Models

/// The nodes of a program by their definition, one entry at a time, in hyper-dual numbers.
package struct ProgramReference {
  /// Entries of every node, row-major.
  package private(set) var entries: [[HyperDual]] = []
  /// The largest number met, intermediate terms among them: what errors are compared with.
  package private(set) var scale = 1.0

  /// Evaluates every node; `parameters` are θ with its moves along two directions, `direction` is what the nodes of that
  /// kind read, and weights are zero.
  package init(_ program: Program, _ parameters: [HyperDual], direction: [Double] = []) {
    let blocks = program.layout.blocks
    for node in program.nodes {
      let values: [HyperDual]
      switch node.kind {
      case .block(let number): values = Array(parameters[blocks[number].range])
      case .data(let number): values = program.data[number].map { HyperDual($0) }
      case .selection(let number): values = Self.written(program.selections[number])
      case .sum(let products):
        values = products.reduce(into: Array(repeating: HyperDual(0), count: node.count)) { sum, product in
          add(product, node.shape, program, to: &sum)
        }
      case .map(let function, let input): values = entries[input.index].map { $0.applying(function) }
      case .softmax(let input):
        values = rows(input, program).flatMap { row in
          let exponentials = row.map { $0.applying(.exp) }
          let inverse = exponentials.reduce(HyperDual(0), +).applying(.reciprocal)
          return exponentials.map { $0 * inverse }
        }
      case .logSumExp(let input):
        values = rows(input, program).map { $0.map { $0.applying(.exp) }.reduce(HyperDual(0), +).applying(.log) }
      case .softmaxDerivative(let value, let vector):
        values = zip(rows(value, program), rows(vector, program)).flatMap { y, v in
          let mean = zip(y, v).map { $0 * $1 }.reduce(HyperDual(0), +) * HyperDual(-1)
          return zip(y, v).map { $0 * ($1 + mean) }
        }
      case .direction(let number) where !direction.isEmpty:
        values = direction[blocks[number].range].map { HyperDual($0) }
      case .direction, .weights: values = Array(repeating: HyperDual(0), count: node.count)
      }
      for value in values { scale = max(scale, value.size) }
      entries.append(values)
    }
  }

  private func rows(_ id: Program.ID, _ program: Program) -> [[HyperDual]] {
    let length = program[id].shape.last ?? 1
    let all = entries[id.index]
    return stride(from: 0, to: all.count, by: length).map { Array(all[$0..<$0 + length]) }
  }

  private static func written(_ selection: Program.Selection) -> [HyperDual] {
    let size = selection.targets.reduce(1, *)
    var values = Array(repeating: HyperDual(0), count: selection.count * size)
    for row in 0..<selection.count {
      let tuple = selection.indices[(row * selection.targets.count)...]
      values[row * size + zip(tuple, selection.targets).reduce(0) { $0 * $1.1 + Int($1.0) }] = HyperDual(1)
    }
    return values
  }

  private mutating func add(
    _ product: Program.Product, _ shape: [Int], _ program: Program, to sum: inout [HyperDual]
  ) {
    var extents: [Int] = []
    func note(_ labels: [Int], _ shape: [Int]) {
      for (label, extent) in zip(labels, shape) {
        while extents.count <= label { extents.append(1) }
        extents[label] = extent
      }
    }
    for use in product.uses { note(use.labels, program[use.node].shape) }
    note(product.out, shape)
    var scale = self.scale
    for flat in 0..<extents.reduce(1, *) {
      let index = multiIndex(flat, shape: extents)
      func position(_ labels: [Int], _ shape: [Int]) -> Int {
        zip(labels, shape).reduce(0) { $0 * $1.1 + index[$1.0] }
      }
      var term = HyperDual(product.coefficient.value)
      for use in product.uses { term = term * entries[use.node.index][position(use.labels, program[use.node].shape)] }
      scale = max(scale, term.size)
      let place = position(product.out, shape)
      sum[place] = sum[place] + term
    }
    self.scale = scale
  }
}

/// Compares everything an evaluator of all entries of a node gives with hyper-dual numbers, at one random point.
///
/// Returns the largest error in units of the largest number met.
package func largestError(
  _ program: Program, predictions node: Program.ID, evaluator: any Evaluator, parameters: [Double],
  random: inout TestRandom, coordinates: Int = 40
) -> Double {
  let checked = Checked(evaluator: evaluator)
  let (n, m) = (checked.n, checked.m)
  let (direction, weights, weightsTangent) = (random.numbers(n), random.numbers(m), random.numbers(m))
  let values = checked.predict(parameters)
  let forward = checked.pushforward(parameters, direction)
  let gradient = checked.pullback(parameters, weights)
  let tangent = checked.pullbackTangent(parameters, weights, direction, weightsTangent)
  var worst = 0.0
  func compare(_ got: Double, _ expected: Double, _ scale: Double) {
    let error = abs(got - expected) / scale
    worst = error <= worst ? worst : error.isNaN ? .infinity : error
  }
  for i in stride(from: 0, to: n, by: max(1, n / coordinates)) {
    let moved = (0..<n).map { HyperDual(parameters[$0], $0 == i ? 1 : 0, direction[$0]) }
    let reference = ProgramReference(program, moved)
    let entries = reference.entries[node.index]
    let scale = reference.scale * Double(m)
    var (slope, mixed) = (0.0, 0.0)
    for k in 0..<m {
      compare(values[k], entries[k].value, scale)
      compare(forward[k], entries[k].second, scale)
      slope += weights[k] * entries[k].first
      mixed += weightsTangent[k] * entries[k].first + weights[k] * entries[k].mixed
    }
    compare(gradient[i], slope, scale)
    compare(tangent[i], mixed, scale)
  }
  return worst
}
