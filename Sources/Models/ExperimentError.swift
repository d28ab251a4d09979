/// Something about an experiment that cannot be run: the value, where it came from, and what to do instead.
public struct ExperimentError: Error, Equatable, Sendable, CustomStringConvertible {
  /// What is wrong, naming the value.
  public let problem: String
  /// What to try instead.
  public let remedy: String

  public init(_ problem: String, remedy: String) {
    self.problem = problem
    self.remedy = remedy
  }

  public var description: String { remedy.isEmpty ? problem : "\(problem); \(remedy)" }
}
