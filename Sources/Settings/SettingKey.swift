/// A setting whose value has the type `Value` in the program: path, flag, kind, help and default in one place. Flags, `--set`,
/// TOML files, lists of settings and ``Settings/subscript(_:)`` take them from here.
///
/// Keys are static members of `SettingKey<Value>`, so that `settings[.initScale]` is a `Double?` without saying so.
public struct SettingKey<Value: SettingConvertible>: Sendable {
  /// Path, flag, kind and help.
  public let setting: Setting
  /// What a setting that is not given means unless a command means something else; nil where nothing is meant.
  public let fallback: Value?

  /// Where the setting stands in a TOML file.
  public var path: String { setting.path }

  /// Describes a setting.
  ///
  /// - Parameters:
  ///   - kind: what it holds, where that is less than the type can.
  ///   - help: one sentence; ``fallback`` is told in it where it does not speak of a default itself, unless it is that a flag
  ///     is not given.
  public init(
    _ path: String, flag: String, valueName: String = "", fallback: Value? = nil, kind: Setting.Kind? = nil,
    help: String
  ) {
    var help = help
    let kind = kind ?? Value.settingKind
    if let fallback, kind != .boolean, !help.contains("default"), help.hasSuffix(".") {
      help = "\(help.dropLast()) (default \(fallback.settingValue.flagText))."
    }
    setting = Setting(path: path, flag: flag, kind: kind, help: help, valueName: valueName)
    self.fallback = fallback
  }
}

/// A type that values of settings can have in the program.
public protocol SettingConvertible: Sendable {
  /// What a setting of this type holds unless its key narrows it.
  static var settingKind: Setting.Kind { get }
  /// The value of a setting; nil for a value of another kind.
  init?(settingValue: SettingValue)
  /// The value as a setting holds it.
  var settingValue: SettingValue { get }
}

extension String: SettingConvertible {
  public static var settingKind: Setting.Kind { .text }
  public init?(settingValue: SettingValue) {
    guard case .text(let text) = settingValue else { return nil }
    self = text
  }
  public var settingValue: SettingValue { .text(self) }
}

extension Int: SettingConvertible {
  public static var settingKind: Setting.Kind { .integer }
  public init?(settingValue: SettingValue) {
    guard case .integer(let integer) = settingValue else { return nil }
    self = integer
  }
  public var settingValue: SettingValue { .integer(self) }
}

extension Double: SettingConvertible {
  public static var settingKind: Setting.Kind { .number }
  public init?(settingValue: SettingValue) {
    switch settingValue {
    case .number(let number): self = number
    case .integer(let integer): self = Double(integer)
    default: return nil
    }
  }
  public var settingValue: SettingValue { .number(self) }
}

extension Bool: SettingConvertible {
  public static var settingKind: Setting.Kind { .boolean }
  public init?(settingValue: SettingValue) {
    guard case .boolean(let boolean) = settingValue else { return nil }
    self = boolean
  }
  public var settingValue: SettingValue { .boolean(self) }
}

extension Array: SettingConvertible where Element: SettingConvertible {
  public static var settingKind: Setting.Kind {
    switch Element.settingKind {
    case .integer: .integers
    case .number: .numbers
    default: .texts
    }
  }
  public init?(settingValue: SettingValue) {
    guard case .list(let values) = settingValue else { return nil }
    let items = values.compactMap(Element.init(settingValue:))
    guard items.count == values.count else { return nil }
    self = items
  }
  public var settingValue: SettingValue { .list(map(\.settingValue)) }
}

/// A choice between words: an enumeration of texts is a setting's type once it is said to conform.
public protocol SettingChoice: SettingConvertible, CaseIterable, RawRepresentable<String> {}

extension SettingChoice {
  public static var settingKind: Setting.Kind { .choice(allCases.map(\.rawValue)) }
  public init?(settingValue: SettingValue) {
    guard case .text(let word) = settingValue else { return nil }
    self.init(rawValue: word)
  }
  public var settingValue: SettingValue { .text(rawValue) }
}

extension Setting {
  /// What a typed key says of its setting.
  public init<Value>(_ key: SettingKey<Value>) { self = key.setting }
}
