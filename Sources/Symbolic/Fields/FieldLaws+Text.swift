extension FieldLaws {
  /// What is proved not to exist, a sentence each.
  public var absent: [String] {
    // Where laws that are all there are were found, degrees say something only of those that are of another kind.
    let kinds = Set(laws.map(\.kind))
    var lines = isComplete ? ["no law that does not depend on these exists"] : []
    if polynomials.isExhaustive, !isComplete || kinds != [.polynomial] {
      let known = laws.contains { $0.kind == .polynomial && $0.degree <= polynomials.degree }
      lines.append(
        known
          ? "every polynomial law of degree <= \(polynomials.degree) is a polynomial in these"
          : "no polynomial law of degree <= \(polynomials.degree) exists")
    }
    if quotients.isExhaustive, !isComplete || kinds.contains(.logarithmic) {
      let known = laws.contains { $0.kind != .logarithmic && $0.degree <= quotients.degree }
      lines.append(
        known
          ? "every quotient of polynomials of degree <= \(quotients.degree) that is a law depends on these"
          : "no quotient of polynomials of degree <= \(quotients.degree) is a law")
    }
    if invariantSets.isExhaustive {
      lines.append(
        darboux.contains { $0.degree <= invariantSets.degree }
          ? "every Darboux polynomial of degree <= \(invariantSets.degree) with rational coefficients is a product of these"
          : "no Darboux polynomial of degree <= \(invariantSets.degree) with rational coefficients exists")
    }
    return constants.isEmpty ? lines : lines.map { "\($0), for \(constantWords) in general" }
  }

  /// What was looked for and is neither found nor excluded, a sentence each.
  public var undecided: [String] {
    if isComplete { return [] }
    var lines: [String] = []
    if unproved > 0 { lines.append("\(unproved) candidates modulo a prime could not be proved and are not counted") }
    if polynomials.degree > 0, !polynomials.isExhaustive {
      lines.append("polynomial laws of degree <= \(polynomials.degree) may be missing")
    }
    if quotients.degree > 0, !quotients.isExhaustive {
      lines.append("quotients of polynomials of degree <= \(quotients.degree) may be missing")
    }
    return lines
  }

  private var constantWords: String {
    constants.count <= 8 ? constants.joined(separator: ", ") : "the \(constants.count) constants"
  }

  /// What a count of these laws speaks of.
  public var scope: String {
    var parts = ["for every start"]
    if !constants.isEmpty { parts.append("and all values of \(constantWords)") }
    return parts.joined(separator: " ")
  }

  /// The count in one line.
  public var summary: String { count.summary }

  /// The laws, the Darboux polynomials and what is excluded, a line each.
  public var text: String {
    var lines = laws.map { law in
      "law (\(law.kind.rawValue), degree \(law.degree)): \(law.text)"
        + (law.isIndependent ? "" : "  (depends on those above)")
    }
    lines += darboux.map { "Darboux polynomial (degree \($0.degree)): \($0.text), cofactor \($0.cofactorText)" }
    return (lines + absent.map { "proved: \($0)" } + undecided.map { "open: \($0)" } + [summary])
      .joined(separator: "\n")
  }

  /// The same as the count of a model's laws. Near every point at which the field does not vanish n − 1 smooth laws exist (the field is
  /// constant in suitable coordinates), which need no formula.
  public var count: LawCount {
    LawCount(
      parameters: stateCount,
      families: laws.map { .init(text: $0.text, quantities: [$0.quantity], proof: .expansion) },
      independent: laws.filter(\.isIndependent).map(\.quantity), upperBound: bound, boundRefusal: nil, evidence: nil,
      localLaws: bound, unproved: unproved, refuted: 0,
      degrees: polynomials.degree > 0 ? Array(1...polynomials.degree) : [], scope: scope, names: names)
  }
}
