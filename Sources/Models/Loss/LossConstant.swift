/// A number that a loss takes besides predictions and targets, such as a threshold.
public struct LossConstant: Sendable {
  /// Its name in `loss.constants`.
  public let name: String
  /// What it is, as a phrase after "its": `threshold δ`.
  public let meaning: String
  /// What it is where it is not given; nil if it must be given.
  public let fallback: Double?
  /// A usual value, for remedies.
  public let example: Double
  /// What it may be, such as `a positive number`.
  public let range: String
  /// The path of a setting of its own, which means the same; nil for most.
  public let setting: String?
  /// Whether it may have a value.
  public let admits: @Sendable (Double) -> Bool

  /// - Parameter admits: asked of finite numbers only.
  public init(
    _ name: String, _ meaning: String, fallback: Double? = nil, example: Double, range: String, setting: String? = nil,
    admits: @escaping @Sendable (Double) -> Bool
  ) {
    self.name = name
    self.meaning = meaning
    self.fallback = fallback
    self.example = example
    self.range = range
    self.setting = setting
    self.admits = admits
  }

  /// How it is given, without the value.
  var place: String { setting ?? "loss.constants" }
  /// How it is given with a value.
  func giving(_ value: Double) -> String { setting.map { "\($0) \(value)" } ?? "loss.constants \(name)=\(value)" }
}

/// The values of a loss's constants.
public struct LossConstants: Sendable {
  private let values: [String: Double]

  /// Of a loss that has none.
  public static let none = LossConstants([:])

  init(_ values: [String: Double]) { self.values = values }

  /// The value of a constant; NaN for one that the loss does not declare.
  public subscript(name: String) -> Double { values[name] ?? .nan }
}

extension Loss {
  /// The loss with the values that were given, and the fallbacks of the others.
  ///
  /// - Throws: ``Refusal`` for a value that is missing, out of range, or of a constant that the loss does not have.
  static func make(_ given: [String: Double]) throws(Refusal) -> Self {
    for (name, value) in given.sorted(by: { $0.key < $1.key }) where !constants.contains(where: { $0.name == name }) {
      let owners = LossCatalog.all.filter { $0.constants.contains { $0.name == name } }.map { $0.identifier }
      let own = constants.isEmpty ? "" : "; its constants are \(constants.map(\.name).joined(separator: ", "))"
      throw Refusal(
        "the loss \(identifier) has no constant \(name), which was given as \(value)\(own)",
        remedy: "drop it" + (owners.isEmpty ? "" : " or use loss.name \(owners.joined(separator: " or "))"))
    }
    var values: [String: Double] = [:]
    for constant in constants {
      guard let value = given[constant.name] ?? constant.fallback else {
        throw Refusal(
          "the loss \(identifier) needs its \(constant.meaning)", remedy: "give \(constant.giving(constant.example))")
      }
      guard value.isFinite, constant.admits(value) else {
        throw Refusal(
          "the \(constant.meaning) of the loss \(identifier) is \(value)",
          remedy: "use \(constant.range), such as \(constant.giving(constant.example))")
      }
      values[constant.name] = value
    }
    return try Self(LossConstants(values))
  }
}
