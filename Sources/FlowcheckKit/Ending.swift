import Workbench

extension OutputOptions {
  /// What the library is asked to write.
  var request: OutputRequest {
    OutputRequest(
      directory: output, force: report.force, plot: report.plot, width: report.width, verbose: report.verbose,
      threads: threads, allowsProgram: allowProgram, timeLimit: timeLimit)
  }
}
