/// A hypothesis that was accepted up to a tolerance, followed along a run: what its ε came to beside the claim's terms.
public struct Inexactness: Sendable, Equatable, Codable {
  /// The hypothesis and its ε, as the subject of a sentence, such as `an unbalancedness of 1e-16`.
  public let what: String
  /// What would make it smaller, as an imperative.
  public let remedy: String
  /// The most it may have moved a residual by, relative to the claim's largest term.
  public let largest: Double
  /// The flow time from which on it is more than the claim can bear, so that nothing is claimed any more; nil if it never is.
  public let end: Double?

  /// A hypothesis and what became of it.
  public init(_ what: String, remedy: String, largest: Double, end: Double? = nil) {
    self.what = what
    self.remedy = remedy
    self.largest = largest
    self.end = end
  }
}
