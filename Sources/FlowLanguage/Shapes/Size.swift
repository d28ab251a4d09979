/// An extent of an axis. Two are equal when they are for all sizes: `n` and `m` are not, unless they have numbers.
public enum Size: Hashable, Sendable, CustomStringConvertible {
  /// A number.
  case number(Int)
  /// A size that was declared without a value.
  case open(String)

  /// The number, if it has one.
  public var number: Int? { if case .number(let value) = self { value } else { nil } }

  public var description: String {
    switch self {
    case .number(let value): "\(value)"
    case .open(let name): printable(name)
    }
  }
}
