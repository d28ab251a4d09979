/// The fields of a flow mod p: its right side with numbers in place of what is free.
package final class FieldFamily {
  /// A part of a component: a power product of the state, and Σ coefficient · power product of the rest as its factor.
  private struct Part {
    let state: [UInt64]
    var factors: [(coefficient: UInt64, powers: [UInt64])]
  }

  /// A component of a field: Σ coefficient · power product of the state.
  package typealias Component = [(coefficient: UInt64, powers: [UInt64])]

  package let field: PrimeField
  /// Numbers of a state, with the clock.
  package let length: Int
  /// What is spent for products mod p.
  private var workLeft: Int
  private let work: Int
  private let parts: [[Part]]
  private let cotangents: [Int]
  private let inputs: [Int]
  private let constants: [Int: UInt64]
  private var known: [Int: [Component]] = [:]

  /// Most products mod p that one certificate may ask for.
  package static let workLimit = 20_000_000_000

  /// - Parameters:
  ///   - coordinates: The variables of the state, without the clock.
  ///   - cotangents: The symbols grad(f)[k], in their order.
  ///   - inputs: The entries of the inputs, in their order.
  ///   - constants: Values of everything else.
  ///   - work: Most products mod p that columns may take.
  package init(
    _ field: PrimeField, velocities: [Int: Quotient], coordinates: [Int], clock: Bool, cotangents: [Int], inputs: [Int],
    constants: [Int: UInt64], work: Int = FieldFamily.workLimit
  ) throws(Rejection) {
    self.field = field
    (self.work, workLeft) = (work, work)
    length = coordinates.count + (clock ? 1 : 0)
    (self.cotangents, self.inputs, self.constants) = (cotangents, inputs, constants)
    var places: [Int: Int] = [:]
    for (place, variable) in coordinates.enumerated() { places[variable] = place }
    var parts: [[Part]] = []
    for variable in coordinates {
      guard let velocity = (velocities[variable] ?? .zero).polynomial else {
        throw Rejection("a velocity has a denominator: no bound is checked for such flows")
      }
      var found: [[UInt64]: Part] = [:]
      for (monomial, coefficient) in velocity.terms {
        var (state, rest) = ([UInt64](), [UInt64]())
        for power in monomial.powers {
          if let place = places[Monomial.variable(power)] {
            state.append(UInt64(place) << 32 | UInt64(Monomial.exponent(power)))
          } else {
            rest.append(power)
          }
        }
        found[state, default: Part(state: state, factors: [])].factors.append((try field.residue(coefficient), rest))
      }
      parts.append(Array(found.values))
    }
    if clock { parts.append([Part(state: [], factors: [(1, [])])]) }
    self.parts = parts
  }

  private func spend(_ count: Int) throws(Rejection) {
    workLeft -= count
    if workLeft < 0 { throw Rejection("the columns take more than \(work) products") }
  }

  /// The field of a seed.
  private func components(_ seed: Int) throws(Rejection) -> [Component] {
    if let components = known[seed] { return components }
    var generator = SplitMix64(seed)
    var values = constants
    for variable in cotangents { values[variable] = generator.next() % field.prime }
    for variable in inputs { values[variable] = generator.next() % field.prime }
    var components: [Component] = []
    for parts in parts {
      var component: Component = []
      for part in parts {
        var sum: UInt64 = 0
        for factor in part.factors {
          var product = factor.coefficient
          try spend(1 + factor.powers.count)
          for power in factor.powers {
            let value = values[Monomial.variable(power)] ?? 0
            product = field.multiply(product, field.power(value, UInt64(Monomial.exponent(power))))
          }
          sum = field.add(sum, product)
        }
        if sum != 0 { component.append((sum, part.state)) }
      }
      components.append(component)
    }
    if known.count < 64 { known[seed] = components }
    return components
  }

  // MARK: Columns

  /// (ad X[along])^depth X[field] at a point.
  ///
  /// With the curve θ(t) of X = X[along] through the point, V(t) = X[field](θ(t)), and W ↦ W' − DX(θ(t)) W applied `depth` times, the
  /// value at t = 0 is the bracket: along the curve V' = DV·X. All of it as power series in t up to that depth.
  package func column(field seed: Int, along: Int?, depth: Int, at point: [UInt64]) throws(Rejection) -> [UInt64] {
    let order = depth + 1
    let curve = Series(length, order)
    for (i, value) in point.enumerated() { curve[i, 0] = value }
    guard let along else {
      let (values, _) = try values(components(seed), at: curve, direction: nil, order: 1)
      return (0..<length).map { values[$0, 0] }
    }
    let flow = try components(along)
    for k in 0..<depth {
      let (velocity, _) = try values(flow, at: curve, direction: nil, order: k + 1)
      let inverse = field.inverse(UInt64(k + 1))
      for i in 0..<length { curve[i, k + 1] = field.multiply(velocity[i, k], inverse) }
    }
    let (vectors, _) = try values(components(seed), at: curve, direction: nil, order: order)
    for k in 0..<depth {
      let left = order - k - 1
      let (_, slopes) = try values(flow, at: curve, direction: vectors, order: left)
      for i in 0..<length {
        for j in 0..<left {
          let derivative = field.multiply(UInt64(j + 1), vectors[i, j + 1])
          vectors[i, j] = field.subtract(derivative, slopes[i, j])
        }
      }
    }
    return (0..<length).map { vectors[$0, 0] }
  }

  /// X(θ) and DX(θ) W for power series θ and W up to an order.
  private func values(
    _ components: [Component], at curve: Series, direction: Series?, order: Int
  ) throws(Rejection) -> (values: Series, slopes: Series) {
    let (values, slopes) = (Series(length, order), Series(direction == nil ? 0 : length, order))
    // The product so far, its derivative, and one more.
    let scratch = Series(3, order)
    defer { withExtendedLifetime(scratch) {} }
    for (i, component) in components.enumerated() {
      for part in component {
        var (product, slope, next) = (scratch.row(0), scratch.row(1), scratch.row(2))
        for j in 0..<order { (product[j], slope[j]) = (0, 0) }
        product[0] = part.coefficient
        for power in part.powers {
          let place = Monomial.variable(power)
          for _ in 0..<Monomial.exponent(power) {
            try spend(order * order * (direction == nil ? 1 : 3))
            if let direction {
              multiply(slope, curve.row(place), order, into: next, adds: false)
              multiply(product, direction.row(place), order, into: next, adds: true)
              swap(&slope, &next)
            }
            multiply(product, curve.row(place), order, into: next, adds: false)
            swap(&product, &next)
          }
        }
        let row = values.row(i)
        for j in 0..<order { row[j] = field.add(row[j], product[j]) }
        if direction != nil {
          let row = slopes.row(i)
          for j in 0..<order { row[j] = field.add(row[j], slope[j]) }
        }
      }
    }
    return (values, slopes)
  }

  private func multiply(
    _ a: UnsafeMutablePointer<UInt64>, _ b: UnsafeMutablePointer<UInt64>, _ order: Int,
    into result: UnsafeMutablePointer<UInt64>, adds: Bool
  ) {
    for k in 0..<order {
      var sum = adds ? result[k] : 0
      for i in 0...k where a[i] != 0 && b[k - i] != 0 { sum = field.add(sum, field.multiply(a[i], b[k - i])) }
      result[k] = sum
    }
  }
}

/// Rows of numbers mod p: power series.
private final class Series {
  private let order: Int
  private let base: UnsafeMutablePointer<UInt64>

  init(_ count: Int, _ order: Int) {
    self.order = order
    base = .allocate(capacity: max(count * order, 1))
    base.initialize(repeating: 0, count: max(count * order, 1))
  }

  deinit { base.deallocate() }

  func row(_ row: Int) -> UnsafeMutablePointer<UInt64> { base + row * order }

  subscript(row: Int, place: Int) -> UInt64 {
    get { base[row * order + place] }
    set { base[row * order + place] = newValue }
  }
}
