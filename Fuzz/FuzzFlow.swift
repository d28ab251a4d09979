// Feeds arbitrary bytes to the front end of the .flow language.
// sources: Sources/FlowLanguage/FlowFile.swift Sources/FlowLanguage/Checking Sources/FlowLanguage/Functions Sources/FlowLanguage/Lexing Sources/FlowLanguage/Parsing Sources/FlowLanguage/Shapes Sources/FlowLanguage/Text Sources/FlowLanguage/Tree
// options: -dict=Fuzz/flow.dict

/// Arbitrary bytes as a file: it is read and checked, or every error has a place in the text and printable words. What could be
/// read is printed as a text that reads as the same, and giving sizes values breaks nothing.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzFlow(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  let bytes = Array(UnsafeBufferPointer(start: start, count: count))
  let file = FlowFile.parse(bytes, name: "f")
  let check = file.check()
  checkErrors(check, in: file)
  checkErrors(file.check(sizes: ["n": 2, "m": 3, "r": 1]), in: file)
  let again = FlowFile.parse(file.canonicalText, name: "f")
  precondition(again.syntaxErrors.isEmpty && again.statements == file.statements)
  if let checked = check.file {
    for declaration in checked.declarations {
      if let value = declaration.value { checkAxes(value, in: checked) }
    }
    precondition(again.check().file != nil)
  }
  return 0
}

private func checkErrors(_ check: FlowFile.Check, in file: FlowFile) {
  precondition((check.file == nil) == !check.diagnostics.isEmpty)
  for diagnostic in check.diagnostics {
    precondition((1...file.source.lineCount).contains(diagnostic.position.line))
    let span = file.source.lineSpan(diagnostic.position.line)
    precondition((1...span.end - span.start + 1).contains(diagnostic.position.column))
    precondition(!diagnostic.message.isEmpty)
    precondition(diagnostic.text.unicodeScalars.allSatisfy { $0 == "\n" || shown($0) == $0 })
  }
}

private func checkAxes(_ term: Term, in file: CheckedFile) {
  precondition(file.axes(of: term).count == (term.isBatched ? 1 : 0) + term.indices.count + term.shape.sizes.count)
  precondition(term.indices == term.indices.sorted() && (!term.shape.isRow || term.shape.sizes.count == 1))
  for part in term.kind.parts { checkAxes(part, in: file) }
}
