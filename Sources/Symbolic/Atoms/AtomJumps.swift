import Models

/// Whether a quantity may jump along the flow though its derivative is 0 wherever it has one, as x/|x| does where x passes 0.
///
/// What holds gates or roots may where a gate switches and where a denominator is 0, unless it is continuous there or the flow never is
/// there. Without gates and roots it may not: a quotient of analytic functions of time that is constant before a zero of its denominator
/// is the same constant behind it.
struct AtomJumps {
  let algebra: AtomAlgebra
  let motion: AtomMotion

  /// What a value is made of, through all atoms.
  private struct Parts {
    var atoms: Set<Int> = []
    var factors: Set<Int> = []
    /// The polynomials that gates may stand in.
    var numerators: [Polynomial] = []
  }

  func areExcluded(in value: AtomQuotient) throws(EntryFault) -> Bool {
    var parts = Parts()
    try collect(value, &parts)
    let isAnalytic = parts.atoms.allSatisfy { number in
      switch algebra.atoms[number].kind {
      case .gate, .root: false
      default: true
      }
    }
    if isAnalytic { return true }
    for factor in parts.factors where try !isPassedNever(factor) { return false }
    for numerator in parts.numerators where try !isContinuous(numerator) { return false }
    return true
  }

  private func collect(_ value: AtomQuotient, _ parts: inout Parts) throws(EntryFault) {
    parts.factors.formUnion(value.denominator.keys)
    let numerator = try algebra.reduced(value.numerator)
    parts.numerators.append(numerator)
    for polynomial in [numerator] + value.denominator.keys.map({ algebra.factors[$0] }) {
      for number in try atoms(in: polynomial) where parts.atoms.insert(number).inserted {
        try collect(algebra.atoms[number].argument, &parts)
        try collect(algebra.atoms[number].key, &parts)
      }
    }
  }

  private func atoms(in polynomial: Polynomial) throws(EntryFault) -> [Int] {
    try refusing { () throws(Refusal) in try polynomial.variables() }.filter { $0 >= algebra.firstAtom }.map {
      $0 - algebra.firstAtom
    }
  }

  /// Whether a + b g is the same on both sides of where a gate g switches, for all its gates: b is a multiple of the argument, or this never
  /// passes 0.
  private func isContinuous(_ polynomial: Polynomial) throws(EntryFault) -> Bool {
    for number in try atoms(in: polynomial) where algebra.atoms[number].kind == .gate {
      let argument = algebra.atoms[number].key.numerator
      let isMultiple = try refusing { () throws(Refusal) in
        try polynomial.coefficient(of: algebra.firstAtom + number, 1).divided(by: argument) != nil
      }
      if try !isMultiple, try !keepsSign(argument) { return false }
    }
    return true
  }

  /// Whether a factor has no zero where the flow is: it is positive, a pole of the flow, or keeps its sign; and has no gate that switches.
  private func isPassedNever(_ position: Int) throws(EntryFault) -> Bool {
    let factor = algebra.factors[position]
    for number in try atoms(in: factor) where algebra.atoms[number].kind == .gate {
      guard try keepsSign(algebra.atoms[number].key.numerator) else { return false }
    }
    if try algebra.isPositive(factor) || motion.rates.values.contains(where: { $0.denominator[position] != nil }) {
      return true
    }
    if try keepsSign(factor) { return true }
    // A root is 0 where its argument is.
    guard factor.count == 1, factor.degree == 1, let number = try atoms(in: factor).first,
      case .root = algebra.atoms[number].kind
    else { return false }
    return try keepsSign(algebra.atoms[number].argument.numerator)
  }

  /// Whether the rate of a polynomial is shown to be a multiple of it by a polynomial without atoms.
  private func keepsSign(_ polynomial: Polynomial) throws(EntryFault) -> Bool {
    let rate = try motion.derivative(of: AtomQuotient(polynomial))
    if try algebra.vanishes(rate) { return true }
    guard rate.denominator.isEmpty else { return false }
    let above = try algebra.reduced(rate.numerator)
    guard let factor = try refusing({ () throws(Refusal) in try above.divided(by: polynomial) }) else { return false }
    return try atoms(in: factor).isEmpty
  }
}
