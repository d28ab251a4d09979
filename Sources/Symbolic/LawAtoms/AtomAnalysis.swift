import Models

/// Finds relations between exponents and between roots from values at random points modulo 2⁶¹ − 1, or a smaller prime with the root of
/// a number that the model asks for.
struct AtomAnalysis {
  private let model: LawModel
  private let tape: Tape
  private let machine: SeriesMachine
  private let field: PrimeField
  private var generator = SplitMix(seed: 0x6174_6f6d)
  /// Where the exponents, and the arguments of logarithms, of the atoms lie; of e none.
  private var places: [(array: Tape.Array, entry: Int, isLogarithm: Bool)?] = [nil]
  private var dependsOnData = [false]
  private var movingRoots = 0

  /// More atoms are refused.
  static let mostAtoms = 400
  /// More roots are refused: a draw has all of them once in 2ⁿ times.
  static let mostRoots = 8
  /// Products modulo the prime that the analysis of one model may take.
  private var workLeft = 1_500_000_000
  private let work: Int

  init(_ model: LawModel, _ plan: AtomPlan) throws(Refusal) {
    self.model = model
    tape = plan.tape
    field = try plan.field(like: .mersenne)
    work = plan.tape.work
    machine = try SeriesMachine(plan.tape, field: field, largestLength: 2)
  }

  // MARK: Draws

  private mutating func random(_ array: Tape.Array, _ coefficients: ClosedRange<Int>) {
    for k in coefficients {
      let target = machine.coefficient(k, of: array)
      for entry in target.indices { target[entry] = generator.below(field.prime) }
    }
  }

  /// Values of all atoms.
  private mutating func newAtoms(_ plan: AtomPlan) -> [UInt64] {
    plan.atoms.map { _ in 1 + generator.below(field.prime - 1) }
  }

  /// A point θ with a direction.
  private mutating func newParameters() -> [[UInt64]] {
    (0..<2).map { _ in (0..<tape.parameterCount).map { _ in generator.below(field.prime) } }
  }

  /// Data and atoms at a point, data with a direction, up to a step; false where a step before has no value.
  private mutating func run(
    before step: Int, _ parameters: [[UInt64]], _ values: [UInt64], _ plan: AtomPlan, moves: Bool
  ) throws(Refusal) -> Bool {
    workLeft -= 3 * work + tape.size
    guard workLeft >= 0 else {
      throw Refusal(
        "relations between the exponents and roots of \(model.summary) take too long to find",
        remedy: "use smaller sizes")
    }
    machine.clear(length: 2)
    // A series lies block by block.
    for block in model.program.layout.blocks {
      let array = Tape.Array(start: block.offset, count: block.count, isConstant: false)
      for k in 0..<(moves ? 2 : 1) {
        let target = machine.coefficient(k, of: array)
        for entry in target.indices { target[entry] = parameters[k][block.offset + entry] }
      }
    }
    for (leaf, array) in tape.leaves {
      let target = machine.coefficient(0, of: array)
      switch leaf {
      case .data(let number) where !model.freeData.contains(number):
        for (entry, value) in model.program.data[number].enumerated() {
          guard let residue = field.residue(value) else { throw LawModel.infinite(value, model) }
          target[entry] = residue
        }
      case .data, .weights: random(array, 0...1)
      case .gate:
        let open = plan.openGates[leaf] ?? []
        for entry in target.indices { target[entry] = open.contains(entry) ? 1 : generator.below(2) }
      case .exponential, .logarithm:
        for (entry, known) in (plan.entries[leaf] ?? []).enumerated() {
          target[entry] = field.product(values, try plan.powers(known))
        }
      case .root:
        for (entry, root) in (plan.roots[leaf] ?? []).enumerated() {
          if let root { target[entry] = try field.residue(root) }
        }
      }
    }
    return machine.run(Tape.Segment(steps: 0..<step, memory: machineMemory), terms: 2)
  }

  /// What the steps write: everything behind the leaves.
  private var machineMemory: Range<Int> {
    let start = tape.leaves.map { $0.array.start + $0.array.count }.max() ?? 2 * tape.parameterCount
    return max(start, 2 * tape.parameterCount)..<tape.size
  }

  /// The derivative of an exponent, or of a logarithm by its argument; nil where it has none.
  private func rate(_ array: Tape.Array, _ entry: Int, isLogarithm: Bool) -> UInt64? {
    let rate = machine.coefficient(1, of: array)[entry]
    guard isLogarithm else { return rate }
    return field.inverse(machine.coefficient(0, of: array)[entry]).map { field.multiply(rate, $0) }
  }

  // MARK: Exponents

  /// The entries of an exponential or a logarithm: new atoms, or relations.
  mutating func take(
    _ step: Int, _ dependence: [DependenceArithmetic.Element], _ plan: inout AtomPlan
  ) throws(Refusal) {
    let (argument, leafArray) = (tape.steps[step].factors[0], tape.steps[step].factors[1])
    guard let leaf = tape.leaves.first(where: { $0.array == leafArray })?.leaf else { throw TapeBuilder.missing }
    let isLogarithm = tape.steps[step].operation == .logarithm
    let known = places.count - 1
    let count = known + argument.count
    guard count <= Self.mostAtoms else {
      throw Refusal(
        "the model has more than \(Self.mostAtoms) different exponentials", remedy: "use smaller sizes")
    }
    let rows = count + 8
    var entries: [UInt64] = []
    var values: [[UInt64]] = []
    try samples(rows, before: step, plan, moves: true) { analysis in
      var row: [UInt64] = []
      for case (let array, let entry, let isLogarithm)? in analysis.places {
        guard let rate = analysis.rate(array, entry, isLogarithm: isLogarithm) else { return false }
        row.append(rate)
      }
      for entry in 0..<argument.count {
        guard let rate = analysis.rate(argument, entry, isLogarithm: isLogarithm) else { return false }
        row.append(rate)
      }
      entries += row
      values.append(
        analysis.places.dropFirst().map { $0.map { analysis.machine.coefficient(0, of: $0.array)[$0.entry] } ?? 0 }
          + analysis.machine.coefficient(0, of: argument))
      return true
    }
    let kernel = try ModularMatrix(rows: rows, columns: count, entries: entries, field: field).nullSpace()
    var relations: [Int: [UInt64]] = [:]
    for vector in kernel {
      // The last number that is not 0 is the 1 of a column without a pivot.
      if let last = vector.lastIndex(where: { $0 != 0 }), last >= known { relations[last] = vector }
    }
    guard relations.count == kernel.count else { throw AtomPlan.unseen }
    var found: [AtomPlan.Entry] = []
    var numbers = Array(1..<max(known + 1, 1))
    for entry in 0..<argument.count {
      guard let relation = relations[known + entry] else {
        numbers.append(plan.atoms.count)
        found.append(AtomPlan.Entry(own: plan.atoms.count, shares: []))
        plan.atoms.append(AtomPlan.Atom(isShared: false))
        places.append((argument, entry, isLogarithm))
        dependsOnData.append(DependenceArithmetic.isFree(dependence[argument.start + entry]))
        continue
      }
      numbers.append(-1)
      // A logarithm that depends on others has a constant that is one itself.
      guard !isLogarithm else { throw AtomPlan.unseen }
      found.append(try self.relation(relation, known + entry, numbers, values, &plan))
    }
    plan.entries[leaf] = found
  }

  /// Exponent `position` as Σ of others and a constant.
  private func relation(
    _ vector: [UInt64], _ position: Int, _ numbers: [Int], _ values: [[UInt64]], _ plan: inout AtomPlan
  ) throws(Refusal) -> AtomPlan.Entry {
    var shares: [(number: Int, share: Rational)] = []
    for (column, coefficient) in vector.enumerated() where coefficient != 0 && column != position {
      guard column < position, numbers[column] > 0, places[numbers[column]]?.isLogarithm == false,
        let (n, d) = field.fraction(field.negative(coefficient)), abs(n) <= AtomPlan.largestPower,
        d <= AtomPlan.largestPower
      else { throw AtomPlan.unseen }
      shares.append((numbers[column], try Rational(n, d)))
    }
    var constants: Set<UInt64> = []
    for row in values {
      var rest = row[position]
      for (column, coefficient) in vector.enumerated() where column != position {
        rest = field.add(rest, field.multiply(coefficient, row[column]))
      }
      constants.insert(rest)
    }
    guard constants.count == 1, let constant = constants.first, let (n, d) = field.fraction(constant),
      abs(n) <= AtomPlan.largestPower, d <= AtomPlan.largestPower
    else { throw AtomPlan.unseen }
    if n != 0 { shares.append((AtomPlan.one, try Rational(n, d))) }
    for (number, share) in shares {
      let old = plan.atoms[number].denominator
      let (product, overflow) = old.multipliedReportingOverflow(by: try (Rational(old) * share).denominator)
      guard !overflow, product <= AtomPlan.largestPower else { throw AtomPlan.unseen }
      plan.atoms[number].denominator = product
    }
    return AtomPlan.Entry(own: nil, shares: shares)
  }

  /// Lets atoms belong to points where they must.
  mutating func share(_ plan: inout AtomPlan) throws(Refusal) {
    let count = places.count - 1
    guard count > 0 else { return }
    let rows = count + 8
    var entries: [UInt64] = []
    try samples(rows, before: tape.steps.count, plan, moves: false) { analysis in
      var row: [UInt64] = []
      for case (let array, let entry, let isLogarithm)? in analysis.places {
        guard let rate = analysis.rate(array, entry, isLogarithm: isLogarithm) else { return false }
        row.append(rate)
      }
      entries += row
      return true
    }
    let kernel = try ModularMatrix(rows: rows, columns: count, entries: entries, field: field).nullSpace()
    let still = (1...count).filter { !dependsOnData[$0] }
    let isSplit = kernel.count == still.count
    for number in 1...count { plan.atoms[number].isShared = !isSplit || !dependsOnData[number] }
  }

  private mutating func samples(
    _ rows: Int, before step: Int, _ plan: AtomPlan, moves: Bool, _ take: (AtomAnalysis) -> Bool
  ) throws(Refusal) {
    var (taken, misses) = (0, 0)
    while taken < rows {
      let parameters = newParameters()
      if try run(before: step, parameters, newAtoms(plan), plan, moves: moves), take(self) {
        taken += 1
      } else {
        misses += 1
        guard misses <= 2_000 + 500 * rows else { throw AtomPlan.unseen }
      }
    }
  }

  // MARK: Roots

  /// The entries of a root: none of their products, over two draws of the data, is a square times a constant.
  mutating func takeRoots(
    _ step: Int, _ dependence: [DependenceArithmetic.Element], _ constants: [Rational?], _ plan: inout AtomPlan
  ) throws(Refusal) {
    let argument = tape.steps[step].factors[0]
    let moving = (0..<argument.count).filter { constants[argument.start + $0] == nil }
    let drawn = moving.filter { DependenceArithmetic.isFree(dependence[argument.start + $0]) }
    plan.drawnRoots += drawn.count
    movingRoots += moving.count
    guard !moving.isEmpty else { return }
    guard movingRoots <= Self.mostRoots else {
      throw Refusal(
        "the model has \(movingRoots) different square roots: a random point has no root of some of them",
        remedy: "use smaller sizes")
    }
    let columns = moving.count + drawn.count + 1
    var rows: [UInt64] = []
    var misses = 0
    while rows.count < columns + 40 {
      let parameters = newParameters()
      // One value of an atom for two draws: atoms that do not depend on the data have one.
      let atoms = newAtoms(plan)
      guard let first = try residues(step, parameters, atoms, argument, moving, plan),
        let second = drawn.isEmpty ? [] : try residues(step, parameters, atoms, argument, drawn, plan)
      else {
        misses += 1
        guard misses <= 200_000 else { throw AtomPlan.unseen }
        continue
      }
      rows.append((first + second + [true]).enumerated().reduce(0) { $1.element ? $0 | 1 << UInt64($1.offset) : $0 })
    }
    guard Self.rank(rows) == columns else { throw AtomPlan.unseen }
  }

  /// Which entries are squares at a point with new data; nil where a step before has no value, or an entry is 0.
  private mutating func residues(
    _ step: Int, _ parameters: [[UInt64]], _ atoms: [UInt64], _ argument: Tape.Array, _ entries: [Int],
    _ plan: AtomPlan
  ) throws(Refusal) -> [Bool]? {
    guard try run(before: step, parameters, atoms, plan, moves: false) else { return nil }
    let values = machine.coefficient(0, of: argument)
    guard entries.allSatisfy({ values[$0] != 0 }) else { return nil }
    return entries.map { field.power(values[$0], (field.prime - 1) / 2) == 1 }
  }

  private static func rank(_ rows: [UInt64]) -> Int {
    var pivots: [UInt64] = []
    for row in rows {
      let rest = pivots.reduce(row) { min($0, $0 ^ $1) }
      if rest != 0 {
        pivots.append(rest)
        pivots.sort(by: >)
      }
    }
    return pivots.count
  }
}
