import Models
import Settings

/// The settings that families of models take by their cards: `problem.NAME`, `--NAME`.
package enum ModelSettings {
  /// One setting for each name, in the order of the families.
  package static var settings: [Setting] { ModelCatalog.settings.map(setting) }

  /// The path of the setting of that name.
  static func path(_ name: String) -> String { "problem.\(name)" }

  private static func setting(_ setting: ModelSetting) -> Setting {
    let kind: Setting.Kind =
      switch setting.kind {
      case .integer: .integer
      case .integers: .integers
      case .text: .text
      }
    return Setting(
      path: path(setting.name), flag: "--\(setting.name)", kind: kind, help: setting.help, valueName: setting.valueName)
  }

  /// `matrix (--depth, --width), cp (--components)`.
  static var taken: String {
    ModelCatalog.families.map { family in
      let flags = family.card.settings.map { "--\($0.name)" }
      return family.card.name + (flags.isEmpty ? "" : " (\(flags.joined(separator: ", ")))")
    }.joined(separator: ", ")
  }

  /// What was said of a model.
  static func options(_ settings: Settings) -> ModelOptions {
    var options = ModelOptions(shape: settings[.shape] ?? [], values: [:])
    for setting in ModelCatalog.settings {
      options.values[setting.name] = settings.value(path(setting.name)).flatMap(value)
    }
    return options
  }

  private static func value(_ value: SettingValue) -> ModelOptions.Value? {
    switch value {
    case .integer(let number): return .integer(number)
    case .text(let text): return .text(text)
    case .list: return [Int](settingValue: value).map { .integers($0) }
    case .number, .boolean: return nil
    }
  }

  /// Completes what followed from other settings or from the data.
  static func complete(_ settings: inout Settings, with values: [String: ModelOptions.Value]) {
    for (name, value) in values {
      switch value {
      case .integer(let number): settings.complete(path: path(name), .integer(number))
      case .integers(let numbers): settings.complete(path: path(name), numbers.settingValue)
      case .text(let text): settings.complete(path: path(name), .text(text))
      }
    }
  }
}
