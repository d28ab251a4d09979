import FlowODE
import GSLBridge
import Models
import Verdicts

/// A law of the end-to-end matrix: its quantities and the integrals of their claimed rates.
final class EndToEndLawTerms: IntegralTerms {
  /// Singular values beyond this many are not drawn.
  private static let curveLimit = 10

  private let terms: EndToEndTerms
  private var tracker = SingularValueTracker()
  private var times: [Double] = []
  private var followed: [[Double]] = []

  init(_ law: EndToEndLaw, _ state: EndToEndState) { terms = EndToEndTerms(law, state: state) }

  var names: [String] { terms.names }

  var quadratures: [any Quadrature] { [EndToEndQuadrature(EndToEndTerms(terms.law, state: terms.state))] }

  func note(_ point: TrajectoryPoint, integrals: UnsafePointer<Double>, into fold: inout ResidualFold) {
    for (i, value) in values(point, &fold).enumerated() { fold.note(i, value: value, integral: integrals[i]) }
  }

  private func values(_ point: TrajectoryPoint, _ fold: inout ResidualFold) -> [Double] {
    if case .dynamics(let error) = terms.law {
      let values = terms.values(point.parameters)
      fold.note(rounding: terms.state.powerRounding(2 / Double(terms.state.end.model.depth + error)))
      return values
    }
    guard let svd = terms.decomposition(point.parameters) else {
      return [Double](repeating: .nan, count: terms.names.count)
    }
    let tracked = tracker.follow(svd, time: point.time, count: terms.state.followed)
    if point.isSave {
      times.append(point.time)
      followed.append(Array(tracked.prefix(Self.curveLimit)))
    }
    return terms.state.singularValues
  }

  func complete(_ evidence: inout Evidence) {
    guard let count = followed.first?.count else { return }
    evidence.tables = [
      Table(
        "singular values, followed by continuity",
        columns: ["smallest gap / largest value", "between", "at t", "exchanges of order"],
        rows: [
          [
            Cell(tracker.smallestGap), .text("\(tracker.gapIndex), \(tracker.gapIndex + 1)"),
            Cell(tracker.gapTime), Cell(Double(tracker.exchanges)),
          ]
        ])
    ]
    evidence.plot = Figure(
      "singular values of the end-to-end matrix", xLabel: "t", yLabel: "singular value",
      curves: (0..<count).map { r in
        Figure.Curve("sigma \(r)", x: times, y: followed.map { $0[r] })
      })
  }
}
