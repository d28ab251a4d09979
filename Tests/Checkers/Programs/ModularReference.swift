import Models

/// The nodes of a polynomial program by their definition, one entry at a time, modulo the prime 2⁶¹ − 1: exact.
package struct ModularReference {
  package static let prime: UInt64 = (1 << 61) - 1

  /// Entries of every node, row-major.
  package private(set) var entries: [[UInt64]] = []

  /// Evaluates every node at integer parameters; nil if a function is no polynomial or data are no integers.
  package init?(_ program: Program, _ parameters: [Int]) {
    let blocks = program.layout.blocks
    for node in program.nodes {
      switch node.kind {
      case .block(let number): entries.append(parameters[blocks[number].range].map { Self.residue($0) })
      case .data(let number):
        guard program.data[number].allSatisfy({ $0.rounded() == $0 }) else { return nil }
        entries.append(program.data[number].map { Self.residue(Int($0)) })
      case .sum(let products):
        var values = [UInt64](repeating: 0, count: node.count)
        for product in products { add(product, node.shape, program, to: &values) }
        entries.append(values)
      case .map(.polynomial(let coefficients), let input):
        entries.append(
          entries[input.index].map { x in
            coefficients.reversed().reduce(0) { Self.sum(Self.product($0, x), Self.residue($1)) }
          })
      case .map, .softmax, .softmaxDerivative, .logSumExp, .direction, .weights, .selection: return nil
      }
    }
  }

  package static func sum(_ a: UInt64, _ b: UInt64) -> UInt64 { (a + b) % prime }

  package static func product(_ a: UInt64, _ b: UInt64) -> UInt64 {
    let (high, low) = a.multipliedFullWidth(by: b)
    return prime.dividingFullWidth((high, low)).remainder
  }

  package static func residue(_ integer: Int) -> UInt64 {
    let size = UInt64(integer.magnitude) % prime
    return integer < 0 && size > 0 ? prime - size : size
  }

  package static func residue(_ fraction: Rational) -> UInt64 {
    var (inverse, power, exponent): (UInt64, UInt64, UInt64) = (1, residue(fraction.denominator), prime - 2)
    while exponent > 0 {
      if exponent % 2 == 1 { inverse = product(inverse, power) }
      power = product(power, power)
      exponent /= 2
    }
    return product(residue(fraction.numerator), inverse)
  }

  private func add(_ product: Program.Product, _ shape: [Int], _ program: Program, to values: inout [UInt64]) {
    var extents: [Int] = []
    for (labels, shape) in product.uses.map({ ($0.labels, program[$0.node].shape) }) + [(product.out, shape)] {
      for (label, extent) in zip(labels, shape) {
        while extents.count <= label { extents.append(1) }
        extents[label] = extent
      }
    }
    let coefficient = Self.residue(product.coefficient)
    for flat in 0..<extents.reduce(1, *) {
      let index = multiIndex(flat, shape: extents)
      func position(_ labels: [Int], _ shape: [Int]) -> Int {
        zip(labels, shape).reduce(0) { $0 * $1.1 + index[$1.0] }
      }
      let term = product.uses.reduce(coefficient) {
        Self.product($0, entries[$1.node.index][position($1.labels, program[$1.node].shape)])
      }
      values[position(product.out, shape)] = Self.sum(values[position(product.out, shape)], term)
    }
  }
}
