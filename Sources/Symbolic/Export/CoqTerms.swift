import FlowLanguage
import Models

/// Writes entries of typed formulas as expressions of the Coq library: index by index, sums as sums.
package struct CoqTerms {
  /// Text of an expression, and how loosely it binds.
  package struct Piece {
    package let text: String
    package let level: Level

    package enum Level: Int { case atom, application, product, sum }

    package static func atom(_ text: String) -> Piece { Piece(text: text, level: .atom) }
    package static func application(_ text: String) -> Piece { Piece(text: text, level: .application) }
    /// As an argument of a function.
    package var argument: String { within(.atom) }
    /// In parentheses where it binds more loosely.
    package func within(_ level: Level) -> String { self.level.rawValue <= level.rawValue ? text : "(\(text))" }
  }

  package let file: CheckedFile
  /// What `der(x)` is taken along, as Coq text; nil where it is refused.
  package var lie: String?
  /// The names of indices that stand around what is written.
  private var names: [Int: String] = [:]
  private var sums = 0

  package init(_ file: CheckedFile) { self.file = file }

  /// Names for the indices of a left side.
  package mutating func bind(_ indices: [Int]) -> [String] { indices.map { bind($0) } }

  private mutating func bind(_ index: Int) -> String {
    let name = ExportName.identifier("i", file.indices[index].name) + (isNamedTwice(index) ? "_\(index)" : "")
    names[index] = name
    return name
  }

  private func isNamedTwice(_ index: Int) -> Bool {
    file.indices.count { $0.name == file.indices[index].name } > 1
  }

  package mutating func freshSum() -> String {
    sums += 1
    return "k\(sums)"
  }

  /// The entry of a term at places, one an axis; places are Coq texts that are atoms.
  package mutating func entry(_ term: Term, _ places: [String]) throws(Refusal) -> Piece {
    switch term.kind {
    case .number(let number): return Self.constant(number.numerator, number.denominator)
    case .size(let size): return Self.constant(try number(size, term), 1)
    case .declared(let position): return .call(Self.name(file.declarations[position]), places)
    case .velocity(let position):
      return .call(ExportName.identifier("v", file.declarations[position].name), places)
    case .loss: return .atom("Loss")
    case .gradient(let position): return try gradient(position, places, term)
    case .derivative(let operand): return try derivative(operand, places, term)
    case .identity: return .application("delta \(places[0]) \(places[1])")
    case .call(let function, let arguments): return try call(function, arguments, places, term)
    case .einsum(let operands, let labels, let result): return try einsum(operands, labels, result, places, term)
    case .indexSum(let indices, let body):
      var heads: [(String, Int)] = []
      for index in indices { heads.append((bind(index), try number(file.indices[index].size, term))) }
      return Self.sum(heads, try entry(body, places))
    case .rows(let rows): return try self.rows(rows, places)
    case .blocks(let rows): return try blocks(rows, places, term)
    case .transpose(let operand): return try entry(operand, places.reversed())
    case .entry(let base, let own):
      var rest = places[...]
      var all: [String] = []
      for place in own { all.append(try self.place(place, &rest, term)) }
      return try entry(base, all)
    case .negative(let operand): return Piece(text: "- \(try entry(operand, places).within(.application))", level: .sum)
    case .power(let base, let isEntrywise, let exponent):
      return try power(base, isEntrywise, exponent, places, term)
    case .product(let first, let factors): return try product(first, factors, places)
    case .sum(let first, let addends):
      var text = try entry(first, places).within(.product)
      for addend in addends {
        text += (addend.isSubtracted ? " - " : " + ") + (try entry(addend.operand, places).within(.product))
      }
      return Piece(text: text, level: .sum)
    }
  }

  // MARK: Parts

  private func place(_ place: Term.Place, _ rest: inout ArraySlice<String>, _ term: Term) throws(Refusal) -> String {
    switch place {
    case .whole: return rest.popFirst() ?? "1"
    case .at(let value): return "\(value)"
    case .last(let name): return "\(try number(.open(name), term))"
    case .index(let index): return names[index] ?? "1"
    case .sum(let sum):
      var text = ""
      for part in sum.parts {
        let name = names[part.index] ?? "1"
        text += text.isEmpty ? "" : " + "
        text += part.factor == 1 ? name : part.factor < 0 ? "(\(part.factor)) * \(name)" : "\(part.factor) * \(name)"
      }
      if sum.offset != 0 { text += sum.offset < 0 ? " - \(-sum.offset)" : " + \(sum.offset)" }
      return "(\(text))%Z"
    }
  }

  private mutating func product(
    _ first: Term, _ factors: [Term.Factor], _ places: [String]
  ) throws(Refusal) -> Piece {
    guard let last = factors.last else { return try entry(first, places) }
    let front = factors.dropLast()
    let leftShape = front.last?.shape ?? first.shape
    let right = last.operand
    func left(_ writer: inout CoqTerms, _ places: [String]) throws(Refusal) -> Piece {
      try writer.product(first, Array(front), places)
    }
    switch last.joint {
    case .scaled:
      let (a, b) = (leftShape.isNumber ? [] : places, right.shape.isNumber ? [] : places)
      return Self.times(try left(&self, a), try entry(right, b))
    case .entrywise: return Self.times(try left(&self, places), try entry(right, places))
    case .outer: return Self.times(try left(&self, [places[0]]), try entry(right, [places[1]]))
    case .quotient, .entrywiseQuotient:
      guard let value = ConstantFraction(right), value.numerator != 0 else {
        throw refusal(right, "a division by what is no constant number", "write it as an equation without a quotient")
      }
      if front.isEmpty, let above = ConstantFraction(first), let whole = above.divided(by: value) {
        return Self.constant(whole.numerator, whole.denominator)
      }
      let inverse = Self.constant(value.denominator, value.numerator)
      return Self.times(try left(&self, leftShape.isNumber ? [] : places), inverse)
    case .matrix:
      let count = leftShape.sizes.count - 1
      let inner = try number(leftShape.sizes[count], right)
      let name = freshSum()
      let body = Self.times(
        try left(&self, Array(places[..<count]) + [name]), try entry(right, [name] + places[count...]))
      return Self.sum([(name, inner)], body)
    }
  }

  private mutating func power(
    _ base: Term, _ isEntrywise: Bool, _ exponent: Term, _ places: [String], _ term: Term
  ) throws(Refusal) -> Piece {
    guard let count = ConstantFraction(exponent)?.integer, (0...CoqBounds.largestPower).contains(count) else {
      throw refusal(
        exponent, "a power that is no integer from 0 to \(CoqBounds.largestPower)", "export takes polynomials only")
    }
    if isEntrywise || base.shape.isNumber { return .application("pow \(try entry(base, places).argument) \(count)") }
    let (i, j) = (freshSum(), freshSum())
    let body = try entry(base, [i, j]).text
    let size = try number(base.shape.sizes[0], base)
    return .application("matpow \(size) \(count) (fun \(i) \(j) => \(body)) \(places[0]) \(places[1])")
  }

  private mutating func rows(_ rows: [[Term]], _ places: [String]) throws(Refusal) -> Piece {
    var texts: [[String]] = []
    for row in rows {
      var line: [String] = []
      for term in row { line.append(try entry(term, []).text) }
      texts.append(line)
    }
    if places.count == 1 { return .application("item [\(texts.flatMap { $0 }.joined(separator: "; "))] \(places[0])") }
    let lines = texts.map { "[\($0.joined(separator: "; "))]" }.joined(separator: "; ")
    return .application("entry [\(lines)] \(places[0]) \(places[1])")
  }

  /// Blocks by where their first rows and columns are.
  private mutating func blocks(_ rows: [[Term]], _ places: [String], _ term: Term) throws(Refusal) -> Piece {
    // A single row or column of entries has one axis.
    let isRow = term.shape.isRow
    let (i, j) = places.count == 2 ? (places[0], places[1]) : isRow ? ("1", places[0]) : (places[0], "1")
    func extent(_ term: Term, _ axis: Int) throws(Refusal) -> Int {
      switch term.shape.sizes.count {
      case 0: return 1
      case 1: return term.shape.isRow == (axis == 1) ? try number(term.shape.sizes[0], term) : 1
      default: return try number(term.shape.sizes[axis], term)
      }
    }
    func shifted(_ place: String, _ offset: Int) -> String { offset == 0 ? place : "(\(place) - \(offset))%Z" }
    var (above, text, closing) = (0, "", "")
    for (r, row) in rows.enumerated() {
      let height = try extent(row[0], 0)
      var (before, line, ends) = (0, "", "")
      for (c, block) in row.enumerated() {
        let width = try extent(block, 1)
        let (a, b) = (shifted(i, above), shifted(j, before))
        let own = block.shape.sizes.count == 2 ? [a, b] : block.shape.isNumber ? [] : block.shape.isRow ? [b] : [a]
        let body = try entry(block, own).argument
        if c == row.count - 1 {
          line += body
        } else {
          line += "(if (\(j) <=? \(before + width))%Z then \(body) else "
          ends += ")"
        }
        before += width
      }
      above += height
      if r == rows.count - 1 {
        text += line + ends
      } else {
        text += "(if (\(i) <=? \(above))%Z then \(line + ends) else "
        closing += ")"
      }
    }
    return .atom("(\(text + closing))")
  }

  private mutating func einsum(
    _ operands: [Term], _ labels: [[Int]], _ result: [Int], _ places: [String], _ term: Term
  ) throws(Refusal) -> Piece {
    var axes: [Int: String] = [:]
    for (label, place) in zip(result, places) { axes[label] = place }
    var heads: [(String, Int)] = []
    for (operand, own) in zip(operands, labels) {
      for (axis, label) in own.enumerated() where axes[label] == nil {
        let name = freshSum()
        axes[label] = name
        heads.append((name, try number(operand.shape.sizes[axis], term)))
      }
    }
    var body: Piece?
    for (operand, own) in zip(operands, labels) {
      let factor = try entry(operand, own.map { axes[$0] ?? "1" })
      body = body.map { Self.times($0, factor) } ?? factor
    }
    return Self.sum(heads, body ?? Self.constant(1, 1))
  }

  // MARK: Texts

  /// The Coq name of something declared.
  package static func name(_ declaration: Declaration) -> String {
    let prefix =
      switch declaration.role {
      case .parameter: "p"
      case .input: "x"
      case .data, .constant: "d"
      case .model, .definition: "f"
      }
    return ExportName.identifier(prefix, declaration.name)
  }

  /// The variable of an entry of a parameter, of data or of an input.
  package static func variable(_ declaration: Declaration, _ places: [String], _ kind: String = "V") -> String {
    "(\(kind) \"\(ExportName.encoded(declaration.name))\" [\(places.joined(separator: "; "))]%Z)"
  }

  package static func constant(_ numerator: Int, _ denominator: Int) -> Piece {
    // The denominator of a quotient's inverse may be negative.
    let (above, below) = denominator < 0 ? (-numerator, -denominator) : (numerator, denominator)
    return .application(below == 1 ? above < 0 ? "Cst (\(above))" : "Cst \(above)" : "Cst (\(above) # \(below))")
  }

  package static func times(_ a: Piece, _ b: Piece) -> Piece {
    Piece(text: "\(a.within(.product)) * \(b.within(.application))", level: .product)
  }

  package static func sum(_ heads: [(String, Int)], _ body: Piece) -> Piece {
    heads.reversed().reduce(body) { body, head in .application("sum \(head.1) (fun \(head.0) => \(body.text))") }
  }

  package func number(_ size: Size, _ term: Term) throws(Refusal) -> Int {
    if let number = size.number { return number }
    throw refusal(term, "the size \(size) has no value", "give it one, or export the claim for all sizes")
  }

  package func refusal(_ term: Term, _ problem: String, _ remedy: String) -> Refusal {
    file.exportRefusal(term.span, problem, remedy)
  }
}

extension CoqTerms.Piece {
  /// A function of places.
  package static func call(_ name: String, _ places: [String]) -> Self {
    places.isEmpty ? .atom(name) : .application("\(name) \(places.joined(separator: " "))")
  }
}

extension CheckedFile {
  /// What an export cannot say, with its place.
  package func exportRefusal(_ span: Span, _ problem: String, _ remedy: String) -> Refusal {
    let place = source.position(of: span.start)
    return Refusal("line \(place.line), column \(place.column): \(problem)", remedy: remedy, settings: [])
  }
}
