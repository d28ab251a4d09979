/// A start that a family of models knows by name.
public struct StartKind: Sendable {
  /// The name, such as `identity`; that of a general start takes its place for this family.
  public let name: String
  /// One phrase.
  public let summary: String
  /// Whether the seed matters.
  public let isDrawn: Bool
  /// θ(0) of a model of the family.
  public let make: @Sendable (StartRequest) throws(Refusal) -> [Double]

  /// A start by name.
  public init(
    _ name: String, _ summary: String, isDrawn: Bool = true,
    make: @escaping @Sendable (StartRequest) throws(Refusal) -> [Double]
  ) {
    self.name = name
    self.summary = summary
    self.isDrawn = isDrawn
    self.make = make
  }
}

/// A model that wants a start, and what the user says about it.
public struct StartRequest: Sendable {
  /// The named blocks of θ.
  public let layout: ParameterLayout
  /// The model as a product of matrices, if it is one.
  public let chain: MatrixFactorization?
  /// α, positive and finite.
  public let scale: Double
  /// The seed; draws use streams under it, named after what they draw.
  public let seed: UInt64
  /// Which sign det W(0) is to have, where W is a square matrix.
  public let determinant: DeterminantChoice
}
