import Models

/// A model's outputs as exact polynomials in parameters, free data, gates and atoms: the tape of a plan, carried out.
struct ExactTape {
  let plan: AtomPlan
  private(set) var arithmetic: ExactAtoms
  private var memory: [ExactPolynomial]

  /// Sets the leaves. Parameter k is variable k; free data and gates have the numbers of their places.
  ///
  /// - Parameters:
  ///   - opensGates: gates inside of functions are 1, as in the plan, instead of any numbers.
  ///   - pattern: numbers in place of the gates, by node.
  /// - Throws: ``Refusal`` for constants that are no fractions of 64-bit integers.
  init(
    _ model: LawModel, _ plan: AtomPlan, opensGates: Bool, pattern: [Int: [UInt8]]? = nil, budget: Int
  ) throws(Refusal) {
    self.plan = plan
    let tape = plan.tape
    arithmetic = ExactAtoms(plan: plan, firstVariable: tape.size, budget: budget)
    memory = [ExactPolynomial](repeating: ExactPolynomial(), count: tape.size)
    for k in 0..<tape.parameterCount { try memory[k].add(1, Monomial(variables: [Int32(k)])) }
    for (leaf, array) in tape.leaves where !leaf.isOfFunction {
      for k in 0..<array.count {
        let place = array.start + k
        if case .data(let number) = leaf, !model.freeData.contains(number) {
          guard let value = Rational(exactly: model.program.data[number][k]) else {
            throw Refusal(
              "the constant \(model.program.data[number][k]) of \(model.summary) is no fraction of 64-bit integers",
              remedy: "use constants with fewer digits")
          }
          try memory[place].add(value, .one)
        } else if case .gate(let node) = leaf, let values = pattern?[node] {
          if values[k] == 1 { try memory[place].add(1, .one) }
        } else {
          let isOpen = opensGates && plan.openGates[leaf]?.contains(k) == true
          try memory[place].add(1, isOpen ? .one : Monomial(variables: [Int32(place)]))
        }
      }
    }
  }

  /// Carries the tape out, which proves the plan's relations.
  ///
  /// - Throws: ``Refusal`` if the polynomials have too many terms, a fraction outgrows 64 bits, or a relation is not proved.
  mutating func run() throws(Refusal) { try plan.tape.run(&arithmetic, &memory) }

  /// The entries of the output.
  var outputs: ArraySlice<ExactPolynomial> {
    memory[plan.output.start..<plan.output.start + plan.output.count]
  }
}
