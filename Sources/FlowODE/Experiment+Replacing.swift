import Models

extension Experiment {
  /// The same experiment with some of it replaced.
  ///
  /// - Throws: ``Refusal`` as the initializer does.
  public func replacing(
    problem: Problem? = nil, start: [Double]? = nil, startSummary: String? = nil, until: Double? = nil,
    saveCount: Int? = nil, savesLogarithmically: Bool? = nil, stops: [StopCondition]? = nil,
    coordinates: Coordinates? = nil
  ) throws(Refusal) -> Experiment {
    var result = try Experiment(
      problem: problem ?? self.problem, loss: loss, normalization: normalization, start: start ?? self.start,
      startSummary: startSummary ?? self.startSummary, method: method, absoluteTolerance: absoluteTolerance,
      until: until ?? self.until, saveCount: saveCount ?? self.saveCount,
      savesLogarithmically: savesLogarithmically ?? self.savesLogarithmically, stops: stops ?? self.stops,
      maxSteps: maxSteps, coordinates: coordinates ?? self.coordinates)
    result.gradientThreads = gradientThreads
    result.horizon = until == nil ? horizon : nil
    return result.moving(by: motion)
  }
}
