import FlowODE
import GSLBridge
import Models
import Verdicts

/// Ends a run as soon as what its horizon is to wait for has happened.
final class HorizonWatch: TrajectoryObserver {
  /// What happened, and when.
  struct Found: Error {
    let time: Double
    let reason: String
    /// Whether the run must not go beyond.
    var isLimit = false
  }

  /// Before a flow has moved by so much while t grew by the factor e it has not set out yet.
  private static let departure = 1e-2

  private let model: Model
  private let fit: Double
  private let need: HorizonSearch.Need
  /// The last accepted time.
  private(set) var time = 0.0
  private var startLoss = 0.0
  private var startNorms: [Double] = []
  private var hasMoved = false
  /// Since when motion and fall have been small.
  private var resting: Double?
  private var level: Double?
  private var sign: SignWatch?

  init(_ experiment: Experiment, need: HorizonSearch.Need) {
    model = experiment.problem.model
    self.need = need
    fit = if case .growth = need { HorizonSearch.roughFit } else { HorizonSearch.fit }
    guard case .sign = need, experiment.coordinates == .weights, let chain = model.chain, chain.hasSquareLayers else {
      return
    }
    sign = SignWatch(chain)
  }

  func observe(_ point: TrajectoryPoint) throws {
    guard point.isStep else { return }
    if sign?.update(point.parameters, time: point.time) == false {
      throw Found(
        time: time,
        reason: "double precision knows the sign of det W no longer; integration.coordinates svd does", isLimit: true)
    }
    time = point.time
    guard point.steps > 0 else {
      startLoss = point.loss
      if case .growth = need { startNorms = model.componentNorms(point.parameters) }
      return
    }
    if startLoss > 0, point.loss <= fit * startLoss {
      throw Found(
        time: time,
        reason: "the loss fell below \(tableSetting(fit)) of its start by t = \(tableNumber(time))")
    }
    let size = BLAS.norm2(count: point.objective.parameterCount, point.parameters)
    let motion = time * point.gradientNorm / size
    hasMoved = hasMoved || motion >= Self.departure
    guard hasMoved else { return }
    resting = motion < HorizonSearch.motion ? resting ?? time : nil
    let fall = time * point.gradientNorm * point.gradientNorm
    level = fall < HorizonSearch.fall * abs(point.loss) ? level ?? time : nil
    if let resting, time >= Double.e * resting {
      throw Found(
        time: time,
        reason:
          "the flow has come to rest: from t = \(tableNumber(resting)) to \(tableNumber(time)) it moved by less than "
          + "\(tableSetting(HorizonSearch.motion)) of itself")
    }
    if case .growth = need, let level, time >= Double.e * level, let grown = growth(at: point) {
      throw Found(
        time: time,
        reason: "a component's norm has grown \(tableNumber(grown))-fold and the loss has not fallen since t = "
          + tableNumber(level))
    }
  }

  /// The largest factor by which a component's norm has grown, if that is enough.
  private func growth(at point: TrajectoryPoint) -> Double? {
    let factors = zip(model.componentNorms(point.parameters), startNorms).compactMap { $1 > 0 ? $0 / $1 : nil }
    return factors.max().flatMap { $0 >= HorizonSearch.growth ? $0 : nil }
  }
}

extension Double {
  /// e.
  fileprivate static let e = 2.718281828459045
}
