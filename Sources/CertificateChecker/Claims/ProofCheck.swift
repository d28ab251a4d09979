import FlowLanguage

/// Checks the evidence that a claim holds, at sizes that have numbers.
struct ProofCheck {
  let reading: ClaimReading
  let evidence: ProofEvidence
  private let budget: Budget
  private let variables: Variables

  init(_ reading: ClaimReading, _ evidence: ProofEvidence) {
    (self.reading, self.evidence) = (reading, evidence)
    (budget, variables) = (reading.budget, reading.expander.variables)
  }

  /// - Returns: Remarks on the scope of what is proved.
  func check() throws(Rejection) -> [String] {
    try checkMembers()
    switch evidence.kind {
    case .identity: try identity()
    case .cofactor: try cofactor()
    case .cofactorModulo: try cofactorModulo()
    case .vectorCofactor: try vectorCofactor()
    case .conservedPlusSquare: try conservedPlusSquare()
    case .squares: try squares()
    case .squaresPlusIdeal: try squaresPlusIdeal()
    case .ideal: try ideal()
    case .rationalLaw: try rationalLaw()
    case .boundaryPoint, .witness, .matrices:
      throw Rejection("a point supports no verdict but violated")
    }
    return try remarks()
  }

  /// Refuses what the kind does not use: it would be carried unchecked.
  private func checkMembers() throws(Rejection) {
    let allowed: [String: [ProofEvidence.Kind]] = [
      "cofactors": [.cofactor, .cofactorModulo, .vectorCofactor, .conservedPlusSquare, .squaresPlusIdeal, .ideal],
      "entries": [.vectorCofactor, .rationalLaw], "conserved": [.conservedPlusSquare, .squaresPlusIdeal],
      "squares": [.conservedPlusSquare, .squares, .squaresPlusIdeal], "witness": [],
    ]
    let present = [
      "cofactors": evidence.cofactors != nil, "entries": evidence.entries != nil,
      "conserved": evidence.conserved != nil, "squares": evidence.squares != nil, "witness": evidence.witness != nil,
    ]
    for (member, kinds) in allowed.sorted(by: { $0.key < $1.key }) {
      if present[member] == true, !kinds.contains(evidence.kind) {
        throw Rejection("evidence of kind \(evidence.kind.rawValue) has no \(member)")
      }
    }
  }

  private func remarks() throws(Rejection) -> [String] {
    var remarks: [String] = []
    if !reading.given.isEmpty { remarks.append("while the given equations hold") }
    if case .always = reading.form { remarks.append("as long as the flow exists") }
    if try dividesBySomething() { remarks.append("where no denominator is 0") }
    return remarks
  }

  private func dividesBySomething() throws(Rejection) -> Bool {
    let values: [Quotient]
    switch reading.form {
    case .identity(let difference): values = difference
    case .constant(let value, let rate): values = value + [rate]
    case .nonincreasing(let value, let roots): values = [value] + (roots ?? [])
    case .invariant(let value, _, _), .always(let value, _): values = value
    }
    if values.contains(where: { $0.polynomial == nil }) { return true }
    if case .identity = reading.form, !reading.expander.asksForMotion { return false }
    return try reading.expander.motion().velocities.values.contains { $0.polynomial == nil }
  }

  // MARK: Texts

  private func polynomials(_ texts: [String]?, _ what: String, count: Int?) throws(Rejection) -> [Quotient] {
    guard let texts else { throw Rejection("evidence of kind \(evidence.kind.rawValue) has no \(what)") }
    if let count, texts.count != count {
      throw Rejection("the evidence has \(texts.count) \(what), \(count) were expected")
    }
    var found: [Quotient] = []
    for text in texts { found.append(Quotient(try PolynomialText.parse(text, variables, budget))) }
    return found
  }

  /// Σ cᵢ sᵢ² with cᵢ > 0.
  private func sumOfSquares() throws(Rejection) -> Quotient {
    guard let squares = evidence.squares else {
      throw Rejection("evidence of kind \(evidence.kind.rawValue) has no squares")
    }
    var sum = Quotient.zero
    for square in squares {
      let coefficient = try Fraction.parse(square.coefficient)
      guard coefficient.sign > 0 else { throw Rejection("the coefficient \(coefficient.text) of a square is not positive") }
      let root = try PolynomialText.parse(square.root, variables, budget)
      try sum.add(Quotient(root.times(root, budget).scaled(by: coefficient)), budget)
    }
    return sum
  }

  private func expectZero(_ value: Quotient, _ what: String) throws(Rejection) {
    guard !value.isZero else { return }
    let count = value.numerator.terms.count
    throw Rejection("\(what) is not 0: \(count) term\(count == 1 ? "" : "s") remain")
  }

  /// The compared values and the relation of an invariant; of `always` the start has been looked at.
  private func compared() throws(Rejection) -> (values: [Polynomial], relation: Relation) {
    let (values, relation): ([Quotient], Relation)
    switch reading.form {
    case .invariant(let own, let stated, let cofactor):
      (values, relation) = (own, stated)
      if let cofactor {
        // Where a cofactor has a pole q may pass 0.
        guard cofactor.polynomial != nil else { throw Rejection("the claim's cofactor has a denominator") }
        for entry in own {
          try expectZero(
            reading.derivative(entry).minus(cofactor.times(entry, budget), budget), "q' − k q with the claim's cofactor")
        }
      }
    case .always(let own, let stated):
      (values, relation) = (own, stated)
      let start = try Start(reading.expander)
      for entry in own {
        guard let value = try entry.value(at: start.point, budget), stated.holds(value) else {
          throw Rejection("the comparison is not true at the start")
        }
      }
    default:
      throw Rejection("evidence of kind \(evidence.kind.rawValue) supports invariants, and the claim is none")
    }
    var polynomials: [Polynomial] = []
    for value in values {
      guard let polynomial = value.polynomial else { throw Rejection("an invariant with a denominator is not supported") }
      polynomials.append(polynomial)
    }
    return (polynomials, relation)
  }

  // MARK: Kinds

  private func identity() throws(Rejection) {
    switch reading.form {
    // With a cofactor of the claim's the comparison stays true for the reason of `cofactor`.
    case .invariant, .always: _ = try compared()
    default: break
    }
    for defect in try reading.defects() { try expectZero(defect, "what the claim says is 0") }
  }

  private func cofactor() throws(Rejection) {
    let (values, _) = try compared()
    let texts = evidence.cofactors
    let factors = try polynomials(texts, "cofactors", count: texts?.count == 1 ? 1 : values.count)
    for (place, value) in values.enumerated() {
      let factor = factors[factors.count == 1 ? 0 : place]
      try expectZero(reading.derivative(Quotient(value)).minus(factor.times(Quotient(value), budget), budget), "q' − k q")
    }
  }

  private func cofactorModulo() throws(Rejection) {
    var values: [Quotient]
    // Of conserved and decays the factor of q is known.
    var known: Quotient?
    switch reading.form {
    case .constant(let own, let rate): (values, known) = (own, rate.negative)
    default: values = try compared().values.map { Quotient($0) }
    }
    let width = 1 + reading.given.count
    let factors = try polynomials(evidence.cofactors, "cofactors", count: values.count * width)
    for (place, value) in values.enumerated() {
      let own = factors[place * width..<(place + 1) * width]
      guard let first = own.first else { continue }
      if let known { try expectZero(first.minus(known, budget), "the difference of the cofactor and what the claim says") }
      var sum = try first.times(value, budget)
      for (factor, equation) in zip(own.dropFirst(), reading.given) { try sum.add(factor.times(equation, budget), budget) }
      try expectZero(reading.derivative(value).minus(sum, budget), "q' − k q − Σ c e")
    }
  }

  private func vectorCofactor() throws(Rejection) {
    let (values, relation) = try compared()
    guard relation == .equal else { throw Rejection("a vector cofactor keeps v = 0, and the claim says something else") }
    let entries = try polynomials(evidence.entries, "entries", count: nil)
    let matrix = try polynomials(evidence.cofactors, "cofactors", count: entries.count * entries.count)
    // The claim assumes that its own entries are 0, and no others.
    let assumed = values.map { Quotient($0) } + reading.given
    for entry in entries where try !contains(assumed, entry) {
      throw Rejection("an entry of the vector is none of what the claim assumes to be 0")
    }
    for value in values where try !contains(entries, Quotient(value)) {
      throw Rejection("an entry of the claim is none of the vector")
    }
    for (i, entry) in entries.enumerated() {
      var sum = Quotient.zero
      for (j, other) in entries.enumerated() {
        try sum.add(matrix[i * entries.count + j].times(other, budget), budget)
      }
      try expectZero(reading.derivative(entry).minus(sum, budget), "v' − M v")
    }
  }

  /// Whether a list has a value or a multiple of it by a number that is not 0; 0 is in every list.
  private func contains(_ values: [Quotient], _ value: Quotient) throws(Rejection) -> Bool {
    guard let polynomial = value.polynomial, let (monomial, coefficient) = polynomial.terms.first else { return value.isZero }
    for other in values {
      guard let own = other.polynomial, let factor = own.terms[monomial], let inverse = coefficient.inverse else { continue }
      if own == polynomial.scaled(by: factor * inverse) { return true }
    }
    return false
  }

  private func conservedPlusSquare() throws(Rejection) {
    let (values, relation) = try compared()
    guard values.count == 1, let value = values.first, relation == .greater || relation == .greaterOrEqual else {
      throw Rejection("conserved plus squares shows that one number stays positive, and the claim says something else")
    }
    let conserved = try polynomials(evidence.conserved.map { [$0] }, "conserved", count: 1)[0]
    try expectZero(reading.derivative(conserved), "the derivative of what is conserved")
    let start: Fraction
    if case .always = reading.form {
      guard let value = try conserved.value(at: Start(reading.expander).point, budget) else {
        throw Rejection("what is conserved has no value at the start")
      }
      start = value
    } else if let constant = conserved.constant {
      start = constant
    } else {
      throw Rejection("what is conserved is positive at some starts only, and the claim is about all of them")
    }
    var rest = try conserved.plus(sumOfSquares(), budget)
    if !reading.given.isEmpty {
      let factors = try polynomials(evidence.cofactors, "cofactors", count: reading.given.count)
      for (factor, equation) in zip(factors, reading.given) { try rest.add(factor.times(equation, budget), budget) }
    } else if evidence.cofactors?.isEmpty == false {
      throw Rejection("the evidence has cofactors and the claim gives no equation")
    }
    let q = Quotient(value)
    if try q.equals(rest, budget) {
      guard start.sign > 0 || start.sign == 0 && relation == .greaterOrEqual else {
        throw Rejection("what is conserved is \(start.text) at the start")
      }
      return
    }
    // q² = c + Σ … with c > 0: q has no zero and keeps its sign.
    try expectZero(q.times(q, budget).minus(rest, budget), "neither q nor q² less the sum")
    guard start.sign > 0 else { throw Rejection("what is conserved is \(start.text) at the start") }
    guard relation == .greater else {
      throw Rejection("where q has no zero the claim q > 0 is proved, and it says q >= 0")
    }
  }

  /// A number that does not grow if the claim is true: q, or what it is compared as.
  private func falling() throws(Rejection) -> Quotient {
    if case .nonincreasing(let value, let roots) = reading.form {
      if roots != nil {
        for defect in try reading.defects() { try expectZero(defect, "q' + Σ a² with the claim's terms") }
      }
      return value
    }
    let (values, relation) = try compared()
    guard values.count == 1, let value = values.first, relation != .equal else {
      throw Rejection("squares show that one number does not grow, and the claim says something else")
    }
    return relation.isBelow ? Quotient(value) : Quotient(value).negative
  }

  private func squares() throws(Rejection) {
    let value = try falling()
    try expectZero(reading.derivative(value).plus(sumOfSquares(), budget), "q' + Σ c s²")
  }

  private func squaresPlusIdeal() throws(Rejection) {
    if case .nonincreasing = reading.form {
      throw Rejection("Grönwall's inequality keeps q <= 0, and the claim says that q does not grow")
    }
    let value = try falling()
    let factor = try polynomials(evidence.cofactors, "cofactors", count: 1)[0]
    if evidence.conserved != nil {
      let conserved = try polynomials(evidence.conserved.map { [$0] }, "conserved", count: 1)[0]
      try expectZero(reading.derivative(conserved), "the derivative of what is conserved")
      let rest = try factor.minus(conserved, budget)
      guard rest.numerator.terms.allSatisfy({ $0.key.isSquare && $0.value.sign > 0 }) else {
        throw Rejection("the cofactor less what is conserved is no sum of squares of monomials")
      }
    }
    let sum = try factor.times(value, budget).plus(sumOfSquares(), budget)
    try expectZero(reading.derivative(value).plus(sum, budget), "q' + k q + Σ c s²")
  }

  private func ideal() throws(Rejection) {
    switch reading.form {
    case .constant, .identity: break
    default: throw Rejection("membership in an ideal shows that something is 0, and the claim says something else")
    }
    let (defects, width) = (try reading.defects(), reading.given.count)
    let factors = try polynomials(evidence.cofactors, "cofactors", count: defects.count * width)
    for (place, defect) in defects.enumerated() {
      var sum = Quotient.zero
      for (k, equation) in reading.given.enumerated() {
        try sum.add(factors[place * width + k].times(equation, budget), budget)
      }
      try expectZero(defect.minus(sum, budget), "what the claim says is 0, less Σ c e,")
    }
  }

  private func rationalLaw() throws(Rejection) {
    guard case .constant(let values, let rate) = reading.form else {
      throw Rejection("a rational law is conserved or decays, and the claim says something else")
    }
    var pairs = values.map { ($0.numerator, $0.denominator) }
    if evidence.entries != nil {
      let entries = try polynomials(evidence.entries, "entries", count: 2 * values.count).map(\.numerator)
      pairs = values.indices.map { (entries[2 * $0], entries[2 * $0 + 1]) }
    }
    for (value, (above, below)) in zip(values, pairs) {
      guard !below.isZero else { throw Rejection("a denominator is 0") }
      try expectZero(
        value.times(Quotient(below), budget).minus(Quotient(above), budget), "q · denominator − numerator")
      let (n, d) = (Quotient(above), Quotient(below))
      var sum = try reading.derivative(n).times(d, budget).minus(n.times(reading.derivative(d), budget), budget)
      try sum.add(rate.times(n.times(d, budget), budget), budget)
      try expectZero(sum, "numerator' · denominator − numerator · denominator'")
    }
  }
}
