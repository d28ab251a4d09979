/// A `.flow` file as it was written: what a model is, what moves it, and what is claimed of it.
///
/// ```swift
/// let file = FlowFile.parse(text, name: "bonds.flow")
/// let check = file.check(sizes: ["n": 4])
/// for diagnostic in check.diagnostics { print(diagnostic.text) }
/// if let checked = check.file { … }
/// ```
///
/// Reading never fails: lines that cannot be read are left out of ``statements`` and reported in ``syntaxErrors``.
public struct FlowFile: Sendable {
  /// The text, and where its lines are.
  public let source: SourceText
  /// The statements that could be read, in the order of the text.
  public let statements: [Statement]
  /// What could not be read, at most one for a line, in the order of the text.
  public let syntaxErrors: [Diagnostic]
  let unread: Parser.UnreadNames
  /// Characters looked at in reading: the work done.
  package let steps: Int

  /// Reads a text.
  ///
  /// - Parameter name: What messages call the file.
  public static func parse(_ text: String, name: String) -> FlowFile { FlowFile(Array(text.utf8), name: name) }

  /// Reads the bytes of a file, which need not be a text: what is not UTF-8 is reported with its place.
  ///
  /// - Parameter name: What messages call the file.
  public static func parse(_ bytes: [UInt8], name: String) -> FlowFile { FlowFile(bytes, name: name) }

  private init(_ bytes: [UInt8], name: String) {
    let source = SourceText(bytes, name: name)
    var parser = Parser(source)
    parser.parse()
    self.source = source
    statements = parser.statements
    syntaxErrors = parser.problems.map { Diagnostic($0, in: source) }
    unread = parser.unread
    steps = parser.steps
  }

  /// Resolves every name and infers every shape.
  ///
  /// - Parameter sizes: Values of sizes that the file declares without one; those that are given none stay open, and what is
  ///   checked is checked for all of their values.
  public func check(sizes: [String: Int] = [:]) -> Check {
    var checker = Checker(source, unread: unread)
    checker.check(statements, sizes: sizes)
    let diagnostics = syntaxErrors + checker.problems.map { Diagnostic($0, in: source) }
    let sorted = diagnostics.enumerated().sorted { ($0.element.position, $0.offset) < ($1.element.position, $1.offset) }
    return Check(
      file: diagnostics.isEmpty ? checker.checkedFile() : nil, diagnostics: sorted.map(\.element),
      steps: checker.steps)
  }

  /// What checking found.
  public struct Check: Sendable {
    /// The file with its names resolved and its shapes known; nil if there is an error.
    public let file: CheckedFile?
    /// Every error, in the order of the text.
    public let diagnostics: [Diagnostic]
    /// Formulas looked at: the work done.
    package let steps: Int
  }
}
