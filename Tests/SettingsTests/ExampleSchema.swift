import Settings

/// A schema with every kind of setting.
let exampleSchema = SettingsSchema([
  SettingKey(path: "claims", flag: "", kind: .texts, help: "claims to check"),
  SettingKey(path: "problem.model", flag: "--model", kind: .choice(["matrix", "cp"]), help: "model"),
  SettingKey(path: "problem.shape", flag: "--shape", kind: .integers, help: "shape"),
  SettingKey(path: "problem.depth", flag: "--depth", kind: .integer, help: "depth"),
  SettingKey(path: "problem.observed", flag: "--observed", kind: .literal, help: "observed entries"),
  SettingKey(path: "problem.data", flag: "--data", kind: .text, help: "data file"),
  SettingKey(path: "init.scale", flag: "--init-scale", kind: .number, help: "initialization scale"),
  SettingKey(path: "init.scales", flag: "--scales", kind: .numbers, help: "ladder of scales"),
  SettingKey(path: "flow.save-log", flag: "--save-log", kind: .boolean, help: "logarithmic save times"),
])

/// Settings with the example schema that loaded `toml` under the name `exp.toml`.
func loaded(_ toml: String) throws(SettingsError) -> Settings {
  var settings = Settings(schema: exampleSchema)
  try settings.load(toml: toml, name: "exp.toml")
  return settings
}

/// The error that loading `toml` throws, as text; nil when it loads.
func loadingError(_ toml: String) -> String? {
  do throws(SettingsError) {
    _ = try loaded(toml)
    return nil
  } catch {
    return error.description
  }
}
