/// Resolves the names of a file and infers its shapes, statement by statement. A name must be declared before it is used; what
/// depends on something erroneous is left alone, so that one error is reported once.
struct Checker {
  /// The most indices a formula may have, for they are bits of an integer in a program.
  static let indexLimit = 64
  /// The most axes an array may have.
  static let axisLimit = 16
  /// The most errors that are reported of one line.
  private static let problemLimit = 10

  let source: SourceText
  let unread: Parser.UnreadNames
  private(set) var problems: [Problem] = []
  private var problemsOfLine = 0
  var speller = Speller()
  /// Formulas looked at so far.
  var steps = 0

  /// Lines on which names are declared, wherever they are used.
  var places: [String: Span] = [:]
  /// Sizes by name, in the order of the text.
  var sizes: [(name: String, value: Int?)] = []
  var sizePositions: [String: Int] = [:]
  /// Values given to sizes from outside.
  var givenSizes: [String: Int] = [:]
  var declarations: [Declaration] = []
  var positions: [String: Int] = [:]
  /// Declared names whose declaration is wrong.
  var broken: Set<String>
  var indices: [(name: Name, size: Size?)] = []
  /// Indices that may be used here.
  var scope: [String: Int] = [:]
  /// Index arithmetic whose indices have no range yet.
  var pendingPlaces: [PendingPlace] = []
  var context = Context()
  /// Definitions that only claims may use, by position, with the function that makes them so.
  var claimsOnly: [Int: String] = [:]
  /// Definitions that do not move: their positions.
  var constants: Set<Int> = []

  var model: Int?
  var loss: (term: Term?, span: Span)?
  var program: NamedProgram?
  var flow: (form: FlowForm<Term>?, span: Span)?
  var isMomentum = false
  var starts: [Start] = []
  var startedNames: [String: Span] = [:]
  var observations: [Observation] = []
  /// Names of observations.
  var observed: [String: Span] = [:]
  var claims: [CheckedClaim] = []
  var labels: [String: Span] = [:]
  var firstClaim: Span?

  /// Where a formula stands, and what it turned out to use.
  struct Context {
    /// Where it stands.
    var place = Place.definition
    /// A function it uses that only claims may.
    var claimsOnly: String?
    /// Whether it uses anything that moves or is a data point.
    var moves = false

    enum Place {
      case definition, preparation, claim, start
    }
  }

  init(_ source: SourceText, unread: Parser.UnreadNames) {
    self.source = source
    self.unread = unread
    broken = unread.names
  }

  /// Checks all statements.
  mutating func check(_ statements: [Statement], sizes given: [String: Int]) {
    collectNames(statements)
    setSizes(given, in: statements)
    var lineOfProblems = 0
    for statement in statements {
      if line(statement.span) != lineOfProblems { problemsOfLine = 0 }
      lineOfProblems = line(statement.span)
      context = Context()
      pendingPlaces = []
      check(statement)
    }
    problemsOfLine = 0
    checkMotion()
  }

  private mutating func check(_ statement: Statement) {
    switch statement.kind {
    case .version: break
    case .sizes(let entries): for entry in entries { declare(entry) }
    case .arrays(let role, let entries): for entry in entries { declare(entry, role) }
    case .definition(let entry): declare(entry)
    case .observe(let entries):
      context.place = .claim
      for entry in entries { observe(entry) }
    case .anyLoss: setLoss(nil, statement.span)
    case .programLoss(let words):
      setLoss(nil, statement.span)
      program = program ?? NamedProgram(words: words, span: statement.span)
    case .loss(let expression): setLoss(expression, statement.span)
    case .flow(let form): setFlow(form, statement.span)
    case .starts(let entries): for entry in entries { setStart(entry, statement.span) }
    case .claim(let entry): add(entry, statement.span)
    }
  }

  /// What was checked; nil where something was wrong.
  func checkedFile() -> CheckedFile? {
    var ranges: [Index] = []
    for index in indices {
      guard let size = index.size else { return nil }
      ranges.append(Index(name: index.name.text, size: size))
    }
    return CheckedFile(
      source: source, sizes: sizes.map { DeclaredSize(name: $0.name, value: $0.value) }, declarations: declarations,
      indices: ranges, model: model, loss: loss?.term, program: program, flow: flow?.form ?? .gradient(decay: nil),
      starts: starts,
      observations: observations, claims: claims)
  }

  // MARK: Errors

  /// Reports an error; of a line with many, the first ones.
  mutating func report(_ span: Span, _ message: String, hint: String? = nil) {
    problemsOfLine += 1
    guard problemsOfLine <= Self.problemLimit else { return }
    problems.append(Problem(span, message, hint: hint))
  }

  /// Reports an error and has no value.
  mutating func refuse<Value>(_ span: Span, _ message: String, hint: String? = nil) -> Value? {
    report(span, message, hint: hint)
    return nil
  }

  /// The line of something, as messages name it.
  func line(_ span: Span) -> Int { source.line(of: span.start) }
}
