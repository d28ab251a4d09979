import FlowLanguage
import Models

/// Finds first integrals and Darboux polynomials of a polynomial field.
///
/// Everything that is listed is proved by exact expansion over the rational numbers, for all values of the constants; everything that is
/// said not to exist is excluded by a rank modulo a prime, which is at most the true one whatever was drawn.
public struct FieldLawSearch: Sendable {
  /// The file that states the field.
  public let file: CheckedFile
  /// The field of computations.
  public let field: PrimeField
  /// The seed of all draws.
  public let seed: UInt64
  /// Degrees that are asked for, of which the largest counts; nil chooses.
  public let degrees: [Int]?

  /// The most monomials of polynomials that are searched without being asked, and when asked.
  package static let mostMonomials = (chosen: 2_000, asked: 12_000)
  /// The largest degree that is searched without being asked.
  package static let largestChosen = 6
  /// The most states.
  public static let mostStates = 200

  /// - Throws: ``Refusal`` if a degree is out of range or the file states no field of its own.
  public init(
    _ file: CheckedFile, field: PrimeField = .mersenne, seed: UInt64 = 1, degrees: [Int]? = nil
  ) throws(Refusal) {
    if let wrong = degrees?.first(where: { $0 < 1 || $0 > 12 }) {
      throw Refusal("laws of degree \(wrong) are asked for", remedy: "give degrees from 1 to 12")
    }
    guard Self.statesField(file) else {
      throw Refusal(
        "\(file.source.name) states no field of its own", remedy: "give it a line such as: flow x' = y, y' = -x")
    }
    (self.file, self.field, self.seed, self.degrees) = (file, field, seed, degrees)
  }

  /// Whether a file states the field that moves its parameters: laws are then those of the field.
  public static func statesField(_ file: CheckedFile) -> Bool { EntryVariables.isField(file.flow) }

  /// Searches.
  ///
  /// - Throws: ``Refusal`` if the field is no polynomial, there are too many states, or memory is used up.
  public func run() throws(Refusal) -> FieldLaws {
    let source = try PolynomialField(file)
    guard source.states.count <= Self.mostStates else {
      throw Refusal(
        "\(source.name) moves \(source.states.count) numbers, more than the \(Self.mostStates) whose laws are searched",
        remedy: "use smaller sizes")
    }
    let work = try FieldLawWork(source, field, seed: seed, degree: degrees?.max())
    return try work.run()
  }
}
