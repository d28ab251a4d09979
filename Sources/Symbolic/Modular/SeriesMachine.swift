import CFLINT
import Models

/// Carries out a tape on truncated power series modulo a prime.
///
/// Coefficient k of an array lies behind all coefficients below k of the same array, so that every step is one loop over numbers
/// for every pair of coefficients.
package final class SeriesMachine {
  package let tape: Tape
  package let field: PrimeField
  /// The largest number of coefficients.
  package let largestLength: Int
  private let steps: [cflint_step]
  private let loops: [cflint_loop]
  private let memory: UnsafeMutablePointer<UInt64>
  /// Number of coefficients that the memory is laid out for.
  package private(set) var length = 1

  /// - Throws: ``Refusal`` if the memory would be exceeded or a coefficient has no value modulo the prime.
  package init(_ tape: Tape, field: PrimeField, largestLength: Int) throws(Refusal) {
    try MemoryLimit.check(
      [tape.size, largestLength], what: "the arrays of a model as power series", remedy: "use smaller sizes")
    guard !tape.has(.erf), !tape.has(.gaussian) else { throw TapeBuilder.unknown(.erf) }
    self.tape = tape
    self.field = field
    self.largestLength = largestLength
    var steps: [cflint_step] = []
    for step in tape.steps {
      let x = step.factors.first
      let y = step.factors.count > 1 ? step.factors.last : nil
      steps.append(
        cflint_step(
          z: Int64(step.result.start), x: Int64(x?.start ?? 0), y: Int64(y?.start ?? 0),
          z_count: Int64(step.result.count),
          x_count: Int64(x?.count ?? 0), y_count: Int64(y?.count ?? 0),
          coefficient: try field.residue(step.coefficient),
          loop: Int64(step.loops.lowerBound), row: Int64(step.rows?.lowerBound ?? 0), loops: Int32(step.loops.count),
          factors: Int32(step.factors.count), rows: Int64(step.rows?.count ?? -1), operation: Self.code(step.operation),
          constant: (x?.isConstant == true ? 1 : 0) | (y?.isConstant == true ? 2 : 0)))
    }
    self.steps = steps
    loops = tape.loops.map { cflint_loop(extent: Int64($0.extent), z: Int64($0.z), x: Int64($0.x), y: Int64($0.y)) }
    let size = max(tape.size * largestLength, 1)
    memory = .allocate(capacity: size)
    memory.initialize(repeating: 0, count: size)
  }

  deinit { memory.deallocate() }

  private static func code(_ operation: Tape.Operation) -> Int32 {
    switch operation {
    case .sum: 0
    case .reciprocal: 1
    case .exponential: 2
    case .root: 3
    case .logarithm: 4
    // A machine is made of tapes without them.
    case .erf: 5
    case .gaussian: 6
    }
  }

  /// Lays the memory out for so many coefficients, all 0.
  package func clear(length: Int) {
    self.length = length
    memory.update(repeating: 0, count: tape.size * length)
  }

  /// Coefficient k of an array, to be read and written.
  package func coefficient(_ k: Int, of array: Tape.Array) -> UnsafeMutableBufferPointer<UInt64> {
    UnsafeMutableBufferPointer(start: memory + array.start * length + k * array.count, count: array.count)
  }

  /// Carries out a segment up to so many coefficients; false where something was divided by 0, or has no square root.
  package func run(_ segment: Tape.Segment, terms: Int) -> Bool {
    (memory + segment.memory.lowerBound * length).update(repeating: 0, count: segment.memory.count * length)
    return steps.withUnsafeBufferPointer { steps in
      loops.withUnsafeBufferPointer { loops in
        tape.rows.withUnsafeBufferPointer { rows in
          guard let first = steps.baseAddress else { return true }
          var none = cflint_loop()
          var origin: Int64 = 0
          return withUnsafePointer(to: &none) { none in
            withUnsafePointer(to: &origin) { origin in
              cflint_series_run(
                first + segment.steps.lowerBound, Int64(segment.steps.count), loops.baseAddress ?? none,
                rows.baseAddress ?? origin, memory, Int64(length), Int64(terms), field.prime) == 0
            }
          }
        }
      }
    }
  }
}
