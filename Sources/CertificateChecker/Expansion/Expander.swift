import FlowLanguage

/// What formulas of a text are worth as polynomials in its entries, at sizes that all have numbers.
///
/// Sums and products, whole powers, quotients, traces, determinants, sums of squares and what else is polynomial; functions such as
/// `tanh` are atoms, or refused where there are none. An input stands for one data point.
package final class Expander {
  package let file: CheckedFile
  package let variables: Variables
  package let budget: Budget
  /// What stands for functions that are no polynomials; with it no value has a denominator, for 1/z is an atom.
  package let atoms: Atoms?
  /// Whether a stated loss is taken for any: its derivatives in the model are free symbols.
  package let takesAnyLoss: Bool
  /// Values of declarations that were asked for.
  private var known: [Int: Entries]
  /// Values of formulas whose entries are asked for again and again.
  private var knownTerms: [Term: Entries] = [:]
  /// Values of the indices of sums around the formula.
  private var places: [Int: Int] = [:]
  /// Whether a formula asked for the loss or for a derivative of something.
  package private(set) var asksForMotion = false
  private var motionOfFile: Motion?

  /// - Parameter overrides: Values of declarations that are not to be expanded.
  /// - Parameter atoms: What is to stand for functions that are no polynomials; nil refuses them.
  package init(
    _ file: CheckedFile, _ variables: Variables, _ budget: Budget, overrides: [Int: Entries] = [:], atoms: Atoms? = nil,
    takesAnyLoss: Bool = false
  ) {
    (self.file, self.variables, self.budget, self.atoms) = (file, variables, budget, atoms)
    self.takesAnyLoss = takesAnyLoss
    known = overrides
  }

  /// How the parameters move.
  package func motion() throws(Rejection) -> Motion {
    if let motionOfFile { return motionOfFile }
    let motion = try Motion(self)
    motionOfFile = motion
    return motion
  }

  /// The extents of a shape, all of which must have numbers.
  package static func numbers(_ shape: Shape) throws(Rejection) -> [Int] {
    var numbers: [Int] = []
    for size in shape.sizes {
      guard let number = size.number else { throw Rejection("the size \(size) has no number") }
      numbers.append(number)
    }
    return numbers
  }

  // MARK: Declarations

  /// The value of something declared.
  package func value(of position: Int) throws(Rejection) -> Entries {
    if let entries = known[position] { return entries }
    // What is declared names what was declared before: in this order definitions that name each other in long chains do not nest.
    for earlier in try unknownWithin(position) where known[earlier] == nil { _ = try read(earlier) }
    return try read(position)
  }

  /// The definitions without a value that one depends on, in the order of the text.
  private func unknownWithin(_ position: Int) throws(Rejection) -> [Int] {
    var (found, waiting) = (Set([position]), file.declarations[position].value.map { [$0] } ?? [])
    while let term = waiting.popLast() {
      try budget.spend()
      if case .declared(let inner) = term.kind, known[inner] == nil, found.insert(inner).inserted,
        let value = file.declarations[inner].value
      {
        waiting.append(value)
      }
      waiting += term.kind.parts
    }
    return found.subtracting([position]).sorted()
  }

  private func read(_ position: Int) throws(Rejection) -> Entries {
    if let entries = known[position] { return entries }
    let declaration = file.declarations[position]
    let shape = try Self.numbers(declaration.shape)
    let entries: Entries
    switch declaration.role {
    case .parameter: entries = try symbols(declaration.name, shape, .parameter)
    case .input: entries = try symbols(declaration.name, shape, .input)
    case .constant: entries = try symbols(declaration.name, shape, .constant)
    case .data:
      if let value = declaration.value {
        entries = try filled(self.value(of: value), shape)
      } else {
        entries = try symbols(declaration.name, shape, .constant)
      }
    case .model, .definition:
      guard let value = declaration.value else { throw Rejection("'\(shortened(declaration.name))' has no value") }
      entries = try reduced(defined(value, declaration.indices, shape))
    }
    known[position] = entries
    return entries
  }

  private func reduced(_ entries: Entries) throws(Rejection) -> Entries {
    guard atoms != nil else { return entries }
    var values: [Quotient] = []
    for value in entries.values { values.append(try reduced(value)) }
    return Entries(entries.shape, values)
  }

  /// The variables of an array as its value.
  package func symbols(_ name: String, _ shape: [Int], _ role: Variables.Role) throws(Rejection) -> Entries {
    let numbers = try variables.array(name, shape, role)
    return Entries(shape, numbers.map { Quotient(Polynomial(variable: $0)) })
  }

  /// A number fills an array.
  package func filled(_ value: Entries, _ shape: [Int]) throws(Rejection) -> Entries {
    if value.shape.isEmpty, !shape.isEmpty {
      return Entries(shape, Array(repeating: value.values[0], count: try Entries.count(shape)))
    }
    return Entries(shape, value.values)
  }

  private func defined(_ value: Term, _ indices: [Int], _ shape: [Int]) throws(Rejection) -> Entries {
    if indices.isEmpty { return Entries(shape, try self.value(of: value).values) }
    // Whatever is around does not reach into a definition.
    let outer = places
    defer { places = outer }
    places = [:]
    var values: [Quotient] = []
    try forEach(indices) { (expander) throws(Rejection) in
      values.append(try expander.value(of: value).values[0])
    }
    return Entries(shape, values)
  }

  /// Visits all values of indices, the last one running fastest.
  package func forEach(_ indices: [Int], _ body: (Expander) throws(Rejection) -> Void) throws(Rejection) {
    guard let first = indices.first else { return try body(self) }
    guard let size = file.indices[first].size.number else {
      throw Rejection("the size \(file.indices[first].size) has no number")
    }
    for place in 1...size {
      try budget.spend()
      places[first] = place
      try forEach(Array(indices.dropFirst()), body)
    }
    places[first] = nil
  }

  /// The place that an index stands at.
  package func place(of index: Int) throws(Rejection) -> Int {
    guard let place = places[index] else { throw Rejection("an index stands outside its sum") }
    return place
  }

  /// Makes every variable of the text known by its name.
  package func registerAll() throws(Rejection) {
    for (position, declaration) in file.declarations.enumerated() {
      switch declaration.role {
      case .parameter, .input, .data, .constant: _ = try value(of: position)
      case .model, .definition: break
      }
    }
  }

  /// The variables whose values stand in files, which the checker does not read; a parameter's file is its start.
  package func unreadVariables() throws(Rejection) -> Set<Int> {
    var found: Set<Int> = []
    for (position, declaration) in file.declarations.enumerated()
    where declaration.file != nil && declaration.role != .parameter {
      for value in try value(of: position).values { found.formUnion(value.variables) }
    }
    return found
  }

  // MARK: Motion

  /// The loss, where the text states one.
  package func loss() throws(Rejection) -> Quotient {
    asksForMotion = true
    guard !takesAnyLoss, let loss = file.loss else { throw Rejection("the loss is any: it has no value") }
    return try value(of: loss).values[0]
  }

  /// The derivative along the flow, entry by entry.
  package func derivative(of entries: Entries) throws(Rejection) -> Entries {
    asksForMotion = true
    let motion = try motion()
    var values: [Quotient] = []
    for value in entries.values { values.append(try motion.derivative(of: value)) }
    return Entries(entries.shape, values)
  }

  /// The derivative of the loss in something declared.
  package func gradient(in position: Int) throws(Rejection) -> Entries {
    asksForMotion = true
    return try motion().gradient(in: position)
  }

  /// The value of a formula that is asked for more than once with the same value.
  package func repeated(_ term: Term) throws(Rejection) -> Entries {
    if case .declared(let position) = term.kind { return try value(of: position) }
    guard term.indices.isEmpty else { return try value(of: term) }
    if let entries = knownTerms[term] { return entries }
    let entries = try value(of: term)
    knownTerms[term] = entries
    return entries
  }
}
