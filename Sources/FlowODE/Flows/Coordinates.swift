/// The coordinates in which a flow is integrated.
public enum Coordinates: String, CaseIterable, Sendable {
  /// The parameters themselves.
  case weights
  /// Log singular values and singular vectors of the end-to-end matrix: balanced matrix factorizations only. The smallest
  /// singular value keeps its relative accuracy and its sign however small it becomes.
  case svd
  /// ln(u/v) of every entry of a diagonal network: starts of any size keep their relative accuracy.
  case mirror

  /// What reports add to the method's name.
  public var phrase: String { self == .weights ? "" : " in \(rawValue) coordinates" }
}
