/// What moves the parameters, with the numbers it takes.
public enum FlowKind: Equatable, Sendable {
  /// θ' = −∇loss.
  case gradient
  /// θ' = −∇loss − rate θ; nil where the rate is any and was given no value.
  case decay(Double?)
  /// θ' = v, v' = −friction v − ∇loss; nil where the friction is any and was given no value.
  case momentum(Double?)
  /// θ' = −θ ∇loss, entry by entry.
  case mirror
  /// A field of the file's own: ``FlowProgram/field``.
  case field
}

/// Where a block of parameters, or its velocity, begins.
public enum FlowStart: Equatable, Sendable {
  /// At these entries, row-major.
  case values([Double])
  /// Independent normal entries of that standard deviation.
  case gaussian(Double)
  /// At a balanced start of that scale, together with all other blocks that say so.
  case balanced(Double)
  /// The file does not say where.
  case open
}

/// The data points of a file with inputs.
public struct DataPoints: Equatable, Sendable {
  /// How many there are.
  public let count: Int
  /// The entries of every input by name, point after point.
  public let values: [String: [Double]]

  /// So many points.
  public init(count: Int, values: [String: [Double]]) {
    self.count = count
    self.values = values
  }
}

/// An array that the file does not give the entries of.
public struct NeededArray: Equatable, Sendable {
  /// Its name.
  public let name: String
  /// Its extents; of an input those of one point.
  public let shape: [Int]
  /// Whether it has a value for every data point.
  public let isInput: Bool
  /// The file that the text names, if it names one.
  public let file: DataFile?
  /// Where it is declared.
  public let position: Position
}
