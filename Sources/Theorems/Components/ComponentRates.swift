import FlowODE
import GSLBridge
import Models

/// The rates of all components that a run's laws and their false relatives ask for, each once, integrated together.
///
/// A law registers the rates it needs when it is made and reads their integrals by the places it was given: its own statement and
/// every false relative are combinations of the same integrals.
///
/// Where a block of a component is a single number x, σ has the factor |x| and γ jumps when x passes 0. What is integrated then is smooth,
/// γ with the sign of the product of such numbers, and that sign is the switch: ``read(_:_:into:errors:)`` undoes it.
package final class ComponentRates: Quadrature {
  package let usesValue = false
  /// A rate of every component.
  package enum Kind: Hashable {
    /// The product of the numbers that are blocks by themselves.
    case sign
    /// γ where single numbers have their own rows.
    case plainGamma
    /// γ, with the sign.
    case gamma
    /// With the sign, dσ/dt = γ Σ_i Π_{j≠i} ‖w_j‖².
    case growth
    /// γ Σ_i Π_{j≠i} ‖w_j‖.
    case unsquared
    /// 4 γσ e_{m−2}/e_{m−1}.
    case exponent
    /// m γ σ²/(σ^{2/m} + ε) and m γ (σ^{2/m} + ε)^{m−1}, of which bounds are put together by the sign of γ: two rates a component.
    case branches([Double])

    var width: Int {
      if case .branches = self { return 2 }
      return 1
    }

    fileprivate var titles: [String] {
      switch self {
      case .sign: ["sign"]
      case .plainGamma: ["plain gamma"]
      case .gamma: ["gamma"]
      case .growth: ["growth"]
      case .unsquared: ["unsquared growth"]
      case .exponent: ["exponent"]
      case .branches: ["first branch", "second branch"]
      }
    }
  }

  struct Entry {
    let kind: Kind
    /// Where its rates begin, in rows.
    let row: Int
    let epsilons: Buffer<Double>
  }

  let registry: ComponentRegistry
  /// The components where rates were evaluated last.
  let rows: ComponentRows
  private(set) var entries: [Entry] = []
  /// The places in θ of the blocks that are single numbers, component by component; empty where there is none.
  let scalars: [[Int]]
  private var rowCount: Int { entries.last.map { $0.row + $0.kind.width } ?? 0 }

  /// No rates yet.
  package init(_ registry: ComponentRegistry) {
    self.registry = registry
    rows = ComponentRows(registry)
    let found = registry.components.map { $0.filter { $0.count == 1 }.map(\.offset) }
    scalars = found.allSatisfy(\.isEmpty) ? [] : found
  }

  /// The rate whose sign says where branches change places.
  private var turning: Kind { scalars.isEmpty ? .gamma : .plainGamma }

  /// R.
  package var count: Int { rows.count }

  /// Where the integrals of a rate begin among this object's, one per component; it is registered if it was not.
  package func place(of kind: Kind) -> Int {
    if let known = entries.first(where: { $0.kind == kind }) { return known.row * count }
    if case .branches = kind { _ = place(of: turning) }
    if isSigned(kind) { _ = place(of: .sign) }
    var epsilons: [Double] = []
    if case .branches(let given) = kind { epsilons = given }
    entries.append(Entry(kind: kind, row: rowCount, epsilons: Buffer(epsilons)))
    return (rowCount - kind.width) * count
  }

  /// Whether the sign is a switch of the rate.
  func isSigned(_ kind: Kind) -> Bool { !scalars.isEmpty && (kind == .gamma || kind == .growth) }

  /// Switches by their rows, and the rows of their branches.
  private var turns: [(switches: Kind, rows: [Int])] {
    var (signed, branches): ([Int], [Int]) = ([], [])
    for entry in entries {
      if isSigned(entry.kind) { signed.append(entry.row) }
      if case .branches = entry.kind { branches += [entry.row, entry.row + 1] }
    }
    return [(.sign, signed), (turning, branches)].filter { !$0.1.isEmpty }
  }

  /// Where a rate's integrals over the times at which its switch is negative begin; to be asked for once all laws are made.
  package func negativePlace(of kind: Kind) -> Int {
    let row = place(of: kind) / count
    let before = turns.flatMap(\.rows).firstIndex(of: row) ?? 0
    return (rowCount + before) * count
  }

  /// Writes the integrals of γ, dσ/dt and the like themselves, from all of this object's; or the sums of their errors.
  func read(
    _ kind: Kind, _ integrals: UnsafePointer<Double>, into row: UnsafeMutablePointer<Double>, errors: Bool = false
  ) {
    row.update(from: integrals + place(of: kind), count: count)
    guard isSigned(kind) else { return }
    let negative = integrals + negativePlace(of: kind)
    let factor = errors ? 2.0 : -2.0
    for r in 0..<count { row[r] += factor * negative[r] }
  }

  package var names: [String] {
    entries.flatMap { entry in entry.kind.titles.flatMap { title in (0..<count).map { "\(title) \($0)" } } }
  }

  package var rateCount: Int { rowCount * count }

  package var kinks: [RateKink] {
    turns.map { turn in
      RateKink(switches: place(of: turn.switches), width: count, branches: turn.rows.map { $0 * count })
    }
  }

  package func rates(at point: FlowPoint, into rates: UnsafeMutablePointer<Double>) {
    rows.update(point.parameters, gradient: point.gradient)
    let count = count
    let gammas = rows.gammas.pointer
    for entry in entries {
      let target = rates + entry.row * count
      switch entry.kind {
      case .sign: for r in 0..<count { target[r] = sign(r, point.parameters) }
      case .plainGamma: target.update(from: gammas, count: count)
      case .gamma:
        target.update(from: gammas, count: count)
        turn(target, point.parameters)
      case .growth:
        let last = rows.last
        for r in 0..<count { target[r] = gammas[r] * last[r] }
        turn(target, point.parameters)
      case .unsquared: writeUnsquared(into: target)
      case .exponent:
        let (last, below, pairings) = (rows.last, rows.lastButOne, rows.terms.pairingRow)
        for r in 0..<count { target[r] = last[r] > 0 ? 4 * pairings[r] * below[r] / last[r] : 0 }
      case .branches: rows.writeBranches(entry.epsilons.pointer, target, target + count)
      }
    }
  }

  func sign(_ r: Int, _ parameters: UnsafePointer<Double>) -> Double {
    scalars[r].reduce(1) { $0 * parameters[$1] }
  }

  /// Gives rates the sign.
  private func turn(_ rates: UnsafeMutablePointer<Double>, _ parameters: UnsafePointer<Double>) {
    guard !scalars.isEmpty else { return }
    for r in 0..<count where sign(r, parameters) < 0 { rates[r] = -rates[r] }
  }

  private func writeUnsquared(into target: UnsafeMutablePointer<Double>) {
    let (norms, gammas) = (rows.norms.pointer, rows.gammas.pointer)
    target.update(repeating: 0, count: count)
    for i in 0..<registry.largestBlockCount {
      let squares = rows.terms.squareRow(i)
      // A block that a shorter component does not have counts as 0.
      for r in 0..<count { target[r] += squares[r] > 0 ? norms[r] / squares[r].squareRoot() : 0 }
    }
    for r in 0..<count { target[r] *= gammas[r] }
  }

  package func derivatives(at point: FlowPoint, into derivatives: UnsafeMutablePointer<Double>) {
    writeScalarDerivatives(at: point, into: derivatives)
  }

  package func scales(at start: FlowPoint) -> [Double] { scalar.scales(at: start) }
}
