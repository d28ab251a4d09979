import GSLBridge
import Models

/// An integration method by name: one of GSL's, or one of the project's own steppers.
public enum IntegrationMethod: Sendable, Hashable {
  /// One that needs the right-hand side only.
  case explicit(ExplicitMethod)
  /// One for stiff problems, which needs a dense Jacobian.
  case implicit(ImplicitMethod)
  /// Exponential Adams with the few grown components' block of the Hessian treated exactly.
  case plateau
  /// dop853, and plateau from where stability pins the step for long.
  case auto

  /// Every method but ``auto``, explicit ones first.
  public static let all: [IntegrationMethod] =
    ExplicitMethod.allCases.map { .explicit($0) } + ImplicitMethod.allCases.map { .implicit($0) }
    + [.plateau]

  /// Looks a method up by name; `auto` is ``auto``.
  ///
  /// - Throws: ``Refusal`` listing the names.
  public init(named name: String) throws(Refusal) {
    if name == "auto" {
      self = .auto
    } else if let method = ExplicitMethod(rawValue: name) {
      self = .explicit(method)
    } else if let method = ImplicitMethod(rawValue: name) {
      self = .implicit(method)
    } else if name == Self.plateau.name {
      self = .plateau
    } else {
      let names = (["auto"] + Self.all.map(\.name)).joined(separator: ", ")
      throw Refusal("unknown method '\(name)'", remedy: "choose one of \(names)")
    }
  }

  /// GSL's name of the method.
  public var name: String {
    switch self {
    case .explicit(let method): method.rawValue
    case .implicit(let method): method.rawValue
    case .plateau: "plateau"
    case .auto: "auto"
    }
  }

  /// The order of convergence measured on closed forms; nil for the methods of variable order.
  public var measuredOrder: Int? {
    switch self {
    case .explicit(let method): method.measuredOrder
    case .implicit(let method): method.measuredOrder
    case .plateau, .auto: nil
    }
  }

  /// Whether it steps a field that slides along a kink, of whose Jacobian nothing is known.
  var slides: Bool {
    switch self {
    case .explicit, .auto: true
    case .implicit, .plateau: false
    }
  }

  /// One line of advice.
  public var advice: String {
    switch self {
    case .explicit(let method): method.advice
    case .implicit(let method): method.advice
    case .plateau:
      "exponential Adams of order 1 to 8 with the Hessian block of grown components or singular directions treated "
        + "exactly: long waits from small starts"
    case .auto:
      "dop853, and plateau from where stability holds the step and would for long; the report says which were used; bsimp in "
        + "svd coordinates with few unknowns"
    }
  }

  /// Refuses an implicit method for a state whose dense Jacobian would be too large.
  ///
  /// - Throws: ``Refusal`` naming the size and the remedy.
  public func check(dimension: Int) throws(Refusal) {
    guard case .implicit = self, dimension > Objective.denseHessianLimit else { return }
    throw Refusal(
      "the implicit method \(name) needs a dense \(dimension)×\(dimension) Jacobian, and "
        + "\(Objective.denseHessianLimit) unknowns are the limit",
      remedy: "use an explicit method such as rk8pd")
  }

  /// The method that integrates anew within a step which `stepper` has taken.
  func locating(_ stepper: borrowing Stepper) -> IntegrationMethod {
    guard case .auto = self else { return self }
    return stepper.isPlateau ? .plateau : .explicit(.dop853)
  }

  func makeStepper(
    _ field: any VectorField, tolerance: Tolerance, initialStep: Double, horizon: Double
  ) throws -> Stepper {
    switch self {
    case .explicit(let method):
      return try Stepper(method, system: field, tolerance: tolerance, initialStep: initialStep)
    case .implicit(let method):
      return try Stepper(method, system: field, tolerance: tolerance, initialStep: initialStep)
    case .plateau:
      guard let flow = field as? any StiffFlow, let part = flow.makeStiffPart() else {
        throw Refusal(
          "the method plateau needs gradient flow with a twice differentiable loss, and a CP model with observed entries, "
            + "a matrix of depth 2 or more, or at most \(DenseStiffness.largestCount) parameters",
          remedy: "use integration.method auto")
      }
      return try Stepper(plateau: flow, part: part, tolerance: tolerance, initialStep: initialStep)
    case .auto:
      return try Stepper(
        choosing: field, part: (field as? any StiffFlow)?.makeStiffPart(), tolerance: tolerance,
        initialStep: initialStep, horizon: horizon)
    }
  }
}
