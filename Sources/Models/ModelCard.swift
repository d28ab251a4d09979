/// What a family of models says about itself: lists, help, the settings that are read and refused come from it.
public struct ModelCard: Sendable {
  /// The name on the command line and in reports, such as `cp`.
  public let name: String
  /// One line for lists, with the formula.
  public let summary: String
  /// What describes a member besides `problem.shape`.
  public let settings: [ModelSetting]
  /// Starts that only this family knows; one with the name of a general start takes its place.
  public let starts: [StartKind]
  /// What a generated target is unless another kind is asked for.
  public let target: TargetKind
  /// A command line that shows it.
  public let example: String

  /// Describes a family.
  public init(
    name: String, summary: String, settings: [ModelSetting] = [], starts: [StartKind] = [], target: TargetKind = .cp,
    example: String
  ) {
    self.name = name
    self.summary = summary
    self.settings = settings
    self.starts = starts
    self.target = target
    self.example = example
  }
}

/// A setting of some families of models, `problem.NAME` in files and `--NAME` on the command line.
public struct ModelSetting: Sendable, Equatable {
  /// What it holds.
  public enum Kind: Sendable, Equatable {
    /// An integer.
    case integer
    /// A list of integers.
    case integers
    /// A text.
    case text
  }

  /// The name, such as `core`.
  public let name: String
  /// What it holds.
  public let kind: Kind
  /// What stands for the value in help, such as `L`.
  public let valueName: String
  /// One sentence: what it means, and what is meant where it is not given.
  public let help: String

  /// Describes a setting.
  ///
  /// - Parameter value: what stands for the value in help; nil says what kind it is.
  public init(_ name: String, _ kind: Kind, value: String? = nil, help: String) {
    self.name = name
    self.kind = kind
    valueName =
      switch kind {
      case .integer: value ?? "n"
      case .integers: value ?? "n,…"
      case .text: value ?? "text"
      }
    self.help = help
  }

  /// Number of factors L.
  public static let depth = ModelSetting("depth", .integer, value: "L", help: "Number of factors L (1 is W itself).")
  /// Hidden widths.
  public static let width = ModelSetting(
    "width", .integers, value: "w,…",
    help: "Hidden width, or all of them from W_1 on such as 5,7 (default: the smaller dimension).")
  /// Number of components R.
  public static let components = ModelSetting("components", .integer, value: "R", help: "Number of components R.")
}
