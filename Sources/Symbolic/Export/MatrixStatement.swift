import FlowLanguage
import Models

/// What a claim says of matrices of every size: a quantity, and the rate at which it decays.
package struct MatrixStatement {
  package let quantity: MatrixReader.Value
  package let rate: NumberExpression?

  package init(_ file: CheckedFile, _ claim: CheckedClaim, _ flow: MatrixFlow) throws(Refusal) {
    let reader = MatrixReader(file: file)
    func refusal(_ what: String) -> Refusal {
      file.exportRefusal(
        claim.span, "\(what), for all sizes, has no counterpart in the export", "export conserved or decays")
    }
    let value: Term
    switch claim.form {
    case .conserved(let term, let given) where given.isEmpty: (value, rate) = (term, nil)
    case .decays(let term, let speed, let given) where given.isEmpty:
      (value, rate) = (term, try reader.number(speed))
      if term.shape.isNumber { throw refusal("the decay of a number") }
    default: throw refusal("a claim of this kind")
    }
    guard !claim.isScaleLimit else { throw refusal("a limit of small starts") }
    quantity = try reader.value(value)
    func velocity(_ name: String) -> MatrixExpression? { flow.letters.first { $0.name == name }?.velocity }
    let count =
      switch quantity {
      case .matrix(let q): q.derivative(velocity).wordCount
      case .number(let q): q.derivative(velocity).traces.reduce(0) { $0 + $1.wordCount }
      }
    guard count <= MatrixReader.largestWordCount else {
      throw refusal("a derivative of more than \(Int(MatrixReader.largestWordCount)) words")
    }
    let used = Self.letters(quantity)
    for letter in flow.letters where used.contains(letter.name) {
      if letter.isFree { throw refusal("a quantity with the derivative of the loss") }
      if letter.sides == nil { throw refusal("a quantity with the number '\(letter.name)'") }
    }
  }

  private static func letters(_ value: MatrixReader.Value) -> Set<String> {
    func names(_ matrix: MatrixExpression) -> Set<String> {
      switch matrix {
      case .letter(let name): [name]
      case .identity, .zero: []
      case .product(let a, let b), .sum(let a, let b): names(a).union(names(b))
      case .negative(let a), .transpose(let a): names(a)
      case .scaled(let s, let a): names(a).union(numbers(s))
      }
    }
    func numbers(_ number: NumberExpression) -> Set<String> {
      switch number {
      case .integer: []
      case .letter(let name): [name]
      case .product(let a, let b), .sum(let a, let b): numbers(a).union(numbers(b))
      case .negative(let a): numbers(a)
      case .trace(let a): names(a)
      }
    }
    return switch value {
    case .matrix(let a): names(a)
    case .number(let a): numbers(a)
    }
  }

  // MARK: Coq

  /// Q' + r Q, with the names of velocities.
  package func left(_ velocity: (String) -> MatrixExpression?, _ dialect: MatrixDialect) -> String {
    switch quantity {
    case .matrix(let q):
      let derivative = q.derivative(velocity)
      return dialect.text(rate.map { .sum(derivative, .scaled($0, q)) } ?? derivative)
    case .number(let q): return dialect.text(q.derivative(velocity))
    }
  }

  package func equation(_ velocity: (String) -> MatrixExpression?) -> String { "\(left(velocity, .mathComp)) = 0" }

  /// The quantity as text, after letters were renamed.
  private func quantityText(_ names: (String) -> MatrixExpression?) -> String {
    switch quantity {
    case .matrix(let q): MatrixDialect.mathComp.text(q.renamed(names))
    case .number(let q): MatrixDialect.mathComp.text(q.renamed(names))
    }
  }

  /// What must not be provable: Q' + r Q + Q = 0.
  package func mutant(
    _ velocity: (String) -> MatrixExpression?, _ types: MatrixExport.Types, _ unfold: String
  ) -> String {
    """
    Definition claim_mutated : Prop := forall (K : comRingType)\(types.sizes)\(types.points),
      \(left(velocity, .mathComp)) + \(quantityText { _ in nil }) = 0.
    Fail Definition claim_mutant : claim_mutated := ltac:(intros; \(unfold); ncnorm; zmod).

    """
  }

  /// Turns every word under a trace into the least of those with the same trace.
  package func traceSteps(_ velocity: (String) -> MatrixExpression?) -> String {
    guard case .number(let q) = quantity else { return "" }
    return Self.steps(q.derivative(velocity).traces)
  }

  /// The rewriting of the words of matrices under traces.
  package static func steps(_ matrices: [MatrixExpression]) -> String {
    var seen: Set<[TraceWord.Letter]> = []
    var steps = ""
    let dialect = MatrixDialect.mathComp
    for word in matrices.flatMap({ $0.words() }) where !word.isEmpty && seen.insert(word).inserted {
      let canonical = TraceWord(letters: word).canonical
      var current = word
      if canonical.isTransposed {
        steps +=
          "\n  have e : \\tr (\(dialect.text(current))) = \\tr (\(dialect.text(current)))^T by rewrite mxtrace_tr."
        steps += "\n  rewrite ?trmx_mul ?trmxK ?mulmxA in e. rewrite ?e {e}."
        current = current.reversed().map { .init(name: $0.name, isTransposed: !$0.isTransposed) }
      }
      guard canonical.turn > 0 else { continue }
      let (front, back) = (Array(current[..<canonical.turn]), Array(current[canonical.turn...]))
      steps += "\n  have e : \\tr ((\(dialect.text(front))) *m (\(dialect.text(back)))) = "
      steps += "\\tr ((\(dialect.text(back))) *m (\(dialect.text(front)))) by exact: mxtrace_mulC."
      steps += "\n  rewrite ?mulmxA in e. rewrite ?e {e}."
    }
    return steps.isEmpty ? "" : steps + "\n "
  }

  /// Constancy, or decay, along every solution.
  package func corollary(
    _ flow: MatrixFlow, _ types: MatrixExport.Types
  ) -> String {
    let curves = Set(flow.letters.filter { $0.velocity != nil || $0.isFree || $0.sides == nil }.map(\.name))
    func at(_ time: String) -> (String) -> MatrixExpression? {
      { curves.contains($0) ? .letter("(\($0) \(time))") : nil }
    }
    let arguments = flow.letters.map { curves.contains($0.name) ? "(\($0.name) t)" : $0.name }.joined(separator: " ")
    func velocityAt(_ name: String) -> MatrixExpression? {
      flow.letters.first { $0.name == name && $0.velocity != nil }.map { _ in .letter("(vel_\(name) \(arguments))") }
    }
    var text = """
      Theorem claim_holds (K : comRingType) (to : K -> real) (inK : inside to)\(types.sizes)
        \(types.curves) (T : real) :

      """
    var intros = ""
    for letter in flow.letters where letter.velocity != nil {
      text += "  during T (fun t => moves to \(letter.name) t (vel_\(letter.name) \(arguments))) ->\n"
      intros += " H_\(letter.name)"
    }
    let value = quantityText(at("t"))
    let start = quantityText(at("zero"))
    let derivative: String
    let proof: String
    switch quantity {
    case .matrix(let q):
      // Letters are renamed before the derivative is taken, so that factors are those at time t.
      derivative = MatrixDialect.mathComp.text(q.derivative(velocityAt).renamed(at("t")))
      proof = q.motion { curves.contains($0) }
    case .number(let q):
      derivative = MatrixDialect.mathComp.text(q.derivative(velocityAt).renamed(at("t")))
      proof = q.motion { curves.contains($0) }
    }
    let move = "    by move=> t J; exact: \(proof).\n"
    if let rate {
      let speed = MatrixDialect.mathComp.text(rate.renamed(at("t")))
      text += "  forall integral, during T (fun t => Ranalysis1.derivable_pt_lim integral t (to \(speed))) ->\n"
      text += "  during T (fun t => forall i j, to (\(value) i j) = Rdefinitions.Rmult (to (\(start) i j))\n"
      text += "    (Rtrigo_def.exp (Rdefinitions.Ropp (Rdefinitions.Rminus (integral t) (integral zero))))).\n"
      text += "Proof.\n  move=>\(intros) integral R.\n"
      text += "  apply: (decaying inK (A := fun t => \(value)) (D := fun t => \(derivative))\n"
      text += "    (r := fun t => \(speed)) _ _ R).\n"
    } else {
      let theorem = if case .matrix = quantity { "constant" } else { "nconstant" }
      let name = if case .matrix = quantity { "A" } else { "a" }
      text += "  during T (fun t => \(value) = \(start)).\n"
      text += "Proof.\n  move=>\(intros).\n"
      text +=
        "  apply: (\(theorem) inK (\(name) := fun t => \(value)) (\(name == "A" ? "D" : "d") := fun t => \(derivative))).\n"
    }
    return text + "  - by move=> t; exact: claim_identity.\n  -\(move.dropFirst(3))Qed.\n"
  }
}

extension MatrixExpression {
  /// With other names for letters.
  package func renamed(_ names: (String) -> MatrixExpression?) -> MatrixExpression {
    switch self {
    case .letter(let name): names(name) ?? self
    case .identity, .zero: self
    case .product(let a, let b): .product(a.renamed(names), b.renamed(names))
    case .sum(let a, let b): .sum(a.renamed(names), b.renamed(names))
    case .negative(let a): .negative(a.renamed(names))
    case .transpose(let a): .transpose(a.renamed(names))
    case .scaled(let s, let a): .scaled(s.renamed(names), a.renamed(names))
    }
  }

  /// The Coq proof that the derivative is the one of Leibniz's rule.
  package func motion(_ isCurve: (String) -> Bool) -> String {
    switch self {
    case .letter(let name): isCurve(name) ? "(H_\(name) t J)" : "(moves_const inK \(name) t)"
    case .identity: "(moves_const inK 1%:M t)"
    case .zero: "(moves_const inK 0 t)"
    case .product(let a, let b): "(moves_mul inK \(a.motion(isCurve)) \(b.motion(isCurve)))"
    case .sum(let a, let b): "(moves_add inK \(a.motion(isCurve)) \(b.motion(isCurve)))"
    case .negative(let a): "(moves_opp inK \(a.motion(isCurve)))"
    case .transpose(let a): "(moves_tr \(a.motion(isCurve)))"
    case .scaled(let s, let a): "(moves_scale inK \(s.motion(isCurve)) \(a.motion(isCurve)))"
    }
  }
}

extension NumberExpression {
  package func renamed(_ names: (String) -> MatrixExpression?) -> NumberExpression {
    switch self {
    case .integer: self
    case .letter(let name): if case .letter(let other)? = names(name) { .letter(other) } else { self }
    case .product(let a, let b): .product(a.renamed(names), b.renamed(names))
    case .sum(let a, let b): .sum(a.renamed(names), b.renamed(names))
    case .negative(let a): .negative(a.renamed(names))
    case .trace(let a): .trace(a.renamed(names))
    }
  }

  package func motion(_ isCurve: (String) -> Bool) -> String {
    switch self {
    case .integer, .letter: "(nmoves_const inK \(MatrixDialect.mathComp.text(self)) t)"
    case .product(let a, let b): "(nmoves_mul inK \(a.motion(isCurve)) \(b.motion(isCurve)))"
    case .sum(let a, let b): "(nmoves_add inK \(a.motion(isCurve)) \(b.motion(isCurve)))"
    case .negative(let a): "(nmoves_opp inK \(a.motion(isCurve)))"
    case .trace(let a): "(nmoves_trace inK \(a.motion(isCurve)))"
    }
  }
}
