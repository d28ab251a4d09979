import Models

/// Vectors of the Lie algebra of a model's gradient fields at random points, modulo a prime, by evaluation alone.
///
/// A field is the gradient of a random functional ⟨w, φ(·, x)⟩ of the model, w and everything arbitrary x drawn. Nothing is expanded.
package final class FieldSampler {
  package let model: LawModel
  package let field: PrimeField
  let machine: SeriesMachine
  let values: Tape.Segment
  private let derivatives: Tape.Segment
  /// The blocks of θ and of a direction: a series lies block by block.
  private let blocks: [Tape.Array]
  private let directions: [Tape.Array]
  private let gradient: [Tape.Array]
  private let moved: [Tape.Array]
  let fixed: [(array: Tape.Array, values: [UInt64])]
  let isObserved: [Bool]
  /// τ of momentum.
  private let friction: UInt64
  /// a of momentum as a series, drawn with the functional.
  var drift: [[UInt64]] = []
  let plan: AtomPlan
  /// Leaves of first values: powers of atoms, or numbers that are prescribed.
  let functionLeaves: [(array: Tape.Array, powers: [[(number: Int, power: Int)]], roots: [UInt64])]
  /// Values of the atoms that belong to the point.
  var atoms: [UInt64] = []

  /// The most coefficients of a series: brackets of seven fields.
  package static let longest = 8

  /// - Throws: ``Refusal`` if the model has functions that exact algebra does not know, or is too large.
  package init(_ model: LawModel, field: PrimeField) throws(Refusal) {
    self.model = model
    self.field = field
    plan = try AtomPlan(model)
    guard try plan.fits(field) else {
      throw Refusal("a number under a root has none modulo \(field.prime)", remedy: "use another prime")
    }
    var program = model.program
    let parameters = program.blocks.map(\.node)
    let cotangent = program.weights(0, program[model.output].shape)
    let gradient = try program.gradient(of: model.output, cotangent: cotangent, by: parameters)
    var directions: [Program.ID: Program.ID] = [:]
    for number in parameters.indices { directions[parameters[number]] = program.direction(number) }
    let moved = try program.derivative(of: gradient, along: directions)
    var builder = TapeBuilder(program, freeData: model.freeData)
    values = try builder.write(gradient)
    derivatives = try builder.write(moved)
    var (places, movedPlaces): ([Tape.Array], [Tape.Array]) = ([], [])
    for node in gradient { places.append(try builder.array(node)) }
    for node in moved { movedPlaces.append(try builder.array(node)) }
    (self.gradient, self.moved) = (places, movedPlaces)
    let layout = program.layout
    blocks = layout.blocks.map { Tape.Array(start: $0.offset, count: $0.count, isConstant: false) }
    self.directions = blocks.map {
      Tape.Array(start: layout.count + $0.start, count: $0.count, isConstant: false)
    }
    let tape = builder.tape
    machine = try SeriesMachine(tape, field: field, largestLength: Self.longest)
    var fixed: [(Tape.Array, [UInt64])] = []
    for (leaf, array) in tape.leaves {
      guard case .data(let number) = leaf, !model.freeData.contains(number) else { continue }
      var residues: [UInt64] = []
      for value in program.data[number] {
        guard let residue = field.residue(value) else {
          throw LawModel.infinite(value, model)
        }
        residues.append(residue)
      }
      fixed.append((array, residues))
    }
    self.fixed = fixed
    functionLeaves = try plan.leaves(of: tape, field)
    var isObserved = [Bool](repeating: model.observed == nil, count: program[model.output].count)
    for entry in model.observed ?? [] { isObserved[entry] = true }
    self.isObserved = isObserved
    if case .momentum(let friction) = model.flow {
      // Any friction is one more number of the point.
      var generator = SplitMix(seed: 0x7461_75)
      self.friction =
        try friction.map { (value) throws(Refusal) in try field.residue(value) } ?? generator.below(field.prime)
    } else {
      friction = 0
    }
  }

  /// Number of parameters.
  package var count: Int { model.parameterCount }
  /// Number of coordinates: parameters, and under momentum their velocities and the time.
  package var stateCount: Int { model.stateCount }

  private func read(_ k: Int, _ arrays: [Tape.Array], into vector: UnsafeMutableBufferPointer<UInt64>) {
    var position = 0
    for array in arrays {
      for value in machine.coefficient(k, of: array) {
        vector[position] = value
        position += 1
      }
    }
  }

  private func write(_ values: [UInt64], _ k: Int, _ arrays: [Tape.Array]) {
    var position = 0
    for array in arrays {
      let target = machine.coefficient(k, of: array)
      for entry in target.indices {
        target[entry] = values[position]
        position += 1
      }
    }
  }

  /// The field of a random functional at a point; nil where something is divided by 0.
  package func gradient(at point: [UInt64], _ generator: inout SplitMix) -> [UInt64]? {
    machine.clear(length: 1)
    let state = [point]
    write(state, 1)
    settle(at: point)
    guard drawUntilDefined(&generator, length: 1) != nil else { return nil }
    return velocity(state, 1)[0]
  }

  /// The parameters of a state's series, for the tape.
  private func write(_ state: [[UInt64]], _ length: Int) {
    for k in 0..<length { write(state[k], k, blocks) }
  }

  /// The gradient's series, as it was run.
  private func series(_ arrays: [Tape.Array], _ terms: Int) -> [[UInt64]] {
    (0..<terms).map { k in
      var vector = [UInt64](repeating: 0, count: count)
      vector.withUnsafeMutableBufferPointer { read(k, arrays, into: $0) }
      return vector
    }
  }

  /// The velocity of a state after ``values`` was run, from g = ∇⟨w, φ⟩: g; θ∘g of a mirror flow; (a v, g − a τ v, a) of momentum, where
  /// a is arbitrary: the fields of momentum are the sums of a = 1 with all g.
  private func velocity(_ state: [[UInt64]], _ terms: Int) -> [[UInt64]] {
    let g = series(gradient, terms)
    switch model.flow {
    case .gradient, .decay: return g
    case .mirror: return product(g, state, terms) { $1 }
    case .momentum:
      let drift = product(drift, state, terms) { count + $1 }
      return (0..<terms).map { k in
        let v = drift[k]
        return v + (0..<count).map { field.subtract(g[k][$0], field.multiply(friction, v[$0])) } + [self.drift[k][0]]
      }
    }
  }

  /// The derivative of the velocity along a tangent after ``values`` and ``derivatives`` were run for it.
  private func derivative(_ state: [[UInt64]], _ tangent: [[UInt64]], _ terms: Int) -> [[UInt64]] {
    let h = series(moved, terms)
    switch model.flow {
    case .gradient, .decay: return h
    case .mirror:
      let left = product(series(gradient, terms), tangent, terms) { $1 }
      let right = product(h, state, terms) { $1 }
      return zip(left, right).map { a, b in zip(a, b).map { field.add($0, $1) } }
    case .momentum:
      let drift = product(drift, tangent, terms) { count + $1 }
      return (0..<terms).map { k in
        let v = drift[k]
        return v + (0..<count).map { field.subtract(h[k][$0], field.multiply(friction, v[$0])) } + [0]
      }
    }
  }

  /// The product of two series entry by entry; `place` finds entry i of the second, and a first of one entry is a number.
  private func product(
    _ a: [[UInt64]], _ b: [[UInt64]], _ terms: Int, _ place: (Int, Int) -> Int
  ) -> [[UInt64]] {
    (0..<terms).map { k in
      (0..<count).map { entry in
        var sum: UInt64 = 0
        for i in 0...k {
          sum = field.add(sum, field.multiply(a[i].count == 1 ? a[i][0] : a[i][entry], b[k - i][place(k, entry)]))
        }
        return sum
      }
    }
  }

  /// The gradient's derivative along a direction, from its series along a line.
  package func lineDerivative(_ point: [UInt64], _ direction: [UInt64], seed: UInt64) -> [UInt64]? {
    var generator = SplitMix(seed: seed)
    machine.clear(length: 2)
    write(point, 0, blocks)
    write(direction, 1, blocks)
    settle(at: point)
    guard drawUntilDefined(&generator, length: 1) != nil, machine.run(values, terms: 2) else { return nil }
    var result = [UInt64](repeating: 0, count: count)
    result.withUnsafeMutableBufferPointer { read(1, gradient, into: $0) }
    return result
  }

  /// The same from the program's own derivative.
  package func hessianProduct(_ point: [UInt64], _ direction: [UInt64], seed: UInt64) -> [UInt64]? {
    var generator = SplitMix(seed: seed)
    machine.clear(length: 2)
    write(point, 0, blocks)
    write(direction, 0, directions)
    settle(at: point)
    guard drawUntilDefined(&generator, length: 1) != nil, machine.run(derivatives, terms: 1) else { return nil }
    var result = [UInt64](repeating: 0, count: count)
    result.withUnsafeMutableBufferPointer { read(0, moved, into: $0) }
    return result
  }

  /// The first `order` + 1 coefficients of (Φₜ* V)(θ₀), where Φ is the flow of a random field X, and V another random field: V, then
  /// brackets of X with V. X and V depend on t, with values in the span of the fields, so that different fields meet in a bracket.
  ///
  /// With θ' = X(θ, t) and N' = −N ∂X(θ, t), N(0) = 1, the pullback is N V(θ, t), and (N V)' = N (d/dt − ∂X) V. ∂X v needs one
  /// Hessian–vector product. A coefficient k is a combination of brackets of up to k + 1 fields with
  /// denominators that divide k!, so that it lies in the Lie algebra's values at θ₀ modulo every prime above k.
  ///
  /// - Parameter order: below ``longest`` and below the prime.
  package func jets(at point: [UInt64], order: Int, _ generator: inout SplitMix) -> [[UInt64]]? {
    let length = order + 1
    settle(at: point)
    // The flow of X, one coefficient after the other.
    machine.clear(length: length)
    var state = [[UInt64]](repeating: [UInt64](repeating: 0, count: stateCount), count: length)
    state[0] = point
    write(state, 1)
    guard let stream = drawUntilDefined(&generator, length: length) else { return nil }
    let afterX = generator
    for k in 0..<order {
      guard machine.run(values, terms: k + 1), let inverse = field.inverse(UInt64(k + 1) % field.prime) else {
        return nil
      }
      state[k + 1] = velocity(state, k + 1)[k].map { field.multiply($0, inverse) }
      write(state[k + 1], k + 1, blocks)
    }
    // V along it.
    generator = afterX
    guard drawUntilDefined(&generator, length: length) != nil, machine.run(values, terms: length) else { return nil }
    var v = velocity(state, length)
    let afterV = generator
    // X again, whose derivative acts on V.
    generator = stream
    draw(&generator, length: length)
    generator = afterV
    guard machine.run(values, terms: length) else { return nil }
    var columns = [v[0]]
    let none = [UInt64](repeating: 0, count: count)
    for order in 0..<order {
      let terms = length - order - 1
      for k in 0..<length { write(k < terms ? v[k] : none, k, directions) }
      guard machine.run(derivatives, terms: terms) else { return nil }
      let change = derivative(state, v, terms)
      for k in 0..<terms {
        let factor = UInt64(k + 1) % field.prime
        for entry in 0..<stateCount {
          v[k][entry] = field.subtract(field.multiply(factor, v[k + 1][entry]), change[k][entry])
        }
      }
      columns.append(v[0])
    }
    return columns
  }
}

extension FieldSampler {
  /// Whether the Hessian–vector product is the first coefficient of the gradient along a line, at random.
  package func checkHessian(seed: UInt64) -> Bool {
    var generator = SplitMix(seed: seed)
    let start = point(&generator)
    let direction = point(&generator)
    return lineDerivative(start, direction, seed: seed) == hessianProduct(start, direction, seed: seed)
  }
}
