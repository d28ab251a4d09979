import ExternalModels
import Models
import Presentation
import Settings
import Synchronization

/// The one program of a command, started at most once and kept for all that the command does, and whether files may name it.
///
/// Only a command line starts a program: words from a file are taken where it says so.
package final class ProgramSource: Sendable {
  /// What the model of a program without a `.flow` file is called.
  static let model = "external"

  /// Whether a file may name the program.
  private let allowsFiles: Bool
  private let limits: TimeLimits
  private let isCancelled: @Sendable () -> Bool
  private let started = Mutex<ExternalProgram?>(nil)

  /// - Parameter timeLimit: seconds for the start and for every call; nil for the usual limits.
  package init(
    allowsFiles: Bool = false, timeLimit: Double? = nil, isCancelled: @escaping @Sendable () -> Bool = { false }
  ) {
    self.allowsFiles = allowsFiles
    limits = timeLimit.map(TimeLimits.each) ?? .standard
    self.isCancelled = isCancelled
  }

  /// What went wrong with the program; nil while nothing has.
  package var failure: (any Error)? { started.withLock { $0?.failure } }

  /// Ends the program.
  package func close() { started.withLock { $0 }?.close() }

  /// The program of these words.
  ///
  /// - Parameters:
  ///   - place: where the words stand.
  ///   - isFromFile: whether that is a file.
  /// - Throws: ``Refusal``, or ``ProgramFailure``.
  func program(_ text: String, place: String, isFromFile: Bool) throws -> ExternalProgram {
    guard allowsFiles || !isFromFile else {
      throw Refusal(
        "\(place) names the program '\(text)', and no file starts one",
        remedy: "add --allow-program if you trust it, or give the program by --program", settings: [])
    }
    let words = try ProgramWords(text)
    return try started.withLock { started in
      if let started, started.words == words { return started }
      let program = try ExternalProgram(words, limits: limits, isCancelled: isCancelled)
      started = program
      return program
    }
  }
}
