import FlowLanguage
import Models

/// Functions of arrays, as functions of numbers.
extension ArrayReader {
  /// A function of arrays by the functions of numbers that the algebra has, as the language defines it.
  package func function(
    _ function: FunctionName, _ arguments: [Term], _ bound: Bindings
  ) throws(EntryFault) -> Values {
    let x = try read(arguments[0], bound)
    switch function {
    case .relu, .absolute, .tanh, .sigmoid, .gelu, .exp, .log, .generic:
      return try x.mapped { value throws(EntryFault) in try algebra.apply(function, value, for: function) }
    case .squareRoot: return try x.mapped { value throws(EntryFault) in try algebra.root(value, 2) }
    case .silu:
      return try x.mapped { value throws(EntryFault) in
        try algebra.times(value, algebra.apply(.sigmoid, value, for: .silu))
      }
    case .leaky:
      let slope = arguments.count == 2 ? try read(arguments[1], bound).values[0] : try algebra.anySlope()
      let rest = try algebra.minus(algebra.constant(1), slope)
      return try x.mapped { value throws(EntryFault) in
        try algebra.plus(
          algebra.times(slope, value), algebra.times(rest, algebra.apply(.relu, value, for: .leaky)))
      }
    case .maximum, .minimum:
      guard arguments.count == 2 else {
        guard x.values.count == 1 else { throw .notPolynomial("\(function.rawValue) of many entries") }
        return x
      }
      return try x.combined(read(arguments[1], bound)) { a, b throws(EntryFault) in
        let above = try algebra.apply(.relu, algebra.minus(a, b), for: function)
        return function == .maximum ? try algebra.plus(b, above) : try algebra.minus(a, above)
      }
    case .norm:
      let square = try total(x.mapped { value throws(EntryFault) in try algebra.times(value, value) }.values)
      return try square.mapped { value throws(EntryFault) in try algebra.root(value, 2) }
    case .norm1:
      return try total(
        x.mapped { value throws(EntryFault) in try algebra.apply(.absolute, value, for: .norm1) }.values)
    case .softmax:
      return try rows(of: x) { row throws(EntryFault) in
        var powers: [Value] = []
        for value in row { powers.append(try algebra.apply(.exp, value, for: .softmax)) }
        return try divided(powers, by: algebra.sum(powers), function)
      }
    case .layerNorm, .rmsNorm:
      let shift = arguments.count == 2 ? try read(arguments[1], bound).values[0] : nil
      return try rows(of: x) { row throws(EntryFault) in try normalized(row, function, shift) }
    default: throw .notPolynomial(function.rawValue)
    }
  }

  /// x / √(mean square + ε), of layernorm after the mean is subtracted; ε is 0 unless it is given.
  private func normalized(
    _ row: [Value], _ function: FunctionName, _ shift: Value?
  ) throws(EntryFault) -> [Value] {
    let share = try algebra.constant(refusing { () throws(Refusal) in try Rational(1, max(1, row.count)) })
    var centred = row
    if function == .layerNorm {
      let mean = try algebra.times(share, algebra.sum(row))
      for k in row.indices { centred[k] = try algebra.minus(row[k], mean) }
    }
    var squares: [Value] = []
    for value in centred { squares.append(try algebra.times(value, value)) }
    var square = try algebra.times(share, algebra.sum(squares))
    if let shift { square = try algebra.plus(square, shift) }
    return try divided(centred, by: algebra.root(square, 2), function)
  }

  private func divided(_ row: [Value], by value: Value, _ function: FunctionName) throws(EntryFault) -> [Value] {
    guard let inverse = try algebra.inverse(value) else {
      throw .notPolynomial("\(function.rawValue) of a row that is 0")
    }
    var result: [Value] = []
    for entry in row { result.append(try algebra.times(entry, inverse)) }
    return result
  }

  /// Along the last axis.
  private func rows(
    of array: Values, _ transform: ([Value]) throws(EntryFault) -> [Value]
  ) throws(EntryFault) -> Values {
    let width = max(1, array.shape.last ?? 1)
    var result = array
    for start in stride(from: 0, to: array.values.count, by: width) {
      let row = try transform(Array(array.values[start..<start + width]))
      result.values.replaceSubrange(start..<start + width, with: row)
    }
    return result
  }
}
