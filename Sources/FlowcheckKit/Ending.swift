import Workbench

extension OutputOptions {
  /// What the library is asked to write.
  var request: OutputRequest {
    var request = OutputRequest(
      directory: output, force: report.force, plot: report.plot, width: report.width, verbose: report.verbose,
      threads: threads, allowsProgram: allowProgram, timeLimit: timeLimit)
    request.proves = report.proof
    return request
  }
}
