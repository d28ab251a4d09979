/// A `.flow` file with every name resolved and every shape known: what the readings start from.
///
/// Sizes without a value are open: what the file says, it says for all of them.
public struct CheckedFile: Sendable {
  /// The text it was read from.
  public let source: SourceText
  /// The sizes, in the order of the text.
  public let sizes: [DeclaredSize]
  /// Parameters, inputs, data, definitions and constants; terms name them by position.
  public let declarations: [Declaration]
  /// The indices of sums and of left sides; terms name them by position.
  public let indices: [Index]
  /// The model: a position in ``declarations``.
  public let model: Int?
  /// The loss, of one data point where it has a value for each; nil for any loss of the model.
  public private(set) var loss: Term?
  /// The program that computes the loss, where the file names one. Nothing here starts it.
  public let program: NamedProgram?
  /// What moves the parameters.
  public let flow: FlowForm<Term>
  /// Where parameters begin.
  public let starts: [Start]
  /// What is recorded along the flow.
  public let observations: [Observation]
  /// What is claimed.
  public let claims: [CheckedClaim]

  /// Sizes that have no number.
  public var openSizes: [String] { sizes.filter { $0.value == nil }.map(\.name) }

  /// The same with any loss.
  var withoutLoss: CheckedFile {
    var file = self
    file.loss = nil
    return file
  }

  /// A term as it was written, with spaces for tabs.
  public func text(of term: Term) -> String { source.text(term.span).replacing("\t", with: " ") }

  /// The axes of a term's value, the last running fastest.
  public func axes(of term: Term) -> [Axis] {
    (term.isBatched ? [.point] : []) + term.indices.map { .index($0, indices[$0].size) }
      + term.shape.sizes.enumerated().map { .position($0.offset, $0.element) }
  }
}

/// A program that a file names.
public struct NamedProgram: Equatable, Sendable {
  /// Its words as they stand between the quotes.
  public let words: String
  /// Where the statement stands.
  public let span: Span
}

/// A size.
public struct DeclaredSize: Hashable, Sendable {
  /// Its name.
  public let name: String
  /// Its value, from the file or given to the check; nil if it is open.
  public let value: Int?
}

/// Something with a name and a value.
public struct Declaration: Equatable, Sendable {
  /// Its name.
  public let name: String
  /// What it is for.
  public let role: Role
  /// The shape of its value.
  public let shape: Shape
  /// The indices of its left side, positions in ``CheckedFile/indices``: `value` depends on them, and its axes are theirs.
  public let indices: [Int]
  /// Its value: of definitions, and of data that are given by a formula. A number fills an array.
  public let value: Term?
  /// The file its entries come from.
  public let file: DataFile?
  /// Whether it has a value for every data point.
  public let isBatched: Bool
  /// Where its name stands.
  public let span: Span

  /// What something declared is for.
  public enum Role: Hashable, Sendable {
    /// Moves along the flow.
    case parameter
    /// A data point.
    case input
    /// Constant; any unless it has a value or a file.
    case data
    /// The model.
    case model
    /// A name for a formula.
    case definition
    /// A number that the flow names, such as a rate of decay: any.
    case constant
  }
}

/// An index of a sum or of a left side.
public struct Index: Hashable, Sendable {
  /// Its name.
  public let name: String
  /// How far it runs, from 1.
  public let size: Size
}

/// An axis of a value.
public enum Axis: Hashable, Sendable {
  /// The data points.
  case point
  /// An index: a position in ``CheckedFile/indices``.
  case index(Int, Size)
  /// An axis of the array, by position.
  case position(Int, Size)
}

/// Where a parameter begins.
public struct Start: Equatable, Sendable {
  /// The parameter, a position in ``CheckedFile/declarations``; nil for all that no other start is about.
  public let parameter: Int?
  /// Whether it is the parameter's velocity that begins there.
  public let isVelocity: Bool
  /// A value of the parameter's shape, a number that fills it, or a draw of `gaussian` or `balanced`.
  public let value: Term
}

/// What is recorded along the flow.
public struct Observation: Equatable, Sendable {
  /// What the file calls it, if it does.
  public let name: String?
  /// What is recorded.
  public let value: Term
}

/// A claim.
public struct CheckedClaim: Equatable, Sendable {
  /// The name the file gives it.
  public let label: String?
  /// Whether it is about the limit of small starts.
  public let isScaleLimit: Bool
  /// What it says.
  public let form: ClaimForm<Term>
  /// What it says as canonical text.
  public let text: String
  /// Where it stands.
  public let span: Span
}
