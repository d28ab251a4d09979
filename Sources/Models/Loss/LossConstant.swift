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
