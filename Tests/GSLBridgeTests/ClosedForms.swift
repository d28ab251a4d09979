import CMath
import GSLBridge
import Testing

/// An initial value problem whose solution is known in closed form.
struct ClosedForm: Sendable, CustomTestStringConvertible {
  let testDescription: String
  let start: [Double]
  let end: Double
  let system: @Sendable () -> ClosureSystem
  /// Absolute error of a computed state at a time, in units of the solution, or of time where the solution is implicit.
  let error: @Sendable (Double, [Double]) -> Double
  /// ẏ = A y with A = [[−½, 2], [−2, −½]]: a decaying rotation, y(t) = e^{−t/2} R(2t) y(0).
  static let linear = ClosedForm(
    testDescription: "linear flow", start: [1, 0.5], end: 1,
    system: {
      ClosureSystem(
        2,
        { _, y, f in
          f[0] = -0.5 * y[0] + 2 * y[1]
          f[1] = -2 * y[0] - 0.5 * y[1]
        },
        jacobian: { _, _, j, dt in
          (j[0], j[1], j[2], j[3]) = (-0.5, 2, -2, -0.5)
          (dt[0], dt[1]) = (0, 0)
        })
    },
    error: { t, y in
      let (c, s, decay) = (cos(2 * t), sin(2 * t), exp(-0.5 * t))
      return hypot(y[0] - decay * (c + 0.5 * s), y[1] - decay * (-s + 0.5 * c))
    })

  /// ẋ = x² from 1 to t = 0.9, nine tenths of the way to the blow-up. The error is that of the time of
  /// blow-up, t + 1/x.
  static let square = ClosedForm(
    testDescription: "x' = x^2", start: [1], end: 0.9, system: { .blowUp }, error: { abs($0 + 1 / $1[0] - 1) })

  /// u̇ = u(1 − u).
  static let logistic = ClosedForm(
    testDescription: "logistic", start: [0.1], end: 3, system: { .logistic },
    error: { abs($1[0] - 1 / (1 + 9 * exp(-$0))) })

  /// One balanced component of order 2, ṡ = s(σ − s²) with σ = 2: s² is logistic.
  static let component2 = ClosedForm(
    testDescription: "component of order 2", start: [0.3], end: 1.2,
    system: { .scalar({ $0 * (2 - $0 * $0) }, { 2 - 3 * $0 * $0 }) },
    error: { abs($1[0] - (2 / (1 + (2 / 0.09 - 1) * exp(-4 * $0))).squareRoot()) })

  /// One balanced component of order 4, ṡ = s³(σ − s⁴) with σ = 1: with u = s², t = ½(T(u(t)) − T(u(0))), where
  /// T(u) = artanh(u) − 1/u. The error is one in time.
  static let component4 = ClosedForm(
    testDescription: "component of order 4", start: [0.5], end: 1.5,
    system: { .scalar({ $0 * $0 * $0 * (1 - $0 * $0 * $0 * $0) }, { 3 * $0 * $0 - 7 * pow($0, 6) }) },
    error: { t, y in
      let time = { (u: Double) in atanh(u) - 1 / u }
      return abs(0.5 * (time(y[0] * y[0]) - time(0.25)) - t)
    })

  /// ẋ = x(1 − x² − y²) − 2y, ẏ = y(1 − x² − y²) + 2x: in polar coordinates ṙ = r(1 − r²), φ̇ = 2.
  static let spiral = ClosedForm(
    testDescription: "spiral", start: [0.3, 0], end: 1,
    system: {
      ClosureSystem(
        2,
        { _, y, f in
          let room = 1 - y[0] * y[0] - y[1] * y[1]
          f[0] = y[0] * room - 2 * y[1]
          f[1] = y[1] * room + 2 * y[0]
        },
        jacobian: { _, y, j, dt in
          let room = 1 - y[0] * y[0] - y[1] * y[1]
          (j[0], j[1]) = (room - 2 * y[0] * y[0], -2 * y[0] * y[1] - 2)
          (j[2], j[3]) = (-2 * y[0] * y[1] + 2, room - 2 * y[1] * y[1])
          (dt[0], dt[1]) = (0, 0)
        })
    },
    error: { t, y in
      let radius = (1 / (1 + (1 / 0.09 - 1) * exp(-2 * t))).squareRoot()
      return hypot(y[0] - radius * cos(2 * t), y[1] - radius * sin(2 * t))
    })

  /// The nonlinear oscillator ẋ = −(x² + y²) y, ẏ = (x² + y²) x: a turn by r² t at constant radius, over many turns.
  static let rotor = ClosedForm(
    testDescription: "rotor", start: [1.2, 0], end: 40,
    system: {
      ClosureSystem(
        2,
        { _, y, f in
          let square = y[0] * y[0] + y[1] * y[1]
          (f[0], f[1]) = (-square * y[1], square * y[0])
        },
        jacobian: { _, y, j, dt in
          let square = y[0] * y[0] + y[1] * y[1]
          (j[0], j[1]) = (-2 * y[0] * y[1], -square - 2 * y[1] * y[1])
          (j[2], j[3]) = (square + 2 * y[0] * y[0], 2 * y[0] * y[1])
          (dt[0], dt[1]) = (0, 0)
        })
    },
    error: { t, y in hypot(y[0] - 1.2 * cos(1.44 * t), y[1] - 1.2 * sin(1.44 * t)) })

  static let nonlinear = [spiral, square, logistic, component2, component4]
}
