/// A statement of a file.
public struct Statement: Equatable, Sendable {
  /// What it says.
  public let kind: Kind
  /// Where it stands.
  public let span: Span

  /// What a statement may say.
  public enum Kind: Equatable, Sendable {
    /// `flow 1`: the version of the language.
    case version(Int)
    /// `dim n, m = 3`.
    case sizes([SizeEntry])
    /// `param`, `input`, `data`.
    case arrays(ArrayRole, [ArrayEntry])
    /// `model X = …`, `let T[i, j] = …`.
    case definition(DefinitionEntry)
    /// `observe a, q = b`.
    case observe([ObservationEntry])
    /// `loss any`.
    case anyLoss
    /// `loss program "python3 model.py"`: what the program of these words computes.
    case programLoss(String)
    /// `loss …`.
    case loss(Expression)
    /// `flow …`.
    case flow(FlowForm<Expression>)
    /// `init W = …`, `init = gaussian(0.05)`.
    case starts([StartEntry])
    /// `claim …`.
    case claim(ClaimEntry)
  }

  public static func == (a: Statement, b: Statement) -> Bool { a.kind == b.kind }
}

/// A size; without a value it stands for every number.
public struct SizeEntry: Equatable, Sendable {
  /// Its name.
  public let name: Name
  /// Its value.
  public let value: Int?
}

/// What a declared array is for.
public enum ArrayRole: String, Equatable, Sendable, CaseIterable {
  /// Moves along the flow.
  case param
  /// A data point: any.
  case input
  /// Constant numbers, any unless they are given.
  case data
}

/// An extent of an array.
public enum Extent: Equatable, Sendable {
  /// A number.
  case number(Int)
  /// A size's name.
  case name(Name)
}

/// `W[n, 3] = …` or `y[n] from "y.csv"`.
public struct ArrayEntry: Equatable, Sendable {
  /// Its name.
  public let name: Name
  /// Its extents; none of a number.
  public let extents: [Extent]
  /// What its entries are.
  public let contents: Contents

  /// Where entries come from.
  public enum Contents: Equatable, Sendable {
    /// Nothing is said.
    case open
    /// A formula.
    case formula(Expression)
    /// A file.
    case file(DataFile)
  }
}

/// `X[i, j] = …`.
public struct DefinitionEntry: Equatable, Sendable {
  /// Whether it is the model.
  public let isModel: Bool
  /// Its name.
  public let name: Name
  /// The indices on the left side.
  public let indices: [Name]
  /// The right side.
  public let body: Expression
}

/// What is recorded along the flow.
public struct ObservationEntry: Equatable, Sendable {
  /// What it is called, if the file says.
  public let name: Name?
  /// What is recorded.
  public let value: Expression
}

/// Where parameters begin.
public struct StartEntry: Equatable, Sendable {
  /// The parameter, or nil for all that no other entry is about.
  public let name: Name?
  /// Its start.
  public let value: Expression
}

/// A claim.
public struct ClaimEntry: Equatable, Sendable {
  /// The name the file gives it.
  public let label: Name?
  /// `as scale -> 0`: the claim is about the limit of small starts.
  public let isScaleLimit: Bool
  /// What it says.
  public let form: ClaimForm<Expression>
}
