import ArgumentParser
import FlowODE
import Models
import Presentation
import Theorems
import Workbench

/// `flowcheck selftest`.
struct SelftestCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "selftest",
    abstract: "Compares the whole chain with exact answers and runs negative controls, one line each.",
    discussion: """
      Rows A compare with closed forms, rows B run controls that must be rejected
      where the true claim holds. A row that cannot run is printed as not run, never
      as passed. Exit status 1 if a row fails.

      Example:
        flowcheck selftest --only A9,B6.4
      """)

  @Option(parsing: .unconditional, help: ArgumentHelp("Run only these rows.", valueName: "id,…"))
  var only: String?

  func run() throws {
    var rows = SelfTest.rows
    if let only {
      let names = only.split(separator: ",").map(String.init)
      if let unknown = names.first(where: { name in !rows.contains { $0.identifier == name } }) {
        throw Refusal(
          "--only: there is no row '\(unknown)'",
          remedy: "choose from: \(rows.map(\.identifier).joined(separator: ", "))")
      }
      rows = rows.filter { names.contains($0.identifier) }
    }
    var (passed, failed, absent) = (0, 0, 0)
    for row in rows {
      if Interruption.shared.requested { throw InterruptedRun(time: 0) }
      let outcome = row.run()
      try Console.print(Wording.flags(in: row.line(outcome)))
      switch outcome.passed {
      case true?: passed += 1
      case false?: failed += 1
      case nil: absent += 1
      }
    }
    try Console.print("\(passed) passed, \(failed) failed, \(absent) not run")
    if failed > 0 { throw ExitCode(ExitStatus(.violated).rawValue) }
  }
}
