import Verdicts

/// The conservation laws of a model: which are proved, how many there can be at most, and whether that is all.
public struct LawCount: Equatable, Sendable {
  /// Laws under one text.
  public struct Family: Equatable, Sendable {
    /// The text, in the syntax of `.flow` files: `W2'*W2 - W1*W1'`, `norm2(W1[k,:]) - norm2(W2[:,k])`, or one polynomial.
    public let text: String
    /// The conserved quantities.
    public let quantities: [ConservedQuantity]
    /// What proves them.
    public let proof: Proof
  }

  /// What proves a law.
  public enum Proof: String, Equatable, Sendable, Codable {
    /// A symmetry that the labels of the program show.
    case symmetry
    /// ⟨∇P, ∇φₖ⟩ expands to the zero polynomial for every output.
    case expansion
  }

  /// D.
  public let parameters: Int
  /// The laws that are proved; those of a family may depend on one another.
  public let families: [Family]
  /// Independent ones among them: their gradients are so at one point modulo the prime, and therefore generically.
  public let independent: [ConservedQuantity]
  /// D − rank, certified by ``evidence`` or ``ballRank``; nil where neither is found.
  public let upperBound: Int?
  /// Why there is no bound.
  public let boundRefusal: String?
  /// The vectors that the bound rests on.
  public let evidence: RankEvidence?
  /// Number of smooth laws that exist near every generic point, where it is known (Frobenius: D less the dimension of the Lie algebra).
  public let localLaws: Int?
  /// Independent candidates that were found modulo the prime and could not be proved: never counted.
  public let unproved: Int
  /// Candidates that the exact check refuted.
  public let refuted: Int
  /// Degrees of polynomials that were searched.
  public let degrees: [Int]
  /// What the count speaks of.
  public let scope: String
  /// Names of the parameters in texts.
  public let names: [String]
  /// What the bound rests on instead of ``evidence`` where the model has functions that no prime knows: a minor in balls.
  public internal(set) var ballRank: BallRank?

  /// Number of independent laws proved.
  public var proved: Int { independent.count }
  /// Whether no further law can exist: as many are proved as there can be.
  public var isComplete: Bool { upperBound == proved }

  /// The count in one line: `12 laws, complete`, `14 local laws exist, 12 in closed form`, `12 laws proved; at most 14, 2 undecided`.
  public var summary: String {
    let laws = "\(proved) law\(proved == 1 ? "" : "s")"
    guard let upperBound else { return "\(laws) proved; no upper bound: \(boundRefusal ?? "")" }
    if isComplete { return "\(laws), complete (\(scope))" }
    if let localLaws {
      let exist = localLaws == 1 ? "law exists" : "laws exist"
      return "\(localLaws) local \(exist), \(proved) in closed form (\(scope))"
    }
    return "\(laws) proved; at most \(upperBound), \(upperBound - proved) undecided (\(scope))"
  }
}

extension LawCount {
  /// What is known of the statement that there are so many independent laws, all polynomials of at most that degree if one is given: true of
  /// a complete list, false where more are proved or fewer can exist; nil where neither is known.
  package func verdict(on asked: Int, ofDegree degree: Int?) -> Verdict? {
    if let upperBound, asked > upperBound { return .violated }
    let isWithin = independent.allSatisfy { law in
      degree.map { law.denominator == nil && law.logarithms.isEmpty && law.numerator.degree <= $0 } ?? true
    }
    guard isWithin else { return nil }
    if asked < proved { return .violated }
    return isComplete && asked == proved ? .holds : nil
  }
}

extension LawCount: CustomStringConvertible {
  public var description: String { summary }
}
