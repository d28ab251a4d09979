/// What a program that computes a model did wrong: which program, at which call, what, and what to try.
public struct ProgramFailure: Error, Equatable, Sendable, CustomStringConvertible {
  /// What happened, the program named first.
  public let problem: String
  /// What to try.
  public let remedy: String

  /// - Parameter program: its words as they were given.
  init(_ program: String, _ problem: String, remedy: String) {
    self.problem = "the program '\(program)' \(problem)"
    self.remedy = remedy
  }

  public var description: String { remedy.isEmpty ? problem : "\(problem); \(remedy)" }
}
