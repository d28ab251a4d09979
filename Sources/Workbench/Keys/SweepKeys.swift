import Settings

// Many experiments from one file.

extension SettingKey<String> {
  package static var sweepCommand: Self {
    Self(
      "sweep.command", flag: "", fallback: "run", kind: .choice(ExperimentCommand.all.map(\.name)),
      help: "The command that every point of a sweep is run by.")
  }
}

extension SettingKey<[String]> {
  package static var sweepExpect: Self {
    Self(
      "sweep.expect", flag: "", fallback: [Expectations.usual],
      help: "The verdict that is expected: a word for all claims, or claim=word for one.")
  }
}
