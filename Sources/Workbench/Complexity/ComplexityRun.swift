import ArrayFiles
import FlowODE
import Presentation
import Settings
import Verdicts

/// `complexity`'s run: settings in; finished points, files and a report out.
///
/// Everything is checked before the first training begins. With `--output` every finished point is kept at once, so that the same
/// command goes on where another one was interrupted.
package struct ComplexityRun {
  package static let command = "complexity"

  private let settings: Settings
  private let output: OutputRequest
  private let notes: [String]

  package init(settings: Settings, output: OutputRequest = OutputRequest(), notes: [String] = []) {
    self.settings = settings
    self.output = output
    self.notes = notes
  }

  /// - Throws: ``Refusal``, ``SettingsError``, ``FileError``, ``FigureError``, ``InterruptedPoints``.
  package func report() throws -> Report {
    let plan = try ComplexityPlan(settings)
    let echo = plan.echo
    let digests = try Self.digests(of: plan.settings)
    let origin = PointStore.Origin(settings: echo, files: digests)
    if let directory = output.directory, !directory.isEmpty, !output.force {
      try PointStore.check(directory, origin)
    }
    let results = try ResultFiles(
      output: output, settings: echo, command: Self.command, figures: .named([("train", ""), ("test", "-test")]))
    defer { results.discard() }
    // What stood there is another experiment's, or to be made anew; a report that stayed would speak for an interrupted run.
    if output.force { for name in [PointStore.name] + ResultFiles.studyNames { try results.remove(name) } }
    let store = try results.directory.map { try PointStore($0, origin) }
    let points = plan.points
    let trainings = ComplexityTrainings(plan, store: store)
    let progress = ProgressLine(parts: [counted(points.count, "training")], verbose: output.verbose)
    defer { progress.finish() }
    let finished = try trainings.run(
      threads: output.threads, isCancelled: { Interruption.shared.requested },
      progress: { progress.report(0, fraction: $0) })
    progress.finish()
    guard finished.count == points.count else {
      throw InterruptedPoints(
        finished: finished.count, count: points.count, "training", directory: results.directory)
    }
    let report = ComplexityReport(plan, finished, notes: notes).report.worded(Wording.flags)
    try results.write(report, configuration: configuration(plan), digests: digests)
    try results.draw(report)
    return report
  }

  /// All settings as TOML, every default in it: a file with it means the same.
  ///
  /// - Throws: as ``report()`` does before anything runs.
  package func configuration() throws -> String { configuration(try ComplexityPlan(settings)) }

  private func configuration(_ plan: ComplexityPlan) -> String {
    let own = Set(ExperimentSchema.complexity.map(\.path))
    var settings = Settings(schema: ExperimentSchema.schema)
    for path in own { plan.settings.value(path).map { settings.complete(path: path, $0) } }
    return """
      # An experiment of flowcheck complexity, with every default: flowcheck complexity --config FILE

      \(settings.toml)
      """
  }

  /// SHA-256 of the files that are read, by the paths of the settings that name them.
  private static func digests(of settings: Settings) throws(FileError) -> [String: String] {
    let keys: [SettingKey<String>] = [.complexityData, .complexityLabels, .complexityTestData, .complexityTestLabels]
    var digests: [String: String] = [:]
    for key in keys {
      guard let path = settings[key] else { continue }
      digests[key.path] = try FileBytes.read(path).withUnsafeBytes(SHA256.digest)
    }
    return digests
  }
}

/// A study that was interrupted.
package struct InterruptedPoints: Error, CustomStringConvertible {
  private let finished: Int
  private let count: Int
  private let what: String
  /// Where the finished points are; nil if they are lost.
  private let directory: String?

  /// - Parameter what: the word for one of them.
  init(finished: Int, count: Int, _ what: String, directory: String?) {
    self.finished = finished
    self.count = count
    self.what = what
    self.directory = directory
  }

  package var description: String {
    let done = "interrupted after \(finished) of \(counted(count, what))"
    guard let directory else {
      return "\(done); nothing was kept: with --output DIR the same command goes on where it was interrupted"
    }
    if finished == 0 { return "\(done); the same command starts again" }
    return "\(done); they are kept in \(directory), and the same command goes on from there"
  }
}
