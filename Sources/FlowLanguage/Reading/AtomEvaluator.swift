import GSLBridge
import Models

private let (log, exp) = (Function.log, Function.exp)

/// Values of a function that is no program, of every array that it is taken of, and how they move.
final class AtomEvaluator {
  private let atom: Atom
  /// Where the values go in the state.
  let offset: Int
  /// How many there are.
  let count: Int
  private let argument: ProgramValues
  private let rate: ProgramValues?
  private let entries: Buffer<Double>
  private let moved: Buffer<Double>

  init(_ atom: Atom, _ program: Program, offset: Int) throws(Refusal) {
    self.atom = atom
    self.offset = offset
    count = program[atom.block].count
    argument = try ProgramValues(program, of: atom.argument)
    rate = if let node = atom.argumentRate { try ProgramValues(program, of: node) } else { nil }
    entries = Buffer(count: argument.count)
    moved = Buffer(count: argument.count)
  }

  /// Whether ``writeRate(_:velocity:)`` knows it.
  var hasRate: Bool { rate == nil }

  /// Fills its place in the state from what stands before.
  func write(_ state: UnsafeMutablePointer<Double>) {
    argument.write(state, into: entries.pointer)
    rate?.write(state, into: moved.pointer)
    fill(state + offset, rates: rate != nil)
  }

  /// Fills its place in the velocity of the state from what stands before.
  func writeRate(_ state: UnsafePointer<Double>, velocity: UnsafeMutablePointer<Double>) {
    argument.write(state, into: entries.pointer)
    argument.writeDerivatives(state, direction: velocity, into: moved.pointer)
    fill(velocity + offset, rates: true)
  }

  private func fill(_ target: UnsafeMutablePointer<Double>, rates: Bool) {
    let size = entries.count / count
    for k in 0..<count {
      let x = UnsafeBufferPointer(start: entries.pointer + k * size, count: size)
      let y = UnsafeBufferPointer(start: moved.pointer + k * size, count: size)
      target[k] =
        switch atom.function {
        case .maximum: extreme(x, y, rates) { $0 > $1 }
        case .minimum: extreme(x, y, rates) { $0 < $1 }
        default: spectral(x, rates ? y : nil)
        }
    }
  }

  /// The extreme entry, or the rate of the first one that is extreme; NaN where an entry is.
  private func extreme(
    _ x: UnsafeBufferPointer<Double>, _ y: UnsafeBufferPointer<Double>, _ rates: Bool,
    _ precedes: (Double, Double) -> Bool
  ) -> Double {
    var best = 0
    for k in x.indices {
      if x[k].isNaN { return .nan }
      if precedes(x[k], x[best]) { best = k }
    }
    return rates ? y[best] : x[best]
  }

  /// A function of the singular values σ, or its rate: σ' = uᵀ A' v; NaN where an entry is not finite.
  private func spectral(_ x: UnsafeBufferPointer<Double>, _ y: UnsafeBufferPointer<Double>?) -> Double {
    let (rows, columns) = (atom.extents[0], atom.extents[1])
    guard let svd = try? SVD(Matrix(rows: rows, columns: columns, elements: Array(x))) else { return .nan }
    let values = svd.singularValues
    guard let y else { return value(values) }
    let rates = values.indices.map { k in
      var rate = 0.0
      for i in 0..<rows { for j in 0..<columns { rate += svd.u[i, k] * y[i * columns + j] * svd.v[j, k] } }
      return rate
    }
    switch atom.function {
    case .nuclear:
      // At σ = 0 there is no derivative, and none is taken.
      return zip(values, rates).reduce(0) { $0 + ($1.0 > 0 ? $1.1 : 0) }
    case .effectiveRank:
      // exp(H) H' with H' = −Σ p' ln p.
      let total = values.reduce(0, +)
      let change = rates.reduce(0, +)
      let entropy = zip(values, rates).reduce(0.0) { sum, pair in
        guard pair.0 > 0 else { return sum }
        let share = pair.0 / total
        return sum - (pair.1 - share * change) / total * log(share)
      }
      return value(values) * entropy
    default: return rates[atom.position - 1]
    }
  }

  private func value(_ values: [Double]) -> Double {
    switch atom.function {
    case .nuclear: return values.reduce(0, +)
    case .effectiveRank:
      let total = values.reduce(0, +)
      guard total > 0 else { return 0 }
      return exp(values.reduce(0.0) { $1 > 0 ? $0 - $1 / total * log($1 / total) : $0 })
    default: return values[atom.position - 1]
    }
  }
}
