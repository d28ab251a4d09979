import FlowLanguage

extension LoopReading {
  func call(_ function: FunctionName, _ arguments: [Value], _ shape: [Int]) throws -> Value {
    let x = arguments[0]
    func total(_ values: [S]) -> S { values.reduce(S.zero) { $0 + $1 } }
    func number(_ value: S) -> Value { Value([], [value]) }
    func positive(_ value: S) -> S { value.real > 0 ? value : S.zero }
    func size(_ value: S) -> S { value.real < 0 ? S.zero - value : value }
    func sigmoid(_ value: S) -> S { S(1) / (S(1) + (S.zero - value).exponential()) }
    func pick(_ a: S, _ b: S) -> S { (a.real > b.real) == (function == .maximum) ? a : b }
    /// A function of every row along the last axis.
    func rows(_ function: ([S]) -> [S]) -> Value {
      let width = x.shape[x.shape.count - 1]
      return Value(
        x.shape,
        stride(from: 0, to: x.values.count, by: width).flatMap { function(Array(x.values[$0..<$0 + width])) })
    }
    switch function {
    case .trace: return number(total((0..<x.shape[0]).map { x[[$0, $0]] }))
    case .determinant: return number(determinant(x))
    case .norm: return number(total(x.values.map { $0 * $0 }).root())
    case .norm1: return number(total(x.values.map(size)))
    case .norm2: return number(total(x.values.map { $0 * $0 }))
    case .dot: return number(total(zip(x.values, arguments[1].values).map { $0 * $1 }))
    case .sum: return number(total(x.values))
    case .diagonal:
      return x.shape.count == 2
        ? Value(shape) { x[[$0[0], $0[0]]] } : Value(shape) { $0[0] == $0[1] ? x[[$0[0]]] : S.zero }
    case .relu: return x.map(positive)
    case .leaky: return x.map { $0.real > 0 ? $0 : arguments[1].number * $0 }
    case .tanh:
      return x.map { value in
        let small = (S.zero - size(value + value)).exponential()
        let result = (S(1) - small) / (S(1) + small)
        return value.real < 0 ? S.zero - result : result
      }
    case .sigmoid: return x.map(sigmoid)
    case .silu: return x.map { $0 * sigmoid($0) }
    case .gelu: return x.map { $0 * (S(1) + ($0 / S(2.0.squareRoot())).errorFunction()) / S(2) }
    case .exp: return x.map { $0.exponential() }
    case .log: return x.map { $0.logarithm() }
    case .squareRoot: return x.map { $0.root() }
    case .absolute: return x.map(size)
    case .maximum where arguments.count == 1, .minimum where arguments.count == 1:
      return number(x.values.dropFirst().reduce(x.values[0], pick))
    case .maximum, .minimum:
      return Value(shape) { place in
        pick(
          x.shape.isEmpty ? x.number : x[place],
          arguments[1].shape.isEmpty ? arguments[1].number : arguments[1][place])
      }
    case .softmax:
      return rows { row in
        let shift = S(row.map(\.real).max() ?? 0)
        let weights = row.map { ($0 - shift).exponential() }
        return weights.map { $0 / total(weights) }
      }
    case .layerNorm, .rmsNorm:
      let shift = arguments.count > 1 ? arguments[1].number : S.zero
      return rows { row in
        let mean = function == .layerNorm ? total(row) / S(Double(row.count)) : S.zero
        let centred = row.map { $0 - mean }
        let square = total(centred.map { $0 * $0 }) / S(Double(row.count)) + shift
        return centred.map { $0 / square.root() }
      }
    default: throw Unreadable()
    }
  }

  /// By the first row.
  private func determinant(_ x: Value) -> S {
    let n = x.shape[0]
    if n == 1 { return x.number }
    return (0..<n).reduce(S.zero) { sum, column in
      let minor = Value([n - 1, n - 1]) { x[[$0[0] + 1, $0[1] < column ? $0[1] : $0[1] + 1]] }
      let product = x[[0, column]] * determinant(minor)
      return column % 2 == 0 ? sum + product : sum - product
    }
  }
}
