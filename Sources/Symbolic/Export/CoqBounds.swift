import FlowLanguage
import Models

/// How many products an entry of a formula may expand to: what is refused before Coq is asked.
package struct CoqBounds {
  /// The largest exponent.
  package static let largestPower = 200
  /// The most products that one expression may expand to.
  package static let largestExpansion = 5e4
  /// The most entries of parameters and of a model.
  package static let largestCount = 20_000

  /// The most products that the squares of a gradient may expand to.
  package static let largestSquares = 2e6
  /// The largest degree.
  package static let largestDegree = 400.0

  /// Upper bounds of the number of products and of their degree, infinite where they do not fit a double.
  package struct Bound {
    package var count: Double
    package var degree: Double

    package static func * (a: Bound, b: Bound) -> Bound { Bound(count: a.count * b.count, degree: a.degree + b.degree) }
    package static func + (a: Bound, b: Bound) -> Bound {
      Bound(count: a.count + b.count, degree: max(a.degree, b.degree))
    }
    package func times(_ count: Double) -> Bound { Bound(count: self.count * count, degree: degree) }
    package func power(_ exponent: Double) -> Bound {
      var result = Bound(count: 1, degree: degree * exponent)
      for _ in 0..<Int(max(0, min(exponent, 1000))) where result.count < .infinity { result.count *= count }
      return result
    }
    /// Of the derivatives.
    package var derivative: Bound { Bound(count: count * max(1, min(degree, 1e9)), degree: degree) }
  }

  private let file: CheckedFile
  private var known: [Int: Bound] = [:]
  private static let one = Bound(count: 1, degree: 0)
  private static let letter = Bound(count: 1, degree: 1)

  /// Bounds of all definitions, in the order of the text, so that no chain of them is followed more than once.
  package init(_ file: CheckedFile) {
    self.file = file
    for (position, declaration) in file.declarations.enumerated() {
      guard let value = declaration.value, declaration.role != .parameter else { continue }
      known[position] = bound(value)
    }
  }

  package func bound(_ term: Term) -> Bound {
    switch term.kind {
    case .number, .size, .identity: return Self.one
    case .velocity: return Self.letter
    case .gradient(let position):
      return file.declarations[position].role == .parameter ? lossBound.derivative : Self.letter
    case .declared(let position): return known[position] ?? Self.letter
    case .loss: return lossBound
    case .derivative(let operand): return bound(operand).derivative * lossBound.derivative
    case .indexSum(let indices, let body):
      return bound(body).times(indices.reduce(1) { $0 * extent(file.indices[$1].size) })
    case .rows, .blocks:
      return term.kind.parts.map { bound($0) }.reduce(Self.one) {
        Bound(count: max($0.count, $1.count), degree: max($0.degree, $1.degree))
      }
    case .transpose(let operand), .negative(let operand), .entry(let operand, _): return bound(operand)
    case .sum(let first, let addends): return addends.reduce(bound(first)) { $0 + bound($1.operand) }
    case .power(let base, let isEntrywise, let exponent):
      let own = bound(base)
      let isWhole = isEntrywise || base.shape.isNumber
      return (isWhole ? own : own.times(extent(base.shape.sizes[0])))
        .power(Double(ConstantFraction(exponent)?.integer ?? 1))
    case .product(let first, let factors):
      var result = bound(first)
      var shape = first.shape
      for factor in factors {
        if factor.joint == .matrix, let inner = shape.sizes.last { result = result.times(extent(inner)) }
        result = result * bound(factor.operand)
        shape = factor.shape
      }
      return result
    case .einsum(let operands, _, _):
      let sizes = operands.flatMap(\.shape.sizes).reduce(1) { $0 * extent($1) }
      return operands.reduce(Self.one.times(sizes)) { $0 * bound($1) }
    case .call(let function, let arguments):
      let first = bound(arguments[0])
      let entries = arguments[0].shape.sizes.reduce(1) { $0 * extent($1) }
      switch function {
      case .norm2: return (first * first).times(entries)
      case .dot: return (first * bound(arguments[1])).times(entries)
      case .determinant:
        let size = extent(arguments[0].shape.sizes[0])
        return first.power(size).times((1...max(1, Int(min(size, 200)))).reduce(1) { $0 * Double($1) })
      default: return first.times(entries)
      }
    }
  }

  private var lossBound: Bound {
    if let loss = file.loss { return bound(loss) }
    guard let model = file.model, let own = known[model] else { return Self.letter }
    return own.times(file.declarations[model].shape.sizes.reduce(1) { $0 * extent($1) }) * Self.letter
  }

  /// Refuses what expands to too much.
  package func check(_ term: Term, _ what: String) throws(Refusal) {
    let bound = bound(term)
    if bound.degree > Self.largestDegree {
      throw file.exportRefusal(
        term.span, "\(what) has the degree \(Self.shown(bound.degree)), a file may have \(Int(Self.largestDegree))",
        "use smaller powers")
    }
    guard bound.count > Self.largestExpansion else { return }
    throw file.exportRefusal(
      term.span,
      "\(what) expands to \(Self.shown(bound.count)) products, a file may ask Coq for \(Int(Self.largestExpansion))",
      "use smaller sizes, leave the loss any (what holds then holds for this loss), or export the claim for all sizes")
  }

  /// Refuses a loss whose gradient's squares are too many: (products · degree)² / parameters.
  package func checkSquares(ofGradient loss: Term, parameters: Int) throws(Refusal) {
    let bound = bound(loss).derivative
    let count = bound.count * bound.count / Double(max(1, parameters))
    guard count > Self.largestSquares else { return }
    throw file.exportRefusal(
      loss.span,
      "the squares of the loss's gradient expand to \(Self.shown(count)) products, "
        + "a file may ask Coq for \(Int(Self.largestSquares))", "use smaller sizes")
  }

  private static func shown(_ count: Double) -> String { count < 1e15 ? "\(Int(count))" : "more than 10^15" }

  private func extent(_ size: Size) -> Double { Double(size.number ?? 1) }
}
