import FlowODE
import Models

/// Which claims about deep matrix factorizations an experiment calls for.
public enum MatrixClaims {
  /// The laws of singular values: those of balanced flows if the start is balanced, and those for any start.
  ///
  /// - Throws: ``ExperimentError`` if the model is no matrix factorization.
  public static func singularValues(_ experiment: Experiment) throws(ExperimentError) -> [any Claim] {
    guard let model = experiment.problem.model as? MatrixFactorization else {
      throw ExperimentError(
        "singular values belong to matrix factorizations, not to \(experiment.problem.model.summary)",
        remedy: "use --model matrix")
    }
    var claims: [any Claim] = []
    if model.relativeImbalance(experiment.start) <= SVDFlow.balanceTolerance {
      claims.append(EndToEndClaim.dynamics)
      claims.append(EndToEndClaim.singularValues)
      if model.depth >= 2 { claims.append(SingularValueExponent()) }
    }
    claims.append(EndToEndClaim.singularValueRates)
    if model.depth == 2, model.relativeImbalance(experiment.start) > SVDFlow.balanceTolerance {
      claims.append(ImbalanceBound())
    }
    return claims
  }

  /// The claims about a hidden entry: the lower bound wherever one entry is hidden, and the norms and the asymptotic law on
  /// the 2×2 problem they are stated for.
  public static func norms(_ experiment: Experiment) -> [any Claim] {
    guard let hidden = HiddenEntry(experiment.problem.measurements), hidden.isCanonical else {
      return [HiddenEntryClaim()]
    }
    return [HiddenEntryClaim(), NormsClaim(), HiddenEntryGrowth()]
  }
}
