import CMath
import FlowODE
import GSLBridge
import Models
import Verdicts

/// Tells whether a flow left a saddle on nothing but what its solver erred.
///
/// Along an eigenvector u of ∇²f to an eigenvalue −μ < 0 a displacement grows like e^∫μ. The state's own displacement from the saddle is
/// |uᵀ∇f|/μ; errors along u begin with τ Σ|u_i θ_i|, τ the tolerance, and grow alike. A flow that left the saddle by itself had a
/// displacement above that when it came, as small as its start may have been, and keeps it. Where the exact flow ends at a saddle on whose
/// stable manifold it started, the displacement is error and nothing else; once errors that no displacement of the flow's own exceeded have
/// grown to a hundredth of the state, rounding and step errors may decide where the path goes. It is told only if the flow went on: a path
/// that stays where it was has not been decided by anything.
///
/// u and μ are taken from a few products with the Hessian at accepted steps, at most about a hundred times along a run.
public final class SaddleWatch: TrajectoryObserver {
  /// The part of the state that errors must have grown to.
  public static let level = 1e-2
  /// A displacement above the errors by this factor is the flow's own.
  public static let ownership = 10.0
  /// A loss that has fallen by less than this part since errors could have decided did not leave, nor one that fell by less than this
  /// part of the start's.
  public static let departure = (own: 0.1, start: 1e-3)
  /// The accepted step of the first look of a large problem: a start's spectrum has the worst separated ends.
  private static let first = 8
  /// Accepted steps between two looks at first; twice as many after so many looks.
  private static let spacing = (steps: 16, looks: 16)
  /// Looks of more products than this are dear.
  private static let free = 12
  /// Up to so many parameters a look costs next to nothing where it is not dear.
  private static let small = 1000
  /// Steps between two looks for each product of the last: a product costs about three gradients, a step two at least and three of
  /// them where few are needed, so that dear looks take a tenth of a run.
  private static let stepsAProduct = (cheap: 8, dear: 10)
  /// A look is due as well when the time has grown by this factor and a quarter of the steps have passed, three quarters of dear looks'.
  private static let factor = 1.5
  /// What the extreme eigenvalues' residuals may be, relative to the larger one.
  private static let accuracy = 1e-2

  private let tolerance: Double
  private var looks = 0
  private var steps = 0
  private var time = 0.0
  private var loss = 0.0
  private var startLoss = 0.0
  private var products = 0
  private var smallest = 0.0
  private var ends: [Double]?
  /// ln of the errors along u, and of what they began with.
  private var logError = -Double.infinity
  private var logGrowth = 0.0
  /// When errors could have decided, their growth, and the loss then.
  private var doubt: (time: Double, growth: Double, loss: Double)?
  private var lastLoss = Double.infinity

  /// - Parameter tolerance: rtol of the run.
  public init(tolerance: Double) { self.tolerance = tolerance }

  public func observe(_ point: TrajectoryPoint) {
    guard point.isStep else { return }
    if point.isSave { lastLoss = point.loss }
    if point.steps == 0 { startLoss = point.loss }
    guard doubt == nil, isDue(point), mayLeave(from: point) else { return }
    let n = point.objective.parameterCount
    let hessian = point.objective.preparedHessian(at: point.parameters)
    guard
      let spectrum = try? Lanczos(
        dimension: n, tolerance: Self.accuracy, from: ends, product: { hessian.multiply($0, into: $1) })
    else { return }
    let gain = looks > 0 ? Self.gain(-smallest, -spectrum.smallest, over: point.time - time) : 0
    let before = (time: time, loss: looks > 0 ? loss : point.loss)
    (looks, steps, time, loss) = (looks + 1, point.steps, point.time, point.loss)
    (smallest, ends, products) = (spectrum.smallest, spectrum.ends, spectrum.products)
    (logError, logGrowth) = (logError + gain, max(0, logGrowth + gain))
    let limit = log(Self.level * BLAS.norm2(count: n, point.parameters))
    let mu = -spectrum.smallest
    // What cannot have grown by e since the start is not unstable but rounding.
    guard mu * point.time > 1 else {
      if logError >= limit { doubt = (before.time, logGrowth, before.loss) }
      (logError, logGrowth) = (-.infinity, 0)
      return
    }
    let slope = slope(along: spectrum, hessian, at: point)
    let first = log(max(tolerance * slope.size, .leastNormalMagnitude))
    if logError < first { (logError, logGrowth) = (first, 0) }
    // Along a vector that is not known well enough the gradient says nothing of a displacement; and a small one may be the curvature of
    // the stable manifold.
    let isResolved = abs(slope.value) * mu > 3 * spectrum.smallestError * point.gradientNorm
    let own = log(abs(slope.value) / mu)
    if isResolved, own >= limit, own > logError + log(Self.ownership) {
      (logError, logGrowth) = (first, 0)
    } else if logError >= limit {
      doubt = (point.time, logGrowth, point.loss)
    }
  }

  /// uᵀ∇f, and Σ|u_i θ_i|, u the eigenvector to the smallest eigenvalue: what is left of the sum of both ends' by another product.
  private func slope(
    along spectrum: Lanczos, _ hessian: PreparedHessian, at point: TrajectoryPoint
  ) -> (value: Double, size: Double) {
    var u = [Double](repeating: 0, count: spectrum.ends.count)
    u.withUnsafeMutableBufferPointer { product in
      spectrum.ends.withUnsafeBufferPointer { ends in
        guard let product = product.baseAddress, let ends = ends.baseAddress else { return }
        hessian.multiply(ends, into: product)
      }
    }
    for i in u.indices { u[i] -= spectrum.largest * spectrum.ends[i] }
    let norm = u.withUnsafeBufferPointer { buffer in buffer.baseAddress.map { BLAS.norm2(count: buffer.count, $0) } ?? 0
    }
    guard norm > 0 else { return (0, 0) }
    var (value, size) = (0.0, 0.0)
    for i in u.indices {
      value += u[i] * point.gradient[i]
      size += abs(u[i] * point.parameters[i])
    }
    return (value / norm, size / norm)
  }

  /// ∫ μ dt over an interval at whose ends it is known: exact where μ is constant, and where 1/μ is linear, as it is before an escape in
  /// finite time; where μ changes its sign the mean of its ends'.
  private static func gain(_ first: Double, _ last: Double, over length: Double) -> Double {
    guard first > 0, last > 0, abs(last / first - 1) > 1e-3 else { return 0.5 * (first + last) * length }
    return length * last * log(last / first) / (last / first - 1)
  }

  /// Whether the loss can still fall by as much as a departure takes.
  private func mayLeave(from point: TrajectoryPoint) -> Bool {
    !point.objective.loss.vanishesAtTargets || point.loss > Self.departure.start * startLoss
  }

  private func isDue(_ point: TrajectoryPoint) -> Bool {
    let isSmall = point.objective.parameterCount <= Self.small
    guard looks > 0 else { return isSmall || point.steps >= Self.first }
    let isDear = products > Self.free
    let each = isDear ? Self.stepsAProduct.dear : isSmall ? 0 : Self.stepsAProduct.cheap
    let spacing = max(Self.spacing.steps, each * products) << min(looks / Self.spacing.looks, 20)
    let passed = point.steps - steps
    guard passed < spacing else { return true }
    return 4 * passed >= (isDear ? 3 * spacing : spacing) && point.time >= Self.factor * time
  }

  /// What a report says; nil where the path is the flow's.
  public var warning: ReportWarning? {
    guard let doubt, lastLoss < (1 - Self.departure.own) * doubt.loss,
      doubt.loss - lastLoss > Self.departure.start * startLoss
    else { return nil }
    return ReportWarning(
      kind: .saddle,
      text:
        "the path after t = \(tableNumber(doubt.time)) may be rounding's: the flow stood at a saddle, where errors as small as "
        + "the tolerance \(tableSetting(tolerance)) grew \(tableNumber(exp(min(doubt.growth, 690))))-fold by then, and left it without a "
        + "displacement of its own; the exact flow may stay, or leave at another time or to elsewhere, and no tolerance settles that: "
        + "use integration.coordinates svd for a balanced matrix, or a start off the saddle's stable manifold (another init.seed, "
        + "init.det or init.name)",
      time: doubt.time, value: doubt.growth / log(10))
  }
}
