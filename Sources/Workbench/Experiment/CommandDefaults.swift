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
    @Sendable (_ model: String, _ specification: ModelSpecification, _ opposite: Double) throws -> Problem

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

  /// What the command means by the setting; the key's own default where it means nothing else.
  package subscript<Value>(key: SettingKey<Value>) -> Value? {
    values[key.path].flatMap(Value.init(settingValue:)) ?? key.fallback
  }
}
