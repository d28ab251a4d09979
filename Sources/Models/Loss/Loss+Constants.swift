extension Loss {
  /// The loss with the values that were given, and the fallbacks of the others.
  ///
  /// - Parameter given: values of constants that the loss has.
  /// - Throws: ``Refusal`` for a value that is missing or out of range.
  static func make(_ given: [String: Double]) throws(Refusal) -> Self {
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
