import FlowLanguage

extension CheckedFile {
  /// A term as it was written. Parentheses around it stand outside of its stretch of the text: those that were cut apart are added.
  func wholeText(of term: Term) -> String {
    let text = text(of: term)
    var (open, missing) = (0, 0)
    for character in text {
      if character == "(" { open += 1 }
      if character == ")" {
        if open > 0 { open -= 1 } else { missing += 1 }
      }
    }
    return String(repeating: "(", count: missing) + text + String(repeating: ")", count: open)
  }
}
