import GSLBridge

/// Every family of models there is. To add one, write a type that conforms to ``ModelFamily`` and name it here; from outside,
/// ``add(_:)`` it before a command line is read.
public enum ModelCatalog {
  private static let builtIn: [any ModelFamily.Type] = [
    MatrixFactorization.self, CPFactorization.self, Tucker.self, DeepTuckerMatrices.self, DeepTuckerColumns.self,
    HierarchicalFactorization.self, ConvolutionalCircuit.self, DiagonalNetwork.self, LinearRegression.self,
    ReLUNetwork.self, LeakyReLUNetwork.self,
  ]

  private static let added = AddedRows<any ModelFamily.Type>("model") { ($0.card.name, String(reflecting: $0)) }

  /// All families, in the order in which they are listed.
  public static var families: [any ModelFamily.Type] { builtIn + added.all }

  /// Adds a family, for programs that bring their own. To be called before a command line is read.
  ///
  /// - Throws: ``Refusal`` if its name is taken or cannot be typed, or a setting of the same name holds another kind of value.
  public static func add(_ family: any ModelFamily.Type) throws(Refusal) {
    for setting in family.card.settings {
      if let other = settings.first(where: { $0.name == setting.name }), other.kind != setting.kind {
        throw Refusal(
          "the setting \(setting.name) of the model \(family.card.name) holds another kind of value in another family",
          remedy: "give it another name", settings: [])
      }
    }
    try added.add(family, beside: builtIn.map { ($0.card.name, String(reflecting: $0)) })
  }

  /// The settings of all families, each once, in the order of the families.
  public static var settings: [ModelSetting] {
    var settings: [ModelSetting] = []
    for setting in families.flatMap({ $0.card.settings }) where !settings.contains(where: { $0.name == setting.name }) {
      settings.append(setting)
    }
    return settings
  }

  /// The model of that name.
  ///
  /// - Throws: ``Refusal`` if there is no such model, it does not take one of the settings, or they do not describe one.
  public static func model(_ name: String, _ options: ModelOptions) throws(Refusal) -> Model {
    let families = families
    guard let family = families.first(where: { $0.card.name == name }) else {
      let names = families.map { $0.card.name }.joined(separator: ", ")
      throw Refusal("there is no model “\(name)”", remedy: "use problem.model with one of: \(names)")
    }
    let own = Set(family.card.settings.map(\.name))
    for setting in Ordering.ascending(Array(options.values.keys)) where !own.contains(setting) {
      let takers = families.filter { $0.card.settings.contains { $0.name == setting } }.map { $0.card.name }
      throw Refusal(
        "problem.\(setting) \(options.values[setting]?.text ?? "") makes no sense for problem.model \(name)",
        remedy: "leave it out" + (takers.isEmpty ? "" : ", or use problem.model \(takers.joined(separator: " or "))"))
    }
    return try Model(family.init(options))
  }
}
