import FlowODE
import Models
import Theorems

/// What a program adds to flowcheck's own catalogues. What is added is listed, explained, taken by name on the command line and
/// in files, and judged by the same rules.
public struct Additions: Sendable {
  /// Claims, for `run --claims`.
  public var claims: [any Claim.Type]
  /// Optimizers, for `compare --optimizer`.
  public var optimizers: [OptimizerCatalog.Row]

  /// Nothing but what is named.
  public init(claims: [any Claim.Type] = [], optimizers: [OptimizerCatalog.Row] = []) {
    self.claims = claims
    self.optimizers = optimizers
  }

  /// Puts every row into its catalogue.
  ///
  /// - Throws: ``Refusal`` for a name that is taken or cannot be typed.
  func register() throws(Refusal) {
    for claim in claims { try ClaimCatalog.add(claim) }
    for row in optimizers { try OptimizerCatalog.add(row) }
  }
}
