import CMath
import FlowODE
import GSLBridge
import Models
import Verdicts

/// Tells whether a flow left a saddle on nothing but what its solver erred.
///
/// A perturbation v of a state moves by v̇ = −∇²f v and so grows by e^S at most, S = ∫ −λ_min(∇²f) dt. Errors of the size of the tolerance
/// τ‖θ‖ are made all along the run; once e^S τ reaches a hundredth since some state, relative to ‖θ‖, rounding and step errors may decide
/// where the path goes. That is what happens where the exact flow ends at a saddle on whose stable manifold it started. It is told only
/// if the flow went on: a path that stays where it was has not been decided by anything.
///
/// Where the state itself grows, as out of a small start, its time does not matter: a start's escape amplifies its own errors as it
/// amplifies the start, m − 1 times as fast where the model is of degree m. Hence what is watched is S − (m − 1) ln‖θ‖ over such a part.
///
/// λ_min is taken from a few products with the Hessian at accepted steps, at most about a hundred times along a run: less than a tenth of
/// what the run costs.
public final class SaddleWatch: TrajectoryObserver {
  /// The part of the state that errors must have grown to.
  public static let level = 1e-2
  /// A loss that has fallen by less than this part since errors could have decided did not leave.
  public static let departure = 0.1
  /// Accepted steps between two looks at first; twice as many after so many looks.
  private static let spacing = (steps: 16, looks: 16)
  /// A look is due as well when the time has grown by this factor and a quarter of the steps have passed.
  private static let factor = 1.5
  /// What λ_min may be wrong by, relative to the largest eigenvalue.
  private static let accuracy = 1e-2

  private let tolerance: Double
  private let degree: Double
  private var looks = 0
  private var steps = 0
  private var time = 0.0
  private var growth = 0.0
  private var size = 0.0
  private var smallest = 0.0
  private var ends: [Double]?
  private var exponent = 0.0
  private var largest = 0.0
  /// When errors could have decided, and the loss then.
  private var doubt: (time: Double, loss: Double)?
  private var lastLoss = Double.infinity

  /// - Parameters:
  ///   - model: what moves.
  ///   - tolerance: rtol of the run.
  public init(model: Model, tolerance: Double) {
    self.tolerance = tolerance
    degree = Double(max(2, model.layout.blocks.count))
  }

  public func observe(_ point: TrajectoryPoint) {
    guard point.isStep else { return }
    if point.isSave { lastLoss = point.loss }
    guard isDue(point) else { return }
    lastLoss = point.loss
    let n = point.objective.parameterCount
    let hessian = point.objective.preparedHessian(at: point.parameters)
    guard
      let spectrum = try? Lanczos(
        dimension: n, tolerance: Self.accuracy, from: ends, product: { hessian.multiply($0, into: $1) })
    else { return }
    let norm = BLAS.norm2(count: n, point.parameters)
    if looks > 0 {
      let grown = size > 0 && norm > size ? log(norm / size) : 0
      let shrunk = size > 0 && norm > 0 && norm < size ? log(norm / size) : 0
      let gain = -0.5 * (smallest + spectrum.smallest) * (point.time - time)
      exponent = max(0, exponent + gain - (degree - 1) * grown - shrunk)
      largest = max(largest, exponent)
      if doubt == nil, exponent + log(tolerance) >= log(Self.level) { doubt = (point.time, point.loss) }
    }
    (looks, steps, time, size, smallest, ends) =
      (looks + 1, point.steps, point.time, norm, spectrum.smallest, spectrum.ends)
  }

  private func isDue(_ point: TrajectoryPoint) -> Bool {
    guard looks > 0 else { return true }
    let spacing = Self.spacing.steps << min(looks / Self.spacing.looks, 40)
    let passed = point.steps - steps
    return passed >= spacing || (4 * passed >= spacing && point.time >= Self.factor * time)
  }

  /// What a report says; nil where the path is the flow's.
  public var warning: ReportWarning? {
    guard let doubt, lastLoss < (1 - Self.departure) * doubt.loss else { return nil }
    return ReportWarning(
      kind: .saddle,
      text: "the path after t = \(tableNumber(doubt.time)) may be rounding's: the flow stood at a saddle, where errors as small as "
        + "the tolerance \(tableSetting(tolerance)) grew by up to \(tableNumber(exp(min(largest, 690)))), and then left it; the exact "
        + "flow may stay, or leave at another time or to elsewhere, and no tolerance settles that: use integration.coordinates svd "
        + "for a balanced matrix, or a start off the saddle's stable manifold (another init.seed, init.det or init.name)",
      time: doubt.time, value: largest / log(10))
  }
}
