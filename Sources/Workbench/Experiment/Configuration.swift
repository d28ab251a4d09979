import Settings

/// The file that states a whole experiment.
struct Configuration {
  /// TOML, with a line that says which command takes it.
  let text: String

  /// - Parameter echo: the settings that the report lists, by path.
  init(_ command: ExperimentCommand, _ builder: ExperimentBuilder, _ echo: [String: String]) {
    var settings = builder.settings
    // What a file gave before is replaced by what counts as given here.
    settings.replace(.given, settings.schema.keys.map(\.path).filter { echo[$0] != nil })
    text = """
      # An experiment of flowcheck \(command.name), with every default: flowcheck \(command.name) --config FILE
      # run.given names the settings that were given; changing one of the others gives it.

      \(settings.toml)
      """
  }
}
