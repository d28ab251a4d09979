import CertificateChecker
import FlowLanguage
import Models

extension CoqWriter {
  /// q' = −Σ kᵢ eᵢ²: squares that the claim names, those of the loss's gradient, or a certificate's.
  package mutating func writeFall(
    _ claim: CheckedClaim, _ value: Term, _ roots: [Term], _ evidence: ProofEvidence?, _ name: String
  ) throws(Refusal) {
    try refuseUnless(!hasPoints, claim, "a value that falls with data points")
    try checkTerm(value, claim)
    var squares: [String] = []
    if !roots.isEmpty {
      for (number, root) in roots.enumerated() {
        try checkTerm(root, claim)
        try define("\(name)_root_\(number + 1)", root, "the root")
        squares.append(
          Self.table(shape(root.shape)) { "(1%Q, \(CoqTerms.Piece.call("\(name)_root_\(number + 1)", $0).text))" })
      }
    } else if case .loss = value.kind, case .gradient(nil) = file.flow {
      if let loss = file.loss { try bounds.checkSquares(ofGradient: loss, parameters: parameterCount) }
      squares = ["map (fun x => (1%Q, pd x Loss)) params"]
    } else if let found = evidence?.squares {
      for square in found {
        var root = PolynomialText(square.root, file)
        squares.append(
          "[(\(try PolynomialText.fraction(square.coefficient, file)), \(try root.expression())%expr)]")
      }
    } else {
      throw file.exportRefusal(
        claim.span, "it is not known of what squares the derivative is minus the sum",
        "name them: nonincreasing q by a, b")
    }
    define(name, [], try terms.entry(value, []).text)
    try writeData(name, [value])
    add(
      "Definition \(name)_squares : list (Q * expr) := \(squares.joined(separator: " ++ ")).",
      "Theorem \(name)_holds : forall T th, solves params the_flow th T -> rests \(name)_data th ->",
      "  forall s t, 0 <= s <= t -> t <= T -> ev (th t) \(name) <= ev (th s) \(name).",
      "Proof. apply (nonincreasing params \(name)_data the_flow \(name)_squares). vm_compute. reflexivity. Qed.")
    writeMutant(name, "[(\(name), squares \(name)_squares + Cst 1)%expr]")
  }

  /// (a − b)' = k (a − b).
  package mutating func writeInvariant(
    _ claim: CheckedClaim, _ sides: Comparison<Term>, _ cofactor: Term?, _ evidence: ProofEvidence?, _ name: String
  ) throws(Refusal) {
    try refuseUnless(!hasPoints, claim, "an invariant with data points")
    let isReversed = sides.relation == .less || sides.relation == .lessOrEqual
    let (left, right) = isReversed ? (sides.right, sides.left) : (sides.left, sides.right)
    try writeQuantities(name, left, minus: right, claim)
    if let cofactor {
      try checkTerm(cofactor, claim)
      try define("\(name)_cofactor", cofactor, "the cofactor")
    } else if evidence?.kind == .identity {
      define("\(name)_cofactor", [], "Cst 0")
    } else if evidence?.kind == .cofactor, let found = evidence?.cofactors?.first {
      var reader = PolynomialText(found, file)
      define("\(name)_cofactor", [], try reader.expression())
    } else {
      throw file.exportRefusal(
        claim.span, "no cofactor of the invariant is known", "name it: invariant a > b cofactor k")
    }
    try writeData(name, [left, right])
    let (theorem, relation) =
      switch sides.relation {
      case .less, .greater: ("keeps_positive", "0 <")
      case .lessOrEqual, .greaterOrEqual: ("keeps_nonnegative", "0 <=")
      case .equal: ("keeps_zero", "0 =")
      }
    func says(_ time: String) -> String {
      sides.relation == .equal ? "ev (th \(time)) q = 0" : "\(relation) ev (th \(time)) q"
    }
    let rates = "map (fun q => (q, - (\(name)_cofactor * q))%expr) \(name)_quantities"
    add(
      "Lemma \(name)_check : rates_ok params \(name)_data the_flow (\(rates)) = true.",
      "Proof. vm_compute. reflexivity. Qed.",
      "Theorem \(name)_formula : forall q, In q \(name)_quantities -> forall T th,",
      "  solves params the_flow th T -> rests \(name)_data th -> forall integral,",
      "  (forall t, 0 <= t <= T -> derivable_pt_lim integral t (ev (th t) \(name)_cofactor)) ->",
      "  forall t, 0 <= t <= T -> ev (th t) q = ev (th 0) q * exp (integral t - integral 0).",
      "Proof. exact (darboux _ _ _ _ _ \(name)_check). Qed.",
      "Theorem \(name)_holds : forall q, In q \(name)_quantities -> forall T th,",
      "  solves params the_flow th T -> rests \(name)_data th ->",
      "  (forall x t, 0 <= t <= T -> continuity_pt (fun s => th s x) t) ->",
      "  \(says("0")) -> forall t, 0 <= t <= T -> \(says("t")).",
      "Proof. intros q I T th S C G; exact (\(theorem) _ _ _ _ _ \(name)_check q T th I S C G). Qed.")
    writeMutant(name, "map (fun q => (q, - (\(name)_cofactor * q) + Cst 1)%expr) \(name)_quantities")
  }

  // MARK: Refutations

  /// What is claimed fails at a point.
  package mutating func writeRefutation(
    _ claim: CheckedClaim, _ evidence: ProofEvidence?, _ name: String
  ) throws(Refusal) {
    guard let evidence, let witness = evidence.witness else {
      throw noCounterpart(claim, "a refutation without a witness")
    }
    try refuseUnless(!hasPoints, claim, "a refutation with data points")
    if let read = file.declarations.first(where: { $0.file != nil }) {
      throw file.exportRefusal(
        read.span, "a refutation with data from a file, which the export leaves open", "leave them open")
    }
    for (size, value) in witness.sizes where !file.sizes.contains(where: { $0.name == size && $0.value == value }) {
      throw Refusal(
        "the witness is of other sizes than the text was read with",
        remedy: "read it with those of the witness", settings: [])
    }
    var values: [String] = []
    for (variable, value) in witness.values.sorted(by: { $0.key < $1.key }) {
      var reader = PolynomialText(variable, file)
      values.append("(\(try reader.variable()), \(try PolynomialText.fraction(value, file)))")
    }
    add("Definition \(name)_point : list (var * Q) := [\(values.joined(separator: "; "))].")
    let through =
      "forall T th, 0 < T -> solves params the_flow th T -> rests \(name)_data th ->\n  (forall x, th 0 x = point \(name)_point x) ->"
    let arguments = "params \(name)_data the_flow \(name)_q"
    switch claim.form {
    case .conserved(let value, let given):
      try refuse(given, claim)
      try writeEntry(name, value, nil, witness, claim)
      add(
        "Theorem \(name)_fails : \(through)",
        "  ~ (forall t, 0 <= t <= T -> ev (th t) \(name)_q = ev (th 0) \(name)_q).",
        "Proof. apply not_conserved. vm_compute. reflexivity. Qed.")
    case .decays(let value, let rate, let given):
      try refuse(given, claim)
      try writeEntry(name, value, nil, witness, claim)
      try define("\(name)_rate", rate, "the rate")
      add(
        "Theorem \(name)_fails : \(through)",
        "  ~ (forall t, 0 <= t <= T ->",
        "       derivable_pt_lim (fun s => ev (th s) \(name)_q) t (- (ev (th t) \(name)_rate * ev (th t) \(name)_q))).",
        "Proof. apply not_decays. vm_compute. reflexivity. Qed.")
    case .nonincreasing(let value, _):
      try writeEntry(name, value, nil, witness, claim)
      add(
        "Theorem \(name)_fails : \(through)",
        "  exists t, 0 < t <= T /\\ ev (th 0) \(name)_q < ev (th t) \(name)_q.",
        "Proof. apply not_nonincreasing. vm_compute. reflexivity. Qed.")
    case .invariant(let sides, _, let given):
      try refuse(given, claim)
      try refuseUnless(sides.relation != .equal, claim, "an equation that is left")
      let isReversed = sides.relation == .less || sides.relation == .lessOrEqual
      try writeEntry(
        name, isReversed ? sides.right : sides.left, isReversed ? sides.left : sides.right, witness, claim)
      add(
        "(* A point of the boundary that every solution leaves, which refutes the claim for the closed set. *)",
        "Theorem \(name)_fails : \(through)",
        "  ev (th 0) \(name)_q = 0 /\\ exists t, 0 < t <= T /\\ ev (th t) \(name)_q < 0.",
        "Proof. apply leaves. vm_compute. reflexivity. Qed.")
    case .identity(let sides, let given):
      try refuse(given, claim)
      return try writeDifferentSides(sides, witness, claim, name)
    case .laws, .always, .reaches, .grows: throw noCounterpart(claim, "a refutation of this claim")
    }
    add("Compute rate_at \(arguments) \(name)_point.")
    writeMutant(
      name, of: "Qeq_bool (rate_at \(arguments) \(name)_point) (rate_at \(arguments) \(name)_point + 1)",
      "\(name)_fails")
  }

  private mutating func writeDifferentSides(
    _ sides: Equation<Term>, _ witness: ProofEvidence.Witness, _ claim: CheckedClaim, _ name: String
  ) throws(Refusal) {
    for (suffix, term) in [("left", sides.left), ("right", sides.right)] {
      try checkTerm(term, claim)
      let places = try places(witness, sides.left.shape.isNumber ? sides.right : sides.left)
      define("\(name)_\(suffix)", [], try terms.entry(term, term.shape.isNumber ? [] : places).text)
    }
    add(
      "Theorem \(name)_fails : ev (point \(name)_point) \(name)_left <> ev (point \(name)_point) \(name)_right.",
      "Proof. apply not_identity. vm_compute. reflexivity. Qed.",
      "Compute (evq \(name)_point \(name)_left, evq \(name)_point \(name)_right).")
    writeMutant(
      name, of: "Qeq_bool (evq \(name)_point \(name)_left) (evq \(name)_point \(name)_right)", "\(name)_fails")
  }

  /// The entry of a value, or of a difference, that fails.
  private mutating func writeEntry(
    _ name: String, _ value: Term, _ other: Term?, _ witness: ProofEvidence.Witness, _ claim: CheckedClaim
  ) throws(Refusal) {
    try checkTerm(value, claim)
    let wide = other.map { $0.shape.sizes.count > value.shape.sizes.count ? $0 : value } ?? value
    let places = try places(witness, wide)
    var body = try terms.entry(value, value.shape.isNumber ? [] : places)
    if let other, !isZero(other) {
      try checkTerm(other, claim)
      let right = try terms.entry(other, other.shape.isNumber ? [] : places)
      body = .init(text: "\(body.within(.product)) - \(right.within(.application))", level: .sum)
    }
    define("\(name)_q", [], body.text)
    try writeData(name, [value] + (other.map { [$0] } ?? []))
  }

  private func places(_ witness: ProofEvidence.Witness, _ term: Term) throws(Refusal) -> [String] {
    let sizes = shape(term.shape)
    guard witness.entry.count == sizes.count, zip(witness.entry, sizes).allSatisfy({ (1...$1).contains($0) }) else {
      throw file.exportRefusal(
        term.span, "the witness names an entry that is none of the claim's", "make the certificate anew")
    }
    return witness.entry.map { "\($0)" }
  }
}
