import FlowLanguage
import Models

/// How quotients with atoms move along the flow, as ``EntryMotion`` says it of polynomials.
///
/// With a cut, the derivatives of the loss in what the loss is a function of are symbols: what is 0 for any values of them is 0 for those of
/// the loss. Without, the loss is multiplied out.
package final class AtomMotion: EntryFlow {
  /// The rates of the variables that move.
  package private(set) var rates: [Int: AtomQuotient] = [:]
  /// The derivative of the loss in every parameter, where the flow is one of the loss.
  package private(set) var gradients: [Int: AtomQuotient] = [:]
  private let file: CheckedFile
  private let variables: EntryVariables
  private let algebra: AtomAlgebra
  private var flow: AtomDerivation

  /// Parameters times variables of which derivatives are formed one by one.
  private static let mostSlopes = 40_000_000

  /// Definitions that a loss is a function of, and the symbols of its derivatives in their entries.
  package struct Cut {
    /// The definitions, positions in ``CheckedFile/declarations``.
    package let declarations: [Int]
    /// The variables, one an entry, definition after definition.
    package let symbols: Range<Int>
  }

  /// - Throws: ``EntryFault`` where the model or the field is nothing that is read.
  package init(_ reader: ArrayReader<AtomAlgebra>, _ cut: Cut?) throws(EntryFault) {
    (file, variables, algebra) = (reader.file, reader.variables, reader.algebra)
    flow = AtomDerivation(algebra, rates: [:])
    if case .field(let fields) = file.flow {
      rates = try reader.rates(of: fields)
    } else {
      try readGradients(reader, cut)
      try move(reader)
    }
    // Derivatives of any loss have no rates that are known, and were named last.
    let unknown = variables.cotangents ?? variables.names.count
    flow = AtomDerivation(algebra, rates: rates, firstUnknown: unknown)
  }

  private func readGradients(_ reader: ArrayReader<AtomAlgebra>, _ cut: Cut?) throws(EntryFault) {
    if file.program != nil { throw .notPolynomial("a loss that a program computes") }
    var outputs: [AtomQuotient] = []
    var weights: [AtomQuotient] = []
    if let cut {
      for declaration in cut.declarations { outputs += try reader.read(declared: declaration).values }
      guard outputs.count == cut.symbols.count else { throw .notPolynomial("a definition of another size") }
      for symbol in cut.symbols { weights.append(try algebra.variable(symbol)) }
    } else if let loss = file.loss {
      outputs = [try reader.read(loss).values[0]]
      weights = [try algebra.constant(1)]
    } else {
      guard let model = file.model, let first = variables.cotangents else {
        throw .notPolynomial("a flow without a model or a loss")
      }
      outputs = try reader.read(declared: model).values
      for k in outputs.indices { weights.append(try algebra.variable(first + k)) }
    }
    let parameters = try parameters(reader)
    guard parameters.count * algebra.ring.names.count <= Self.mostSlopes else {
      throw .refusal(
        Refusal(
          "the derivatives of functions in \(parameters.count) parameters", remedy: "use smaller sizes", settings: []))
    }
    for variable in parameters {
      let along = AtomDerivation(algebra, rates: [variable: try algebra.constant(1)])
      var parts: [AtomQuotient] = []
      for (output, weight) in zip(outputs, weights) {
        parts.append(try algebra.times(weight, along.derivative(of: output)))
      }
      gradients[variable] = try algebra.sum(parts)
    }
  }

  private func parameters(_ reader: ArrayReader<AtomAlgebra>) throws(EntryFault) -> [Int] {
    var all: [Int] = []
    for (position, declaration) in file.declarations.enumerated() where declaration.role == .parameter {
      guard let first = variables.declared[position] else { continue }
      all += first..<first + (try reader.shape(declaration.shape).reduce(1, *))
    }
    return all
  }

  private func move(_ reader: ArrayReader<AtomAlgebra>) throws(EntryFault) {
    let factor: AtomQuotient? =
      switch file.flow {
      case .gradient(let decay?): try reader.read(decay).values[0]
      case .momentum(let friction): try reader.read(friction).values[0]
      default: nil
      }
    for (position, declaration) in file.declarations.enumerated() where declaration.role == .parameter {
      guard let first = variables.declared[position] else { continue }
      for k in 0..<(try reader.shape(declaration.shape).reduce(1, *)) {
        guard let gradient = gradients[first + k] else { continue }
        let own = try algebra.variable(first + k)
        let down = try algebra.negative(gradient)
        switch file.flow {
        case .gradient:
          rates[first + k] =
            try factor.map { (decay) throws(EntryFault) in
              try algebra.minus(down, algebra.times(own, decay))
            } ?? down
        case .mirror: rates[first + k] = try algebra.times(own, down)
        case .momentum:
          guard let start = variables.velocities[position], let factor else { continue }
          let velocity = try algebra.variable(start + k)
          rates[first + k] = velocity
          rates[start + k] = try algebra.minus(down, algebra.times(velocity, factor))
        case .field: break
        }
      }
    }
  }

  package func derivative(of value: AtomQuotient) throws(EntryFault) -> AtomQuotient { try flow.derivative(of: value) }

  /// L' = Σ ∂L/∂θ θ', also of any loss; nil for a field.
  package func derivativeOfLoss() throws(EntryFault) -> AtomQuotient? {
    if case .field = file.flow { return nil }
    var parts: [AtomQuotient] = []
    for (variable, slope) in gradients.sorted(by: { $0.key < $1.key }) {
      if let rate = rates[variable] { parts.append(try algebra.times(slope, rate)) }
    }
    return try algebra.sum(parts)
  }

  package func gradient(of position: Int) throws(EntryFault) -> EntryArray<AtomQuotient> {
    let declaration = file.declarations[position]
    let extents = declaration.shape.sizes.compactMap(\.number)
    let count = extents.reduce(1, *)
    if declaration.role == .parameter, let first = variables.declared[position] {
      let own = (0..<count).compactMap { gradients[first + $0] }
      guard own.count == count else { throw .notPolynomial("a derivative of the loss") }
      return EntryArray(shape: extents, values: own)
    }
    if position == file.model, let first = variables.cotangents {
      var values: [AtomQuotient] = []
      for k in 0..<count { values.append(try algebra.variable(first + k)) }
      return EntryArray(shape: extents, values: values)
    }
    throw .notPolynomial("the derivative of the loss in a part of the model")
  }
}
