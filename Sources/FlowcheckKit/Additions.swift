import FlowODE
import Models
import Theorems

/// What a program adds to flowcheck's own catalogues. What is added is listed, explained, taken by name on the command line and
/// in files, and judged by the same rules.
public struct Additions: Sendable {
  /// Families of models, for `--model`; their settings become flags.
  public var models: [any ModelFamily.Type]
  /// Claims, for `run --claims`.
  public var claims: [any Claim.Type]
  /// Losses, for `--loss`.
  public var losses: [any Loss.Type]
  /// Optimizers, for `compare --optimizer`.
  public var optimizers: [OptimizerCatalog.Row]

  /// Nothing but what is named.
  public init(
    models: [any ModelFamily.Type] = [], claims: [any Claim.Type] = [], losses: [any Loss.Type] = [],
    optimizers: [OptimizerCatalog.Row] = []
  ) {
    self.models = models
    self.claims = claims
    self.losses = losses
    self.optimizers = optimizers
  }

  /// Puts every row into its catalogue.
  ///
  /// - Throws: ``Refusal`` for a name that is taken or cannot be typed.
  package func register() throws(Refusal) {
    for model in models {
      try ModelFlags.check(model.card)
      try ModelCatalog.add(model)
    }
    for claim in claims { try ClaimCatalog.add(claim) }
    for loss in losses { try LossCatalog.add(loss) }
    for row in optimizers { try OptimizerCatalog.add(row) }
  }
}
