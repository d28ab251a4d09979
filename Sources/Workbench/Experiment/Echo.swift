import Settings

/// Which settings of an experiment a report lists: those that were given, not those that only state a default.
///
/// A file that states the whole experiment says in `run.given` what of it was given. Whatever else differs from the default
/// counts as given too, so that editing such a file, or adding flags to it, is seen in the report.
struct Echo {
  /// Settings that say how the experiment is asked about rather than what it is; reports do not list them.
  static let silent: Set<String> = [SettingKey.control.path, SettingKey.allRungs.path, SettingKey.given.path]

  /// - Parameter complete: completes settings with what the command means by those that are not given.
  /// - Throws: ``SettingsError`` if `run.given` names something that is no setting.
  static func paths(
    of builder: ExperimentBuilder, complete: (Settings) throws -> Settings
  ) throws(SettingsError) -> [String] {
    let settings = builder.settings
    let stated = builder.defaults.stated
    func listed(_ isListed: (String) -> Bool) -> [String] {
      settings.schema.keys.map(\.path).filter { settings.value($0) != nil && !silent.contains($0) && isListed($0) }
    }
    guard let given = settings[.given] else { return listed { settings.isSet($0) || stated.contains($0) } }
    if let unknown = given.first(where: { settings.schema[$0] == nil }) {
      let nearest = settings.schema.nearest(to: unknown) ?? ""
      throw SettingsError(
        place: settings.place(.given), problem: "there is no setting '\(unknown)'", remedy: "did you mean \(nearest)?")
    }
    // Defaults follow from what is given: a departure that is found may move further ones, so it is looked for until none is.
    var known = Set(given).union(settings.givenPaths.filter { !settings.isFromFile($0) })
    while true {
      let base = try? complete(settings.keeping(known))
      let departures = settings.givenPaths.filter { !known.contains($0) && base?.value($0) != settings.value($0) }
      if departures.isEmpty { return listed(known.contains) }
      known.formUnion(departures)
    }
  }
}
