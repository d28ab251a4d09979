internal import CGSL

/// Integration methods that need the right-hand side only.
public enum ExplicitMethod: String, CaseIterable, Sendable {
  /// Embedded Runge–Kutta (2, 3).
  case rk2
  /// The classical Runge–Kutta method, its error estimated by step doubling.
  case rk4
  /// Runge–Kutta–Fehlberg (4, 5).
  case rkf45
  /// Cash–Karp (4, 5).
  case rkck
  /// Prince–Dormand (8, 9).
  case rk8pd
  /// Adams' multistep method in Nordsieck form, of order 1 to 12.
  case msadams
  /// Dormand–Prince 5(4).
  case dopri5
  /// Dormand–Prince 8(5,3), held inside its interval of stability: ``DormandPrince853``.
  case dop853
  /// Runge–Kutta–Chebyshev of order 2: ``RungeKuttaChebyshev``.
  case rkc2

  /// The order GSL's step object declares, which is what the step-size law uses (its starting value for msadams).
  public var declaredOrder: Int {
    switch self {
    case .rk2: 2
    case .rk4: 4
    case .rkf45, .rkck, .dopri5: 5
    case .rk8pd, .dop853: 8
    case .msadams: 1
    case .rkc2: 3
    }
  }

  /// The order p of the error O(hᵖ) observed with fixed steps on nonlinear problems, a lower bound; nil if the order
  /// varies.
  public var measuredOrder: Int? {
    switch self {
    case .rkc2: 2
    case .rk2: 3
    case .rk4: 4
    case .rkf45, .rkck, .dopri5: 5
    case .rk8pd, .dop853: 8
    case .msadams: nil
    }
  }

  /// When to choose the method.
  public var advice: String {
    switch self {
    case .rk2: "embedded Runge-Kutta (2, 3): only for rough answers, rtol 1e-3 and above"
    case .rk4: "classical fourth-order Runge-Kutta with step doubling: dearer than rkf45 at equal accuracy"
    case .rkf45: "Runge-Kutta-Fehlberg (4, 5): a good all-rounder for rtol 1e-3 to 1e-8"
    case .rkck: "Cash-Karp (4, 5): like rkf45"
    case .rk8pd: "Prince-Dormand (8, 9): the first choice for smooth problems that are not stiff, rtol 1e-8 and below"
    case .msadams:
      "Adams multistep in Nordsieck form, order 1 to 12: when evaluations are dear and many steps are taken"
    case .dopri5: "Dormand-Prince 5(4): six evaluations a step, usually the cheapest at rtol 1e-4 to 1e-8"
    case .dop853:
      "Dormand-Prince 8(5,3), step held inside the interval of stability: for large systems at rtol 1e-6 and below"
    case .rkc2:
      "Runge-Kutta-Chebyshev, 2 to 200 stages: stiff problems with a symmetric Jacobian at rtol 1e-3 to 1e-5"
    }
  }

  var stepType: UnsafePointer<gsl_odeiv2_step_type>? {
    switch self {
    case .rk2: gsl_odeiv2_step_rk2
    case .rk4: gsl_odeiv2_step_rk4
    case .rkf45: gsl_odeiv2_step_rkf45
    case .rkck: gsl_odeiv2_step_rkck
    case .rk8pd: gsl_odeiv2_step_rk8pd
    case .msadams: gsl_odeiv2_step_msadams
    case .dopri5, .dop853, .rkc2: nil
    }
  }

  /// The method, where it is written in Swift.
  var customStep: (any CustomStep)? {
    switch self {
    case .dopri5: DormandPrince()
    case .dop853: DormandPrince853()
    case .rkc2: RungeKuttaChebyshev()
    case .rk2, .rk4, .rkf45, .rkck, .rk8pd, .msadams: nil
    }
  }
}

/// Integration methods for stiff problems; they need the Jacobian and solve dense n × n systems.
public enum ImplicitMethod: String, CaseIterable, Sendable {
  /// Implicit Euler.
  case rk1imp
  /// The implicit midpoint rule.
  case rk2imp
  /// Gauss' method with two stages.
  case rk4imp
  /// Bader and Deuflhard's semi-implicit extrapolation.
  case bsimp
  /// Backward differentiation in Nordsieck form, of order 1 to 5.
  case msbdf
  /// The implicit midpoint rule, solved to roundoff: ``GaussLegendre``.
  case gauss1
  /// Gauss' method with two stages, solved to roundoff: ``GaussLegendre``.
  case gauss2

  /// The order GSL's step object declares, which is what the step-size law uses (its starting value for msbdf).
  public var declaredOrder: Int {
    switch self {
    case .rk1imp: 1
    case .rk2imp: 2
    case .rk4imp: 4
    case .bsimp: 12
    case .msbdf: 1
    case .gauss1: 2
    case .gauss2: 4
    }
  }

  /// The order p of the error O(hᵖ) observed with fixed steps on nonlinear problems, a lower bound; nil if the order
  /// varies.
  ///
  /// rk4imp shows 3 because its Newton iteration stops after one round once that meets the tolerance; iterated to
  /// convergence, or on a linear problem, it has its declared 4.
  public var measuredOrder: Int? {
    switch self {
    case .rk1imp: 1
    case .rk2imp, .gauss1: 2
    case .rk4imp: 3
    case .gauss2: 4
    case .bsimp, .msbdf: nil
    }
  }

  /// When to choose the method.
  public var advice: String {
    switch self {
    case .rk1imp: "implicit Euler with step doubling: very robust, only for rough answers"
    case .rk2imp: "implicit midpoint with step doubling: stiff problems at rtol 1e-3 to 1e-5"
    case .rk4imp: "implicit Gauss (2 stages) with step doubling: mildly stiff problems at rtol 1e-4 to 1e-7"
    case .bsimp:
      "Bulirsch-Stoer with a semi-implicit midpoint rule: smooth stiff problems of few components, tight rtol"
    case .msbdf:
      "backward differentiation of order 1 to 5: the first choice for stiff problems of up to about 1000 components"
    case .gauss1, .gauss2:
      "Gauss collocation of \(self == .gauss1 ? "1 stage" : "2 stages") iterated to roundoff: conserves quadratic "
        + "invariants exactly, to cross-check a drift; slow"
    }
  }

  var stepType: UnsafePointer<gsl_odeiv2_step_type>? {
    switch self {
    case .rk1imp: gsl_odeiv2_step_rk1imp
    case .rk2imp: gsl_odeiv2_step_rk2imp
    case .rk4imp: gsl_odeiv2_step_rk4imp
    case .bsimp: gsl_odeiv2_step_bsimp
    case .msbdf: gsl_odeiv2_step_msbdf
    case .gauss1, .gauss2: nil
    }
  }

  /// The method, where it is written in Swift.
  var customStep: (any CustomStep)? {
    switch self {
    case .gauss1: GaussLegendre(stages: 1)
    case .gauss2: GaussLegendre(stages: 2)
    default: nil
    }
  }
}
