import FlowLanguage
import Models
import Symbolic
import Testing

/// Fields and formulas of a text by fractions and their derivatives, term by term: what laws are compared with. Nothing of it is shared with
/// the search but the parser.
struct FieldOracle {
  let text: String
  let file: CheckedFile
  /// States and constants as declarations.
  let states: [Int]
  let constants: [Int]

  init(_ text: String) throws {
    self.text = text
    let check = FlowFile.parse(text, name: "f.flow").check()
    file = try #require(check.file, "\(check.diagnostics.map(\.text)) \(text)")
    states = file.declarations.indices.filter { [file] in file.declarations[$0].role == .parameter }
    constants = file.declarations.indices.filter { [file] in
      file.declarations[$0].role == .constant
        || file.declarations[$0].role == .data && file.declarations[$0].value == nil
    }
  }

  /// The known laws that the text claims.
  var claimed: [Term] {
    file.claims.compactMap { claim in
      if case .conserved(let value, _) = claim.form { value } else { nil }
    }
  }

  /// A value with its derivatives in the states.
  struct Dual {
    var value: Rational
    var slope: [Rational]
  }

  /// Values of states and constants by name.
  typealias Point = [String: Rational]

  /// A point of small fractions, none of them 0.
  func point(_ random: inout SplitMix) throws -> Point {
    var point = Point()
    for position in states + constants {
      let size = 1 + Int(random.below(5))
      point[file.declarations[position].name] = try Rational(
        random.below(2) == 0 ? size : -size, 1 + Int(random.below(3)))
    }
    return point
  }

  struct Unknown: Error { let what: String }

  func dual(_ term: Term, _ point: Point) throws -> Dual {
    func constant(_ value: Rational) -> Dual { Dual(value: value, slope: states.map { _ in 0 }) }
    switch term.kind {
    case .number(let number): return constant(try Rational(number.numerator, number.denominator))
    case .declared(let position):
      if let value = file.declarations[position].value { return try dual(value, point) }
      let value = try #require(point[file.declarations[position].name])
      return Dual(value: value, slope: states.map { $0 == position ? 1 : 0 })
    case .negative(let operand): return try times(constant(-1), dual(operand, point))
    case .sum(let first, let addends):
      var total = try dual(first, point)
      for addend in addends {
        let other = try times(constant(addend.isSubtracted ? -1 : 1), dual(addend.operand, point))
        total = Dual(
          value: try total.value + other.value, slope: try zip(total.slope, other.slope).map { try $0 + $1 })
      }
      return total
    case .product(let first, let factors):
      var product = try dual(first, point)
      for factor in factors {
        let other = try dual(factor.operand, point)
        product = try times(product, factor.joint == .quotient ? inverse(other) : other)
      }
      return product
    case .power(let base, _, let exponent):
      let count = try dual(exponent, point).value.numerator
      var product = constant(1)
      for _ in 0..<count { product = try times(product, dual(base, point)) }
      return product
    case .call(.log, let arguments):
      // Only its derivative is a fraction; it is used linearly.
      let argument = try dual(arguments[0], point)
      let factor = try inverse(argument).value
      return Dual(value: 0, slope: try argument.slope.map { try $0 * factor })
    case .call(.absolute, let arguments): return try dual(arguments[0], point)
    default: throw Unknown(what: "\(term.kind)")
    }
  }

  private func times(_ a: Dual, _ b: Dual) throws -> Dual {
    Dual(
      value: try a.value * b.value,
      slope: try zip(a.slope, b.slope).map { try $0 * b.value + a.value * $1 })
  }

  private func inverse(_ a: Dual) throws -> Dual {
    let value = try Rational(a.value.denominator, a.value.numerator)
    return Dual(value: value, slope: try a.slope.map { try -(value * value) * $0 })
  }

  /// X at a point.
  func field(_ point: Point) throws -> [Rational] {
    guard case .field(let rates) = file.flow else { throw Unknown(what: "no field") }
    return try states.map { position in
      let rate = try #require(rates.first { $0.name.text == file.declarations[position].name })
      return try dual(rate.value, point).value
    }
  }

  /// How fast something changes along the field, by its derivatives.
  func rate(_ slope: [Rational], _ point: Point) throws -> Rational {
    try zip(slope, field(point)).reduce(Rational(0)) { try $0 + $1.0 * $1.1 }
  }

  /// The formula of a law, parsed again.
  func term(of text: String) throws -> (oracle: FieldOracle, term: Term) {
    let source = self.text + "\nclaim conserved \(text)\n"
    let oracle = try FieldOracle(source)
    return (oracle, try #require(oracle.claimed.last))
  }

  /// Whether the formula of a law changes nowhere among so many points.
  func conserves(_ text: String, points: Int = 5) throws -> Bool {
    let (oracle, term) = try term(of: text)
    var (random, looked) = (SplitMix(seed: 3), 0)
    for _ in 0..<4 * points where looked < points {
      let point = try oracle.point(&random)
      // Where a denominator is 0 or a fraction outgrows 64 bits another point is taken.
      guard let slope = try? oracle.dual(term, point).slope, let rate = try? oracle.rate(slope, point) else { continue }
      looked += 1
      if rate != 0 { return false }
    }
    guard looked == points else { throw Unknown(what: "no points for \(text)") }
    return true
  }

  /// The rank of gradients of laws and of claimed ones besides, modulo a prime.
  func rank(_ laws: [String], besides terms: [Term] = []) throws -> Int {
    var random = SplitMix(seed: 8)
    // The largest of some points: at special ones it is smaller, a denominator is 0, or a fraction outgrows 64 bits.
    var ranks: [Int] = []
    for _ in 0..<20 where ranks.count < 4 {
      let point = try point(&random)
      if let rank = try? rank(laws, besides: terms, at: point) { ranks.append(rank) }
    }
    guard let rank = ranks.max() else { throw Unknown(what: "no point for \(laws)") }
    return rank
  }

  private func rank(_ laws: [String], besides terms: [Term], at point: Point) throws -> Int {
    var span = ModularSpan(.mersenne)
    for text in laws {
      let (oracle, term) = try term(of: text)
      span.insert(try oracle.dual(term, point).slope.map { try PrimeField.mersenne.residue($0) })
    }
    for term in terms {
      span.insert(try dual(term, point).slope.map { try PrimeField.mersenne.residue($0) })
    }
    return span.count
  }
}
