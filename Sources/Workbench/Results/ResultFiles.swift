import ArrayFiles
import FlowODE
import Models
import Presentation
import Synchronization
import Theorems
import Verdicts

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif
#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// The files of `--output` and `--plot`. Paths are tried before anything long runs, files appear complete or not at all, and
/// whatever was made for a run that did not end is removed again. One process at a time writes into a directory, and files that no
/// report of flowcheck's stands beside are somebody else's.
package final class ResultFiles: Sendable {
  /// The directory of `--output`.
  package let directory: String?
  private let plots: [(name: String?, path: String)]
  private let preferred: String?
  private let settings: [String: String]
  private let command: String
  private let width: FigureWidth
  private let isAside: Bool
  let keepsStates: Bool
  private let madeDirectory: Bool
  private let lock: DirectoryLock?
  private let trajectory = Mutex<TrajectoryFile?>(nil)
  let written = Mutex<[String]>([])
  private let isWritten = Atomic<Bool>(false)
  private let began = Date()
  private let threadBegan = CPUTime.thread

  /// What ``write(_:recording:configuration:inputs:)`` writes besides the tables of the findings.
  private static let names = [
    "report.json", "trajectory.npz", "series.csv", "problem.npz", "labels.csv", "config.toml", "provenance.json",
  ]

  static let trajectoryName = "trajectory.npz"

  /// What ``write(_:configuration:digests:)`` writes, the report first.
  static let studyNames = ["report.json", "config.toml", "provenance.json"]

  /// Checks the paths, makes the directory and locks it.
  ///
  /// - Parameter tables: names of the findings' tables.
  /// - Throws: ``FileError`` if the directory cannot be made or written or another run writes into it, or ``Refusal`` if it holds
  ///   another experiment's results, or other files that would be replaced.
  package init(
    output: OutputRequest, settings: [String: String], command: String, figures: FigureChoice = .first(of: nil),
    tables: [String] = []
  ) throws {
    directory = output.directory
    self.settings = settings
    self.command = command
    width = output.width
    isAside = output.isAside
    keepsStates = output.keepsStates
    switch figures {
    case .first(let claim):
      preferred = claim
      plots = output.plot.map { [(nil, $0)] } ?? []
    case .named(let choices):
      preferred = nil
      plots = output.plot.map { path in choices.map { ($0.name, Self.path(path, suffix: $0.suffix)) } } ?? []
    }
    for plot in plots { try GnuplotWriter().check(plot.path) }
    guard let directory = output.directory else {
      madeDirectory = false
      lock = nil
      return
    }
    guard !directory.isEmpty else {
      throw Refusal("--output was given an empty name", remedy: "name a directory")
    }
    madeDirectory = try Folder.make(directory, remedy: "choose another --output")
    lock = isAside ? nil : try DirectoryLock(directory)
    guard !output.force, !isAside else { return }
    var status = stat()
    let report = directory + "/report.json"
    if access(report, F_OK) == 0 {
      let earlier = (try? [UInt8](Data(contentsOf: URL(fileURLWithPath: report)))).flatMap(JSONText.origin(inReport:))
      guard let earlier, earlier.command == command, earlier.settings == settings else {
        throw Refusal(
          "\(directory) holds the results of another experiment", remedy: "choose another --output, or add --force")
      }
    } else if let name = (Self.names + tables).first(where: { lstat(directory + "/" + $0, &status) == 0 }) {
      throw Refusal(
        "\(directory)/\(name) would be replaced, and no report of flowcheck's stands beside it",
        remedy: "choose another --output, or add --force")
    }
  }

  func path(_ name: String) -> String? { directory.map { $0 + "/" + name } }

  /// Opens trajectory.npz for the states and the named quantities of a run; nil without `--output`.
  package func openTrajectory(layout: ParameterLayout, quantities: [String]) throws(FileError) -> TrajectoryFile? {
    guard keepsStates, let path = path(Self.trajectoryName) else { return nil }
    let file = try TrajectoryFile(path: path, layout: layout, quantities: quantities)
    trajectory.withLock { $0 = file }
    return file
  }

  func finishTrajectory() throws {
    try trajectory.withLock { file in
      guard let open = file else { return }
      try open.finish()
      file = nil
      written.withLock { $0.append(Self.trajectoryName) }
    }
  }

  /// Puts every file of `--output` in place.
  ///
  /// - Parameters:
  ///   - configuration: the whole experiment as TOML.
  ///   - inputs: what the run started from; nil without `--output`.
  package func write(
    _ findings: Findings, recording: Recording, configuration: String, inputs: InputDigests?
  ) throws {
    guard let inputs, let problemPath = path("problem.npz") else { return }
    try finishTrajectory()
    if recording.isNeeded, !findings.tables.contains(where: { $0.name == "series.csv" }) {
      let (times, columns) = recording.series
      try put(Self.csv(times: times, columns: columns), "series.csv")
    }
    for (name, table) in findings.tables { try put(Self.csv(table), name) }
    try put(configuration, "config.toml")
    if !recording.problem.labels.isEmpty { try put(Self.csv(recording.problem.labels), "labels.csv") }
    var leftOut: [String] = []
    if keepsStates {
      leftOut = try ProblemFile.write(recording.problem, to: problemPath)
      written.withLock { $0.append("problem.npz") }
    }
    let provenance = Provenance(
      command: command, began: began, inputs: inputs, rungs: findings.counts, notes: leftOut,
      cpuSeconds: isAside ? CPUTime.thread - threadBegan : nil)
    try put(try JSONText.encode(provenance) + "\n", "provenance.json")
    // Last, because its presence says that the directory is complete.
    try put(try JSONText.encode(findings.report) + "\n", "report.json")
    isWritten.store(true, ordering: .relaxed)
  }

  /// Puts the files of a study that follows no flow in place.
  ///
  /// - Parameters:
  ///   - configuration: all settings as TOML.
  ///   - digests: SHA-256 of the files that were read, by the paths of the settings that name them.
  package func write(_ report: Report, configuration: String, digests: [String: String]) throws {
    guard directory != nil else { return }
    try put(configuration, "config.toml")
    let provenance = Provenance(command: command, began: began, data: digests)
    try put(try JSONText.encode(provenance) + "\n", "provenance.json")
    // Last, because its presence says that the directory is complete.
    try put(try JSONText.encode(report) + "\n", "report.json")
    isWritten.store(true, ordering: .relaxed)
  }

  /// Removes an earlier file of that name from the directory, if there is one.
  package func remove(_ name: String) throws(FileError) {
    guard let path = path(name), unlink(path) != 0, errno != ENOENT else { return }
    throw FileError(
      .unwritable, path: path, problem: String(cString: strerror(errno)), remedy: "choose another --output")
  }

  private func put(_ text: String, _ name: String) throws(FileError) {
    guard let path = path(name) else { return }
    if isAside { try Folder.write(text, to: path) } else { try AtomicFile.write(text, to: path) }
    written.withLock { $0.append(name) }
  }

  /// Draws the figures of `--plot`.
  ///
  /// - Throws: ``Refusal`` if the report has no such figure, ``FigureError`` if it cannot be drawn.
  package func draw(_ report: Report) throws {
    for plot in plots {
      guard let figure = figure(plot.name, of: report) else {
        // Runs that did not get to their end leave nothing to draw; the report says why.
        if report.figures.isEmpty, Verdict.worst(report.claims.map(\.verdict)) != .holds { continue }
        throw Refusal("this report has no figure to draw in \(plot.path)", remedy: "drop --plot")
      }
      try GnuplotWriter().write(figure, to: plot.path, width: width, caption: Self.caption(figure, report))
    }
  }

  /// What a paper's caption must say, and the figure itself does not.
  private static func caption(_ figure: Figure, _ report: Report) -> String {
    let experiment = report.experiment
    let lines = [
      figure.heading, [experiment.model, experiment.data].filter { !$0.isEmpty }.joined(separator: "; "),
      experiment.start.isEmpty ? "" : "start: \(experiment.start)",
      "flowcheck \(Version.text)\(Version.commit.map { " (\($0.prefix(12)))" } ?? ""): "
        + ShellText.line(ShellText.invocation),
    ]
    return lines.filter { !$0.isEmpty }.joined(separator: "\n")
  }

  private func figure(_ name: String?, of report: Report) -> Figure? {
    if let name { return report.figures.first { $0.name == name } }
    let claims = report.claims.filter { $0.claim == preferred } + report.claims
    let figures = claims.flatMap(\.figures)
    return figures.first { $0.name != "drift" } ?? figures.first
  }

  /// `NAME-time.svg` for `NAME.svg` and the suffix `-time`.
  private static func path(_ path: String, suffix: String) -> String {
    guard let dot = path.lastIndex(of: "."), !path[dot...].contains("/") else { return path + suffix }
    return path[..<dot] + suffix + path[dot...]
  }

  /// Removes what an unfinished run left behind, and lets other runs write; harmless after
  /// ``write(_:recording:configuration:inputs:)``.
  package func discard() {
    trajectory.withLock { file in
      file?.cancel()
      file = nil
    }
    let isUnfinished = !isWritten.load(ordering: .relaxed)
    if isUnfinished, let directory {
      for name in written.withLock({ $0 }) { unlink(directory + "/" + name) }
    }
    lock?.release()
    if isUnfinished, madeDirectory, let directory { rmdir(directory) }
  }

  /// A name as a field of a CSV file: names of entries such as `W[1,2]` hold commas.
  private static func field(_ name: String) -> String {
    name.contains { ",\"\r\n".contains($0) } ? "\"\(name.replacing("\"", with: "\"\""))\"" : name
  }

  /// Missing numbers are empty fields.
  private static func csv(_ table: NumberTable) -> String {
    let lines = [table.columns.map(field)] + table.rows.map { $0.map { $0.map { "\($0)" } ?? "" } }
    return lines.map { $0.joined(separator: ",") + "\n" }.joined()
  }

  /// A line for each place: its dimension and index from 0, the heading of the column it stood in, its label.
  private static func csv(_ labels: [PlaceLabels]) -> String {
    var text = "dimension,index,column,label\n"
    for (mode, places) in labels.enumerated() {
      for (index, label) in places.labels.enumerated() {
        text += "\(mode),\(index),\(CSVText.field(places.heading)),\(CSVText.field(label))\n"
      }
    }
    return text
  }

  private static func csv(times: [Double], columns: [Series]) -> String {
    var text = (["t"] + columns.map { field($0.name) }).joined(separator: ",") + "\n"
    for k in times.indices {
      text += "\(times[k])"
      for column in columns { text += ",\(column.values[k])" }
      text += "\n"
    }
    return text
  }
}
