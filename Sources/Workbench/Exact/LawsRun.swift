import FlowLanguage
import Models
import Settings
import Symbolic

/// What `laws` is asked.
package struct LawsRequest: Sendable {
  /// A `.flow` file; nil for a built-in model.
  package var path: String?
  /// Values of open sizes, `n=4` each.
  package var sizes: [String] = []
  /// The model and its settings, where no file is named.
  package var settings: Settings
  /// Whether laws are for every loss even where the file states one.
  package var anyLoss = false
  /// Degrees of polynomials that are searched; nil chooses.
  package var degrees: [Int]?
  package var memory = 4 << 30
  package var seed: UInt64 = 1

  package init(_ settings: Settings) { self.settings = settings }
}

/// `laws`'s run: a model in, its conservation laws out.
package enum LawsRun {
  /// - Throws: ``Refusal``, ``SettingsError``, ``FileError``, ``FlowTextErrors``.
  package static func report(_ request: LawsRequest) throws -> LawsReport {
    ExactMemory.limit(request.memory)
    if let laws = try fieldLaws(request) { return LawsReport(field: laws) }
    let model = try model(request)
    let count = try LawSearch(model, seed: request.seed, degrees: request.degrees).run()
    return LawsReport(model: model.summary, count: count)
  }

  /// The laws of a field that a file states itself; nil of models.
  private static func fieldLaws(_ request: LawsRequest) throws -> FieldLaws? {
    guard let path = request.path, request.settings[.mask] == nil else { return nil }
    let text = try FlowText(path, sizes: request.sizes)
    guard FieldLawSearch.statesField(text.checked), text.checked.openSizes.isEmpty else { return nil }
    return try FieldLawSearch(text.checked, seed: request.seed, degrees: request.degrees).run()
  }

  private static func model(_ request: LawsRequest) throws -> LawModel {
    let settings = request.settings
    if let path = request.path {
      guard settings[.mask] == nil else {
        throw Refusal(
          "problem.mask goes with built-in models", remedy: "state the observed entries as the file's model")
      }
      let text = try FlowText(path, sizes: request.sizes)
      guard text.checked.openSizes.isEmpty else {
        throw Refusal(
          "\(path) leaves \(text.checked.openSizes.joined(separator: ", ")) open, and laws are counted at sizes",
          remedy:
            "give problem.size, such as \(text.checked.openSizes[0])=3; 'flowcheck prove' proves laws for all sizes")
      }
      return try LawModel(text.checked, anyLoss: request.anyLoss)
    }
    return try builtIn(settings)
  }

  /// A built-in model, of whose entries a mask may hide some.
  static func builtIn(_ settings: Settings) throws -> LawModel {
    guard let name = settings[.model] else {
      throw Refusal(
        "no model was given", remedy: "name a .flow file, or give problem.model and problem.shape")
    }
    let model = try ModelCatalog.model(name, ModelSettings.options(settings))
    return try LawModel(model, observed: settings[.mask].map { try positions(ObservedMask($0), model.endShape) })
  }

  /// Flat positions of observed entries.
  private static func positions(_ mask: ObservedMask, _ shape: [Int]) throws -> [Int] {
    try mask.positions(in: shape).sorted()
  }
}
