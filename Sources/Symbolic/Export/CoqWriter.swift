import CertificateChecker
import FlowLanguage
import Models

/// Writes the definitions of a text and the theorems of its claims.
package struct CoqWriter {
  package let file: CheckedFile
  package var terms: CoqTerms
  package let bounds: CoqBounds
  package private(set) var text = ""
  /// Whether velocities come from a loss that has data points.
  package private(set) var hasPoints = false

  package init(_ file: CheckedFile) {
    self.file = file
    terms = CoqTerms(file)
    terms.lie = "lie params the_flow"
    bounds = CoqBounds(file)
  }

  package mutating func add(_ lines: String...) { text += lines.joined(separator: "\n") + "\n" }

  // MARK: Arrays

  package static func places(_ count: Int) -> [String] { (0..<count).map { "a\($0 + 1)" } }

  /// The entries of an array as a Coq list, the last axis running fastest.
  package static func table(_ shape: [Int], _ body: ([String]) -> String) -> String {
    let names = places(shape.count)
    return zip(shape, names).reversed().reduce("[\(body(names))]") { inner, axis in
      "entries \(axis.0) (fun \(axis.1) => \(inner))"
    }
  }

  package func shape(_ shape: Shape) -> [Int] { shape.sizes.map { $0.number ?? 1 } }

  /// A definition of an array by its entries; `body` is written with the names of its axes.
  package mutating func define(_ name: String, _ axes: [String], _ body: String) {
    let head = axes.isEmpty ? "" : " (\(axes.joined(separator: " ")) : Z)"
    add("Definition \(name)\(head) : expr := (\(body))%expr.")
  }

  /// Defines the entries of a term under a name.
  package mutating func define(_ name: String, _ term: Term, _ what: String) throws(Refusal) {
    try bounds.check(term, what)
    let axes = Self.places(term.shape.sizes.count)
    define(name, axes, try terms.entry(term, axes).text)
  }

  // MARK: The model

  /// Variables, definitions, loss and flow.
  package mutating func writeModel() throws(Refusal) {
    try checkCounts()
    for declaration in file.declarations {
      let axes = Self.places(declaration.shape.sizes.count)
      switch declaration.role {
      case .parameter, .input: break
      case .data, .constant: if declaration.value != nil { continue }
      case .model, .definition: continue
      }
      define(CoqTerms.name(declaration), axes, "Var \(CoqTerms.variable(declaration, axes))")
      if case .momentum = file.flow, declaration.role == .parameter {
        define(
          ExportName.identifier("v", declaration.name), axes, "Var \(CoqTerms.variable(declaration, axes, "Vel"))")
      }
    }
    if let model = anyLossModel {
      let axes = Self.places(model.shape.sizes.count)
      define(ExportName.identifier("g", model.name), axes, "Var \(CoqTerms.variable(model, axes, "Grad"))")
    }
    try writeDefinitions(before: true)
    add("Definition params : list var := \(parameterList).")
    try writeLoss()
    try writeFlow()
    try writeDefinitions(before: false)
  }

  /// The model whose loss is any.
  private var anyLossModel: Declaration? { file.loss == nil ? file.model.map { file.declarations[$0] } : nil }

  private var parameterList: String {
    var lists: [String] = []
    for kind in ["V", "Vel"] {
      if kind == "Vel" { guard case .momentum = file.flow else { continue } }
      for declaration in file.declarations where declaration.role == .parameter {
        lists.append(
          Self.table(shape(declaration.shape)) { CoqTerms.variable(declaration, $0, kind) })
      }
    }
    return lists.isEmpty ? "[]" : lists.joined(separator: " ++ ")
  }

  /// Definitions that loss and flow may use, or those that speak of the loss and the flow.
  private mutating func writeDefinitions(before: Bool) throws(Refusal) {
    var roots: [Term] = []
    if usesLoss, let loss = file.loss { roots.append(loss) }
    if usesLoss, file.loss == nil, let model = file.model, let value = file.declarations[model].value {
      roots.append(value)
    }
    switch file.flow {
    case .gradient(let rate?): roots.append(rate)
    case .momentum(let rate): roots.append(rate)
    case .field(let rates): roots += rates.map(\.value)
    case .gradient(nil), .mirror: break
    }
    var used = CoqUses(roots, in: file).declarations
    if let model = file.model, usesLoss, file.loss == nil { used.insert(model) }
    if !before {
      used = CoqUses(claimTerms, in: file).declarations.subtracting(used)
    }
    for position in used.sorted() {
      let declaration = file.declarations[position]
      guard let value = declaration.value, declaration.role != .parameter else { continue }
      try bounds.check(value, "'\(CarriedSource.harmless(declaration.name))'")
      let axes =
        declaration.indices.isEmpty ? Self.places(declaration.shape.sizes.count) : terms.bind(declaration.indices)
      // A number fills an array; the entries of a left side have the names of its indices.
      let own = declaration.indices.isEmpty && !value.shape.isNumber ? axes : []
      define(CoqTerms.name(declaration), axes, try terms.entry(value, own).text)
    }
  }

  /// The terms that the claims to be written speak of.
  package var claimTerms: [Term] = []

  /// Whether the flow is of a loss.
  private var usesLoss: Bool { if case .field = file.flow { file.loss != nil } else { true } }

  private mutating func writeLoss() throws(Refusal) {
    guard usesLoss else { return }
    if let loss = file.loss {
      hasPoints = loss.isBatched
      return try define("Loss", loss, "the loss")
    }
    guard let model = anyLossModel else {
      throw Refusal(
        "no model and no loss moves the parameters", remedy: "write model X = ... or loss ...", settings: [])
    }
    hasPoints = model.isBatched
    let places = Self.places(model.shape.sizes.count)
    let factors =
      CoqTerms.Piece.call(ExportName.identifier("g", model.name), places).text + " * "
      + CoqTerms.Piece.call(CoqTerms.name(model), places).text
    let sum = zip(shape(model.shape), places).reversed().reduce(factors) { "sum \($1.0) (fun \($1.1) => \($0))" }
    add("(* Any loss: g is its derivative in the model, an arbitrary function of time. *)")
    define("Loss", [], sum)
  }

  private mutating func writeFlow() throws(Refusal) {
    let flow: String
    switch file.flow {
    case .gradient(nil): flow = "Gradient Loss"
    case .gradient(let rate?): flow = "Decay \(try terms.entry(rate, []).argument)%expr Loss"
    case .momentum(let friction): flow = "Momentum \(try terms.entry(friction, []).argument)%expr Loss"
    case .mirror: flow = "Mirror Loss"
    case .field(let rates):
      var lists: [String] = []
      for rate in rates {
        guard let declaration = file.declarations.first(where: { $0.name == rate.name.text }) else { continue }
        try bounds.check(rate.value, "the derivative of '\(CarriedSource.harmless(rate.name.text))'")
        let axes = Self.places(declaration.shape.sizes.count)
        let value = try terms.entry(rate.value, rate.value.shape.isNumber ? [] : axes).text
        lists.append(
          Self.table(shape(declaration.shape)) { "(\(CoqTerms.variable(declaration, $0)), (\(value))%expr)" })
      }
      flow = "Field (\(lists.isEmpty ? "[]" : lists.joined(separator: " ++ ")))"
    }
    add("Definition the_flow : flow := \(flow).", "Compute List.length params.", "")
  }

  /// How many entries all parameters have; ``checkCounts()`` has bounded it.
  package var parameterCount: Int {
    file.declarations.filter { $0.role == .parameter }.reduce(0) { $0 + shape($1.shape).reduce(1, *) }
  }

  private func checkCounts() throws(Refusal) {
    var total = 0
    for declaration in file.declarations {
      var count = 1
      for size in shape(declaration.shape) {
        let (product, overflows) = count.multipliedReportingOverflow(by: size)
        count = overflows ? .max : product
      }
      if declaration.role == .parameter { total = total.addingReportingOverflow(count).overflow ? .max : total + count }
      guard count <= CoqBounds.largestCount, total <= CoqBounds.largestCount else {
        throw file.exportRefusal(
          declaration.span,
          "'\(CarriedSource.harmless(declaration.name))' makes more than \(CoqBounds.largestCount) variables",
          "use smaller sizes, or export the claim for all sizes")
      }
    }
  }
}
