import FlowODE
import Models
import Verdicts

/// A ``ComponentLaw`` of every component of a model.
final class ComponentLawTerms: IntegralTerms {
  let names: [String]
  var scale: ResidualFold.Scale { .own }
  /// Of components whose blocks are all shorter than this, products of squared norms are no numbers any more.
  private static let leastSquare = 1e-140
  private let law: ComponentLaw
  private let states: ComponentStates
  private let describesLargest: Bool
  private let left: Buffer<Double>
  /// λ at the start, for logarithms.
  private var origins: Buffer<Double>?
  private let right: Buffer<Double>
  /// Components whose law has a finite value at the start; those that vanish there have none.
  private var chosen: [Bool] = []
  /// Whether components are still as balanced as a law about balanced ones asks; nil for laws about any.
  private let balance: BalanceWatch?
  private var startRow: [Cell]?
  private var endRow: [Cell]?

  /// - Parameter describesLargest: whether a table tells of the largest component at the start and at the end.
  init(_ law: ComponentLaw, _ states: ComponentStates, describesLargest: Bool = false) {
    self.law = law
    self.states = states
    self.describesLargest = describesLargest
    _ = states.rates.place(of: law.rate)
    left = Buffer(count: states.count)
    right = Buffer(count: states.count)
    if case .power = law.kind {
      balance = BalanceWatch(.balance, count: states.count)
    } else {
      balance = nil
    }
    names = (0..<states.count).map { "component \($0)" }
  }

  var quadratures: [any Quadrature] { [states.rates] }

  func note(_ point: TrajectoryPoint, integrals: UnsafePointer<Double>, into fold: inout ResidualFold) {
    states.move(to: point)
    law.writeLeft(states.rows, into: left.pointer)
    law.writeRight(states, integrals, into: right.pointer)
    if law.isLogarithm {
      // A logarithm's value has the data's unit in it; its change has none.
      let left = left.pointer
      if origins == nil { origins = Buffer((0..<states.count).map { left[$0] }) }
      if let origins = origins?.pointer { for r in 0..<states.count { left[r] -= origins[r] } }
    }
    if chosen.isEmpty {
      states.rows.writeExtremes(most: right.pointer, least: left.pointer)
      let isKnown = (0..<states.count).map { right.pointer[$0] == 0 || right.pointer[$0] > Self.leastSquare }
      law.writeLeft(states.rows, into: left.pointer)
      chosen = (0..<states.count).map { left.pointer[$0].isFinite && isKnown[$0] }
      if let origins = origins?.pointer { for r in 0..<states.count { left.pointer[r] -= origins[r] } }
      law.writeRight(states, integrals, into: right.pointer)
    }
    if let balance {
      balance.update(states.rows, time: point.time)
      if balance.end != nil { for r in chosen.indices where balance.isOver[r] { chosen[r] = false } }
    }
    fold.note(
      values: left.pointer, integrals: right.pointer, leastSize: law.leastSize, integralsMove: true, of: chosen)
    guard describesLargest, point.isSave, point.isStep else { return }
    states.moveWithGammas(to: point)
    endRow = largestComponent
    if startRow == nil { startRow = endRow }
  }

  func errors(from integralErrors: UnsafePointer<Double>) -> [Double]? {
    law.writeRight(states, integralErrors, into: right.pointer, errors: true)
    return (0..<states.count).map { abs(right.pointer[$0]) }
  }

  /// The largest component at the present state.
  private var largestComponent: [Cell] {
    let largest = states.largest
    let state = states.rows.terms.component(largest)
    return [
      .number(Double(largest)), Cell(states.rows.norms.pointer[largest]), Cell(states.rows.gammas.pointer[largest]),
      Cell(state.unbalancedness), Cell(ComponentLaw.effectiveExponent(state)),
    ]
  }

  func complete(_ evidence: inout Evidence) {
    evidence.inexactness = balance?.inexactness
    guard let startRow, let endRow else { return }
    evidence.tables = [
      Table(
        "the largest component at the start and at the end",
        columns: ["component", "norm", "gamma", "unbalancedness", "effective exponent"], rows: [startRow, endRow])
    ]
  }
}
