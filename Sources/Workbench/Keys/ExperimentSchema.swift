import Settings

/// Every setting an experiment may have, in the order in which lists, reports and files show them.
package enum ExperimentSchema {
  /// Made anew, since the catalogues may be added to before a command line is read.
  package static var settings: [Setting] {
    problem + loss + start + integration + comparison + complexity + run + sweep
  }

  package static var schema: SettingsSchema { SettingsSchema(settings) }

  private static var problem: [Setting] {
    [Setting(.model), Setting(.program), Setting(.size), Setting(.shape)] + ModelSettings.settings + [
      Setting(.rank), Setting(.target), Setting(.targetValues), Setting(.targetNorm), Setting(.observed),
      Setting(.mask), Setting(.data), Setting(.columns), Setting(.indexBase), Setting(.testData), Setting(.opposite),
      Setting(.dataSeed),
      Setting(.measureWith), Setting(.samples), Setting(.inputs), Setting(.targets), Setting(.sensing),
    ]
  }
  private static var loss: [Setting] {
    [Setting(.loss), Setting(.lossConstants), Setting(.huberDelta), Setting(.normalization)]
  }
  private static var start: [Setting] {
    [
      Setting(.initialization), Setting(.initScale), Setting(.seed), Setting(.determinant), Setting(.scales),
      Setting(.leader), Setting(.startFile),
    ]
  }
  private static let integration: [Setting] = [
    Setting(.until), Setting(.save), Setting(.saveLog), Setting(.method), Setting(.coordinates),
    Setting(.compareCoordinates), Setting(.rtol), Setting(.atol), Setting(.refine), Setting(.stopLoss),
    Setting(.stopGradient), Setting(.stopNorm), Setting(.maxSteps), Setting(.error),
    Setting(.leastNuclearNorm), Setting(.learningRate),
    Setting(.bound), Setting(.level),
  ]
  private static let comparison: [Setting] = [
    Setting(.learningRates), Setting(.optimizer), Setting(.against), Setting(.measure), Setting(.momentum),
    Setting(.friction), Setting(.epsilon), Setting(.batch), Setting(.batchSeed), Setting(.schedule),
    Setting(.closeness), Setting(.comparisonClaims),
  ]
  /// Those of `complexity`, which follows no flow and takes no others.
  package static let complexity: [Setting] = [
    Setting(.complexityData), Setting(.complexityLabels), Setting(.complexityTestData), Setting(.complexityTestLabels),
    Setting(.pixelValues), Setting(.white), Setting(.trainingImages), Setting(.testImages), Setting(.ranks),
    Setting(.classes), Setting(.seeds), Setting(.baselines), Setting(.startSpread),
    Setting(.labelOptimizer), Setting(.iterations), Setting(.imageBatch), Setting(.adamRate), Setting(.labelHorizon),
  ]
  private static let sweep: [Setting] = [Setting(.sweepCommand), Setting(.sweepExpect)]
  private static let run: [Setting] = [Setting(.claims), Setting(.control), Setting(.allRungs), Setting(.given)]
}

/// Names as a sentence lists them: `l2, l1 or huber`.
func listed(_ names: [String]) -> String {
  guard names.count > 1, let last = names.last else { return names.first ?? "" }
  return names.dropLast().joined(separator: ", ") + " or " + last
}
