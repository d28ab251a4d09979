import ArgumentParser
import Verdicts
import Workbench

extension OutputOptions {
  /// What the library is asked to write.
  var request: OutputRequest {
    OutputRequest(
      directory: output, force: force, plot: plot, verbose: verbose, threads: threads, allowsProgram: allowProgram,
      timeLimit: timeLimit)
  }

  /// Prints the report and ends with its exit status.
  ///
  /// - Parameter exitZero: whether what is violated, inconclusive, vacuous or incomplete ends with status 0 too.
  func end(with report: Report, exitZero: Bool) throws {
    let isQuiet = quiet && reportFormat == .text
    try Console.print(isQuiet ? PlainText.render(ReportOutline.verdicts(report)) : reportFormat.render(report))
    let status = ExitStatus(report)
    if !exitZero, status != .holds { throw ExitCode(status.rawValue) }
  }
}
