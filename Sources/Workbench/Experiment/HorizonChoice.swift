import FlowODE
import Models
import Settings
import Theorems

/// What `integration.until` says: a time, or that the run shall end when what is judged has happened.
package enum HorizonChoice: Sendable, Equatable, SettingConvertible {
  /// To this time.
  case time(Double)
  /// As ``HorizonSearch`` finds.
  case auto

  private static let word = "auto"

  package static var settingKind: Setting.Kind { .numberOr(word) }

  package init?(settingValue: SettingValue) {
    if settingValue == .text(Self.word) {
      self = .auto
    } else if let time = Double(settingValue: settingValue) {
      self = .time(time)
    } else {
      return nil
    }
  }

  package var settingValue: SettingValue {
    switch self {
    case .time(let time): .number(time)
    case .auto: .text(Self.word)
    }
  }
}

extension ExperimentBuilder {
  /// The experiment with the horizon that was given, or with the one that is found.
  ///
  /// What is found is no setting: a builder that has been told of one, because all that matters are settings, looks for none.
  ///
  /// - Throws: what the search does.
  func settled(
    _ experiment: Experiment, by find: (_ isCancelled: @escaping @Sendable () -> Bool) throws -> SettledHorizon
  ) throws -> Experiment {
    guard settings[.until] == .auto, experiment.horizon == nil else { return experiment }
    return try experiment.ending(at: try horizon ?? find(isCancelled))
  }

  /// A ladder, and the experiment with the horizon that the ladder itself finds where none was given.
  mutating func settled<Study>(
    _ experiment: Experiment,
    _ horizon: (Study) -> (_ isCancelled: @escaping @Sendable () -> Bool) throws -> SettledHorizon,
    make: (inout ExperimentBuilder, Experiment) throws -> Study
  ) throws -> (Study, Experiment) {
    let asked = try make(&self, experiment)
    guard settings[.until] == .auto, experiment.horizon == nil else { return (asked, experiment) }
    let settled = try settled(experiment, by: horizon(asked))
    return (try make(&self, settled), settled)
  }
}
