import FlowODE

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
    }
    claims.append(EndToEndClaim.singularValueRates)
    return claims
  }
}
