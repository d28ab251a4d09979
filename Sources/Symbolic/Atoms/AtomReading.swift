import FlowLanguage
import Models

/// A text read as quotients with atoms.
package final class AtomReading {
  /// What is read, with the atoms so far.
  package let algebra: AtomAlgebra
  /// The variables of the text.
  package let variables: EntryVariables
  /// What the loss is a function of, with symbols for its derivatives; nil where the loss is any, or depends on parameters by itself.
  package let cut: AtomMotion.Cut?
  /// The variables whose values stand in files.
  package private(set) var variablesOfFiles: Set<Int> = []
  private let file: CheckedFile

  /// More variables are refused: every term is as long as there are variables.
  private static let mostVariables = 3_000

  /// - Parameter capacity: how many atoms there may be.
  package init(_ claim: GivenClaim, capacity: Int) throws(EntryFault) {
    file = claim.file
    let variables = try refusing { () throws(Refusal) in try EntryVariables(claim.file) }
    self.variables = variables
    guard variables.names.count <= Self.mostVariables else {
      throw .refusal(
        Refusal(
          "functions of \(variables.names.count) variables (parameters, data, derivatives of the loss)",
          remedy: "use smaller sizes: at most \(Self.mostVariables) are expanded", settings: []))
    }
    var names = variables.names
    var cut: AtomMotion.Cut?
    if let loss = claim.file.loss, !EntryVariables.isField(claim.file.flow),
      let declarations = Self.definitions(of: loss, claim.file), !declarations.isEmpty
    {
      let first = names.count
      for declaration in declarations {
        let own = claim.file.declarations[declaration]
        let extents = own.shape.sizes.compactMap(\.number)
        for k in 0..<extents.reduce(1, *) { names.append("#\(own.name).\(k)") }
      }
      cut = AtomMotion.Cut(declarations: declarations, symbols: first..<names.count)
    }
    self.cut = cut
    algebra = try AtomAlgebra(names, capacity: capacity)
    // Of what the loss is of its definitions only the derivatives are spoken of: they exist where it is smooth.
    if let cut, let loss = claim.file.loss {
      algebra.conditions.add(loss, of: claim.file, except: cut.declarations)
    }
  }

  /// - Parameter isCut: whether the derivatives of the loss in what it is a function of are symbols.
  package func reader(isCut: Bool) throws(EntryFault) -> (ArrayReader<AtomAlgebra>, AtomMotion) {
    algebra.ring.beginWork()
    let reader = try ArrayReader(file, variables, algebra)
    defer { variablesOfFiles.formUnion(reader.variablesOfFiles) }
    let motion = try AtomMotion(reader, isCut ? cut : nil)
    reader.motion = motion
    return (reader, motion)
  }

  /// The definitions that a formula names itself and that depend on parameters; nil where it names a parameter, and where a definition
  /// has indices.
  private static func definitions(of term: Term, _ file: CheckedFile) -> [Int]? {
    var found: Set<Int> = []
    func look(_ term: Term) -> Bool {
      if case .declared(let position) = term.kind {
        let declaration = file.declarations[position]
        if declaration.role == .parameter { return false }
        guard let value = declaration.value, Self.moves(value, file) else { return true }
        found.insert(position)
        return true
      }
      if case .velocity = term.kind { return false }
      return term.kind.parts.allSatisfy(look)
    }
    return look(term) ? found.sorted() : nil
  }

  private static func moves(_ term: Term, _ file: CheckedFile) -> Bool {
    switch term.kind {
    case .declared(let position):
      file.declarations[position].role == .parameter
        || file.declarations[position].value.map { moves($0, file) } ?? false
    case .velocity, .derivative, .gradient, .loss: true
    default: term.kind.parts.contains { moves($0, file) }
    }
  }
}
