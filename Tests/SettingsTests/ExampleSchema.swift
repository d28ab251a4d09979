import Settings

/// A schema with every kind of setting.
let exampleSchema = SettingsSchema([
  Setting(path: "claims", flag: "", kind: .texts, help: "claims to check"),
  Setting(path: "problem.model", flag: "--model", kind: .choice(["matrix", "cp"]), help: "model"),
  Setting(path: "problem.shape", flag: "--shape", kind: .integers, help: "shape"),
  Setting(path: "problem.depth", flag: "--depth", kind: .integer, help: "depth"),
  Setting(path: "problem.observed", flag: "--observed", kind: .literal, help: "observed entries"),
  Setting(path: "problem.data", flag: "--data", kind: .text, help: "data file"),
  Setting(path: "init.scale", flag: "--init-scale", kind: .number, help: "initialization scale"),
  Setting(path: "init.scales", flag: "--scales", kind: .numbers, help: "ladder of scales"),
  Setting(path: "flow.save-log", flag: "--save-log", kind: .boolean, help: "logarithmic save times"),
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

/// Values by path, each as the type of its kind.
extension Settings {
  func text(_ path: String) -> String? { value(path).flatMap(String.init(settingValue:)) }
  func integer(_ path: String) -> Int? { value(path).flatMap(Int.init(settingValue:)) }
  func number(_ path: String) -> Double? { value(path).flatMap(Double.init(settingValue:)) }
  func boolean(_ path: String) -> Bool? { value(path).flatMap(Bool.init(settingValue:)) }
  func integers(_ path: String) -> [Int]? { value(path).flatMap([Int].init(settingValue:)) }
  func numbers(_ path: String) -> [Double]? { value(path).flatMap([Double].init(settingValue:)) }
  func texts(_ path: String) -> [String]? { value(path).flatMap([String].init(settingValue:)) }
}
