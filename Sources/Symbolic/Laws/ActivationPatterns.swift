import Models

/// The patterns of activation of a model's kinks that were seen at random inputs around a random start.
///
/// A pattern that occurs does so on an open set of inputs and parameters, where a field is a polynomial in both. So around that start the
/// fields of all losses are spanned by those with a seen pattern in place of the gates and any numbers in place of the inputs, if no
/// other pattern occurs: then what all of them conserve is conserved there, and a bound by their brackets is one of the laws there. The
/// path lifting has every pattern, and may have fewer laws (Marcotte, Gribonval, Peyré 2023).
public struct ActivationPatterns: Equatable, Sendable {
  /// How many inputs were drawn.
  public let inputs: Int
  /// Different patterns: 0 or 1 for the entries of the nodes that decide.
  package let patterns: [[Int: [UInt8]]]

  /// The most inputs, and the most patterns that laws are proved for one by one.
  public static let mostInputs = 1_000_000
  /// The most patterns that laws are proved for one by one.
  public static let mostPatterns = 256

  /// - Throws: ``Refusal`` for models without kinks, with other functions besides, or with too many patterns.
  public init(_ model: LawModel, inputs: Int, seed: UInt64) throws(Refusal) {
    guard (1...Self.mostInputs).contains(inputs) else {
      throw Refusal("patterns at \(inputs) inputs are asked for", remedy: "give 1 to \(Self.mostInputs) inputs")
    }
    guard model.hasGates else {
      throw Refusal("\(model.summary) has no relu", remedy: "leave the patterns out", settings: [])
    }
    var builder = TapeBuilder(model.program, freeData: model.freeData)
    _ = try builder.write([model.output])
    let tape = builder.tape
    guard !tape.hasFunctions else {
      throw Refusal(
        "\(model.summary) has functions beside relu, leaky and abs, of which no patterns are looked for",
        remedy: "leave the patterns out", settings: [])
    }
    let gates = tape.leaves.compactMap { leaf -> (node: Int, gate: Tape.Array, input: Tape.Array)? in
      guard case .gate(let node) = leaf.leaf, let input = builder.arrays[node] else { return nil }
      return (node, leaf.array, input)
    }
    var generator = SplitMix(seed: seed, stream: 0x7061_7474)
    var start = [Double](repeating: 0, count: tape.size)
    for k in 0..<model.parameterCount { start[k] = generator.signed() }
    for (leaf, array) in tape.leaves {
      if case .data(let number) = leaf, !model.freeData.contains(number) {
        for (k, value) in model.program.data[number].enumerated() { start[array.start + k] = value }
      }
    }
    var found: [[Int: [UInt8]]] = []
    var seen: Set<[UInt8]> = []
    for _ in 0..<inputs {
      for (leaf, array) in tape.leaves {
        if case .data(let number) = leaf, model.freeData.contains(number) {
          for k in 0..<array.count { start[array.start + k] = generator.signed() }
        }
      }
      var pattern: [Int: [UInt8]] = [:]
      // A layer's gates follow from those of the layers before it.
      for _ in 0...gates.count {
        var memory = start
        for gate in gates {
          for (k, value) in (pattern[gate.node] ?? []).enumerated() { memory[gate.gate.start + k] = Double(value) }
        }
        var arithmetic = DoubleArithmetic()
        try tape.run(&arithmetic, &memory)
        var next: [Int: [UInt8]] = [:]
        for gate in gates { next[gate.node] = (0..<gate.input.count).map { memory[gate.input.start + $0] > 0 ? 1 : 0 } }
        if next == pattern { break }
        pattern = next
      }
      guard seen.insert(gates.flatMap { pattern[$0.node] ?? [] }).inserted else { continue }
      found.append(pattern)
      guard found.count <= Self.mostPatterns else {
        throw Refusal(
          "\(model.summary) has more than \(Self.mostPatterns) patterns of activation",
          remedy: "use smaller widths, or the path lifting", settings: [])
      }
    }
    (self.inputs, patterns) = (inputs, found)
  }
}

/// Sums, products and quotients of doubles.
private struct DoubleArithmetic: TapeArithmetic {
  var zero: Double { 0 }

  func add(_ coefficient: Rational, _ x: Double?, _ y: Double?, to z: inout Double) {
    z += Double(coefficient.numerator) / Double(coefficient.denominator) * (x ?? 1) * (y ?? 1)
  }

  func value(_ operation: Tape.Operation, _ x: Double, leaf: Int?) -> Double { operation == .reciprocal ? 1 / x : x }
}

extension SplitMix {
  /// A number between −1 and 1.
  fileprivate mutating func signed() -> Double { Double(next() >> 11) * 0x1p-52 - 1 }
}
