import FlowLanguage

/// Checks that a claim holds for all sizes, by a normal form of its own for sums of words in matrices and their transposes, with
/// cyclic traces: what is 0 in it is 0 for matrices of all sizes.
package struct AllSizesCheck {
  private let reader: MatrixReader
  private let claim: CheckedClaim
  private let evidence: ProofEvidence
  private let certificate: Certificate
  private let table = Letters()
  private let budget: Budget
  /// What the claim assumes to be equal.
  private let given: [(left: MatrixSum, right: MatrixSum)]

  package init(_ file: CheckedFile, _ claim: CheckedClaim, _ certificate: Certificate, _ budget: Budget)
    throws(Rejection)
  {
    self.budget = budget
    reader = MatrixReader(file, table, budget)
    (self.claim, evidence, self.certificate) = (claim, certificate.evidence, certificate)
    let equations: [Equation<Term>]
    switch claim.form {
    case .conserved(_, let own), .decays(_, _, let own), .identity(_, let own), .invariant(_, _, let own):
      equations = own
    default: equations = []
    }
    guard equations.count <= 6 else { throw Rejection("more than 6 given equations") }
    // Read first, for one that is about a derivative makes the claim so.
    var given: [(left: MatrixSum, right: MatrixSum)] = []
    for equation in equations {
      var (left, right) = (try reader.value(of: equation.left), try reader.value(of: equation.right))
      // 0 stands for a matrix of zeros.
      if left.isZero { left = MatrixSum(right.sides) }
      if right.isZero { right = MatrixSum(left.sides) }
      guard left.sides == right.sides else { throw Rejection("a given equation has two shapes") }
      given.append((left, right))
    }
    self.given = given
  }

  /// - Returns: Remarks on the scope of what is proved.
  package func check() throws(Rejection) -> [String] {
    guard evidence.entries == nil, evidence.conserved == nil, evidence.witness == nil else {
      throw Rejection("the evidence has members that a proof for all sizes does not use")
    }
    let defect: MatrixSum
    switch claim.form {
    case .conserved(let value, _):
      try expectKind([.identity, .ideal])
      defect = try constant(reader.value(of: value), rate: nil)
    case .decays(let value, let rate, _):
      try expectKind([.identity, .ideal])
      let (value, rate) = (try reader.value(of: value), try reader.value(of: rate))
      defect = try constant(value, rate: rate)
    case .identity(let sides, _):
      try expectKind([.identity, .ideal])
      defect = try difference(sides.left, sides.right)
      if reader.asksForMotion {
        _ = try reader.velocities()
        guard !reader.dependsOnInputs else { throw pointwise }
      }
    case .nonincreasing(let value, let roots): defect = try nonincreasing(value, roots)
    case .invariant(let sides, let cofactor, _):
      try expectKind([.identity, .cofactor])
      defect = try invariant(sides, cofactor)
    case .laws, .always, .reaches, .grows:
      throw Rejection("no proof for all sizes is known for claims of this form")
    }
    if evidence.kind == .ideal, given.isEmpty {
      throw Rejection("the evidence uses given equations, and the claim gives none")
    }
    try expectZero(defect)
    return given.isEmpty ? [] : ["while the given equations hold"]
  }

  private var pointwise: Rejection {
    Rejection("the claim is about something that is a mean over data points, or a sum over an index")
  }

  private func expectKind(_ kinds: [ProofEvidence.Kind]) throws(Rejection) {
    guard kinds.contains(evidence.kind) else {
      throw Rejection("evidence of kind \(evidence.kind.rawValue) does not support this claim for all sizes")
    }
    guard evidence.squares == nil, evidence.kind == .cofactor || evidence.cofactors == nil else {
      throw Rejection("the evidence has members that a proof for all sizes does not use")
    }
  }

  /// Velocities are means over data points: what is linear in them follows from one point.
  private func checkLinear(_ values: [MatrixSum]) throws(Rejection) {
    _ = try reader.velocities()
    guard reader.dependsOnInputs else { return }
    let isPointwise = values.contains { $0.symbols.contains { table.symbols[$0].isInput } }
    if reader.asksForMotion || isPointwise { throw pointwise }
  }

  private func constant(_ value: MatrixSum, rate: MatrixSum?) throws(Rejection) -> MatrixSum {
    try checkLinear([value] + (rate.map { [$0] } ?? []))
    var defect = try reader.flowDerivative(of: value)
    if let rate { try defect.add(value.times(rate, table, budget), budget) }
    return defect
  }

  /// left − right; 0 stands for a matrix of zeros.
  private func difference(_ left: Term, _ right: Term) throws(Rejection) -> MatrixSum {
    let (a, b) = (try reader.value(of: left), try reader.value(of: right))
    if b.isZero { return a }
    if a.isZero { return b.scaled(by: Fraction(-1)) }
    var difference = a
    try difference.add(b, times: Fraction(-1), budget)
    return difference
  }

  /// q' + Σ ‖a‖² with the claim's terms, or those of the evidence.
  private func nonincreasing(_ value: Term, _ roots: [Term]) throws(Rejection) -> MatrixSum {
    guard evidence.kind == .squares || evidence.kind == .identity, evidence.cofactors == nil else {
      throw Rejection("evidence of kind \(evidence.kind.rawValue) does not support this claim for all sizes")
    }
    let quantity = try reader.value(of: value)
    var squares = MatrixSum(nil)
    for root in roots { try squares.add(reader.value(of: root).square(table, budget), budget) }
    if let stated = evidence.squares {
      var sum = MatrixSum(nil)
      for square in stated {
        let coefficient = try Fraction.parse(square.coefficient)
        guard coefficient.sign > 0 else { throw Rejection("the coefficient of a square is not positive") }
        try sum.add(formula(square.root).square(table, budget), times: coefficient, budget)
      }
      if !roots.isEmpty {
        try squares.add(sum, times: Fraction(-1), budget)
        guard squares.isZero else { throw Rejection("the evidence has other squares than the claim") }
      }
      squares = sum
    }
    try checkLinear([quantity])
    return try reader.flowDerivative(of: quantity).plus(squares, budget)
  }

  /// q' − k q with the claim's cofactor, or that of the evidence.
  private func invariant(_ sides: Comparison<Term>, _ cofactor: Term?) throws(Rejection) -> MatrixSum {
    let value = try difference(sides.left, sides.right)
    // A number beside a matrix stands for one in every entry, which is no multiple of the identity.
    let (left, right) = (try reader.value(of: sides.left), try reader.value(of: sides.right))
    guard sides.left.shape == sides.right.shape || left.isZero || right.isZero else {
      throw Rejection("a comparison of every entry with a number is not read for all sizes")
    }
    var defect = try reader.flowDerivative(of: value)
    var factor = try cofactor.map { (term) throws(Rejection) in try reader.value(of: term) }
    if factor == nil, evidence.kind == .cofactor {
      guard let texts = evidence.cofactors, texts.count == 1 else {
        throw Rejection("the evidence has not one cofactor")
      }
      factor = try formula(texts[0])
    }
    try checkLinear([value] + (cofactor != nil ? factor.map { [$0] } ?? [] : []))
    if let factor {
      guard factor.sides == nil else { throw Rejection("a cofactor is a number") }
      try defect.add(value.times(factor, table, budget), times: Fraction(-1), budget)
    }
    return defect
  }

  /// A formula of the language in the names of the text.
  private func formula(_ text: String) throws(Rejection) -> MatrixSum {
    let read = try ClaimText(
      source: certificate.source, name: certificate.name, sizes: certificate.sizes, claims: ["identity \(text) = 0"])
    guard case .identity(let sides, let given)? = read.claims.first?.form, given.isEmpty else {
      throw Rejection("'\(shortened(text))' is no formula")
    }
    // Positions in the text and in the text with another last line are the same.
    return try reader.value(of: sides.left)
  }

  private func expectZero(_ defect: MatrixSum) throws(Rejection) {
    if defect.isZero { return }
    if given.isEmpty {
      let count = defect.terms.count
      throw Rejection("what the claim says is 0 is not 0 for all sizes: \(count) word\(count == 1 ? "" : "s") remain")
    }
    // From left to right first, as the claim is written.
    var (equations, choices): ([(left: MatrixSum, right: MatrixSum)], [[Word]]) = ([], [[]])
    for equation in given {
      let sources = try Rewriting.sources(of: equation, budget).prefix(given.count > 3 ? 2 : 4)
      // One between numbers replaces no word.
      if sources.isEmpty { continue }
      equations.append(equation)
      choices = choices.flatMap { choice in sources.map { choice + [$0] } }
    }
    for choice in choices {
      let rules = try Rewriting(equations, replacing: choice, budget)
      if let rest = try rules.normalForm(defect, table, budget), rest.isZero { return }
    }
    throw Rejection("replacing by the given equations does not give 0")
  }
}
