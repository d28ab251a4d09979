extension Expression: CustomStringConvertible {
  /// The formula as canonical text: reading it again gives an equal formula.
  public var description: String {
    var text = ""
    write(to: &text, .sum)
    return text
  }

  /// How tightly a formula holds together, as the grammar has it.
  private enum Level: Int, Comparable {
    case sum, product, unary, post

    static func < (a: Level, b: Level) -> Bool { a.rawValue < b.rawValue }
  }

  private var level: Level {
    switch kind {
    case .sum: .sum
    case .product: .product
    case .negative, .power: .unary
    default: .post
    }
  }

  /// Writes the formula, in parentheses if it holds together less tightly than its place asks.
  private func write(to text: inout String, _ least: Level) {
    let isOpen = level < least
    if isOpen { text += "(" }
    switch kind {
    case .number(let number): text += number.text
    case .text(let content): text += "\"\(content)\""
    case .name(let name): text += name
    case .call(let function, let arguments):
      text += function.text + "("
      Self.write(arguments, to: &text)
      text += ")"
    case .indexSum(let indices, let body):
      text += "sum(" + indices.map(\.text).joined(separator: ", ") + ": "
      body.write(to: &text, .sum)
      text += ")"
    case .rows(let rows):
      text += "["
      for (number, row) in rows.enumerated() {
        if number > 0 { text += "; " }
        Self.write(row, to: &text)
      }
      text += "]"
    case .transpose(let operand):
      operand.write(to: &text, .post)
      text += "'"
    case .entry(let base, let subscripts):
      base.write(to: &text, .post)
      text += "[" + subscripts.map(\.text).joined(separator: ", ") + "]"
    case .negative(let operand):
      text += "-"
      operand.write(to: &text, .unary)
    case .power(let base, let isEntrywise, let exponent):
      base.write(to: &text, .post)
      text += isEntrywise ? " .^ " : "^"
      exponent.write(to: &text, .unary)
    case .product(let first, let factors):
      first.write(to: &text, .unary)
      for factor in factors {
        let sign = factor.joint.rawValue
        text += sign.utf8.count > 1 ? " \(sign) " : sign
        factor.operand.write(to: &text, .unary)
      }
    case .sum(let first, let addends):
      first.write(to: &text, .product)
      for addend in addends {
        text += addend.isSubtracted ? " - " : " + "
        addend.operand.write(to: &text, .product)
      }
    }
    if isOpen { text += ")" }
  }

  private static func write(_ items: [Expression], to text: inout String) {
    for (number, item) in items.enumerated() {
      if number > 0 { text += ", " }
      item.write(to: &text, .sum)
    }
  }
}

extension Expression.Subscript {
  /// As it is written between brackets.
  var text: String {
    switch self {
    case .whole: ":"
    case .at(let index): index.description
    }
  }
}
