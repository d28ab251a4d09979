import Models

/// What a program computes, as sums of products of at most two arrays in one memory, without an arithmetic: the steps are carried
/// out by ``SeriesMachine`` modulo a prime and by ``TapeArithmetic`` with anything else.
///
/// The memory begins with θ and a direction in parameter space; every array has a place of its own, so that nothing is overwritten.
/// A step adds to its result, which begins at 0. Functions with a kink are read as products with a *gate*, a free factor for every
/// entry: 1 or 0 where the entry is positive or not, so that all gates together are all patterns of activation.
package struct Tape {
  /// An array of the memory.
  package struct Array: Equatable {
    package let start: Int
    package let count: Int
    /// Whether it is the same for all parameters, directions, weights, free data and gates.
    package let isConstant: Bool
  }

  /// What a step does.
  package enum Operation: Equatable, Sendable {
    /// z += c Σ x y.
    case sum
    /// z = 1/x, entry by entry; x is the only factor.
    case reciprocal
    /// z = eˣ, entry by entry; the second factor is the leaf of its first values.
    case exponential
    /// z = √x, entry by entry; the second factor is the leaf of first values that are prescribed, 0 for any.
    case root
    /// z = ln x, entry by entry; the second factor is the leaf of its first values.
    case logarithm
    /// z = erf x, entry by entry, and its slope: of balls alone.
    case erf, gaussian
  }

  /// z += c Σ x y, or a function of every entry.
  package struct Step {
    package let result: Array
    package let factors: [Array]
    package let coefficient: Rational
    package let loops: Range<Int>
    /// Nil without a selection.
    package let rows: Range<Int>?
    package var operation = Operation.sum
  }

  /// A part of the steps, and the memory that they write.
  package struct Segment {
    package let steps: Range<Int>
    package let memory: Range<Int>
  }

  /// Numbers that a run is given.
  package enum Leaf: Hashable {
    case weights(Int)
    case data(Int)
    /// The gates of a node's entries.
    case gate(Int)
    /// First values of e^(scale · x) for the entries of a node: atoms of the algebra.
    case exponential(Int, scale: Int)
    /// First values of ln x for the entries of a node: atoms of the algebra.
    case logarithm(Int)
    /// Roots of numbers among the entries of a node, 0 elsewhere.
    case root(Int)

    /// Whether it holds first values of a function, which are no free numbers.
    package var isOfFunction: Bool {
      switch self {
      case .weights, .data, .gate: false
      case .exponential, .logarithm, .root: true
      }
    }
  }

  /// Number of parameters.
  package let parameterCount: Int
  package var steps: [Step] = []
  package var loops: [Loop] = []
  /// Starts in z, x and y, three a row.
  package var rows: [Int64] = []
  package var leaves: [(leaf: Leaf, array: Array)] = []
  /// Numbers that the memory holds.
  package var size: Int

  package init(parameterCount: Int) {
    self.parameterCount = parameterCount
    size = 2 * parameterCount
  }

  /// The most numbers a memory may hold, coefficients of series counted.
  package static let largest = 1 << 27

  /// A new array, all 0.
  package mutating func allocate(_ count: Int, isConstant: Bool) throws(Refusal) -> Array {
    guard count <= Self.largest - size else {
      throw Refusal(
        "the arrays of a model have more than \(Self.largest) numbers for exact algebra", remedy: "use smaller sizes")
    }
    defer { size += count }
    return Array(start: size, count: count, isConstant: isConstant)
  }

  /// Adds z += c Σ x y over these loops; `rows` gives starts of z, x and y, three a row.
  package mutating func add(
    _ coefficient: Rational, _ factors: [Array], to result: Array, loops: [Loop], rows starts: [Int64]? = nil
  ) {
    guard coefficient != 0 else { return }
    var merged = Loop.merged(loops)
    // The inner loop sums, if it can: one reduction for many products.
    let sums = merged.indices.filter { merged[$0].z == 0 && merged[$0].extent >= 4 }
    let candidates = sums.isEmpty ? Swift.Array(merged.indices) : sums
    if let inner = candidates.max(by: { merged[$0].extent < merged[$1].extent }) {
      merged.append(merged.remove(at: inner))
    }
    let first = self.loops.count
    self.loops += merged
    var range: Range<Int>?
    if let starts {
      range = rows.count / 3..<(rows.count + starts.count) / 3
      rows += starts
    }
    steps.append(
      Step(result: result, factors: factors, coefficient: coefficient, loops: first..<self.loops.count, rows: range))
  }

  /// z += c · (product of factors), entry by entry.
  package mutating func addEntrywise(_ coefficient: Rational, _ factors: [Array], to result: Array) {
    let loop = Loop(
      extent: result.count, z: 1, x: factors.isEmpty ? 0 : 1, y: factors.count < 2 ? 0 : 1)
    add(coefficient, factors, to: result, loops: [loop])
  }

  /// A function of every entry of the first factor.
  package mutating func add(_ operation: Operation, of factors: [Array], to result: Array) {
    steps.append(
      Step(result: result, factors: factors, coefficient: 1, loops: 0..<0, rows: nil, operation: operation))
  }

  /// How many products and values of functions one run takes, or a number above any limit.
  package var work: Int {
    steps.reduce(0) { total, step in
      let products = loops[step.loops].reduce(max(step.rows?.count ?? 1, 1)) {
        min($0, 1 << 40) * min($1.extent, 1 << 20)
      }
      return min(total, 1 << 61) + (step.operation == .sum ? min(products, 1 << 60) : step.result.count)
    }
  }

  /// Whether there is a step that is no sum of products.
  package var hasFunctions: Bool { steps.contains { $0.operation != .sum } }
  /// Whether there is a step of that kind.
  package func has(_ operation: Operation) -> Bool { steps.contains { $0.operation == operation } }
}

/// Numbers of some kind that a tape can be run on.
package protocol TapeArithmetic {
  associatedtype Element
  /// 0.
  var zero: Element { get }
  /// z += c x y, where a missing factor is 1.
  mutating func add(_ coefficient: Rational, _ x: Element?, _ y: Element?, to z: inout Element) throws(Refusal)
  /// A function of x, never ``Tape/Operation/sum``.
  ///
  /// - Parameter leaf: the place of its first value, where it has one.
  mutating func value(_ operation: Tape.Operation, _ x: Element, leaf: Int?) throws(Refusal) -> Element
}

extension Tape {
  /// Carries out the steps on a memory whose leaves are set, one number after the other.
  package func run<Arithmetic: TapeArithmetic>(
    _ arithmetic: inout Arithmetic, _ memory: inout [Arithmetic.Element]
  ) throws(Refusal) {
    for step in steps {
      if step.operation != .sum {
        let leaf = step.factors.count > 1 ? step.factors[1].start : nil
        for entry in 0..<step.result.count {
          memory[step.result.start + entry] = try arithmetic.value(
            step.operation, memory[step.factors[0].start + entry], leaf: leaf.map { $0 + entry })
        }
        continue
      }
      let loops = self.loops[step.loops]
      let total = loops.reduce(1) { $0 * $1.extent }
      for row in step.rows ?? -1..<0 {
        var z = step.result.start
        var x = step.factors.first?.start ?? 0
        var y = step.factors.last?.start ?? 0
        if row >= 0 {
          z += Int(rows[3 * row])
          x += Int(rows[3 * row + 1])
          y += Int(rows[3 * row + 2])
        }
        for number in 0..<total {
          var (rest, atZ, atX, atY) = (number, z, x, y)
          for loop in loops.reversed() {
            let at = rest % loop.extent
            rest /= loop.extent
            atZ += at * loop.z
            atX += at * loop.x
            atY += at * loop.y
          }
          let left = step.factors.isEmpty ? nil : memory[atX]
          let right = step.factors.count < 2 ? nil : memory[atY]
          try arithmetic.add(step.coefficient, left, right, to: &memory[atZ])
        }
      }
    }
  }
}
