extension Program {
  /// The parameters of least norm that give the same roots as these by the symmetries that labels show: a balanced start.
  ///
  /// Bond by bond, swept until nothing moves: Gram laws by a singular value decomposition (``GramBond``), norm laws by the
  /// rescaling of least norm (for exponents with sum 0 the geometric mean, ``NormBond``), shifts by the mean. Every two-sided
  /// law is 0 at the end, and the norm falls in every step. A law whose terms all have one sign, such as that of a
  /// normalized block, has no least norm and stays as it is.
  ///
  /// - Parameter laws: the laws of the roots, where they are known.
  /// - Throws: ``Refusal`` if a block stands twice in one law (E W Eᵀ), the norm falls without end, or the sweeps do
  ///   not end.
  public func balancedStart(
    of roots: [ID], from parameters: [Double], under laws: [Law]? = nil
  ) throws(Refusal) -> [Double] {
    try balancing(of: roots, from: parameters, under: laws).parameters
  }

  /// The same with the number of sweeps.
  package func balancing(
    of roots: [ID], from parameters: [Double], under known: [Law]? = nil
  ) throws(Refusal) -> (parameters: [Double], sweeps: Int) {
    guard parameters.count == layout.count else {
      throw Refusal(
        "\(parameters.count) numbers are no parameters of a program with \(layout.count)",
        remedy: "give one number a parameter")
    }
    let laws: [Law]
    if let known { laws = known } else { laws = try self.laws(of: roots) }
    for law in laws { try refuseTies(law) }
    let slices = LawSlices(self)
    let grams = laws.filter { $0.kind == .gram }.flatMap { GramBond.bonds($0, slices) }
    var norms: [NormBond] = []
    for (number, law) in laws.enumerated() where law.kind == .norm || law.kind == .block {
      guard laws.firstIndex(where: law.isBeside) == number else { continue }
      norms += NormBond.bonds(laws.filter(law.isBeside), slices)
    }
    var result = parameters
    for row in laws.filter({ $0.kind == .shift }).flatMap({ $0.rows(in: self) }) {
      let mean = row.value(result) / Double(row.monomials.count)
      for monomial in row.monomials { result[monomial.first] -= mean }
    }
    for sweep in 1...Self.mostSweeps {
      var moved = false
      for bond in grams where try bond.balance(&result) { moved = true }
      for bond in norms where try bond.balance(&result) { moved = true }
      if !moved { return (result, sweep - 1) }
    }
    throw Refusal(
      "a balanced start did not settle in \(Self.mostSweeps) sweeps", remedy: "use a gaussian start")
  }

  /// Sweeps after which a start that still moves is refused; a chain of depth 6 takes about 100.
  private static let mostSweeps = 20_000

  @inline(never)
  private func refuseTies(_ law: Law) throws(Refusal) {
    for term in law.terms where law.terms.filter({ $0.block == term.block }).count > 1 {
      throw Refusal(
        "block \(blocks[term.block].name) stands twice in the law that \(law.statement), so that its parts cannot be balanced "
          + "one after the other", remedy: "use a gaussian start, or a block of its own for every use")
    }
  }
}
