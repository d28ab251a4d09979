/// One setting an experiment may give: its dotted TOML path, the command-line flag of the same meaning, and what it holds.
public struct SettingKey: Sendable, Equatable {
  /// What a setting holds.
  public enum Kind: Sendable, Equatable {
    /// Any text.
    case text
    /// Text or a number, kept as text: `auto`, `0.6` and `2000` stay distinguishable (an integer has no point).
    case literal
    /// One of the listed words.
    case choice([String])
    /// A whole number that fits `Int`.
    case integer
    /// A finite double; an integer is accepted.
    case number
    /// A list of whole numbers; a single one is a list of one.
    case integers
    /// A list of finite doubles; a single one is a list of one.
    case numbers
    /// A list of texts; a single one is a list of one.
    case texts
    /// `true` or `false`.
    case boolean

    /// The kind in words, as error messages name it.
    public var expectation: String {
      switch self {
      case .text: "text"
      case .literal: "text or a number"
      case .choice(let words): "one of \(words.joined(separator: ", "))"
      case .integer: "an integer"
      case .number: "a number"
      case .integers: "a list of integers"
      case .numbers: "a list of numbers"
      case .texts: "a list of texts"
      case .boolean: "true or false"
      }
    }

    /// The kind of one item of a list kind; nil for the others.
    var element: Kind? {
      switch self {
      case .integers: .integer
      case .numbers: .number
      case .texts: .text
      default: nil
      }
    }

    /// How a value of this kind is written in TOML, for remedies.
    var sample: String {
      switch self {
      case .text, .literal: "\"text\""
      case .choice(let words): "\"\(words.first ?? "word")\""
      case .integer: "10"
      case .number: "1e-2"
      case .integers: "[10, 10]"
      case .numbers: "[1e-2, 1e-3]"
      case .texts: "[\"one\", \"two\"]"
      case .boolean: "true"
      }
    }
  }

  /// Where the setting stands in a TOML file: `init.scale` is the key `scale` of the table `[init]`.
  public let path: String
  /// The command-line flag of the same meaning, with its dashes; empty when there is none.
  public let flag: String
  /// What the setting holds.
  public let kind: Kind
  /// One line of help.
  public let help: String

  /// Describes a setting; `path` consists of bare TOML keys joined by dots.
  public init(path: String, flag: String, kind: Kind, help: String) {
    self.path = path
    self.flag = flag
    self.kind = kind
    self.help = help
  }
}

/// Every setting that may be given. Whatever it does not list is an error, never ignored.
public struct SettingsSchema: Sendable {
  /// The settings in the order they were listed.
  public let keys: [SettingKey]
  private let byPath: [String: SettingKey]
  private let tables: [String: [String]]

  /// Lists the settings. No path may stand twice, nor be a table of other settings (a mistake of the program, not of
  /// its user, and so a precondition).
  public init(_ keys: [SettingKey]) {
    var byPath: [String: SettingKey] = [:]
    var tables: [String: [String]] = [:]
    for key in keys {
      precondition(byPath.updateValue(key, forKey: key.path) == nil, "the setting \(key.path) is listed twice")
      let parts = key.path.split(separator: ".")
      for count in 1..<max(1, parts.count) {
        tables[parts.prefix(count).joined(separator: "."), default: []].append(key.path)
      }
    }
    for key in keys { precondition(tables[key.path] == nil, "\(key.path) is both a setting and a table of settings") }
    self.keys = keys
    self.byPath = byPath
    self.tables = tables
  }

  /// The setting at `path`, if there is one.
  public subscript(path: String) -> SettingKey? { byPath[path] }

  /// The settings inside the table `path`; nil when no setting lies there.
  func members(ofTable path: String) -> [String]? { tables[path] }

  /// The table of settings at the smallest edit distance from `path`; nil when there is none.
  func nearestTable(to path: String) -> String? { nearestName(to: path, among: tables.keys.sorted()) }

  /// The known path a mistyped `path` most likely meant: the one at the smallest edit distance, where a right last word
  /// in a wrong table (`scale` for `init.scale`) counts as near. Nil only for an empty schema.
  public func nearest(to path: String) -> String? {
    let word = lastWord(of: path)
    var best: (path: String, distance: Int)?
    for key in keys {
      let distance = min(
        editDistance(path, key.path), 1 + 2 * editDistance(word, lastWord(of: key.path)))
      if distance < best?.distance ?? .max { best = (key.path, distance) }
    }
    return best?.path
  }

  private func lastWord(of path: String) -> String {
    path.split(separator: ".").last.map(String.init) ?? path
  }
}
