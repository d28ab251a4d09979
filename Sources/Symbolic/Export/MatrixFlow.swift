import FlowLanguage
import Models

/// What moves matrices of every size: letters with their shapes, and the velocities of those that move.
package struct MatrixFlow {
  package struct Letter {
    package let name: String
    /// Rows and columns; nil of a number.
    package let sides: (rows: String, columns: String)?
    /// Its derivative along the flow; nil where it rests or is an arbitrary function of time.
    package var velocity: MatrixExpression?
    /// Whether it may be any function of time.
    package var isFree = false
  }

  package let file: CheckedFile
  package private(set) var letters: [Letter] = []
  /// The model, and the derivative of ⟨g, model⟩ in every parameter by the parameter's letter; of a field of one's own none.
  package private(set) var model: MatrixExpression?
  package private(set) var gradients: [String: MatrixExpression] = [:]
  /// The letter of the loss's derivative in the model.
  package private(set) var cotangent = ""
  /// Sizes without a number that letters have, in the order of the text.
  package let sizes: [String]

  package init(_ file: CheckedFile) throws(Refusal) {
    self.file = file
    sizes = file.openSizes.filter { name in file.declarations.contains { $0.shape.sizes.contains(.open(name)) } }
      .map { ExportName.identifier("n", $0) }
    try checkDepth()
    try takeGradients()
    let reader = MatrixReader(file: file)
    var momentum: [Letter] = []
    for declaration in file.declarations where declaration.value == nil || declaration.role == .parameter {
      let name = CoqTerms.name(declaration)
      guard declaration.role != .input, declaration.shape.sizes.count <= 2 else { continue }
      var letter = Letter(name: name, sides: Self.sides(declaration.shape))
      if declaration.role == .parameter {
        let fall = MatrixExpression.negative(gradients[name] ?? .zero)
        switch file.flow {
        case .gradient(nil): letter.velocity = fall
        case .gradient(let rate?):
          letter.velocity = .sum(fall, .negative(.scaled(try reader.number(rate), .letter(name))))
        case .momentum(let friction):
          let velocity = ExportName.identifier("v", declaration.name)
          letter.velocity = .letter(velocity)
          momentum.append(
            Letter(
              name: velocity, sides: letter.sides,
              velocity: .sum(.negative(.scaled(try reader.number(friction), .letter(velocity))), fall)))
        case .mirror:
          throw file.exportRefusal(
            declaration.span, "mirror flow moves entries, not matrices", "give the sizes numbers")
        case .field(let rates):
          guard let rate = rates.first(where: { $0.name.text == declaration.name }) else { continue }
          letter.velocity = rate.value.shape.isNumber ? .zero : try reader.matrix(rate.value)
        }
      }
      letters.append(letter)
    }
    letters += momentum
    if let model = file.model.map({ file.declarations[$0] }), model.shape.sizes.count <= 2 {
      letters.append(
        Letter(
          name: ExportName.identifier("g", model.name), sides: Self.sides(model.shape), velocity: nil, isFree: true))
    }
  }

  /// The derivative of the loss in every letter, the loss being any of the model.
  private mutating func takeGradients() throws(Refusal) {
    if case .field = file.flow { return }
    guard let position = file.model, let value = file.declarations[position].value else {
      throw Refusal("for all sizes a model is needed", remedy: "write model X = ...", settings: [])
    }
    let model = file.declarations[position]
    if let loss = file.loss { try checkLoss(loss, model: position) }
    guard !model.isBatched else {
      throw file.exportRefusal(model.span, "a model with inputs, for all sizes", "give the sizes numbers")
    }
    let words = try MatrixReader(file: file).matrix(value)
    guard words.wordCount <= MatrixReader.largestWordCount else {
      throw file.exportRefusal(
        model.span, "the model expands to more than \(Int(MatrixReader.largestWordCount)) words", "shorten it")
    }
    self.model = words
    cotangent = ExportName.identifier("g", model.name)
    words.adjoint(.letter(cotangent), &gradients)
  }

  /// Definitions are written out, so that a long chain of them would nest without end.
  private func checkDepth() throws(Refusal) {
    var depths: [Int] = []
    for declaration in file.declarations {
      var (open, depth) = ([declaration.value].compactMap { $0 }, 0)
      while let term = open.popLast() {
        if case .declared(let position) = term.kind { depth = max(depth, depths[position] + 1) }
        open += term.kind.parts
      }
      guard depth <= MatrixReader.largestDepth else {
        throw file.exportRefusal(
          declaration.span, "definitions stand in each other more than \(MatrixReader.largestDepth) deep",
          "shorten them")
      }
      depths.append(depth)
    }
  }

  /// A loss that depends on the parameters through the model alone is one of those that "any" means.
  private func checkLoss(_ loss: Term, model: Int) throws(Refusal) {
    var open = [loss]
    var seen: Set<Int> = []
    while let term = open.popLast() {
      if case .declared(let position) = term.kind {
        let declaration = file.declarations[position]
        if declaration.role == .parameter {
          throw file.exportRefusal(
            term.span, "the loss uses '\(CarriedSource.harmless(declaration.name))' beside the model",
            "give the sizes numbers")
        }
        if position != model, seen.insert(position).inserted, let value = declaration.value { open.append(value) }
      }
      open += term.kind.parts
    }
  }

  private static func sides(_ shape: Shape) -> (rows: String, columns: String)? {
    let sizes = shape.sizes.map { MatrixReader.size($0) }
    switch sizes.count {
    case 0: return nil
    case 1: return shape.isRow ? ("1", sizes[0]) : (sizes[0], "1")
    default: return (sizes[0], sizes[1])
    }
  }
}
