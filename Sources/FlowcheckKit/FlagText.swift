import ArgumentParser
import Settings

/// What was typed for the flag of a setting; nil if the flag was not given.
struct FlagText {
  let setting: Setting
  let text: String?

  init<Value>(_ key: SettingKey<Value>, _ text: String?) { self.init(key.setting, text) }

  @inline(never)
  init(_ setting: Setting, _ text: String?) {
    self.setting = setting
    self.text = text
  }

  /// A flag without value can only say yes.
  init(_ key: SettingKey<Bool>, _ isGiven: Bool) { self.init(key, isGiven ? "true" : nil) }
}

extension Option<String?> {
  /// The flag of a setting, kept as text.
  init<Kept>(_ key: SettingKey<Kept>) { self.init(Setting(key)) }

  @inline(never)
  private init(_ setting: Setting) {
    // Unconditional, so that a value that starts with a dash is a value.
    self.init(name: .setting(setting), parsing: .unconditional, help: .setting(setting))
  }
}

extension Flag where Value == Bool {
  /// The flag of a setting that is true or false.
  @inline(never)
  init(_ key: SettingKey<Bool>) {
    self.init(wrappedValue: false, name: .setting(Setting(key)), help: .setting(Setting(key)))
  }
}

extension NameSpecification {
  @inline(never)
  static func setting(_ setting: Setting) -> NameSpecification {
    .customLong(String(setting.flag.trimmingPrefix("--")))
  }
}

extension ArgumentHelp {
  @inline(never)
  static func setting(_ setting: Setting, discussion: String = "") -> ArgumentHelp {
    ArgumentHelp(
      setting.help, discussion: discussion, valueName: setting.valueName.isEmpty ? nil : setting.valueName)
  }
}
