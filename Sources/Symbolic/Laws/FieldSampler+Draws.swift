import Models

/// Points and draws: functional, free data, gates and atoms.
extension FieldSampler {
  /// A random point; where the model has square roots, one at which they exist for some data, if there is one among many.
  package func point(_ generator: inout SplitMix) -> [UInt64] {
    var point: [UInt64] = []
    for _ in 0..<(plan.hasRoots ? Self.mostPoints : 1) {
      point = (0..<stateCount).map { _ in generator.below(field.prime) }
      var probe = generator
      if !plan.hasRoots || gradient(at: point, &probe) != nil { break }
    }
    return point
  }

  /// The most points that are tried for square roots.
  static let mostPoints = 1 << 12

  /// How many times data are drawn until every square root has a value: n of them have one once in 2ⁿ times.
  private var attempts: Int { plan.hasRoots ? 8 << plan.drawnRoots : 1 }

  /// The values of atoms that belong to a point, drawn from the sum of its coordinates.
  func settle(at point: [UInt64]) {
    guard !functionLeaves.isEmpty else { return }
    var generator = SplitMix(seed: point.reduce(0x6174_6f6d, &+))
    atoms = plan.atoms.map { _ in 1 + generator.below(field.prime - 1) }
  }

  /// Draws functional, free data and gates as series of so many coefficients.
  func draw(_ generator: inout SplitMix, length: Int) {
    for (array, values) in fixed {
      let target = machine.coefficient(0, of: array)
      for (k, value) in values.enumerated() { target[k] = value }
    }
    let pattern = model.patterns.map { $0.patterns[Int(generator.below(UInt64($0.patterns.count)))] }
    for (leaf, array) in machine.tape.leaves where !leaf.isOfFunction {
      if case .gate(let node) = leaf, let pattern {
        let target = machine.coefficient(0, of: array)
        for (entry, value) in (pattern[node] ?? []).enumerated() { target[entry] = UInt64(value) }
        continue
      }
      if case .data(let number) = leaf, !model.freeData.contains(number) { continue }
      if case .gate = leaf, !plan.hasFreeGates {
        let open = plan.openGates[leaf] ?? []
        let target = machine.coefficient(0, of: array)
        for entry in 0..<array.count { target[entry] = open.contains(entry) ? 1 : generator.below(2) }
        continue
      }
      let isFunctional = leaf == .weights(0)
      for k in 0..<length {
        let target = machine.coefficient(k, of: array)
        for entry in 0..<array.count {
          let value = generator.below(field.prime)
          target[entry] = isFunctional && !isObserved[entry] ? 0 : value
        }
      }
    }
    drawAtoms(&generator)
    if case .momentum = model.flow { drift = (0..<length).map { _ in [generator.below(field.prime)] } }
  }

  /// First values of exponentials, logarithms and roots: atoms that do not belong to the point are drawn.
  private func drawAtoms(_ generator: inout SplitMix) {
    guard !functionLeaves.isEmpty else { return }
    var values = atoms
    for (number, atom) in plan.atoms.enumerated() where !atom.isShared {
      values[number] = 1 + generator.below(field.prime - 1)
    }
    for (array, powers, roots) in functionLeaves {
      let target = machine.coefficient(0, of: array)
      for (entry, root) in roots.enumerated() { target[entry] = root }
      for (entry, powers) in powers.enumerated() { target[entry] = field.product(values, powers) }
    }
  }

  /// Draws until all functions have values at the point, and runs ``values``; the generator as it was before that draw, nil if there
  /// is none.
  func drawUntilDefined(_ generator: inout SplitMix, length: Int) -> SplitMix? {
    for _ in 0..<attempts {
      let before = generator
      draw(&generator, length: length)
      if machine.run(values, terms: 1) { return before }
    }
    return nil
  }
}
