import ArrayFiles
import Models
import Verdicts

/// `reproduce`'s run: published experiments, each part a sweep; measured numbers beside what is expected of them.
///
/// With a directory every finished point is kept, in ID/PART below it, and the same line goes on after an interruption.
package struct ReproductionRun {
  private let reproductions: [Reproduction]
  private let request: SweepRequest
  private let draws: Bool

  /// - Parameter draws: whether figures are made.
  package init(_ reproductions: [Reproduction], _ request: SweepRequest, draws: Bool = false) {
    self.reproductions = reproductions
    self.request = request
    self.draws = draws
  }

  /// What the figures are called, in their order.
  package var figureNames: [String] {
    reproductions.flatMap { reproduction in reproduction.figures.map { Self.name(of: $0, reproduction) } }
  }

  private static func name(of figure: ReproductionFigure, _ reproduction: Reproduction) -> String {
    "\(reproduction.name)-\(figure.name)"
  }

  /// What is left when it has ended.
  package struct Ending {
    package let report: Report
    /// The figures, with what they are called.
    package let figures: [(name: String, figure: Figure)]
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
    var figures: [(name: String, figure: Figure)] = []
    if let directory = request.directory { try Folder.make(directory, remedy: "choose another --output") }
    // Figures are made of what points leave in files.
    let scratch = draws && request.directory == nil ? try TemporaryFolder("reproduce") : nil
    defer { scratch?.remove() }
    let directory = request.directory ?? scratch?.path
    for reproduction in reproductions {
      var found: [String: SweepSummary] = [:]
      for part in reproduction.parts {
        var request = request
        request.toldClaims = Set(reproduction.outcomes.filter { $0.part == part.name }.compactMap(\.claim))
        // Bounds are drawn from the problem's own numbers.
        request.keepsStates = draws && reproduction.figures.contains { $0.parts.contains(part.name) }
        if let directory {
          try Folder.make("\(directory)/\(reproduction.name)")
          request.directory = "\(directory)/\(reproduction.name)/\(part.name)"
        }
        let ending = try SweepRun(part.plan, request).run()
        failure = failure ?? ending.failure
        found[part.name] = ending.summary
      }
      for outcome in reproduction.outcomes {
        let measured = found[outcome.part].flatMap { part in
          outcome.measured(part.points.compactMap(\.outcome), sharing: part.settings)
        }
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
      for figure in reproduction.figures where draws {
        let folders = reproduction.parts.map(\.name).filter(figure.parts.contains)
          .map { "\(directory ?? "")/\(reproduction.name)/\($0)" }
        // What was measured is told even where it cannot be drawn.
        do {
          let saved = try SavedFigures(folders, where: figure.condition.isMet)
          let drawn = try saved.figure(figure.draws, quantity: figure.quantity).figure
          figures.append((Self.name(of: figure, reproduction), drawn))
        } catch {
          failure = failure ?? error
        }
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
      tables: [table, sources], figures: figures.map(\.figure), verdict: Verdict.worst(verdicts))
    return Ending(
      report: Report(
        command: "reproduce", experiment: ExperimentSummary(settings: [:]), claims: [], section: .tabulated(section)),
      figures: figures, failure: failure)
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
