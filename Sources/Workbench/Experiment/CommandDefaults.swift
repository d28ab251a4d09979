import FlowODE
import Models
import Settings

/// What a command means by settings that are not given, where that differs from what their keys say.
package struct CommandDefaults: Sendable {
  private var values: [String: SettingValue] = [:]
  /// The problem where neither data nor a target is given.
  package var problem: DefaultProblem?
  /// Settings whose default is reported as if it were given, because it is the command's own.
  package private(set) var stated: Set<String> = []

  /// Makes the default problem.
  package typealias DefaultProblem =
    @Sendable (_ model: String, _ options: ModelOptions, _ opposite: Double) throws -> Problem

  package init(problem: DefaultProblem? = nil) { self.problem = problem }

  /// These defaults with one more.
  ///
  /// - Parameter isStated: whether reports list the setting even though it was not given.
  package func setting<Value>(_ key: SettingKey<Value>, to value: Value, isStated: Bool = false) -> CommandDefaults {
    var defaults = self
    defaults.values[key.path] = value.settingValue
    if isStated { defaults.stated.insert(key.path) }
    return defaults
  }

  /// What several commands mean together: what those say that say something and agree; the tightest tolerances; the first
  /// default problem.
  static func merging(_ all: [CommandDefaults]) -> CommandDefaults {
    var merged = CommandDefaults(problem: all.lazy.compactMap(\.problem).first)
    merged.stated = Set(all.flatMap(\.stated))
    for path in Set(all.flatMap(\.values.keys)) {
      let known = all.compactMap { $0.values[path] }
      merged.values[path] = known.allSatisfy { $0 == known[0] } ? known[0] : nil
    }
    let refine = SettingKey.refine.path
    merged.values[refine] =
      all.compactMap { $0.values[refine].flatMap([Double].init(settingValue:)) }
      .min { $0[$0.count - 1] < $1[$1.count - 1] }?.settingValue
    return merged
  }

  /// What the command means by the setting; the key's own default where it means nothing else.
  package subscript<Value>(key: SettingKey<Value>) -> Value? {
    values[key.path].flatMap(Value.init(settingValue:)) ?? key.fallback
  }
}
