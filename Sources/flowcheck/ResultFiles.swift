import ArrayFiles
import FlowODE
import Presentation
import Synchronization
import Theorems

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
/// whatever was made for a run that did not end is removed again.
final class ResultFiles: Sendable {
  /// The directory of `--output`.
  let directory: String?
  private let plot: String?
  private let settings: [String: String]
  private let command: String
  private let madeDirectory: Bool
  private let trajectory = Mutex<TrajectoryFile?>(nil)
  private let isWritten = Atomic<Bool>(false)
  private let began = Date()

  /// Checks the paths and makes the directory.
  ///
  /// - Throws: ``FileError`` if the directory cannot be made or written, or ``ExperimentError`` if it holds another
  ///   experiment's results.
  init(output: OutputOptions, settings: [String: String], command: String) throws {
    directory = output.output
    plot = output.plot
    self.settings = settings
    self.command = command
    if let plot { try GnuplotWriter().check(plot) }
    guard let directory = output.output else {
      madeDirectory = false
      return
    }
    guard !directory.isEmpty else {
      throw ExperimentError("--output was given an empty name", remedy: "name a directory")
    }
    madeDirectory = mkdir(directory, 0o777) == 0
    if !madeDirectory, errno != EEXIST {
      let reason = String(cString: strerror(errno))
      throw FileError(
        .unwritable, path: directory, problem: "the directory cannot be made: \(reason)",
        remedy: "make its parent first, or choose another --output")
    }
    var status = stat()
    guard stat(directory, &status) == 0, status.st_mode & S_IFMT == S_IFDIR else {
      throw FileError(
        .unwritable, path: directory, problem: "it is not a directory", remedy: "choose another --output")
    }
    guard access(directory, W_OK | X_OK) == 0 else {
      throw FileError(
        .unwritable, path: directory, problem: "the directory is not writable", remedy: "choose another --output")
    }
    let report = directory + "/report.json"
    if !output.force, access(report, F_OK) == 0 {
      let earlier = (try? [UInt8](Data(contentsOf: URL(fileURLWithPath: report)))).flatMap(JSONText.settings(inReport:))
      guard earlier == settings else {
        throw ExperimentError(
          "\(directory) holds the results of another experiment", remedy: "choose another --output, or add --force")
      }
    }
  }

  private func path(_ name: String) -> String? { directory.map { $0 + "/" + name } }

  /// Opens trajectory.npz for the states of a run; nil without `--output`.
  func openTrajectory(layout: ParameterLayout) throws(FileError) -> TrajectoryFile? {
    guard let path = path("trajectory.npz") else { return nil }
    let file = try TrajectoryFile(path: path, layout: layout)
    trajectory.withLock { $0 = file }
    return file
  }

  /// Puts every file of `--output` in place.
  func write(report: some Encodable, recording: Recording, counts: [RungReport]) throws {
    guard let directory else { return }
    try trajectory.withLock { file in
      try file?.finish()
      file = nil
    }
    let (times, columns) = recording.series
    try AtomicFile.write(Self.csv(times: times, columns: columns), to: directory + "/series.csv")
    let provenance = Provenance(command: command, began: began, rungs: counts)
    try AtomicFile.write(try JSONText.encode(provenance) + "\n", to: directory + "/provenance.json")
    // Last, because its presence says that the directory is complete.
    try AtomicFile.write(try JSONText.encode(report) + "\n", to: directory + "/report.json")
    isWritten.store(true, ordering: .relaxed)
  }

  /// Draws the figure of `--plot`.
  func write(figure: Figure) throws {
    guard let plot else { return }
    _ = try GnuplotWriter().write(figure, to: plot)
  }

  /// Removes what an unfinished run left behind; harmless after ``write(report:recording:counts:)``.
  func discard() {
    trajectory.withLock { file in
      file?.cancel()
      file = nil
    }
    if madeDirectory, !isWritten.load(ordering: .relaxed), let directory { rmdir(directory) }
  }

  private static func csv(times: [Double], columns: [Series]) -> String {
    var text = (["t"] + columns.map(\.name)).joined(separator: ",") + "\n"
    for k in times.indices {
      text += "\(times[k])"
      for column in columns { text += ",\(column.values[k])" }
      text += "\n"
    }
    return text
  }
}

/// Where and when results were made, and what they cost: everything that may differ between two runs of one experiment.
struct Provenance: Encodable {
  struct Rung: Encodable {
    let rtol: Double
    let steps: Int
    let rejected: Int
    let gradients: Int
    let jacobians: Int
  }

  let schema = "flowcheck.provenance/1"
  let command: String
  let arguments: [String]
  let version: String
  let host: String
  let operatingSystem: String
  let began: String
  let ended: String
  let cpuSeconds: Double
  let peakMemoryKilobytes: Int
  let rungs: [Rung]

  init(command: String, began: Date, rungs: [RungReport]) {
    self.command = command
    arguments = Array(CommandLine.arguments.dropFirst())
    version = Flowcheck.configuration.version
    host = ProcessInfo.processInfo.hostName
    operatingSystem = ProcessInfo.processInfo.operatingSystemVersionString
    self.began = began.formatted(.iso8601)
    ended = Date().formatted(.iso8601)
    var usage = rusage()
    #if canImport(Glibc)
      getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
      let unit = 1
    #else
      getrusage(RUSAGE_SELF, &usage)
      let unit = 1024
    #endif
    func seconds(_ time: timeval) -> Double { Double(time.tv_sec) + 1e-6 * Double(time.tv_usec) }
    cpuSeconds = seconds(usage.ru_utime) + seconds(usage.ru_stime)
    peakMemoryKilobytes = Int(usage.ru_maxrss) / unit
    self.rungs = rungs.map {
      Rung(rtol: $0.rtol, steps: $0.steps, rejected: $0.rejected, gradients: $0.gradients, jacobians: $0.jacobians)
    }
  }
}
