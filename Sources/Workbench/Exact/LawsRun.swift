import ArrayFiles
import CertificateChecker
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
  /// Inputs at which patterns of activation are looked for; nil for the path lifting.
  package var patterns: Int?
  /// The file that the list's certificate is written to; nil writes none.
  package var certificate: String?
  /// Whether another file may be overwritten there.
  package var force = false
  package var memory = 4 << 30
  package var seed: UInt64 = 1

  package init(_ settings: Settings) { self.settings = settings }
}

/// `laws`'s run: a model in, its conservation laws out.
package enum LawsRun {
  /// - Throws: ``Refusal``, ``SettingsError``, ``FileError``, ``FlowTextErrors``.
  package static func report(_ request: LawsRequest) throws -> LawsReport {
    ExactMemory.limit(request.memory)
    if let path = request.certificate { try checkCertificate(path, request) }
    let file = try file(request)
    var report: LawsReport
    let text: FlowText?
    if let file, let laws = try fieldLaws(request, file) {
      guard request.patterns == nil else {
        throw Refusal("--patterns goes with models, and the file states a field", remedy: "drop it", settings: [])
      }
      report = LawsReport(field: laws)
      text = file
    } else {
      var model = try file.map { try Self.model(request, $0) } ?? builtIn(request.settings)
      if let inputs = request.patterns {
        model.patterns = try ActivationPatterns(model, inputs: inputs, seed: request.seed)
      }
      report = LawsReport(
        model: model.summary, count: try LawSearch(model, seed: request.seed, degrees: request.degrees).run())
      text = try request.certificate == nil ? nil : file ?? self.text(model)
    }
    guard let path = request.certificate, let text else { return report }
    do throws(CertifiedLaws.Uncertified) {
      let certified = try CertifiedLaws(report.count, of: text, seed: request.seed)
      report.certificate = path
      do { try AtomicFile.write(CertificateFile.encode(certified.certificate), to: path) } catch {
        throw CertifiedLaws.Uncertified(reason: "\(error)")
      }
    } catch {
      throw Refusal(
        "--certificate \(path): the second checker does not accept the list: \(error.reason)",
        remedy: "leave --certificate out: the list stands without one", settings: [])
    }
    return report
  }

  private static func checkCertificate(_ path: String, _ request: LawsRequest) throws {
    try ProofExport.check(path, ending: ".json", flag: "--certificate")
    guard !request.anyLoss else {
      throw Refusal(
        "--certificate goes with the loss of the file, which --any-loss leaves out",
        remedy: "drop the loss from the file", settings: [])
    }
    if !request.force, (try? FileBytes.read(path, memoryLimit: CertificateFile.sizeLimit)) != nil {
      throw Refusal(
        "--certificate \(path) is there already", remedy: "choose another --certificate, or add --force", settings: [])
    }
  }

  /// The text that the certificate of a built-in model carries.
  private static func text(_ model: LawModel) throws -> FlowText {
    guard let written = ModelText(model) else {
      throw Refusal(
        "\(model.summary) has parts that the language of .flow files has no words for",
        remedy: "leave --certificate out, or describe the model in a .flow file", settings: [])
    }
    return try FlowText(content: written.text([]), name: model.summary)
  }

  /// The laws of a field that a file states itself; nil of models.
  private static func fieldLaws(_ request: LawsRequest, _ text: FlowText) throws -> FieldLaws? {
    guard FieldLawSearch.statesField(text.checked), text.checked.openSizes.isEmpty else { return nil }
    return try FieldLawSearch(text.checked, seed: request.seed, degrees: request.degrees).run()
  }

  /// The file that is named; nil for a built-in model.
  private static func file(_ request: LawsRequest) throws -> FlowText? {
    guard let path = request.path else { return nil }
    guard request.settings[.mask] == nil else {
      throw Refusal("problem.mask goes with built-in models", remedy: "state the observed entries as the file's model")
    }
    return try FlowText(path, sizes: request.sizes)
  }

  private static func model(_ request: LawsRequest, _ text: FlowText) throws -> LawModel {
    guard text.checked.openSizes.isEmpty else {
      throw Refusal(
        "\(text.path) leaves \(text.checked.openSizes.joined(separator: ", ")) open, and laws are counted at sizes",
        remedy:
          "give problem.size, such as \(text.checked.openSizes[0])=3; 'flowcheck prove' proves laws for all sizes")
    }
    return try LawModel(text.checked, anyLoss: request.anyLoss)
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
