import FlowLanguage

/// A claim as polynomials at sizes that have numbers.
package struct ClaimReading {
  /// What a claim says of polynomials.
  package enum Form {
    /// `defect` is 0 entry by entry: q' + rate q of the `value` q.
    case constant(value: [Quotient], rate: Quotient)
    /// `left − right` is 0 entry by entry.
    case identity([Quotient])
    /// q' ≤ 0; with roots q' = −Σ root².
    case nonincreasing(Quotient, roots: [Quotient]?)
    /// The comparison of q with 0 stays true, in all entries; with a cofactor q' = k q.
    case invariant([Quotient], Relation, cofactor: Quotient?)
    /// The comparison of q with 0 is true along the flow from the text's start.
    case always([Quotient], Relation)
  }

  package let form: Form
  /// The extents of the value.
  package let shape: [Int]
  /// What the claim assumes to be 0, entry by entry, equation after equation.
  package let given: [Quotient]
  package let expander: Expander
  package let budget: Budget

  package init(_ claim: CheckedClaim, _ expander: Expander) throws(Rejection) {
    (self.expander, budget) = (expander, expander.budget)
    try expander.registerAll()
    var assumed: [Quotient] = []
    func assume(_ equations: [Equation<Term>]) throws(Rejection) {
      for equation in equations { assumed += try Self.difference(equation.left, equation.right, expander).values }
    }
    switch claim.form {
    case .conserved(let value, let given):
      let entries = try expander.value(of: value)
      (form, shape) = (.constant(value: entries.values, rate: .zero), entries.shape)
      try assume(given)
    case .decays(let value, let rate, let given):
      let entries = try expander.value(of: value)
      (form, shape) = (.constant(value: entries.values, rate: try expander.value(of: rate).values[0]), entries.shape)
      try assume(given)
    case .identity(let sides, let given):
      let entries = try Self.difference(sides.left, sides.right, expander)
      (form, shape) = (.identity(entries.values), entries.shape)
      try assume(given)
    case .nonincreasing(let value, let by):
      var roots: [Quotient] = []
      for root in by { roots += try expander.value(of: root).values }
      (form, shape) = (.nonincreasing(try expander.value(of: value).values[0], roots: by.isEmpty ? nil : roots), [])
    case .invariant(let sides, let cofactor, let given):
      let entries = try Self.difference(sides.left, sides.right, expander)
      let factor = try cofactor.map { (term) throws(Rejection) in try expander.value(of: term).values[0] }
      (form, shape) = (.invariant(entries.values, sides.relation, cofactor: factor), entries.shape)
      try assume(given)
    case .always(let sides, _, _):
      let entries = try Self.difference(sides.left, sides.right, expander)
      (form, shape) = (.always(entries.values, sides.relation), entries.shape)
    case .laws, .reaches, .grows: throw Rejection("no certificate of one claim is known for claims of this form")
    }
    given = assumed
    try checkDataPoints()
  }

  /// left − right; a number stands beside every entry of an array.
  private static func difference(
    _ left: Term, _ right: Term, _ expander: Expander
  ) throws(Rejection) -> Entries {
    var (a, b) = (try expander.value(of: left), try expander.value(of: right))
    if a.shape.count < b.shape.count { a = try expander.filled(a, b.shape) }
    if b.shape.count < a.shape.count { b = try expander.filled(b, a.shape) }
    guard a.values.count == b.values.count else { throw Rejection("two sides differ in their sizes") }
    var values: [Quotient] = []
    for (x, y) in zip(a.values, b.values) { values.append(try x.minus(y, expander.budget)) }
    return Entries(a.shape, values)
  }

  /// Velocities are means over data points. What is linear in them follows from one point; anything else does not, and is refused.
  private func checkDataPoints() throws(Rejection) {
    var values: [Quotient] = []
    switch form {
    case .identity where !expander.asksForMotion: return
    case .identity: break
    case .constant(let value, let rate): values = value + [rate]
    case .nonincreasing(let value, let roots): values = [value] + (roots ?? [])
    case .invariant(let value, _, let cofactor): values = value + (cofactor.map { [$0] } ?? [])
    case .always(let value, _): values = value
    }
    guard try expander.motion().dependsOnInputs else { return }
    if expander.asksForMotion {
      throw Rejection("the claim is about the loss or a derivative, which is a mean over data points")
    }
    for value in values where expander.dependsOnInputs(value) {
      throw Rejection("the claim is about a value of one data point, and all of them move the parameters")
    }
  }

  /// What is 0 if the claim holds, entry by entry: q' + rate q, left − right, q' + Σ root² or q' − k q.
  package func defects() throws(Rejection) -> [Quotient] {
    var defects: [Quotient] = []
    switch form {
    case .identity(let difference): return difference
    case .constant(let value, let rate):
      for entry in value { defects.append(try derivative(entry).plus(rate.times(entry, budget), budget)) }
    case .nonincreasing(let value, let roots):
      var sum = try derivative(value)
      for root in roots ?? [] { try sum.add(root.times(root, budget), budget) }
      return [sum]
    case .invariant(let value, _, let cofactor):
      for entry in value {
        let own = try cofactor.map { (factor) throws(Rejection) in try factor.times(entry, budget) }
        defects.append(try derivative(entry).minus(own ?? .zero, budget))
      }
    case .always(let value, _): for entry in value { defects.append(try derivative(entry)) }
    }
    return defects
  }

  package func derivative(_ value: Quotient) throws(Rejection) -> Quotient {
    try expander.motion().derivative(of: value)
  }
}

extension Relation {
  /// Whether it says that something is less than something.
  package var isBelow: Bool { self == .less || self == .lessOrEqual }

  /// Whether it is true of a number and 0.
  package func holds(_ value: Fraction) -> Bool {
    switch self {
    case .less: value.sign < 0
    case .lessOrEqual: value.sign <= 0
    case .greater: value.sign > 0
    case .greaterOrEqual: value.sign >= 0
    case .equal: value.isZero
    }
  }
}
