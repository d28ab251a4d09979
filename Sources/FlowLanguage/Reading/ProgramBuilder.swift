import Models

/// Makes a program of a checked file, term by term.
struct ProgramBuilder {
  let file: CheckedFile
  let pointCount: Int
  private let data: [String: [Double]]
  private let points: [String: [Double]]
  var program = Program()
  /// The nodes of declarations; nil of those that only claims may use, until they are asked for.
  var nodes: [Program.ID?]
  /// How far every label runs.
  private(set) var extents: [Int]
  var lossNode: Program.ID?
  var output: Program.ID?
  /// Blocks behind the parameters: what a state has besides, and values that no program has.
  var extra = ExtraBlocks()

  init(_ file: CheckedFile, data: [String: [Double]], points: DataPoints?) {
    self.file = file
    self.data = data
    self.points = points?.values ?? [:]
    pointCount = file.declarations.contains { $0.role == .input } ? points?.count ?? 1 : 1
    nodes = Array(repeating: nil, count: file.declarations.count)
    extents = [pointCount] + file.indices.map { $0.size.number ?? 1 }
  }

  /// The label of the data points.
  static let pointLabel: Program.Label = 0

  /// The label of an index of the file.
  static func label(ofIndex index: Int) -> Program.Label { 1 + index }

  /// Whether a label means the same in every formula.
  func isReserved(_ label: Program.Label) -> Bool { label <= file.indices.count }

  mutating func freshLabel(_ extent: Int) -> Program.Label {
    extents.append(extent)
    return extents.count - 1
  }

  // MARK: Declarations

  /// Parameters, inputs and data, and the definitions that model, loss, field and starts need.
  mutating func declareAll() throws(Refusal) {
    for (position, declaration) in file.declarations.enumerated() where declaration.role == .parameter {
      let shape = declaration.shape.numbers
      do { nodes[position] = try program.block(declaration.name, shape) } catch {
        throw file.placed(error, declaration.span)
      }
    }
    for (position, declaration) in file.declarations.enumerated() {
      switch declaration.role {
      case .input, .data, .constant: try declare(position)
      case .parameter, .model, .definition: break
      }
    }
    var needed = file.starts.map(\.value)
    if let loss = file.loss { needed.append(loss) }
    switch file.flow {
    case .field(let rates): needed += rates.map(\.value)
    case .gradient(let decay): needed += decay.map { [$0] } ?? []
    case .momentum(let friction): needed.append(friction)
    case .mirror: break
    }
    try declare(neededBy: needed, file.model.map { [$0] } ?? [])
    output = file.model.flatMap { nodes[$0] }
    guard let loss = file.loss else { return }
    let node = try meanOverPoints(formula(loss), loss.span)
    lossNode = node
    if output == nil { output = soleDefinition(in: loss) ?? node }
  }

  /// The definitions that terms are made of, in the order of the text: each is read from nodes that are there.
  mutating func declare(neededBy terms: [Term], _ positions: [Int] = []) throws(Refusal) {
    var isNeeded = [Bool](repeating: false, count: file.declarations.count)
    func visit(_ term: Term) {
      switch term.kind {
      case .declared(let position), .gradient(let position): isNeeded[position] = true
      default: for part in term.kind.parts { visit(part) }
      }
    }
    for term in terms { visit(term) }
    for position in positions { isNeeded[position] = true }
    for position in isNeeded.indices.reversed() where isNeeded[position] && nodes[position] == nil {
      if let value = file.declarations[position].value { visit(value) }
    }
    for position in isNeeded.indices where isNeeded[position] { try declare(position) }
  }

  private mutating func declare(_ position: Int) throws(Refusal) {
    let declaration = file.declarations[position]
    guard nodes[position] == nil else { return }
    let shape = declaration.shape.numbers
    if let value = declaration.value {
      // The indices of a left side are the axes of the array.
      let axes = Axes(
        shape: declaration.indices.isEmpty ? shape : [], indices: declaration.indices, isBatched: declaration.isBatched)
      nodes[position] = try written(formula(value), axes, value.span)
    } else if let values = (declaration.role == .input ? points : data)[declaration.name] {
      let extents = (declaration.role == .input ? [pointCount] : []) + shape
      do { nodes[position] = try program.data(values, extents) } catch { throw file.placed(error, declaration.span) }
    }
  }

  /// The definition that a loss is a function of, if it depends on the parameters through a single one.
  private func soleDefinition(in loss: Term) -> Program.ID? {
    var found: Set<Int> = []
    func visit(_ term: Term) {
      if case .declared(let position) = term.kind, movesAlongFlow(position) { found.insert(position) }
      for part in term.kind.parts { visit(part) }
    }
    visit(loss)
    guard found.count == 1, let position = found.first, file.declarations[position].role == .definition else {
      return nil
    }
    return nodes[position]
  }

  private func movesAlongFlow(_ position: Int) -> Bool {
    guard let node = nodes[position] else { return false }
    return program.dependents(on: program.blocks.map(\.node))[node.index]
  }

  /// The value of a name.
  mutating func read(declared position: Int, _ span: Span) throws(Refusal) -> Formula {
    let declaration = file.declarations[position]
    guard let node = nodes[position] else {
      throw file.refusal(
        span, "the constant '\(printable(declaration.name))' has no value", remedy: "give it a number")
    }
    return read(node, Axes(shape: declaration.shape.numbers, indices: [], isBatched: declaration.isBatched))
  }

  // MARK: Formulas and arrays

  /// An array as a formula.
  mutating func read(_ node: Program.ID, _ axes: Axes) -> Formula {
    var own: [Program.Label] = []
    for extent in axes.shape { own.append(freshLabel(extent)) }
    let outer = outerLabels(axes)
    return Formula(
      summands: program.isZero(node) ? [] : [.init(coefficient: 1, uses: [Program.Use(node, outer + own)], axes: own)],
      shape: axes.shape, indices: axes.indices, isBatched: axes.isBatched)
  }

  private func outerLabels(_ axes: Axes) -> [Program.Label] {
    (axes.isBatched ? [Self.pointLabel] : []) + axes.indices.map(Self.label(ofIndex:))
  }

  /// A formula as an array over its own axes, behind the data points and the indices.
  mutating func written(_ formula: Formula, _ span: Span) throws(Refusal) -> Program.ID {
    try written(formula, formula.ownAxes, span)
  }

  /// A formula as an array over these axes, which are its own and others along which it is constant; a number fills a shape.
  mutating func written(_ formula: Formula, _ axes: Axes, _ span: Span) throws(Refusal) -> Program.ID {
    let outer = outerLabels(axes)
    let shape = outer.map { extents[$0] } + axes.shape
    var filling: [Program.Label] = []
    if formula.shape.isEmpty { for extent in axes.shape { filling.append(freshLabel(extent)) } }
    var products: [Program.Product] = []
    for summand in formula.summands {
      products.append(
        Program.Product(summand.coefficient, summand.uses, out: outer + summand.axes + filling))
    }
    return try file.placed(span) { () throws(Refusal) -> Program.ID in
      try MemoryLimit.check(shape, what: "an array", remedy: "use smaller sizes or fewer data points")
      return try program.sum(products, shape: shape)
    }
  }

  /// A function of a formula's array, of the same axes.
  mutating func mapped(
    _ formula: Formula, _ span: Span, _ function: (inout Program, Program.ID) throws(Refusal) -> Program.ID
  ) throws(Refusal) -> Formula {
    let node = try written(formula, span)
    do { return read(try function(&program, node), formula.ownAxes) } catch { throw file.placed(error, span) }
  }

  /// A number as a formula.
  func number(_ value: Rational) -> Formula {
    Formula(
      summands: value == 0 ? [] : [.init(coefficient: value, uses: [], axes: [])], shape: [], indices: [],
      isBatched: false)
  }
}

extension Shape {
  /// The extents; sizes without a value have been refused.
  var numbers: [Int] { sizes.map { $0.number ?? 1 } }
}
