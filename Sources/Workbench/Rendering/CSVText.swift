import Verdicts

/// The table a report rests on as CSV (RFC 4180) at full precision: a row per claim and rung, per learning rate, or per quantity
/// at the end.
package enum CSVText {
  package static func render(_ report: Report) -> String {
    switch report.section {
    case nil: text(claimColumns, report.claims.flatMap(rows))
    case .comparison(let section):
      text(rateColumns.map(\.name), section.rates.map { rate in rateColumns.map { $0.cell(rate) } })
    case .integration(let section):
      text(
        ["quantity", "at_the_end"], section.quantities.map { [field($0.name), "\($0.value)"] })
    case .measured(let section): text(section.tables)
    case .tabulated(let section): text(section.tables)
    }
  }

  private static func text(_ tables: [Table]) -> String {
    tables.map { table in text(table.columns.map(field), table.rows.map { $0.map(cell) }) }.joined(separator: "\n\n")
  }

  private static func cell(_ cell: Cell) -> String {
    switch cell {
    case .number(let value): "\(value)"
    case .text(let text): field(text)
    case .none: ""
    }
  }

  private static let rungColumns: [(name: String, cell: @Sendable (RungReport) -> String)] = [
    ("rtol", { "\($0.rtol)" }), ("drift", { number($0.drift) }), ("order", { number($0.order) }),
    ("slack", { number($0.slack) }), ("slack_uncertainty", { number($0.slackUncertainty) }),
    ("tightness", { number($0.tightness) }), ("steps", { "\($0.steps)" }), ("rejected", { "\($0.rejected)" }),
    ("gradients", { "\($0.gradients)" }), ("jacobians", { "\($0.jacobians)" }),
    ("largest_term", { number($0.largestTerm) }), ("power", { number($0.power) }), ("budget", { number($0.budget) }),
    ("worst_time", { "\($0.worstTime)" }), ("worst_law", { field($0.worstLaw) }),
    ("final_time", { "\($0.finalTime)" }), ("final_loss", { number($0.finalLoss) }),
    ("outcome", { field($0.outcome) }),
  ]

  private static let claimColumns = ["claim", "verdict", "strength"] + rungColumns.map(\.name) + ["reason"]

  private static func rows(_ claim: ClaimReport) -> [[String]] {
    let (first, last) = (
      [field(claim.claim), claim.verdict.rawValue, claim.strength.rawValue], [field(claim.reason)]
    )
    guard !claim.rungs.isEmpty else { return [first + rungColumns.map { _ in "" } + last] }
    return claim.rungs.map { rung in first + rungColumns.map { $0.cell(rung) } + last }
  }

  private static let rateColumns: [(name: String, cell: @Sendable (RateReport) -> String)] = [
    ("learning_rate", { "\($0.learningRate)" }), ("iterations", { "\($0.iterations)" }), ("gap", { number($0.gap) }),
    ("order", { number($0.order) }), ("parameter_gap", { number($0.parameterGap) }), ("drift", { number($0.drift) }),
    ("drift_order", { number($0.driftOrder) }), ("step_law", { number($0.stepLaw) }),
    ("stability_share", { number($0.stabilityShare) }), ("smallest_eigenvalue", { number($0.smallestEigenvalue) }),
    ("bound", { number($0.bound) }), ("looseness", { number($0.looseness) }),
    ("agreement_ends_at_iteration", { $0.agreementEndsAtIteration.map { "\($0)" } ?? "" }),
    ("agreement_ends_at_time", { number($0.agreementEndsAtTime) }), ("final_loss", { number($0.finalLoss) }),
    ("outcome", { field($0.outcome) }),
  ]

  /// Numbers in columns of their own, without quotes; missing ones are empty.
  private static func number(_ value: Double?) -> String { value.map { "\($0)" } ?? "" }

  /// A text field: always quoted, quotes doubled, on one line. What a spreadsheet would take for a formula gets an apostrophe.
  package static func field(_ text: String) -> String {
    let line = text.unicodeScalars.map { $0.properties.generalCategory == .control ? " " : String($0) }.joined()
    let isFormula = line.first.map { "=+-@".contains($0) } ?? false
    let quoted = line.split(separator: "\"", omittingEmptySubsequences: false).joined(separator: "\"\"")
    return "\"" + (isFormula ? "'" : "") + quoted + "\""
  }

  private static func text(_ header: [String], _ rows: [[String]]) -> String {
    ([header] + rows).map { $0.joined(separator: ",") }.joined(separator: "\n")
  }
}
