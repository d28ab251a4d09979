import Settings

/// The file that states a whole experiment.
struct Configuration {
  /// TOML, with a line that says which command takes it.
  let text: String

  /// - Parameters:
  ///   - command: its name.
  ///   - echo: the settings that the report lists, by path.
  init(_ command: String, _ builder: ExperimentBuilder, _ echo: [String: String]) {
    var settings = builder.settings
    // What a file gave before is replaced by what counts as given here.
    settings.replace(.given, settings.schema.keys.map(\.path).filter { echo[$0] != nil })
    text = """
      # An experiment of flowcheck \(command), with every default: flowcheck \(command) --config FILE
      # run.given names the settings that were given; changing one of the others gives it.

      \(settings.toml)
      """
  }
}
