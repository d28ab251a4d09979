import Models

/// Whether laws are true at a random point of a polynomial program, for a random loss: ⟨∇Q, ∇L⟩ = 0 modulo 2⁶¹ − 1 for every
/// conserved number Q. Returns the number of false rows, nil if the program is not polynomial.
package func falseRows(
  _ laws: [Law], _ program: Program, of root: Program.ID, random: inout TestRandom
) throws -> Int? {
  var program = program
  let rows = laws.flatMap { $0.rows(in: program) }
  // The slope of any loss in every prediction is any number.
  let slopes = (0..<program[root].count).map { _ in Double(random.index(-1_000_000...1_000_000)) }
  let cotangent = try program.data(slopes, program[root].shape)
  let gradient = try program.gradient(of: root, cotangent: cotangent, by: program.blocks.map(\.node))
  let parameters = (0..<program.layout.count).map { _ in random.index(-1_000_000_000...1_000_000_000) }
  guard let values = ModularReference(program, parameters) else { return nil }
  let velocity = gradient.flatMap { values.entries[$0.index] }
  let point = parameters.map { ModularReference.residue($0) }
  return rows.count { row in
    var rate: UInt64 = 0
    for m in row.monomials {
      let c = ModularReference.residue(m.coefficient)
      func add(_ factor: UInt64, _ position: Int) {
        rate = ModularReference.sum(
          rate, ModularReference.product(ModularReference.product(c, factor), velocity[position]))
      }
      if let second = m.second {
        add(point[second], m.first)
        add(point[m.first], second)
      } else {
        add(1, m.first)
      }
    }
    return rate != 0
  }
}

/// The largest rate |⟨∇Q, ∇L⟩| of the laws' numbers in units of its largest term, at a random point with entries of the order
/// of 1 for a random loss.
package func largestRate(
  _ laws: [Law], _ program: Program, of root: Program.ID, random: inout TestRandom
) throws -> Double {
  let checked = Checked(evaluator: try ProgramEvaluator(program, predictions: root))
  let parameters = random.numbers(checked.n)
  let velocity = checked.pullback(parameters, random.numbers(checked.m))
  // Numbers of the order of 1 enter: where a gradient vanishes, what is left of it is their rounding.
  let floor = 1e-3 * max(1, velocity.map(abs).max() ?? 0)
  return laws.flatMap { $0.rows(in: program) }.reduce(0) { worst, row in
    let (rate, term) = row.rate(parameters, velocity: velocity)
    let error = abs(rate) / max(term, floor)
    return error <= worst ? worst : error.isNaN ? .infinity : error
  }
}
