import ArgumentParser
import FlowODE
import Models
import Presentation
import Theorems
import Verdicts
import Workbench

/// `flowcheck list`.
struct List: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Lists claims, models, losses, starts, methods and settings.")

  @Flag(help: "Print the claims alone, as a Markdown table.")
  var markdown = false

  func run() throws {
    try Console.print(markdown ? Self.claims : Self.text)
  }

  /// Every claim with its summary and source.
  private static var claims: String {
    let rows = ClaimCatalog.all.map { claim in
      [claim.card.name, Wording.flags(in: claim.card.summary), claim.card.sourceText]
    }
    return MarkdownText.render([
      .table(Block.Grid(columns: ["claim", "what it says", "source"], rows: rows, startsWithNames: true))
    ])
  }

  private static func claims(_ isListed: (ClaimKind) -> Bool) -> [(String, String)] {
    ClaimCatalog.all.filter { isListed($0.kind) }.map { ($0.card.name, $0.card.summary) }
  }

  private static var text: String {
    var sections: [(String, [(String, String)])] = [
      ("Claims ('flowcheck explain NAME' tells more)", claims { $0 != .comparison }),
      ("Claims of compare, descent beside its flow", claims { $0 == .comparison }),
      ("Optimizers of compare (--optimizer)", OptimizerCatalog.rows.map { ($0.identifier, $0.summary) }),
      ("Measures of compare (--measure)", ComparisonMeasure.allCases.map { ($0.rawValue, $0.summary) }),
      ("Models (--model)", ModelCatalog.families.map { ($0.card.name, $0.card.summary) }),
      ("Losses (--loss)", LossCatalog.all.map { ($0.identifier, $0.summary + ExplainedNames.constants(of: $0)) }),
      (
        "Starts (--init)",
        ExplainedNames.starts
      ),
    ]
    sections.append(
      (
        "Methods (--method; order measured on closed forms)",
        [("auto", IntegrationMethod.auto.advice)]
          + IntegrationMethod.all.map { method in
            (method.name, "\(method.measuredOrder.map { "order \($0)" } ?? "variable order"); \(method.advice)")
          }
      ))
    sections = sections.map { title, rows in (title, rows.map { ($0, Wording.flags(in: $1)) }) }
    sections.append(
      (
        "Settings (TOML key, flag)",
        ExperimentSchema.settings.map { ($0.path, $0.flag.isEmpty ? $0.help : "\($0.flag)  \($0.help)") }
      ))
    return sections.map { title, rows in
      var table = TextTable(["", ""], alignments: [.left, .left], indent: 2, separation: 2)
      for (name, text) in rows { table.append([name, text]) }
      return ([title] + table.lines.dropFirst()).joined(separator: "\n")
    }.joined(separator: "\n\n")
  }
}
