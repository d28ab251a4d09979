import Verdicts

/// What a row of the self-test found out.
public enum SelfTestOutcome: Sendable, Equatable {
  /// An error against an exact answer, in the row's unit, and the most it may be.
  case measured(error: Double, limit: Double)
  /// Controls that must be rejected on an experiment on which the true claim holds: how many there were, and complaints about
  /// those that were not rejected or about a claim that does not hold.
  case controls(count: Int, complaints: [String])
  /// Something the row runs failed, and how.
  case failed(String)
  /// The row cannot run, and why.
  case notRun(String)

  /// nil where the row did not run.
  public var passed: Bool? {
    switch self {
    case .measured(let error, let limit): error <= limit
    case .controls(let count, let complaints): count > 0 && complaints.isEmpty
    case .failed: false
    case .notRun: nil
    }
  }
}

/// One row of the self-test: an exact answer, or negative controls, with the code that compares.
///
/// To add a row, write a function and register it in ``SelfTest``.
public struct SelfTestRow: Sendable {
  /// Its name, such as `A9` or `B6.4`.
  public let identifier: String
  /// What is compared with what.
  public let title: String
  /// The unit of the error, or what is counted.
  public let unit: String
  private let body: @Sendable () throws -> SelfTestOutcome

  /// A row whose body compares; what the body throws makes it fail.
  @inline(never)
  public init(
    _ identifier: String, _ title: String, unit: String, _ body: @escaping @Sendable () throws -> SelfTestOutcome
  ) {
    self.identifier = identifier
    self.title = title
    self.unit = unit
    self.body = body
  }

  /// Runs the row; an error it meets is a failure.
  public func run() -> SelfTestOutcome {
    do {
      return try body()
    } catch {
      return .failed("\(error)")
    }
  }

  /// The row's line: identifier, pass, FAIL or not run, what was compared, the error and its unit.
  public func line(_ outcome: SelfTestOutcome) -> String {
    let word =
      switch outcome.passed {
      case true?: "pass   "
      case false?: "FAIL   "
      case nil: "not run"
      }
    let name = identifier.padded(to: 6)
    switch outcome {
    case .measured(let error, let limit):
      return "\(name)\(word)  \(title): \(tableNumber(error)) of \(tableNumber(limit)) \(unit)"
    case .controls(let count, let complaints):
      let found = complaints.isEmpty ? "\(count) of \(count) as they must be" : complaints.joined(separator: "; ")
      return "\(name)\(word)  \(title): \(found) (\(unit))"
    case .failed(let reason), .notRun(let reason): return "\(name)\(word)  \(title): \(reason)"
    }
  }
}

extension String {
  fileprivate func padded(to width: Int) -> String { self + String(repeating: " ", count: max(1, width - count)) }
}
