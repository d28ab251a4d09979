import ArgumentParser
import ArrayFiles
import ExternalModels
import FlowODE
import GSLBridge
import Models
import Presentation
import Settings
import Theorems
import Verdicts
import Workbench

/// The documented exit statuses.
enum ExitStatus: Int32 {
  case holds = 0
  case violated = 1
  case inconclusive = 2
  case usage = 64
  case `internal` = 70
  case inputOutput = 74
  case interrupted = 75

  /// The status of a verdict.
  init(_ verdict: Verdict) {
    self =
      switch verdict {
      case .holds: .holds
      case .violated: .violated
      case .inconclusive, .vacuous: .inconclusive
      }
  }

  /// The status of what a command found out; an integration that gave up counts as inconclusive.
  init(_ printable: some Printable) {
    guard let report = printable as? Report else {
      self = printable.verdict.map(ExitStatus.init) ?? .holds
      return
    }
    switch report.section {
    case .integration(let section): self = section.isComplete ? .holds : .inconclusive
    case .measured(let section): self = section.isComplete ? .holds : .inconclusive
    case .tabulated(let section):
      self = section.verdict.map(ExitStatus.init) ?? (section.isComplete ? .holds : .inconclusive)
    case nil, .comparison: self = report.verdict.map(ExitStatus.init) ?? .holds
    }
  }

  /// The status and the sentence of an error that ended a command; nil for those the argument parser prints itself.
  static func of(_ error: any Error) -> (status: ExitStatus, message: String)? {
    switch error {
    case let error as Refusal: (.usage, Wording.flags(in: "\(error)"))
    case let error as WordedRefusal: (.usage, "\(error)")
    case let error as SettingsError: (error.isFileAccess ? .inputOutput : .usage, "\(error)")
    case let error as FileError: (.inputOutput, Wording.flags(in: "\(error)"))
    case let error as SlurmFailure: (.inputOutput, "\(error)")
    case let error as ProgramFailure: (.inputOutput, "\(error)")
    case let error as FigureError where Interruption.shared.requested: (.interrupted, "\(error)")
    case let error as FigureError: (error.isFileAccess ? .inputOutput : .usage, "\(error)")
    case let error as InterruptedRun:
      (
        .interrupted,
        "interrupted at t = \(tableNumber(error.time)); nothing was written, and the same command starts it again"
      )
    case let error as InterruptedPoints: (.interrupted, "\(error)")
    case is Interrupted: (.interrupted, "interrupted; nothing was written, and the same command starts it again")
    case let error as GSLError: (.internal, "\(error)")
    default: nil
    }
  }
}
