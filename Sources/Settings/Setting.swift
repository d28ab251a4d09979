/// One setting an experiment may give: its dotted TOML path, the command-line flag of the same meaning, and what it holds.
/// ``SettingKey`` says besides what type its value has in the program.
public struct Setting: Sendable, Equatable {
  /// What a setting holds.
  public enum Kind: Sendable, Equatable {
    /// Any text.
    case text
    /// Words of a program, taken as they are: quotes in them are the program's.
    case words
    /// Text or a number, kept as text: `auto`, `0.6` and `2000` stay distinguishable (an integer has no point).
    case literal
    /// One of the listed words.
    case choice([String])
    /// One of the listed words, or the path of a file with the ending, such as `.flow`.
    case choiceOrFile([String], ending: String)
    /// A whole number that fits `Int`.
    case integer
    /// A finite double; an integer is accepted.
    case number
    /// A finite double, or one word that stands for another way to find it.
    case numberOr(String)
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
      case .text, .words: "text"
      case .literal: "text or a number"
      case .choice(let words): "one of \(words.joined(separator: ", "))"
      case .choiceOrFile(let words, let ending): "one of \(words.joined(separator: ", ")), or a \(ending) file"
      case .integer: "an integer"
      case .number: "a number"
      case .numberOr(let word): "a number or \(word)"
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
      case .text, .words, .literal: "\"text\""
      case .choice(let words), .choiceOrFile(let words, _): "\"\(words.first ?? "word")\""
      case .integer: "10"
      case .number: "1e-2"
      case .numberOr: "1e2"
      case .integers: "[10, 10]"
      case .numbers: "[1e-2, 1e-3]"
      case .texts: "[\"one\", \"two\"]"
      case .boolean: "true"
      }
    }
  }

  /// One reference, as every key and flag of the setting holds it.
  private let content: Content

  private final class Content: Sendable {
    let path: String
    let flag: String
    let kind: Kind
    let help: String
    let valueName: String

    init(_ path: String, _ flag: String, _ kind: Kind, _ help: String, _ valueName: String) {
      self.path = path
      self.flag = flag
      self.kind = kind
      self.help = help
      self.valueName = valueName
    }
  }

  /// Where the setting stands in a TOML file: `init.scale` is the key `scale` of the table `[init]`.
  public var path: String { content.path }
  /// The command-line flag of the same meaning, with its dashes; empty when there is none.
  public var flag: String { content.flag }
  /// What the setting holds.
  public var kind: Kind { content.kind }
  /// One sentence of help, with the default where there is one.
  public var help: String { content.help }
  /// What stands for the value in the flag's help, such as `alpha`.
  public var valueName: String { content.valueName }

  /// Describes a setting; `path` consists of bare TOML keys joined by dots.
  @inline(never)
  public init(path: String, flag: String, kind: Kind, help: String, valueName: String = "") {
    content = Content(path, flag, kind, help, valueName)
  }

  public static func == (a: Setting, b: Setting) -> Bool {
    a.content === b.content
      || a.path == b.path && a.flag == b.flag && a.kind == b.kind && a.help == b.help && a.valueName == b.valueName
  }
}
