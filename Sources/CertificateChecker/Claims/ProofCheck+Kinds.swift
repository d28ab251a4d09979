import FlowLanguage

/// One function for every kind of evidence: what it asks for, and that this is so.
extension ProofCheck {
  package func identity() throws(Rejection) {
    switch reading.form {
    // With a cofactor of the claim's the comparison stays true for the reason of `cofactor`.
    case .invariant, .always: _ = try compared()
    default: break
    }
    for defect in try reading.defects() { try expectZero(defect, "what the claim says is 0") }
  }

  package func cofactor() throws(Rejection) {
    let (values, _) = try compared()
    let texts = evidence.cofactors
    let factors = try polynomials(texts, "cofactors", count: texts?.count == 1 ? 1 : values.count)
    for (place, value) in values.enumerated() {
      let factor = factors[factors.count == 1 ? 0 : place]
      try expectZero(
        reading.derivative(Quotient(value)).minus(factor.times(Quotient(value), budget), budget), "q' − k q")
    }
  }

  package func cofactorModulo() throws(Rejection) {
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
      if let known {
        try expectZero(first.minus(known, budget), "the difference of the cofactor and what the claim says")
      }
      var sum = try first.times(value, budget)
      for (factor, equation) in zip(own.dropFirst(), reading.given) {
        try sum.add(factor.times(equation, budget), budget)
      }
      try expectZero(reading.derivative(value).minus(sum, budget), "q' − k q − Σ c e")
    }
  }

  package func vectorCofactor() throws(Rejection) {
    let (values, relation) = try compared()
    guard relation == .equal else {
      throw Rejection("a vector cofactor keeps v = 0, and the claim says something else")
    }
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
    guard let polynomial = value.polynomial, let (monomial, coefficient) = polynomial.terms.first else {
      return value.isZero
    }
    for other in values {
      guard let own = other.polynomial, let factor = own.terms[monomial], let inverse = coefficient.inverse else {
        continue
      }
      if own == polynomial.scaled(by: factor * inverse) { return true }
    }
    return false
  }

  package func conservedPlusSquare() throws(Rejection) {
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

  package func squares() throws(Rejection) {
    let value = try falling()
    try expectZero(reading.derivative(value).plus(sumOfSquares(), budget), "q' + Σ c s²")
  }

  package func squaresPlusIdeal() throws(Rejection) {
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

  package func ideal() throws(Rejection) {
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

  package func rationalLaw() throws(Rejection) {
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
