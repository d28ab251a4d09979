import FlowODE
import GSLBridge
import Models
import Verdicts

/// A law of the end-to-end matrix: its quantities and the integrals of their claimed rates.
final class EndToEndLawTerms: IntegralTerms {
  /// Singular values beyond this many are not drawn.
  private static let curveLimit = 10
  /// So many points of a curve are kept, and at least half as many where there are more.
  private static let mostPoints = 600

  let quadratures: [any Quadrature]
  private let terms: EndToEndTerms
  /// What inexact balance does to the law; nil for laws that do not suppose it.
  private let imbalance: LayerImbalance?
  private var tracker = SingularValueTracker()
  /// What rounding may have added to an integral so far, and the last state's part in it.
  private var rounding = 0.0
  private var noise = 0.0
  private var time: Double?
  private var stride = 1
  private var times: [Double] = []
  private var followed: [[Double]] = []

  /// - Parameter start: θ(0), for laws that take its layers to be balanced.
  init(_ law: EndToEndLaw, _ states: EndToEndStates, balanced start: [Double]? = nil) {
    imbalance = start.map { LayerImbalance(states.state.end.model, start: $0) }
    terms = EndToEndTerms(law, state: states.state)
    quadratures = [states.quadrature(law)]
  }

  var names: [String] { terms.names }

  func note(_ point: TrajectoryPoint, integrals: UnsafePointer<Double>, into fold: inout ResidualFold) {
    for (i, value) in values(point, &fold).enumerated() { fold.note(i, value: value, integral: integrals[i]) }
    noteRounding(point, &fold)
    imbalance?.update(terms.state, time: point.time, beside: fold.largestTerm)
  }

  /// The rates' rounding errors hardly change while nothing moves, so they are counted with their sizes.
  private func noteRounding(_ point: TrajectoryPoint, _ fold: inout ResidualFold) {
    let now = terms.noise(point.parameters)
    if let time { rounding += (point.time - time) * max(noise, now) }
    (noise, time) = (now, point.time)
    if fold.largestTerm > 0 { fold.note(rounding: rounding / fold.largestTerm) }
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
    keep(point, tracked)
    return terms.state.singularValues
  }

  func errors(from integralErrors: UnsafePointer<Double>) -> [Double]? { names.indices.map { integralErrors[$0] } }

  /// Keeps the start, the end and so many of the steps between them that the figure shows no corners.
  private func keep(_ point: TrajectoryPoint, _ tracked: [Double]) {
    guard point.isSave || point.steps.isMultiple(of: stride) else { return }
    times.append(point.time)
    followed.append(Array(tracked.prefix(Self.curveLimit)))
    guard times.count > Self.mostPoints else { return }
    let kept = times.indices.filter { $0.isMultiple(of: 2) }
    times = kept.map { times[$0] }
    followed = kept.map { followed[$0] }
    stride *= 2
  }

  func complete(_ evidence: inout Evidence) {
    evidence.inexactness = imbalance?.inexactness
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
        Figure.Curve("σ \(r)", x: times, y: followed.map { $0[r] })
      })
  }
}
