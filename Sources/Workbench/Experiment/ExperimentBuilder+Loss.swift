import Models
import Settings

extension ExperimentBuilder {
  /// The loss with its constants: those of `loss.constants` and those that have a setting of their own.
  ///
  /// - Throws: ``Refusal`` for what is no assignment, a constant given twice, and what the loss does not take.
  mutating func loss() throws(Refusal) -> any Loss {
    let name = read(.loss)
    var given: [String: Double] = [:]
    for item in settings[.lossConstants] ?? [] {
      let parts = item.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
      guard parts.count == 2, let value = Double(parts[1]) else {
        throw Refusal(
          "\(settings.place(.lossConstants)): '\(item)' does not give a constant a number",
          remedy: "write loss.constants as name=number, such as delta=0.5")
      }
      guard given.updateValue(value, forKey: parts[0]) == nil else {
        throw Refusal("\(settings.place(.lossConstants)): \(parts[0]) is given twice", remedy: "drop one of them")
      }
    }
    for loss in LossCatalog.all {
      for constant in loss.constants { try take(constant, into: &given) }
    }
    let loss = try LossCatalog.loss(name, constants: given)
    var fallbacks: [String] = []
    for constant in type(of: loss).constants where constant.setting == nil {
      if let value = given[constant.name] ?? constant.fallback { fallbacks.append("\(constant.name)=\(value)") }
    }
    if !fallbacks.isEmpty { complete(.lossConstants, fallbacks) }
    return loss
  }

  /// A constant's value where it is given by a setting of its own.
  @inline(never)
  private func take(_ constant: LossConstant, into given: inout [String: Double]) throws(Refusal) {
    guard let path = constant.setting, settings.schema[path] != nil, settings.isSet(path),
      case .number(let value)? = settings.value(path)
    else { return }
    guard given.updateValue(value, forKey: constant.name) == nil else {
      throw Refusal(
        "\(constant.name) is given by \(settings.place(path)) and by \(settings.place(.lossConstants))",
        remedy: "drop one of them")
    }
  }
}
