import GSLBridge

/// Every loss there is, by name.
///
/// To add one here, add its type to ``builtIn``; a program that uses this library adds its own with ``add(_:)``.
public enum LossCatalog {
  /// The losses that come with the library, in the order in which they are listed.
  public static let builtIn: [any Loss.Type] = [
    SquaredLoss.self, AbsoluteLoss.self, HuberLoss.self, LogisticLoss.self, ExponentialLoss.self, CrossEntropy.self,
  ]

  private static let added = AddedRows<any Loss.Type>("loss", plural: "losses") {
    ($0.identifier, String(reflecting: $0))
  }

  /// All losses: those of the library and then those added.
  public static var all: [any Loss.Type] { builtIn + added.all }

  /// Adds a loss, for programs that bring their own. To be called before a command line is read.
  ///
  /// - Throws: ``Refusal`` if the name is taken or cannot be typed.
  public static func add(_ loss: any Loss.Type) throws(Refusal) {
    try added.add(loss, beside: builtIn.map { ($0.identifier, String(reflecting: $0)) })
  }

  /// The loss of that name.
  ///
  /// - Parameter constants: those of its constants that were given, by name.
  /// - Throws: ``Refusal`` for an unknown name, and for a constant that is missing, out of range or of another loss.
  public static func loss(
    _ identifier: String, constants: [String: Double] = [:]
  ) throws(Refusal) -> any Loss {
    let all = all
    guard let type = all.first(where: { $0.identifier == identifier }) else {
      throw Refusal(
        "unknown loss '\(identifier)'", remedy: "choose one of \(all.map { $0.identifier }.joined(separator: ", "))")
    }
    for name in Ordering.ascending(Array(constants.keys))
    where !type.constants.contains(where: { $0.name == name }) {
      let owners = all.filter { $0.constants.contains { $0.name == name } }.map { $0.identifier }
      let own =
        type.constants.isEmpty ? "" : "; its constants are \(type.constants.map(\.name).joined(separator: ", "))"
      throw Refusal(
        "the loss \(identifier) has no constant \(name), which was given as \(constants[name] ?? .nan)\(own)",
        remedy: "drop it" + (owners.isEmpty ? "" : " or use loss.name \(owners.joined(separator: " or "))"))
    }
    return try type.make(constants)
  }
}
