import Models

extension Experiment {
  /// The flow of the experiment: gradient flow in its coordinates, or its own motion.
  ///
  /// It carries the integrals of the quadratures where the experiment's method does not form them.
  ///
  /// - Parameter blockRates: one rate per parameter block. Such a flow leaves what svd and mirror
  ///   coordinates describe, so it is integrated in the weights.
  /// - Throws: ``Refusal`` if the model or the start does not fit the coordinates.
  public func flow(
    blockRates: [Double]? = nil, quadratures: [any Quadrature] = [],
    isCancelled: @escaping @Sendable () -> Bool = { false }
  ) throws(Refusal) -> any VectorField {
    if coordinates == .svd, blockRates == nil {
      return try SVDFlow(experiment: self, quadratures: quadratures, isCancelled: isCancelled)
    }
    if coordinates == .mirror, blockRates == nil {
      return try MirrorFlow(experiment: self, quadratures: quadratures, isCancelled: isCancelled)
    }
    if let motion {
      return FieldFlow(
        try motion.make(), objective: try objective(), layout: problem.model.layout, blockRates: blockRates,
        quadratures: quadratures, carriesIntegrals: !resolvedMethod.isDense, isCancelled: isCancelled)
    }
    return GradientFlow(
      objective: try objective(), layout: problem.model.layout, blockRates: blockRates, quadratures: quadratures,
      carriesIntegrals: !resolvedMethod.isDense, isCancelled: isCancelled)
  }
}

extension SVDFlow {
  /// The experiment's flow in svd coordinates.
  ///
  /// - Throws: ``Refusal`` if the model or the start does not fit the coordinates.
  public convenience init(
    experiment: Experiment, quadratures: [any Quadrature] = [],
    isCancelled: @escaping @Sendable () -> Bool = { false }
  ) throws(Refusal) {
    try self.init(
      model: experiment.problem.model, measurements: experiment.problem.measurements, loss: experiment.loss,
      normalization: experiment.normalization, start: experiment.start, gradientThreads: experiment.gradientThreads,
      quadratures: quadratures, carriesIntegrals: !experiment.resolvedMethod.isDense, isCancelled: isCancelled)
  }
}
