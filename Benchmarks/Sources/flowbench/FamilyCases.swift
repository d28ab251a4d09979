import Models

extension ProgramCase {
  /// A member of a family at the size of a published experiment, by the name that `families.py` knows it by; nil for another name.
  static func family(_ name: String) throws -> Model? {
    var options = ModelOptions(shape: name.hasPrefix("C3") ? [8, 8, 8, 8] : [25, 25, 25])
    switch name {
    case "C3", "C3 circuit":
      options.values["tree"] = .text("((1,2),(3,4))")
      options.values["width"] = .integers([512])
      return try ModelCatalog.model(name == "C3" ? "hierarchical" : "circuit", options)
    case "E3":
      options.values["depth"] = .integer(2)
      return try ModelCatalog.model("deep-tucker-columns", options)
    case "E3 matrices":
      options.values["depth"] = .integer(2)
      options.values["core"] = .integers([25, 25, 25])
      return try ModelCatalog.model("deep-tucker-matrices", options)
    case "E3 tucker":
      options.values["core"] = .integers([25, 25, 25])
      return try ModelCatalog.model("tucker", options)
    default: return nil
    }
  }
}
