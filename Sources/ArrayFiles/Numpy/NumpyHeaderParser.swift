/// The fixed grammar of NPY header text; nothing is evaluated.
///
///     header := ws '{' pair { ',' pair } [ ',' ] '}' ws
///     pair   := 'descr' ':' string | 'fortran_order' ':' ( True | False ) | 'shape' ':' tuple
///     tuple  := '(' ')' | '(' integer ',' ')' | '(' integer { ',' integer } [ ',' ] ')'
///
/// Strings have single or double quotes and no escapes; integers are decimal, with the `L` of Python 2 allowed; white
/// space may stand between any two tokens; each of the three keys occurs exactly once.
struct NumpyHeaderParser {
  /// numpy's own bound on the number of dimensions.
  static let maximumOrder = 64

  struct Fields {
    var descriptor: [UInt8]
    var isFortranOrder: Bool
    var shape: [Int]
  }

  private let text: UnsafeRawBufferPointer
  private var position = 0

  init(_ text: UnsafeRawBufferPointer) {
    self.text = text
  }

  mutating func parse() throws(Malformation) -> Fields {
    var descriptor: [UInt8]?
    var isFortranOrder: Bool?
    var shape: [Int]?
    try expect("{")
    while !accept("}") {
      let key = String(decoding: try string(), as: UTF8.self)
      try expect(":")
      switch key {
      case "descr" where descriptor == nil: descriptor = try elementType()
      case "fortran_order" where isFortranOrder == nil: isFortranOrder = try boolean()
      case "shape" where shape == nil: shape = try tuple()
      case "descr", "fortran_order", "shape": throw malformed("the key '\(key)' occurs twice")
      default: throw malformed("the key \(quoted(key.utf8)) is unknown")
      }
      if !accept(",") {
        try expect("}")
        break
      }
    }
    skipSpace()
    if position < text.count { throw malformed("there is text after the closing brace") }
    guard let descriptor else { throw malformed("the key 'descr' is missing") }
    guard let isFortranOrder else { throw malformed("the key 'fortran_order' is missing") }
    guard let shape else { throw malformed("the key 'shape' is missing") }
    return Fields(descriptor: descriptor, isFortranOrder: isFortranOrder, shape: shape)
  }

  private func malformed(_ problem: String) -> Malformation {
    Malformation(problem, remedy: "write the array with numpy.save", place: "header")
  }

  private mutating func skipSpace() {
    while position < text.count, [0x20, 0x0a, 0x09, 0x0d].contains(text[position]) { position += 1 }
  }

  private mutating func accept(_ character: Unicode.Scalar) -> Bool {
    skipSpace()
    guard position < text.count, text[position] == UInt8(ascii: character) else { return false }
    position += 1
    return true
  }

  private mutating func expect(_ character: Unicode.Scalar) throws(Malformation) {
    if !accept(character) {
      let found = position < text.count ? quoted(text[position...].prefix(8)) : "the end"
      throw malformed("expected '\(character)' but found \(found)")
    }
  }

  private mutating func string() throws(Malformation) -> [UInt8] {
    skipSpace()
    guard position < text.count, [0x22, 0x27].contains(text[position]) else {  // " '
      throw malformed("expected a quoted string at character \(position)")
    }
    let quote = text[position]
    let start = position + 1
    position = start
    while position < text.count, text[position] != quote {
      if text[position] == UInt8(ascii: "\\") { throw malformed("a string has an escape sequence") }
      position += 1
    }
    if position == text.count { throw malformed("a string is not closed") }
    position += 1
    return Array(text[start..<position - 1])
  }

  private mutating func elementType() throws(Malformation) -> [UInt8] {
    skipSpace()
    if position < text.count, text[position] == UInt8(ascii: "[") {
      throw Malformation(
        "the array holds records with named fields", remedy: "save one field: array['name'].astype('float64')",
        place: "header", isForeign: true)
    }
    return try string()
  }

  private mutating func boolean() throws(Malformation) -> Bool {
    skipSpace()
    for (word, value) in [("True", true), ("False", false)] where text[position...].starts(with: word.utf8) {
      position += word.utf8.count
      return value
    }
    throw malformed("'fortran_order' is neither True nor False")
  }

  private mutating func tuple() throws(Malformation) -> [Int] {
    try expect("(")
    var dimensions: [Int] = []
    var endsWithComma = false
    while !accept(")") {
      if !dimensions.isEmpty, !endsWithComma { throw malformed("'shape' lacks a comma between two dimensions") }
      if dimensions.count == Self.maximumOrder {
        throw malformed("'shape' has more than \(Self.maximumOrder) dimensions")
      }
      dimensions.append(try dimension())
      endsWithComma = accept(",")
    }
    if dimensions.count == 1, !endsWithComma { throw malformed("'shape' is a number, not a tuple") }
    return dimensions
  }

  private mutating func dimension() throws(Malformation) -> Int {
    skipSpace()
    let start = position
    var value = 0
    while position < text.count, case let digit = text[position] &- 0x30, digit < 10 {
      let (tens, overflow) = value.multipliedReportingOverflow(by: 10)
      let (sum, carry) = tens.addingReportingOverflow(Int(digit))
      if overflow || carry { throw malformed("'shape' has a dimension above \(Int.max)") }
      value = sum
      position += 1
    }
    if position == start {
      let found = position < text.count ? quoted(text[position...].prefix(8)) : "the end"
      throw malformed("'shape' has \(found) where a dimension (0, 1, 2, …) should be")
    }
    if position < text.count, text[position] == UInt8(ascii: "L") { position += 1 }
    return value
  }
}
