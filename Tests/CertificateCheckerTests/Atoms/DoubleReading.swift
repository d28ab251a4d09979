import CertificateChecker
import FlowLanguage
import Foundation

/// Formulas in doubles, as the words of the language say: another reading than the checker's, without derivatives.
struct DoubleReading {
  let file: CheckedFile
  /// Values of numbers that are declared.
  let values: [String: Double]

  struct Unread: Error { let what: String }

  /// A function in place of `act`, and its derivatives.
  static func act(_ z: Double, order: Int) -> Double {
    let polynomial = order == 0 ? z * z / 3 : order == 1 ? 2 * z / 3 : order == 2 ? 2 / 3 : 0
    return sin(z + Double(order) * .pi / 2) + polynomial
  }

  static func normalDistribution(_ z: Double) -> Double { erfc(-z / 2.0.squareRoot()) / 2 }
  static func normalDensity(_ z: Double) -> Double { exp(-z * z / 2) / (2 * Double.pi).squareRoot() }

  func number(_ term: Term) throws -> Double {
    let all = try entries(term)
    guard all.count == 1 else { throw Unread(what: "a number") }
    return all[0]
  }

  func entries(_ term: Term) throws -> [Double] {
    switch term.kind {
    case .number(let number): return [number.value]
    case .declared(let position):
      let declaration = file.declarations[position]
      if let value = values[declaration.name] { return [value] }
      guard let value = declaration.value else { throw Unread(what: declaration.name) }
      return try entries(value)
    case .negative(let operand): return try entries(operand).map { -$0 }
    case .rows(let rows): return try rows.flatMap { try $0.flatMap { try entries($0) } }
    case .entry(let base, let places):
      guard places.count == 1, case .at(let place) = places[0] else { throw Unread(what: "an entry") }
      return [try entries(base)[place - 1]]
    case .power(let base, _, let exponent):
      let power = try number(exponent)
      return try entries(base).map { pow($0, power) }
    case .sum(let first, let addends):
      return try addends.reduce(entries(first)) { sum, addend in
        zip(sum, try entries(addend.operand)).map { addend.isSubtracted ? $0 - $1 : $0 + $1 }
      }
    case .product(let first, let factors):
      return try factors.reduce(entries(first)) { product, factor in
        let other = try entries(factor.operand)
        func joined(_ a: Double, _ b: Double) throws -> Double {
          switch factor.joint {
          case .quotient, .entrywiseQuotient: return a / b
          case .scaled, .entrywise: return a * b
          default: throw Unread(what: "a product")
          }
        }
        if product.count == 1 { return try other.map { try joined(product[0], $0) } }
        return try product.indices.map { try joined(product[$0], other.count == 1 ? other[0] : other[$0]) }
      }
    case .call(let function, let arguments): return try call(function, arguments)
    default: throw Unread(what: "\(term.kind)")
    }
  }

  private func call(_ function: FunctionName, _ arguments: [Term]) throws -> [Double] {
    let x = try entries(arguments[0])
    let second = arguments.count == 2 ? try entries(arguments[1]) : []
    switch function {
    case .relu: return x.map { max($0, 0) }
    case .leaky: return x.map { $0 > 0 ? $0 : second[0] * $0 }
    case .absolute: return x.map { abs($0) }
    case .norm1: return [x.reduce(0) { $0 + abs($1) }]
    case .norm2: return [x.reduce(0) { $0 + $1 * $1 }]
    case .norm: return [x.reduce(0) { $0 + $1 * $1 }.squareRoot()]
    case .sum: return [x.reduce(0, +)]
    case .maximum: return second.isEmpty ? [x.max() ?? .nan] : zip(x, second).map { max($0, $1) }
    case .minimum: return second.isEmpty ? [x.min() ?? .nan] : zip(x, second).map { min($0, $1) }
    case .squareRoot: return x.map { $0.squareRoot() }
    case .exp: return x.map { exp($0) }
    case .log: return x.map { log($0) }
    case .tanh: return x.map { tanh($0) }
    case .sigmoid: return x.map { 1 / (1 + exp(-$0)) }
    case .silu: return x.map { $0 / (1 + exp(-$0)) }
    case .gelu: return x.map { $0 * Self.normalDistribution($0) }
    case .generic: return x.map { Self.act($0, order: 0) }
    case .softmax:
      let total = x.reduce(0) { $0 + exp($1) }
      return x.map { exp($0) / total }
    case .rmsNorm, .layerNorm:
      let mean = function == .layerNorm ? x.reduce(0, +) / Double(x.count) : 0
      let centred = x.map { $0 - mean }
      let square = centred.reduce(0) { $0 + $1 * $1 } / Double(x.count) + (second.first ?? 0)
      return centred.map { $0 / square.squareRoot() }
    default: throw Unread(what: function.rawValue)
    }
  }
}
