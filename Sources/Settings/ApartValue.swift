/// A value of a settings file that is no setting: it stands in a table that whoever loads the file reads on its own.
public struct ApartValue: Sendable, Equatable {
  /// The key, part by part.
  public let keys: [String]
  /// `file:line`.
  public let place: String
  /// The value; nil where a table is begun.
  public let value: SettingValue?
}
