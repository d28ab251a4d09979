import FlowLanguage
import Models

/// How things move at one exact point.
package final class PointMotion: EntryFlow {
  private let file: CheckedFile
  private let variables: EntryVariables
  private let reader: ArrayReader<PointAlgebra>
  private var numbers: PointNumbers { reader.algebra.numbers }
  private var rates: [Int: PointNumber] = [:]
  private var gradients: [Int: PointNumber] = [:]

  /// - Throws: ``EntryFault`` where something has no value that is a fraction of 64 bits.
  package init(_ file: CheckedFile, _ variables: EntryVariables, _ algebra: PointAlgebra) throws(EntryFault) {
    (self.file, self.variables) = (file, variables)
    reader = try ArrayReader(file, variables, algebra)
    if case .field(let fields) = file.flow {
      rates = try reader.rates(of: fields).mapValues(\.value)
      return
    }
    for (variable, slope) in try loss().slopes ?? [:] { gradients[variable] = slope }
    try move()
  }

  private func loss() throws(EntryFault) -> PointValue {
    if let loss = file.loss { return try reader.read(loss).values[0] }
    guard file.program == nil, let model = file.model, let first = variables.cotangents else {
      throw .notPolynomial("a flow without a model or a loss")
    }
    var parts: [PointValue] = []
    for (k, output) in try reader.read(declared: model).values.enumerated() {
      parts.append(try reader.algebra.times(output, reader.algebra.variable(first + k)))
    }
    return try reader.algebra.sum(parts)
  }

  private func move() throws(EntryFault) {
    let factor: PointNumber =
      switch file.flow {
      case .gradient(let decay?): try reader.read(decay).values[0].value
      case .momentum(let friction): try reader.read(friction).values[0].value
      default: .zero
      }
    for (position, declaration) in file.declarations.enumerated() where declaration.role == .parameter {
      guard let first = variables.declared[position] else { continue }
      for k in 0..<(try reader.shape(declaration.shape).reduce(1, *)) {
        let down = try numbers.negative(gradients[first + k] ?? .zero)
        let own = try reader.algebra.variable(first + k).value
        switch file.flow {
        case .gradient: rates[first + k] = try less(down, factor, own)
        case .mirror: rates[first + k] = try numbers.times(own, down)
        case .momentum:
          guard let start = variables.velocities[position] else { continue }
          let velocity = try reader.algebra.variable(start + k).value
          rates[first + k] = velocity
          rates[start + k] = try less(down, factor, velocity)
        case .field: break
        }
      }
    }
  }

  /// a − b c.
  private func less(_ a: PointNumber, _ b: PointNumber, _ c: PointNumber) throws(EntryFault) -> PointNumber {
    try numbers.plus(a, numbers.negative(numbers.times(b, c)))
  }

  package func derivative(of value: PointValue) throws(EntryFault) -> PointValue {
    guard let slopes = value.slopes else { throw .notPolynomial("a second derivative") }
    var total = PointNumber.zero
    for (variable, slope) in slopes {
      guard let rate = rates[variable] else { continue }
      total = try numbers.plus(total, numbers.times(slope, rate))
    }
    return PointValue(value: total, slopes: nil)
  }

  package func derivativeOfLoss() throws(EntryFault) -> PointValue? {
    if case .field = file.flow { return nil }
    return try derivative(of: PointValue(value: .zero, slopes: gradients))
  }

  package func gradient(of position: Int) throws(EntryFault) -> EntryArray<PointValue> {
    let extents = file.declarations[position].shape.sizes.compactMap(\.number)
    let places = 0..<extents.reduce(1, *)
    if file.declarations[position].role == .parameter, let first = variables.declared[position] {
      return EntryArray(
        shape: extents, values: places.map { PointValue(value: gradients[first + $0] ?? .zero, slopes: nil) })
    }
    if position == file.model, let first = variables.cotangents {
      var values: [PointValue] = []
      for k in places {
        values.append(PointValue(value: try reader.algebra.variable(first + k).value, slopes: nil))
      }
      return EntryArray(shape: extents, values: values)
    }
    throw .notPolynomial("the derivative of the loss in a part of the model")
  }
}
