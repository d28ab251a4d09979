/// A claim's card beside the conditions it is checked under and the ways to be wrong that a run must reject.
///
/// The latter two are the texts of the objects that run, never a list kept beside them.
public struct ClaimPage: Sendable {
  /// The claim, stated once.
  public let card: ClaimCard
  /// The texts of its conditions, in the order in which they are asked.
  public let hypotheses: [String]
  /// The texts of its mutants.
  public let controls: [String]

  /// A page of the card and the texts of what runs.
  @inline(never)
  public init(card: ClaimCard, hypotheses: [String], controls: [String]) {
    self.card = card
    self.hypotheses = hypotheses
    self.controls = controls
  }

  /// Everything but name and summary, by heading, in the order in which it is printed.
  public var fields: [(name: String, texts: [String])] {
    [
      ("statement", card.formulas.map { formula in (formula.scope.map { "\($0):  " } ?? "") + formula.text }),
      ("hypotheses", hypotheses), ("source", card.sources.map(\.text)), ("judged by", [card.judgedBy.rawValue]),
      ("residual", [card.residual]), ("controls", controls), ("example", [card.example]),
    ]
  }

  /// The page as Markdown: a list where there are several texts, code for what is typed.
  public var markdown: String {
    let sections = fields.map { name, texts in
      let shown =
        name == "statement" || name == "example" ? ["```"] + texts + ["```"] : texts.map { "- " + Markdown.escaped($0) }
      return (["", "## \(name.prefix(1).uppercased() + name.dropFirst())", ""] + shown).joined(separator: "\n")
    }
    return (["# " + Markdown.escaped(card.name), "", Markdown.escaped(card.summary)] + sections).joined(separator: "\n")
  }
}
