import GSLBridge

/// An integration method by name: one of GSL's, or one of the project's own steppers.
public enum IntegrationMethod: Sendable, Hashable {
  case explicit(ExplicitMethod)
  case implicit(ImplicitMethod)

  /// What `--method auto` stands for: rk8pd, the most accurate per evaluation of GSL's methods on smooth flows.
  public static let auto = IntegrationMethod.explicit(.rk8pd)

  /// Every method, explicit ones first.
  public static let all: [IntegrationMethod] =
    ExplicitMethod.allCases.map { .explicit($0) } + ImplicitMethod.allCases.map { .implicit($0) }

  /// Looks a method up by name; `auto` is ``auto``.
  ///
  /// - Throws: ``ExperimentError`` listing the names.
  public init(named name: String) throws(ExperimentError) {
    if name == "auto" {
      self = .auto
    } else if let method = ExplicitMethod(rawValue: name) {
      self = .explicit(method)
    } else if let method = ImplicitMethod(rawValue: name) {
      self = .implicit(method)
    } else {
      let names = (["auto"] + Self.all.map(\.name)).joined(separator: ", ")
      throw ExperimentError("unknown method '\(name)'", remedy: "choose one of \(names)")
    }
  }

  /// GSL's name of the method.
  public var name: String {
    switch self {
    case .explicit(let method): method.rawValue
    case .implicit(let method): method.rawValue
    }
  }

  /// The order of convergence measured on closed forms; nil for the methods of variable order.
  public var measuredOrder: Int? {
    switch self {
    case .explicit(let method): method.measuredOrder
    case .implicit(let method): method.measuredOrder
    }
  }

  /// One line of advice.
  public var advice: String {
    switch self {
    case .explicit(let method): method.advice
    case .implicit(let method): method.advice
    }
  }

  /// Refuses an implicit method for a state whose dense Jacobian would be too large.
  ///
  /// - Throws: ``ExperimentError`` naming the size and the remedy.
  public func check(dimension: Int) throws(ExperimentError) {
    guard case .implicit = self, dimension > Objective.denseHessianLimit else { return }
    throw ExperimentError(
      "the implicit method \(name) needs a dense \(dimension)×\(dimension) Jacobian, and "
        + "\(Objective.denseHessianLimit) unknowns are the limit",
      remedy: "use an explicit method such as rk8pd")
  }

  func makeStepper(
    _ field: any VectorField, tolerance: Tolerance, initialStep: Double
  ) throws(GSLError) -> Stepper {
    switch self {
    case .explicit(let method):
      try Stepper(method, system: field, tolerance: tolerance, initialStep: initialStep)
    case .implicit(let method):
      try Stepper(method, system: field, tolerance: tolerance, initialStep: initialStep)
    }
  }
}
