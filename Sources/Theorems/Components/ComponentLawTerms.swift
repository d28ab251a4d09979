import FlowODE
import Models
import Verdicts

/// A ``ComponentLaw`` of every component of a model.
final class ComponentLawTerms: IntegralTerms {
  let names: [String]
  var scale: ResidualFold.Scale { .own }
  private let law: ComponentLaw
  private let terms: ComponentTerms
  private let describesLargest: Bool
  /// Components whose law has a finite value at the start; those that vanish there have none.
  private var chosen: [Bool] = []
  private var startRow: [Cell]?
  private var endRow: [Cell]?

  /// - Parameter describesLargest: whether a table tells of the largest component at the start and at the end.
  init(_ law: ComponentLaw, _ registry: ComponentRegistry, describesLargest: Bool = false) {
    self.law = law
    self.describesLargest = describesLargest
    terms = ComponentTerms(registry)
    names = registry.components.indices.map { "component \($0)" }
  }

  var quadratures: [any Quadrature] { [ComponentQuadrature(terms.registry, rates: [law.quadrature])] }

  func note(_ point: TrajectoryPoint, integrals: UnsafePointer<Double>, into fold: inout ResidualFold) {
    let needsGradient = describesLargest && point.isSave
    terms.update(point.parameters, gradient: needsGradient ? point.gradient : nil)
    if chosen.isEmpty { chosen = (0..<terms.count).map { law.left(terms.component($0)).isFinite } }
    for r in 0..<terms.count where chosen[r] {
      fold.note(
        r, value: law.left(terms.component(r)), integral: integrals[r], size: law.size, integralMoves: true)
    }
    guard needsGradient else { return }
    endRow = largestComponent
    if startRow == nil { startRow = endRow }
  }

  /// The largest component at the present state.
  private var largestComponent: [Cell] {
    var largest = 0
    var norm = -1.0
    for r in 0..<terms.count {
      let own = terms.component(r).norm
      if own > norm { (largest, norm) = (r, own) }
    }
    let state = terms.component(largest)
    return [
      .number(Double(largest)), Cell(norm), Cell(state.gamma), Cell(state.unbalancedness),
      Cell(ComponentLaw.effectiveExponent(state)),
    ]
  }

  func complete(_ evidence: inout Evidence) {
    guard let startRow, let endRow else { return }
    evidence.tables = [
      Table(
        "the largest component at the start and at the end",
        columns: ["component", "norm", "gamma", "unbalancedness", "effective exponent"], rows: [startRow, endRow])
    ]
  }
}
