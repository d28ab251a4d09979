import ArgumentParser
import Settings

/// What was typed for the flag of a setting; nil if the flag was not given.
struct FlagText {
  let setting: Setting
  let text: String?

  init<Value>(_ key: SettingKey<Value>, _ text: String?) {
    setting = key.setting
    self.text = text
  }

  init(_ setting: Setting, _ text: String?) {
    self.setting = setting
    self.text = text
  }

  /// A flag without value can only say yes.
  init(_ key: SettingKey<Bool>, _ isGiven: Bool) { self.init(key, isGiven ? "true" : nil) }
}

extension Option {
  /// The flag of a setting, kept as text.
  init<Kept>(_ key: SettingKey<Kept>) where Value == String? {
    // Unconditional, so that a value that starts with a dash is a value.
    self.init(name: .setting(key), parsing: .unconditional, help: .setting(key))
  }
}

extension Flag where Value == Bool {
  /// The flag of a setting that is true or false.
  init(_ key: SettingKey<Bool>) { self.init(wrappedValue: false, name: .setting(key), help: .setting(key)) }
}

extension NameSpecification {
  static func setting<Kept>(_ key: SettingKey<Kept>) -> NameSpecification {
    .customLong(String(key.setting.flag.trimmingPrefix("--")))
  }
}

extension ArgumentHelp {
  static func setting<Kept>(_ key: SettingKey<Kept>, discussion: String = "") -> ArgumentHelp {
    ArgumentHelp(
      key.setting.help, discussion: discussion,
      valueName: key.setting.valueName.isEmpty ? nil : key.setting.valueName)
  }
}
