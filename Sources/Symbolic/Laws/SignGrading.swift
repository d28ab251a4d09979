import Models

/// Classes of monomials that no law mixes unless it is a sum of laws of one class each.
///
/// A change of signs of parameters, free data and gates that turns every output into itself or its negative turns laws into laws. So
/// the part of a law that all such changes multiply by the same signs is a law by itself. The changes are found from parities: if
/// all monomials of every array entry have, modulo a space S of vectors over 𝔽₂, one parity each, the changes orthogonal to S do so.
/// Cancellation may only make S too large, and the classes coarser than need be.
package struct SignGrading {
  /// One random number a parameter; a monomial's class is the exclusive or over its variables.
  package let marks: [UInt64]
  /// Whether every output is homogeneous in the parameters, so that the parts of a law of one degree are laws.
  package let isHomogeneous: Bool

  /// The class of Π θᵢ.
  package func signature(_ variables: some Sequence<Int>) -> UInt64 { variables.reduce(0) { $0 ^ marks[$1] } }

  /// The changes of sign that a model allows.
  ///
  /// - Throws: ``Refusal`` if the model has functions that exact algebra does not know.
  package init(_ model: LawModel, seed: UInt64) throws(Refusal) {
    let count = model.parameterCount
    var builder = TapeBuilder(model.program, freeData: model.freeData)
    _ = try builder.write([model.output])
    let output = try builder.array(model.output)
    let tape = builder.tape
    var variables = Array(0..<count)
    var memory = [ParityArithmetic.Element](repeating: nil, count: tape.size)
    for (leaf, array) in tape.leaves {
      if case .data(let number) = leaf, !model.freeData.contains(number) {
        for (k, value) in model.program.data[number].enumerated() where value != 0 { memory[array.start + k] = [] }
      } else if case .gate = leaf, model.patterns != nil {
        // Numbers of a pattern have no other sign.
        for k in 0..<array.count { memory[array.start + k] = [] }
      } else if !leaf.isOfFunction {
        variables += array.start..<array.start + array.count
      }
    }
    guard variables.count <= 1 << 16 else {
      throw Refusal("\(model.summary) has \(variables.count) variables", remedy: "use smaller sizes")
    }
    for (number, place) in variables.enumerated() { memory[place] = [Int32(number)] }
    var degrees = [DegreeArithmetic.Element](repeating: nil, count: tape.size)
    for (place, parity) in memory.enumerated() where place >= 2 * count && parity != nil { degrees[place] = 0...0 }
    for k in 0..<count { degrees[k] = 1...1 }
    isHomogeneous = try Self.isHomogeneous(
      tape, degrees,
      outputs: model.observed?.map { output.start + $0 } ?? Array(output.start..<output.start + output.count))
    var arithmetic = ParityArithmetic()
    try tape.run(&arithmetic, &memory)
    // Marks whose exclusive or over every vector of S is 0.
    var generator = SplitMix(seed: seed, stream: 0x5167)
    var marks = variables.indices.map { _ in generator.next() }
    for (pivot, vector) in arithmetic.space.reducedRows() {
      marks[pivot] = vector.reduce(0) { $1 == pivot ? $0 : $0 ^ marks[$1] }
    }
    // A mirror flow has a metric that signs change.
    self.marks = model.flow == .mirror ? [UInt64](repeating: 0, count: count) : Array(marks.prefix(count))
  }
}

extension SignGrading {
  private static func isHomogeneous(
    _ tape: Tape, _ leaves: [DegreeArithmetic.Element], outputs: [Int]
  ) throws(Refusal) -> Bool {
    var memory = leaves
    var arithmetic = DegreeArithmetic()
    try tape.run(&arithmetic, &memory)
    return outputs.allSatisfy { place in memory[place].map { $0.lowerBound == $0.upperBound } ?? true }
  }
}

/// Least and largest degree in the parameters, nil of 0; cancellation may only make the range too large.
private struct DegreeArithmetic: TapeArithmetic {
  typealias Element = ClosedRange<Int>?

  var zero: Element { nil }

  func add(_ coefficient: Rational, _ x: Element?, _ y: Element?, to z: inout Element) {
    var (low, high) = (0, 0)
    for factor in [x, y] {
      guard let factor else { continue }
      guard let range = factor else { return }
      low = low &+ range.lowerBound
      high = min(high &+ range.upperBound, 1 << 40)
      low = min(low, high)
    }
    z = z.map { min($0.lowerBound, low)...max($0.upperBound, high) } ?? low...high
  }

  func value(_ operation: Tape.Operation, _ x: Element, leaf: Int?) -> Element {
    guard let x else { return operation == .root ? nil : 0...0 }
    switch operation {
    case .sum, .reciprocal: return -x.upperBound...(-x.lowerBound)
    case .root where x.lowerBound % 2 == 0 && x.upperBound % 2 == 0: return x.lowerBound / 2...x.upperBound / 2
    // A function of degree 0 has degree 0, any other none.
    case .exponential, .logarithm, .root, .erf, .gaussian: return x == 0...0 ? x : -(1 << 40)...1 << 40
    }
  }
}

/// A space of sparse vectors over 𝔽₂, in echelon form.
package struct ParitySpace {
  private var rows: [Int32: [Int32]] = [:]

  /// The sum of two vectors, each given by the ascending positions of its ones.
  package static func sum(_ a: [Int32], _ b: [Int32]) -> [Int32] {
    var result: [Int32] = []
    result.reserveCapacity(a.count + b.count)
    var (i, j) = (0, 0)
    while i < a.count, j < b.count {
      if a[i] == b[j] {
        i += 1
        j += 1
      } else if a[i] < b[j] {
        result.append(a[i])
        i += 1
      } else {
        result.append(b[j])
        j += 1
      }
    }
    result += a[i...]
    result += b[j...]
    return result
  }

  /// Adds a vector to the space.
  package mutating func insert(_ vector: [Int32]) {
    var rest = vector
    while let pivot = rest.first {
      guard let known = rows[pivot] else {
        rows[pivot] = rest
        return
      }
      rest = Self.sum(rest, known)
    }
  }

  /// A basis, pivots descending: of every vector only the pivot is the pivot of one that comes with or after it.
  package func reducedRows() -> [(pivot: Int, vector: [Int])] {
    rows.keys.sorted(by: >).map { pivot in (Int(pivot), (rows[pivot] ?? []).map { Int($0) }) }
  }
}

/// Parities of monomials: nil stands for 0, otherwise the variables of odd power of one of its monomials.
package struct ParityArithmetic: TapeArithmetic {
  package typealias Element = [Int32]?
  package private(set) var space = ParitySpace()

  package var zero: Element { nil }

  package mutating func add(_ coefficient: Rational, _ x: Element?, _ y: Element?, to z: inout Element) {
    var product: [Int32] = []
    if let x { if let x { product = x } else { return } }
    if let y { if let y { product = ParitySpace.sum(product, y) } else { return } }
    guard let known = z else {
      z = product
      return
    }
    if known != product { space.insert(ParitySpace.sum(known, product)) }
  }

  package mutating func value(_ operation: Tape.Operation, _ x: Element, leaf: Int?) -> Element {
    guard operation != .reciprocal else { return x }
    guard let x else { return operation == .root ? nil : [] }
    // The changes of sign that leave x as it is leave its exponential, its root and its logarithm as they are.
    if !x.isEmpty { space.insert(x) }
    return []
  }
}
