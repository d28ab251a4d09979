/// What a user says about a model: its shape, and the settings of its family by name.
public struct ModelOptions: Sendable, Equatable {
  /// The value of a setting.
  public enum Value: Sendable, Equatable {
    /// An integer.
    case integer(Int)
    /// A list of integers.
    case integers([Int])
    /// A text.
    case text(String)

    /// As a user would type it.
    var text: String {
      switch self {
      case .integer(let value): "\(value)"
      case .integers(let values): Shapes.list(values)
      case .text(let text): text
      }
    }
  }

  /// Dimensions of the end-to-end object; empty if nothing was said.
  public var shape: [Int]
  /// The other settings by their names in ``ModelSetting``.
  public var values: [String: Value]

  /// Settings by name.
  public init(shape: [Int], values: [String: Value] = [:]) {
    self.shape = shape
    self.values = values
  }

  /// A setting that holds an integer; nil if it was not given.
  public func integer(_ name: String) -> Int? {
    guard case .integer(let value) = values[name] else { return nil }
    return value
  }

  /// A setting that holds integers; nil if it was not given.
  public func integers(_ name: String) -> [Int]? {
    guard case .integers(let values) = values[name] else { return nil }
    return values
  }

  /// A setting that holds a text; nil if it was not given.
  public func text(_ name: String) -> String? {
    guard case .text(let text) = values[name] else { return nil }
    return text
  }

  /// An integer that must be given and be at least `least`.
  ///
  /// - Throws: ``Refusal`` if it is not given, or too small.
  public func required(_ name: String, atLeast least: Int) throws(Refusal) -> Int {
    guard let value = integer(name) else {
      throw Refusal("this model needs problem.\(name)", remedy: "give problem.\(name) \(least) or more")
    }
    guard value >= least else {
      throw Refusal("problem.\(name) is \(value)", remedy: "give problem.\(name) \(least) or more")
    }
    return value
  }

  /// The depth of a model whose product has so many factors at every level, and one besides.
  ///
  /// - Throws: ``Refusal`` if it is not given, too small, or makes a product of more factors than a program takes.
  func requiredDepth(atLeast least: Int, factors: Int) throws(Refusal) -> Int {
    let depth = try required(ModelSetting.depth.name, atLeast: least)
    let deepest = (Program.mostFactors - 1) / factors
    guard depth <= deepest else {
      throw Refusal(
        "problem.depth \(depth) makes a product of more than \(Program.mostFactors) factors",
        remedy: "give problem.depth \(deepest) or less")
    }
    return depth
  }

  /// `count` positive integers; a single one stands for all.
  ///
  /// - Throws: ``Refusal`` if they are not given, not positive or of another number.
  public func required(_ name: String, count: Int) throws(Refusal) -> [Int] {
    guard let given = integers(name), !given.isEmpty else {
      throw Refusal("this model needs problem.\(name)", remedy: "give problem.\(name) \(count) positive integers")
    }
    let values = given.count == 1 ? Array(repeating: given[0], count: count) : given
    guard values.count == count, values.allSatisfy({ $0 >= 1 }) else {
      throw Refusal(
        "problem.\(name) is \(Shapes.list(given))",
        remedy: "give problem.\(name) \(count) positive integers, or one for all")
    }
    return values
  }

  /// The shape of the end-to-end object, of the given orders.
  ///
  /// - Throws: ``Refusal`` if its order is another, a dimension is not positive, or it is too large.
  public func checkedShape(orders: ClosedRange<Int> = 1...64) throws(Refusal) -> [Int] {
    guard orders.contains(shape.count) else {
      let wanted =
        orders.count == 1 ? "\(orders.lowerBound)" : "between \(orders.lowerBound) and \(orders.upperBound)"
      throw Refusal(
        "problem.shape \(Shapes.list(shape)) has order \(shape.count)", remedy: "give a shape of order \(wanted)")
    }
    try Shapes.check(shape)
    return shape
  }
}

extension ModelOptions {
  /// Settings of the built-in families; nil says nothing.
  public init(shape: [Int], depth: Int? = nil, widths: [Int]? = nil, components: Int? = nil) {
    self.init(shape: shape)
    self.depth = depth
    self.widths = widths
    self.components = components
  }

  /// Number of factors L (`problem.depth`).
  public var depth: Int? {
    get { integer(ModelSetting.depth.name) }
    set { values[ModelSetting.depth.name] = newValue.map { .integer($0) } }
  }
  /// Hidden widths, or one for all hidden layers (`problem.width`).
  public var widths: [Int]? {
    get { integers(ModelSetting.width.name) }
    set { values[ModelSetting.width.name] = newValue.map { .integers($0) } }
  }
  /// Number of components R (`problem.components`).
  public var components: Int? {
    get { integer(ModelSetting.components.name) }
    set { values[ModelSetting.components.name] = newValue.map { .integer($0) } }
  }
}
