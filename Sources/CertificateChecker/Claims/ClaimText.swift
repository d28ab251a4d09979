import FlowLanguage

/// A text with claims that are read as its last lines.
package struct ClaimText {
  package let file: CheckedFile
  /// The claims that were added, in their order.
  package let claims: [CheckedClaim]

  /// Largest text, in bytes.
  package static let sizeLimit = 1 << 24

  /// Reads a text and claims as the language writes them, without the word `claim`. A claim is one statement, whatever its text
  /// holds: a line end, a remark or a second statement in it is refused.
  package init(source: String, name: String, sizes: [String: Int], claims texts: [String]) throws(Rejection) {
    var whole = source
    for text in texts {
      let isOneLine = text.utf8.allSatisfy { $0 >= 0x20 && $0 != UInt8(ascii: "#") && $0 != 0x7F }
      guard isOneLine, !text.isEmpty else {
        throw Rejection("the claim '\(shortened(text))' is not one line without remarks")
      }
      whole += "\nclaim \(text)"
    }
    guard whole.utf8.count <= Self.sizeLimit else { throw Rejection("the text has more than \(Self.sizeLimit) bytes") }
    let parsed = FlowFile.parse(whole, name: name)
    let own = FlowFile.parse(source, name: name)
    let check = parsed.check(sizes: sizes)
    if let first = check.diagnostics.first { throw Rejection("the text has an error: \(first)") }
    guard let file = check.file, parsed.syntaxErrors.isEmpty, own.syntaxErrors.isEmpty else {
      throw Rejection("the text has an error")
    }
    guard parsed.statements.count == own.statements.count + texts.count,
      parsed.statements.prefix(own.statements.count).elementsEqual(own.statements),
      parsed.statements.suffix(texts.count).allSatisfy({ if case .claim = $0.kind { true } else { false } }),
      file.claims.count >= texts.count
    else { throw Rejection("a claim's text holds more than one statement") }
    self.file = file
    claims = file.claims.suffix(texts.count)
    for claim in claims {
      guard claim.label == nil, !claim.isScaleLimit else {
        throw Rejection("a claim's text has a label, or is about a limit of starts")
      }
    }
  }
}
