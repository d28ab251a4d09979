import CertificateChecker
import FlowLanguage
import Models

extension CoqWriter {
  /// The theorem of a claim, a mutated one that must fail, and what it rests on.
  package mutating func write(_ claim: CheckedClaim, _ evidence: ProofEvidence?, _ number: Int) throws(Refusal) {
    let name = "claim_\(number)"
    add("(* \(CarriedSource.harmless(claim.label.map { "\($0): " } ?? ""))\(CarriedSource.harmless(claim.text)) *)")
    guard !claim.isScaleLimit else { throw noCounterpart(claim, "a limit of small starts") }
    switch evidence?.kind {
    case .witness, .matrices, .boundaryPoint: try writeRefutation(claim, evidence, name)
    default: try writeProof(claim, evidence, name)
    }
    add("")
  }

  package func noCounterpart(_ claim: CheckedClaim, _ what: String) -> Refusal {
    file.exportRefusal(
      claim.span, "\(what) has no counterpart in the export",
      "export conserved, decays, identity, nonincreasing or invariant")
  }

  private mutating func writeProof(
    _ claim: CheckedClaim, _ evidence: ProofEvidence?, _ name: String
  ) throws(Refusal) {
    switch claim.form {
    case .conserved(let value, let given):
      try refuse(given, claim)
      try writeQuantities(name, value, minus: nil, claim)
      let theorem = hasPoints ? "conserved_points" : "conserved"
      if hasPoints { try refuseUnless(isHomogeneous, claim, "conserved with data points under decay or momentum") }
      try writeData(name, [value], mayRest: !hasPoints)
      add(
        "Theorem \(name)_holds : forall q, In q \(name)_quantities -> forall T th,",
        hasPoints
          ? "  solves_points params the_flow th T ->" : "  solves params the_flow th T -> rests \(name)_data th ->",
        "  forall t, 0 <= t <= T -> ev (th t) q = ev (th 0) q.",
        "Proof. apply \(theorem). vm_compute. reflexivity. Qed.")
      writeMutant(name, "with_rate (Cst 1) \(name)_quantities")
    case .decays(let value, let rate, let given):
      try refuse(given, claim)
      try refuseUnless(!hasPoints, claim, "a rate with data points")
      try writeQuantities(name, value, minus: nil, claim)
      try writeData(name, [value])
      try define("\(name)_rate", rate, "the rate")
      add(
        "Theorem \(name)_holds : forall q, In q \(name)_quantities -> forall T th,",
        "  solves params the_flow th T -> rests \(name)_data th -> forall integral,",
        "  (forall t, 0 <= t <= T -> derivable_pt_lim integral t (ev (th t) \(name)_rate)) ->",
        "  forall t, 0 <= t <= T -> ev (th t) q = ev (th 0) q * exp (- (integral t - integral 0)).",
        "Proof. apply decays. vm_compute. reflexivity. Qed.")
      writeMutant(name, "map (fun q => (q, \(name)_rate * q + Cst 1)%expr) \(name)_quantities")
    case .identity(let sides, let given):
      try refuse(given, claim)
      try writePairs(name, sides, claim)
      add(
        "Theorem \(name)_holds : forall a b, In (a, b) \(name)_sides -> forall en, ev en a = ev en b.",
        "Proof. apply identity. vm_compute. reflexivity. Qed.")
      writeMutant(
        name, of: "equal_ok (map (fun c => (fst c, snd c + Cst 1)%expr) \(name)_sides)", "\(name)_holds")
    case .nonincreasing(let value, let roots): try writeFall(claim, value, roots, evidence, name)
    case .invariant(let sides, let cofactor, let given):
      try refuse(given, claim)
      try writeInvariant(claim, sides, cofactor, evidence, name)
    case .laws: throw noCounterpart(claim, "a count of laws")
    case .always, .reaches, .grows: throw noCounterpart(claim, "a claim about one run")
    }
  }

  // MARK: Parts

  package func refuse(_ given: [Equation<Term>], _ claim: CheckedClaim) throws(Refusal) {
    if !given.isEmpty { throw noCounterpart(claim, "a claim with assumed equations") }
  }

  package func refuseUnless(_ condition: Bool, _ claim: CheckedClaim, _ what: String) throws(Refusal) {
    if !condition { throw noCounterpart(claim, what) }
  }

  /// Whether velocities are linear in the derivative of the loss.
  private var isHomogeneous: Bool {
    switch file.flow {
    case .gradient(nil), .mirror: true
    default: false
    }
  }

  /// The entries of a value, or of a difference, as a list of expressions.
  package mutating func writeQuantities(
    _ name: String, _ value: Term, minus other: Term?, _ claim: CheckedClaim
  ) throws(Refusal) {
    let wide = other.map { $0.shape.sizes.count > value.shape.sizes.count ? $0 : value } ?? value
    let axes = Self.places(wide.shape.sizes.count)
    try checkTerm(value, claim)
    var body = try terms.entry(value, value.shape.isNumber ? [] : axes)
    if let other, !isZero(other) {
      try checkTerm(other, claim)
      let right = try terms.entry(other, other.shape.isNumber ? [] : axes)
      body = .init(text: "\(body.within(.product)) - \(right.within(.application))", level: .sum)
    }
    define(name, axes, body.text)
    let list = Self.table(shape(wide.shape)) { CoqTerms.Piece.call(name, $0).text }
    add("Definition \(name)_quantities : list expr := \(list).")
  }

  private mutating func writePairs(_ name: String, _ sides: Equation<Term>, _ claim: CheckedClaim) throws(Refusal) {
    let wide = sides.left.shape.sizes.count < sides.right.shape.sizes.count ? sides.right : sides.left
    let axes = Self.places(wide.shape.sizes.count)
    for (suffix, term) in [("left", sides.left), ("right", sides.right)] {
      try checkTerm(term, claim)
      define("\(name)_\(suffix)", axes, try terms.entry(term, term.shape.isNumber ? [] : axes).text)
    }
    let list = Self.table(shape(wide.shape)) { places in
      "(\(CoqTerms.Piece.call("\(name)_left", places).text), \(CoqTerms.Piece.call("\(name)_right", places).text))"
    }
    add("Definition \(name)_sides : list (expr * expr) := \(list).")
  }

  package func isZero(_ term: Term) -> Bool {
    if case .number(let number) = term.kind { number.numerator == 0 } else { false }
  }

  /// Refuses what is of a data point, too large, or of a loss that is any.
  package func checkTerm(_ term: Term, _ claim: CheckedClaim) throws(Refusal) {
    let uses = CoqUses([term], in: file)
    if term.isBatched || uses.hasInputs(in: file) || uses.loss && hasPoints {
      throw noCounterpart(claim, "a value with one for every data point")
    }
    if uses.loss && file.loss == nil { throw noCounterpart(claim, "the value of a loss that is any") }
    if uses.gradient && hasPoints { throw noCounterpart(claim, "a derivative of a loss with data points") }
    if uses.derivative && hasPoints { throw noCounterpart(claim, "a derivative along a flow with data points") }
    try bounds.check(term, "the claim")
  }

  /// The data that a quantity speaks of: they do not change. All other data may.
  package mutating func writeData(_ name: String, _ values: [Term], mayRest: Bool = true) throws(Refusal) {
    let uses = CoqUses(values, in: file)
    if uses.gradient, file.loss == nil, let value = values.first {
      throw file.exportRefusal(value.span, "a quantity with the derivative of a loss that is any", "give the loss")
    }
    let data = uses.data(in: file)
    if !mayRest {
      if let first = data.first {
        throw file.exportRefusal(first.span, "a quantity with data, and data points", "leave one of them out")
      }
      return
    }
    let lists = data.map { declaration in Self.table(shape(declaration.shape)) { CoqTerms.variable(declaration, $0) } }
    add("Definition \(name)_data : list var := \(lists.isEmpty ? "[]" : lists.joined(separator: " ++ ")).")
  }

  /// What must not be provable: the claimed derivative off by one.
  package mutating func writeMutant(_ name: String, _ rates: String) {
    writeMutant(name, of: "rates_ok params \(hasPoints ? "[]" : "\(name)_data") the_flow (\(rates))", "\(name)_holds")
  }

  /// A check that must not come out true, and what the theorem rests on. The check has a definition of its own, so that what fails is
  /// the proof and not its typing.
  package mutating func writeMutant(_ name: String, of check: String, _ theorem: String) {
    add(
      "Definition \(name)_mutated : bool := \(check).",
      "Fail Definition \(name)_mutant : \(name)_mutated = true := ltac:(vm_compute; reflexivity).",
      "Print Assumptions \(theorem).")
  }
}
