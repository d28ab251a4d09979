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
    let constants = LossCatalog.all.flatMap { loss in loss.constants.map { (loss, $0) } }
    for (_, constant) in constants {
      guard let path = constant.setting, settings.schema[path] != nil, settings.isSet(path),
        case .number(let value)? = settings.value(path)
      else { continue }
      guard given.updateValue(value, forKey: constant.name) == nil else {
        throw Refusal(
          "\(constant.name) is given by \(settings.place(path)) and by \(settings.place(.lossConstants))",
          remedy: "drop one of them")
      }
    }
    let loss = try LossCatalog.loss(name, constants: given)
    let fallbacks = constants.filter { $0.0.identifier == name && $0.1.setting == nil }.compactMap { _, constant in
      (given[constant.name] ?? constant.fallback).map { "\(constant.name)=\($0)" }
    }
    if !fallbacks.isEmpty { complete(.lossConstants, fallbacks) }
    return loss
  }
}
