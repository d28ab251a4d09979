import Symbolic
import Verdicts

/// The conservation laws of a model: the report of `laws`, schema `flowcheck.laws/1`.
package struct LawsReport: Printable, Sendable {
  /// What the model is, in a phrase.
  package let model: String
  package let count: LawCount
  /// What is known of a field that a file states itself; nil of models.
  package let field: FieldLaws?
  /// Where the list's certificate was written.
  package var certificate: String?

  package init(model: String, count: LawCount) { (self.model, self.count, field) = (model, count, nil) }

  package init(field laws: FieldLaws) { (model, count, field) = (laws.name, laws.count, laws) }

  package var command: String { "laws" }
  /// Complete lists hold; a bound above the list leaves laws undecided.
  package var verdict: Verdict? { count.isComplete ? .holds : .inconclusive }

  package var blocks: [Block] {
    let moved = field == nil ? "gradient flow conserves, for every loss and" : "the field of the file conserves, for"
    var blocks: [Block] = [
      .heading(name: "laws", text: "what \(moved) all data that are not stated"),
      .fact(name: "model", text: model),
      .fact(name: "parameters", text: "\(count.parameters)"),
      .fact(name: "scope", text: count.scope),
    ]
    let rows =
      field?.laws.map { ["1", $0.kind.rawValue, "\($0.degree)", "expanded", $0.text] }
      ?? count.families.map { ["\($0.quantities.count)", $0.kind, "\($0.degree)", $0.sizes, $0.text] }
    if !rows.isEmpty {
      blocks += [.gap, .table(.init(columns: ["laws", "kind", "degree", "proved", "law"], rows: rows))]
      if count.families.reduce(0, { $0 + $1.quantities.count }) > count.proved {
        blocks.append(.remark("they depend on one another: \(count.proved) are independent"))
      }
    }
    if let field { blocks += field.blocks }
    if let rank = count.evidence?.rank, let bound = count.upperBound {
      blocks += [
        .gap,
        .fact(
          name: "bound",
          text: "at most \(bound): \(count.parameters) parameters less the rank \(rank) of the fields' Lie algebra"),
      ]
    }
    if let ball = count.ballRank, let bound = count.upperBound {
      blocks += [
        .gap,
        .fact(
          name: "bound",
          text: "at most \(bound): \(count.parameters) parameters less \(ball.rank) independent fields at a point, "
            + "by a determinant in a ball without 0"),
      ]
    }
    if let certificate {
      blocks += [.gap, .fact(name: "certificate", text: "\(certificate), which the second checker accepts")]
    }
    return blocks + [.gap] + verdictLines
  }

  package var verdictLines: [Block] { [.verdict("laws: \(count.summary)")] }

  package var csv: String {
    (["law,kind,degree,count,proved"]
      + count.families.map { family in
        [
          CSVText.field(family.text), family.kind, "\(family.degree)", "\(family.quantities.count)",
          CSVText.field(family.sizes),
        ].joined(separator: ",")
      }).joined(separator: "\n")
  }

  package func json() throws -> String { try JSONText.encode(self) }
  package func jsonLines() throws -> String { try JSONText.lines([self]) }
}

extension FieldLaws {
  /// The Darboux polynomials, and what is excluded and what is not.
  fileprivate var blocks: [Block] {
    let rows = darboux.map { [$0.text, "\($0.degree)", $0.cofactorText] }
    var blocks: [Block] = []
    if !rows.isEmpty {
      blocks += [.gap, .table(.init(columns: ["Darboux polynomial", "degree", "cofactor"], rows: rows))]
    }
    return blocks + (absent.map { "proved: \($0)" } + undecided.map { "open: \($0)" }).map { .remark($0) }
  }
}

extension LawCount.Family {
  /// `gram`, `norm`, `linear`, `rational`, `logarithmic` or `other`.
  var kind: String {
    if quantities.contains(where: { !$0.logarithms.isEmpty }) { return "logarithmic" }
    if quantities.contains(where: { $0.denominator != nil }) { return "rational" }
    if degree == 1 { return "linear" }
    guard proof == .symmetry else { return "other" }
    return text.hasPrefix("norm2") || text.contains(" norm2") ? "norm" : "gram"
  }

  /// The degree of the numerators.
  var degree: Int { quantities.map(\.numerator.degree).max() ?? 0 }

  /// A symmetry is one for every size; an expansion is one at these.
  var sizes: String { proof == .symmetry ? "all sizes" : "these sizes" }
}

extension LawsReport: Encodable {
  private struct Item: Encodable {
    let family: LawCount.Family

    func encode(to encoder: any Encoder) throws {
      let object = ReportObject(encoder)
      try object.put("law", family.text)
      try object.put("kind", family.kind)
      try object.put("degree", family.degree)
      try object.put("count", family.quantities.count)
      try object.put("proved", family.sizes)
    }
  }

  private struct DarbouxItem: Encodable {
    let item: FieldLaws.Darboux

    func encode(to encoder: any Encoder) throws {
      let object = ReportObject(encoder)
      try object.put("polynomial", item.text)
      try object.put("cofactor", item.cofactorText)
      try object.put("degree", item.degree)
    }
  }

  package func encode(to encoder: any Encoder) throws {
    let object = ReportObject(encoder)
    try object.put("schema", "flowcheck.laws/1")
    try object.put("command", command)
    try object.put("model", model)
    try object.put("parameters", count.parameters)
    try object.put("laws", count.proved)
    try object.put("upperBound", each: count.upperBound)
    try object.put("localLaws", each: count.localLaws)
    try object.put("complete", count.isComplete)
    try object.put("undecided", count.upperBound.map { $0 - count.proved })
    try object.put("scope", count.scope)
    try object.put("list", each: count.families.map(Item.init))
    if let field {
      try object.put("darboux", each: field.darboux.map(DarbouxItem.init))
      try object.put("absent", each: field.absent)
    }
    if let ball = count.ballRank {
      try object.put("evidence", each: ball)
    } else {
      try object.put("evidence", each: count.evidence)
    }
    try object.put("reason", count.boundRefusal)
    try object.put("summary", count.summary)
    if let certificate { try object.put("certificate", certificate) }
  }
}
