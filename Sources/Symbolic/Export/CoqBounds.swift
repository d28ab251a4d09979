import FlowLanguage
import Models

/// How many products an entry of a formula may expand to: what is refused before Coq is asked.
struct CoqBounds {
  /// The largest exponent.
  static let largestPower = 200
  /// The most products that one expression may expand to.
  static let largestExpansion = 5e4
  /// The most entries of parameters and of a model.
  static let largestCount = 20_000

  private let file: CheckedFile
  private var known: [Int: Double] = [:]

  /// Bounds of all definitions, in the order of the text, so that no chain of them is followed more than once.
  init(_ file: CheckedFile) {
    self.file = file
    for (position, declaration) in file.declarations.enumerated() {
      guard let value = declaration.value, declaration.role != .parameter else { continue }
      known[position] = products(value)
    }
  }

  /// An upper bound of the number of products, infinite where it does not fit a double.
  func products(_ term: Term) -> Double {
    switch term.kind {
    case .number, .size, .velocity, .gradient, .identity: return 1
    case .declared(let position): return known[position] ?? 1
    case .loss: return file.loss.map { products($0) } ?? 1
    case .derivative(let operand):
      let count = products(operand)
      return count * count * (file.loss.map { products($0) } ?? 1)
    case .indexSum(let indices, let body):
      return indices.reduce(products(body)) { $0 * extent(file.indices[$1].size) }
    case .rows, .blocks: return term.kind.parts.map { products($0) }.max() ?? 1
    case .transpose(let operand), .negative(let operand), .entry(let operand, _): return products(operand)
    case .sum(let first, let addends): return addends.reduce(products(first)) { $0 + products($1.operand) }
    case .power(let base, let isEntrywise, let exponent):
      let count = Double(ConstantFraction(exponent)?.integer ?? 1)
      return power(
        isEntrywise || base.shape.isNumber ? products(base) : products(base) * extent(base.shape.sizes[0]), count)
    case .product(let first, let factors):
      var result = products(first)
      var shape = first.shape
      for factor in factors {
        if factor.joint == .matrix, let inner = shape.sizes.last { result *= extent(inner) }
        result *= products(factor.operand)
        shape = factor.shape
      }
      return result
    case .einsum(let operands, _, _):
      let sizes = operands.flatMap(\.shape.sizes).reduce(1) { $0 * extent($1) }
      return operands.reduce(sizes) { $0 * products($1) }
    case .call(let function, let arguments):
      let entries = arguments[0].shape.sizes.reduce(1) { $0 * extent($1) }
      let first = products(arguments[0])
      switch function {
      case .norm2: return entries * first * first
      case .dot: return entries * first * products(arguments[1])
      case .determinant:
        let size = extent(arguments[0].shape.sizes[0])
        return power(first, size) * (1...max(1, Int(min(size, 200)))).reduce(1) { $0 * Double($1) }
      default: return entries * first
      }
    }
  }

  /// Refuses what expands to too much.
  func check(_ term: Term, _ what: String) throws(Refusal) {
    let count = products(term)
    guard count > Self.largestExpansion else { return }
    let digits = count < 1e15 ? "\(Int(count))" : "more than 10^15"
    throw file.exportRefusal(
      term.span, "\(what) expands to \(digits) products, a file may ask Coq for \(Int(Self.largestExpansion))",
      "use smaller sizes, leave the loss any (what holds then holds for this loss), or export the claim for all sizes")
  }

  private func extent(_ size: Size) -> Double { Double(size.number ?? 1) }

  private func power(_ base: Double, _ count: Double) -> Double {
    var result = 1.0
    for _ in 0..<Int(max(0, min(count, 1000))) where result < .infinity { result *= base }
    return result
  }
}
