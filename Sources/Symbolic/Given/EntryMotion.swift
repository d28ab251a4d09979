import FlowLanguage
import Models

/// How the variables of polynomials move along the flow.
package final class EntryMotion: EntryFlow {
  /// The rates of the variables that move.
  package private(set) var rates: [Int: Polynomial] = [:]
  /// The derivative of the loss in every parameter, where the flow is one of the loss.
  package private(set) var gradients: [Int: Polynomial] = [:]
  /// The loss; where it is any, Σ grad(f)[k] f[k], which has the same derivatives.
  package let loss: Polynomial?
  private let file: CheckedFile
  private let variables: EntryVariables
  private let ring: PolynomialRing

  /// - Throws: ``EntryFault`` where the model or the field is no polynomial.
  package init(_ reader: EntryReader) throws(EntryFault) {
    (file, variables, ring) = (reader.file, reader.variables, reader.ring)
    let parameters = reader.file.declarations.indices.filter { reader.file.declarations[$0].role == .parameter }
    if case .field(let fields) = reader.file.flow {
      loss = nil
      rates = try reader.rates(of: fields)
      return
    }
    let loss = try Self.loss(reader)
    self.loss = loss
    for position in parameters {
      guard let first = variables.declared[position] else { continue }
      let count = try reader.shape(reader.file.declarations[position].shape).reduce(1, *)
      for variable in first..<first + count {
        gradients[variable] = try refusing { () throws(Refusal) in try loss.derivative(by: variable) }
      }
    }
    try move(reader, parameters)
  }

  private func move(_ reader: EntryReader, _ parameters: [Int]) throws(EntryFault) {
    let factor: Polynomial? =
      switch reader.file.flow {
      case .gradient(let decay?): try reader.read(decay).values[0]
      case .momentum(let friction): try reader.read(friction).values[0]
      default: nil
      }
    for position in parameters {
      guard let first = variables.declared[position] else { continue }
      let count = try reader.shape(reader.file.declarations[position].shape).reduce(1, *)
      for k in 0..<count {
        guard let gradient = gradients[first + k] else { continue }
        let own = try reader.symbols(first + k, []).values[0]
        try refusing { () throws(Refusal) in
          let down = try gradient.scaled(by: -1)
          switch reader.file.flow {
          case .gradient:
            rates[first + k] = try factor.map { (decay) throws(Refusal) in try down.minus(own.times(decay)) } ?? down
          case .mirror: rates[first + k] = try own.times(down)
          case .momentum:
            guard let start = variables.velocities[position], let factor else { return }
            let velocity = try Polynomial.variable(start + k, in: reader.ring)
            rates[first + k] = velocity
            rates[start + k] = try down.minus(velocity.times(factor))
          case .field: break
          }
        }
      }
    }
  }

  private static func loss(_ reader: EntryReader) throws(EntryFault) -> Polynomial {
    // A program's loss is one of the parameters, not of the model.
    if reader.file.program != nil { throw .notPolynomial("a loss that a program computes") }
    if let loss = reader.file.loss { return try reader.read(loss).values[0] }
    guard let model = reader.file.model, let first = reader.variables.cotangents else {
      throw .notPolynomial("a flow without a model or a loss")
    }
    let outputs = try reader.read(declared: model)
    return try refusing { () throws(Refusal) in
      var pairs: [(Polynomial, Polynomial)] = []
      for (k, output) in outputs.values.enumerated() {
        pairs.append((output, try Polynomial.variable(first + k, in: reader.ring)))
      }
      return try Polynomial.sum(ofProducts: pairs, in: reader.ring)
    }
  }

  /// The derivative along the flow.
  package func derivative(of value: Polynomial) throws(EntryFault) -> Polynomial {
    let occurring = try refusing { () throws(Refusal) in try value.variables() }
    // They were named last.
    if let cotangents = variables.cotangents, let last = occurring.last, last >= cotangents {
      throw .notPolynomial("the derivative of the loss, whose own is any")
    }
    return try refusing { () throws(Refusal) in
      var pairs: [(Polynomial, Polynomial)] = []
      for variable in occurring {
        guard let rate = rates[variable] else { continue }
        pairs.append((try value.derivative(by: variable), rate))
      }
      return try Polynomial.sum(ofProducts: pairs, in: value.ring)
    }
  }

  /// The derivative of the loss along the flow, also of any loss, where its value is none that is known; nil for a field.
  package func derivativeOfLoss() throws(EntryFault) -> Polynomial? {
    guard let loss else { return nil }
    var pairs: [(Polynomial, Polynomial)] = []
    for (variable, slope) in gradients.sorted(by: { $0.key < $1.key }) {
      if let rate = rates[variable] { pairs.append((slope, rate)) }
    }
    return try refusing { () throws(Refusal) in try Polynomial.sum(ofProducts: pairs, in: loss.ring) }
  }

  /// The derivative of the loss in something declared.
  package func gradient(of position: Int) throws(EntryFault) -> Entries {
    let declaration = file.declarations[position]
    let extents = declaration.shape.sizes.compactMap(\.number)
    if declaration.role == .parameter, let first = variables.declared[position] {
      let own = (0..<extents.reduce(1, *)).compactMap { gradients[first + $0] }
      guard own.count == extents.reduce(1, *) else { throw .notPolynomial("a derivative of the loss") }
      return Entries(shape: extents, values: own)
    }
    if position == file.model, let first = variables.cotangents {
      var values: [Polynomial] = []
      for k in 0..<extents.reduce(1, *) {
        values.append(try refusing { () throws(Refusal) in try Polynomial.variable(first + k, in: ring) })
      }
      return Entries(shape: extents, values: values)
    }
    throw .notPolynomial("the derivative of the loss in a part of the model")
  }
}
