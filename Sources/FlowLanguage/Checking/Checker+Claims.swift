extension Checker {
  mutating func observe(_ entry: ObservationEntry) {
    let term = term(entry.value)
    if let name = entry.name {
      let quoted = printable(name.text)
      if let first = observed[name.text] {
        report(name.span, "an observation '\(quoted)' is already on line \(line(first))")
        return
      }
      if let place = places[name.text] {
        report(
          name.span, "'\(quoted)' is declared on line \(line(place))",
          hint: "choose another name for what is recorded, or write observe \(quoted)")
        return
      }
      observed[name.text] = name.span
    }
    if let term { observations.append(Observation(name: entry.name?.text, value: term)) }
  }

  mutating func add(_ entry: ClaimEntry, _ span: Span) {
    firstClaim = firstClaim ?? span
    context.place = .claim
    if let label = entry.label {
      if let first = labels[label.text] {
        report(label.span, "a claim '\(printable(label.text))' is already on line \(line(first))")
      }
      labels[label.text] = labels[label.text] ?? label.span
    }
    let form = entry.form.map { term($0) }
    guard let form, fits(form) else { return }
    claims.append(
      CheckedClaim(
        label: entry.label?.text, isScaleLimit: entry.isScaleLimit, form: form, text: entry.form.description, span: span
      ))
  }

  /// Whether all parts of a claim have the shapes it takes; says so where they have not.
  private mutating func fits(_ form: ClaimForm<Term>) -> Bool {
    switch form {
    case .conserved(_, let given): return given.allSatisfy { fits($0) }
    case .decays(_, let rate, let given):
      return isNumber(rate, "a rate") && given.allSatisfy { fits($0) }
    case .identity(let sides, let given): return fits(sides) && given.allSatisfy { fits($0) }
    case .nonincreasing(let value, _): return isNumber(value, "what does not increase")
    case .invariant(let sides, let cofactor, let given):
      return fits(sides) && (cofactor.map { isNumber($0, "a cofactor") } ?? true) && given.allSatisfy { fits($0) }
    case .laws: return true
    case .always(let sides, _, _), .reaches(let sides, _, _): return fits(sides)
    case .grows(let value, let base, let exponent):
      guard isNumber(value, "what grows"), isNumber(base, "what it grows like") else { return false }
      guard Constant(exponent) != nil else {
        report(exponent.span, "an exponent is a constant: numbers and sizes")
        return false
      }
      return isNumber(exponent, "an exponent")
    }
  }

  private mutating func isNumber(_ term: Term, _ what: String) -> Bool {
    if term.shape.isNumber { return true }
    report(term.span, "\(what) is a number, found \(term.shape)")
    return false
  }

  /// Two sides of one shape; 0 stands for an array of zeros.
  private mutating func fits(_ sides: Equation<Term>) -> Bool {
    guard let difference = sides.left.shape.difference(from: sides.right.shape), !isZero(sides.left),
      !isZero(sides.right)
    else { return true }
    report(sides.right.span, "equation of \(difference)")
    return false
  }

  /// Two sides of one shape, or one of them a number that every entry is compared with.
  private mutating func fits(_ sides: Comparison<Term>) -> Bool {
    if sides.relation == .equal { return fits(Equation(left: sides.left, right: sides.right)) }
    guard !sides.left.shape.isNumber, !sides.right.shape.isNumber,
      let difference = sides.left.shape.difference(from: sides.right.shape)
    else { return true }
    report(sides.right.span, "comparison of \(difference)")
    return false
  }

  /// Whether it is written 0, which stands for an array of zeros.
  func isZero(_ term: Term) -> Bool {
    if case .number(let number) = term.kind { number.numerator == 0 } else { false }
  }
}
