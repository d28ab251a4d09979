import ArgumentParser
import Workbench

/// `flowcheck verify`.
struct VerifyCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "verify",
    abstract: "Checks certificates again, without the prover that wrote them.",
    discussion: """
      The checker reads the model's text in the certificate, forms the polynomials
      itself, in arithmetic of its own, and accepts only what follows. It shares
      nothing with the provers but the reading of the text.

      Exit status 0 where every file is accepted, 1 where one is rejected, 74 where
      one is damaged: cut off, altered, or no certificate.

      Example:
        flowcheck verify proofs/1-parabola.json
      """)

  @Argument(help: ArgumentHelp("Files that 'flowcheck prove' or 'flowcheck laws' wrote.", valueName: "file"))
  var files: [String]
  @OptionGroup(title: "Output") var format: FormatOptions

  func run() throws {
    try format.end(with: VerificationReport(files), exitZero: false)
  }
}
