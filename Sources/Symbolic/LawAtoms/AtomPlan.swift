import Models

/// What first values the exponentials, logarithms and roots of a model may take together modulo a prime, so that a rank modulo the prime
/// bounds the rank of the analytic functions.
///
/// **Why.** Fields and brackets are quotients of polynomials in parameters, data and atoms: elements of a ring R over ℚ with the
/// derivations of the parameters, e' = e z' for e = e^z, 2 s s' = z' for s = √z and l' = a'/a for l = ln a. A draw is a homomorphism from
/// R to 𝔽ₚ, and series continue it: e = e₀ exp(z(t) − z(0)). So a rank modulo p is at most the rank over the fraction field of R. That
/// is the rank of the analytic functions almost everywhere wherever R maps into them injectively: where no relation holds between the
/// functions but those of R. Erf and its slope are no atoms, as nothing of the kind is claimed here: of them bounds are by balls.
///
/// **Exponentials.** Exponents y₁, …, yₙ that are linearly independent over ℚ modulo constants have exponentials that are algebraically
/// independent over the functions of parameters and data (Ax 1971; with exponents that hold exponentials and logarithms themselves the
/// structure theorem of Risch, Rosenlicht 1976, for which a logarithm counts as an exponent). So e^(y₁), …, e^(yₙ) may take any values at
/// a point: they are *atoms*. An exponent Σ rᵢ yᵢ + c has the power product of atoms that this says, c with e itself for an atom, which
/// is transcendental. Independence is shown modulo 2⁶¹ − 1 by derivatives at random points, which shows it over ℚ; a relation is found
/// there, reconstructed, and proved by exact expansion (``ExactAtoms``), or the model is refused.
///
/// **Draws.** Several draws of the free data meet in a bracket at one point of parameter space. Atoms of exponents that depend on no free
/// data belong to the point. If no other combination of the exponents is free of data, all other atoms may be drawn anew with the
/// data: else all atoms belong to the point. One value for two draws is a special point, which can only lower a rank.
///
/// **Roots.** √z₁, …, √zₙ with no product of z's a constant times a square, over two draws, have every choice of signs conjugate to every
/// other. This is shown by quadratic residues at random points; other models are refused.
///
/// **Gates** inside of functions are 1, and others 0 or 1 unless a free factor says the same.
package struct AtomPlan {
  /// A transcendental: e^(y/d), with d so that all relations have whole powers, or a logarithm.
  package struct Atom {
    /// d.
    package internal(set) var denominator = 1
    /// Whether it belongs to a point of parameter space.
    package internal(set) var isShared: Bool
  }

  /// An exponential or logarithm: an atom of its own, or with the exponent Σ shares · exponents of atoms.
  package struct Entry {
    package let own: Int?
    package let shares: [(number: Int, share: Rational)]
  }

  /// The number of the atom e.
  package static let one = 0

  package let tape: Tape
  package let output: Tape.Array
  package internal(set) var atoms = [Atom(isShared: true)]
  var entries: [Tape.Leaf: [Entry]] = [:]
  /// Exact roots of numbers, by entry.
  package internal(set) var roots: [Tape.Leaf: [Rational?]] = [:]
  /// A number that is no square of a fraction and stands under a root.
  package internal(set) var constantRoot: Rational?
  /// Roots that change with the free data.
  package internal(set) var drawnRoots = 0
  /// Whether gates are drawn as free factors.
  package internal(set) var hasFreeGates = true
  /// Gates that are 1, by leaf and entry.
  package internal(set) var openGates: [Tape.Leaf: Set<Int>] = [:]

  /// Whether there are square roots, so that not every point has them modulo a prime.
  package var hasRoots: Bool { tape.has(.root) }

  /// - Throws: ``Refusal`` for functions that are unknown to exact algebra, and relations between them that it does not see through.
  package init(_ model: LawModel) throws(Refusal) {
    var builder = TapeBuilder(model.program, freeData: model.freeData)
    _ = try builder.write([model.output])
    output = try builder.array(model.output)
    tape = builder.tape
    let hasGates = tape.leaves.contains { if case .gate = $0.leaf { true } else { false } }
    let steps = tape.steps.indices.filter { ![.sum, .reciprocal].contains(tape.steps[$0].operation) }
    guard hasGates || !steps.isEmpty else { return }
    let dependence = try readDependence(model)
    guard !steps.isEmpty else { return }
    let constants = try constants(model)
    for step in steps where tape.steps[step].operation == .root { try takeNumbers(tape.steps[step], constants) }
    var analysis = try AtomAnalysis(model, self)
    for step in steps {
      if tape.steps[step].operation == .root {
        try analysis.takeRoots(step, dependence, constants, &self)
      } else {
        try analysis.take(step, dependence, &self)
      }
    }
    // The root of an exponential would be one of an atom's square.
    guard !hasRoots || atoms.allSatisfy({ $0.denominator == 1 }) else { throw Self.unseen }
    try analysis.share(&self)
    if entries.values.contains(where: { $0.contains { $0.own == nil && !$0.shares.isEmpty } }) {
      var exact = try ExactTape(model, self, opensGates: true, budget: ModelExpansion.largestProof)
      try exact.run()
    }
  }

  /// Whether a field has the roots of numbers that the model asks for.
  package func fits(_ field: PrimeField) throws(Refusal) -> Bool {
    guard let constantRoot else { return true }
    return field.power(try field.residue(constantRoot), (field.prime - 1) / 2) == 1
  }

  /// The field, or another one that has the roots of numbers, if there is one among many.
  package func field(like field: PrimeField) throws(Refusal) -> PrimeField {
    guard try !fits(field) else { return field }
    var prime = field.prime
    for _ in 0..<4_000 where prime > 5 {
      prime -= 2
      if let other = try? PrimeField(prime), (try? fits(other)) == true { return other }
    }
    return field
  }

  /// The entry whose first value lies there on the plan's tape.
  package func entry(at place: Int) -> Entry? {
    for (leaf, array) in tape.leaves where array.start <= place && place < array.start + array.count {
      return entries[leaf]?[place - array.start]
    }
    return nil
  }

  /// Powers of atoms: the first value.
  package func powers(_ entry: Entry) throws(Refusal) -> [(number: Int, power: Int)] {
    if let own = entry.own { return [(own, atoms[own].denominator)] }
    var result: [(Int, Int)] = []
    for (number, share) in entry.shares {
      let power = try share * Rational(atoms[number].denominator)
      guard power.denominator == 1, abs(power.numerator) <= Self.largestPower else { throw Self.unseen }
      result.append((number, power.numerator))
    }
    return result
  }

  /// Bytes that the gates of all entries may take.
  private static let mostGateBytes = 1 << 28

  /// The largest power of an atom.
  static let largestPower = 64

  static let unseen = Refusal(
    "the exponents or roots of the model depend on one another in a way that exact algebra does not see through",
    remedy: "write equal exponents as one array, powers as powers and roots of squares without roots")

  /// The leaves of first values on a tape of the model's gradients: powers of atoms, or prescribed roots.
  ///
  /// - Throws: ``Refusal`` where the tape has functions that the plan does not know of.
  func leaves(
    of tape: Tape, _ field: PrimeField
  ) throws(Refusal) -> [(array: Tape.Array, powers: [[(number: Int, power: Int)]], roots: [UInt64])] {
    var result: [(array: Tape.Array, powers: [[(number: Int, power: Int)]], roots: [UInt64])] = []
    for (leaf, array) in tape.leaves where leaf.isOfFunction {
      var (powers, residues) = ([[(number: Int, power: Int)]](), [UInt64]())
      if let roots = roots[leaf] {
        for root in roots { residues.append(try root.map { (root) throws(Refusal) in try field.residue(root) } ?? 0) }
      } else {
        for entry in entries[leaf] ?? [] { powers.append(try self.powers(entry)) }
      }
      guard max(powers.count, residues.count) == array.count else { throw Self.unseen }
      result.append((array, powers, residues))
    }
    return result
  }

  /// Entries that are numbers.
  private func constants(_ model: LawModel) throws(Refusal) -> [Rational?] {
    var memory = [Rational?](repeating: 0, count: tape.size)
    for place in 0..<2 * tape.parameterCount { memory[place] = nil }
    for (leaf, array) in tape.leaves {
      for k in 0..<array.count {
        if case .data(let number) = leaf, !model.freeData.contains(number) {
          memory[array.start + k] = Rational(exactly: model.program.data[number][k])
        } else {
          memory[array.start + k] = nil
        }
      }
    }
    var arithmetic = ConstantArithmetic()
    try tape.run(&arithmetic, &memory)
    return memory
  }

  /// The entries of a root that are numbers.
  private mutating func takeNumbers(_ step: Tape.Step, _ constants: [Rational?]) throws(Refusal) {
    let argument = step.factors[0]
    guard let leaf = tape.leaves.first(where: { $0.array == step.factors[1] })?.leaf else { throw TapeBuilder.missing }
    let numbers = constants[argument.start..<argument.start + argument.count]
    roots[leaf] = numbers.map { $0?.exactRoot }
    for case let number? in numbers where number.exactRoot == nil {
      // Of two numbers the signs of the roots might belong together.
      guard constantRoot == nil || constantRoot == number else { throw Self.unseen }
      constantRoot = number
    }
  }

  /// Finds which gates stand where, and what depends on free data.
  private mutating func readDependence(_ model: LawModel) throws(Refusal) -> [DependenceArithmetic.Element] {
    var memory = [DependenceArithmetic.Element](repeating: nil, count: tape.size)
    for place in 0..<2 * tape.parameterCount { memory[place] = [] }
    var gates: [(leaf: Tape.Leaf, entry: Int)] = []
    for (leaf, array) in tape.leaves {
      for k in 0..<array.count {
        switch leaf {
        case .data(let number) where !model.freeData.contains(number):
          if model.program.data[number][k] != 0 { memory[array.start + k] = [] }
        case .data: memory[array.start + k] = DependenceArithmetic.freeData
        case .gate:
          memory[array.start + k] = DependenceArithmetic.gate(gates.count)
          gates.append((leaf, k))
        default: memory[array.start + k] = []
        }
      }
    }
    guard gates.count / 8 * tape.size <= Self.mostGateBytes else {
      // Patterns are always allowed, and open gates wherever a gate may stand inside of a function.
      hasFreeGates = false
      if tape.hasFunctions { for gate in gates { openGates[gate.leaf, default: []].insert(gate.entry) } }
      return [DependenceArithmetic.Element](repeating: DependenceArithmetic.freeData, count: tape.size)
    }
    var arithmetic = DependenceArithmetic()
    try tape.run(&arithmetic, &memory)
    hasFreeGates = arithmetic.isMultilinear
    for step in tape.steps where step.operation != .sum && step.operation != .reciprocal {
      for entry in 0..<step.result.count {
        for gate in DependenceArithmetic.gates(memory[step.factors[0].start + entry]) {
          openGates[gates[gate].leaf, default: []].insert(gates[gate].entry)
        }
      }
    }
    return memory
  }
}
