/// The coordinates in which a flow is integrated.
public enum Coordinates: String, CaseIterable, Sendable {
  /// The parameters themselves.
  case weights
  /// Log singular values and singular vectors of the end-to-end matrix: balanced matrix factorizations only. The smallest
  /// singular value keeps its relative accuracy and its sign however small it becomes.
  case svd
}
