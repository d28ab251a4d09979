import ArrayFiles
import Models
import Verdicts

/// `reproduce`'s run: published experiments, each part a sweep; measured numbers beside what is expected of them.
///
/// With a directory every finished point is kept, in ID/PART below it, and the same line goes on after an interruption.
package struct ReproductionRun {
  private let reproductions: [Reproduction]
  private let request: SweepRequest

  package init(_ reproductions: [Reproduction], _ request: SweepRequest) {
    self.reproductions = reproductions
    self.request = request
  }

  /// What is left when it has ended.
  package struct Ending {
    package let report: Report
    /// What ended the first point that did not come to an outcome; nil if all did.
    package let failure: (any Error)?
  }

  /// - Throws: as ``SweepRun/run()`` does.
  package func run() throws -> Ending {
    var table = Table(
      "outcomes",
      columns: [
        "experiment", "part", "outcome", "measures", "is", "expected", "tolerance", "measured", "met", "points",
      ])
    var sources = Table("sources", columns: ["experiment", "outcome", "source"])
    var verdicts: [Verdict] = []
    var failure: (any Error)?
    if let directory = request.directory { try Folder.make(directory, remedy: "choose another --output") }
    for reproduction in reproductions {
      var found: [String: [PointOutcome]] = [:]
      for part in reproduction.parts {
        var request = request
        if let directory = request.directory {
          try Folder.make("\(directory)/\(reproduction.name)")
          request.directory = "\(directory)/\(reproduction.name)/\(part.name)"
        }
        let ending = try SweepRun(part.plan, request).run()
        failure = failure ?? ending.failure
        found[part.name] = ending.summary.points.compactMap(\.outcome)
      }
      for outcome in reproduction.outcomes {
        let measured = outcome.measured(found[outcome.part] ?? [])
        let isMet = measured.map { outcome.target.isMet(by: $0.value) }
        verdicts.append(isMet.map { $0 ? .holds : .violated } ?? .inconclusive)
        let (sign, expected, tolerance) = outcome.target.cells
        table.rows.append([
          .text(reproduction.name), .text(outcome.part), .text(outcome.name), .text(outcome.words), .text(sign),
          .number(expected), Cell(tolerance), Cell(measured?.value),
          .text(isMet.map { $0 ? "yes" : "no" } ?? "not measured"), Cell(measured.map { Double($0.count) }),
        ])
        sources.rows.append([.text(reproduction.name), .text(outcome.name), .text(outcome.source)])
      }
    }
    let met = verdicts.count { $0 == .holds }
    let section = TabulatedSection(
      reproductions.count > 3
        ? "\(reproductions.count) experiments: \(reproductions.map(\.name).joined(separator: ", "))"
        : reproductions.map { "\($0.name): \($0.title)" }.joined(separator: "; "),
      outcome: (
        "\(met) of \(counted(verdicts.count, "outcome")) as expected", "",
        failure == nil && !verdicts.contains(.inconclusive)
      ),
      tables: [table, sources], figures: [], verdict: Verdict.worst(verdicts))
    return Ending(
      report: Report(
        command: "reproduce", experiment: ExperimentSummary(settings: [:]), claims: [], section: .tabulated(section)),
      failure: failure)
  }
}

extension ExpectedOutcome.Target {
  /// How a value is compared, with what, and how far off it may be.
  fileprivate var cells: (sign: String, expected: Double, tolerance: Double?) {
    switch self {
    case .near(let expected, let tolerance): ("=", expected, tolerance)
    case .atMost(let bound): ("≤", bound, nil)
    case .atLeast(let bound): ("≥", bound, nil)
    }
  }
}
