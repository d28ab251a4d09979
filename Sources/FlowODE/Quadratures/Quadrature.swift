import GSLBridge
import Models

/// Rates q̇ = φ(θ) that are integrated along a flow.
///
/// A claim in integral form compares such an integral with the change it should equal; evaluating both sides of the rate
/// at one state would only test algebra. A stepper of this project forms the integrals from the evaluations it makes anyway,
/// so that they move no step; GSL's steppers carry them as further states of the ODE.
///
/// One object may serve several laws: it is integrated once. It serves one flow, and so one thread.
///
/// Its integrals are those of every rate and then, kink by kink and branch by branch, those of the branches over the times at
/// which their switch is negative.
public protocol Quadrature: AnyObject {
  /// One name per rate.
  var names: [String] { get }
  /// How many there are, which is asked at every evaluation.
  var rateCount: Int { get }
  /// Which of the rates are branches of rates with kinks; all rates themselves are smooth.
  var kinks: [RateKink] { get }
  /// Whether the rates look at f(θ), ``FlowPoint/value``; where it is not at hand it costs a forward pass.
  var usesValue: Bool { get }
  /// Writes the rates φ(θ).
  func rates(at point: FlowPoint, into rates: UnsafeMutablePointer<Double>)
  /// Some of the rates, ascending, by themselves, to be formed at several states; nil where all of them together cost as little.
  func part(of rates: [Int]) -> (any RatesPart)?
  /// Writes the row-major ``rateCount`` × n derivative of the rates with respect to θ, for implicit methods.
  func derivatives(at point: FlowPoint, into derivatives: UnsafeMutablePointer<Double>)
  /// The size at which each rate's integral's absolute error starts to matter, from the start of the flow; positive.
  func scales(at start: FlowPoint) -> [Double]
}

extension Quadrature {
  public var rateCount: Int { names.count }
  public var kinks: [RateKink] { [] }
  public var usesValue: Bool { true }
  public func part(of rates: [Int]) -> (any RatesPart)? { nil }

  /// How many integrals there are.
  public var integralCount: Int { kinks.reduce(rateCount) { $0 + $1.branches.count * $1.width } }

  /// Writes what the integrals grow by: the rates, and the branches where their switch is negative.
  func growth(at point: FlowPoint, into growth: UnsafeMutablePointer<Double>) {
    rates(at: point, into: growth)
    kinks.writeNegativeParts(of: growth, into: growth + rateCount)
  }

  /// Writes the derivatives of ``growth(at:into:)`` with respect to θ, ``integralCount`` × n.
  func growthDerivatives(at point: FlowPoint, into derivatives: UnsafeMutablePointer<Double>) {
    let n = point.objective.parameterCount
    self.derivatives(at: point, into: derivatives)
    guard !kinks.isEmpty else { return }
    let now = Buffer<Double>(count: rateCount)
    rates(at: point, into: now.pointer)
    var row = derivatives + rateCount * n
    for kink in kinks {
      for branch in kink.branches {
        for k in 0..<kink.width {
          if now.pointer[kink.switches + k] < 0 {
            row.update(from: derivatives + (branch + k) * n, count: n)
          } else {
            row.update(repeating: 0, count: n)
          }
          row += n
        }
      }
    }
  }

  /// The sizes of all integrals.
  func integralScales(at start: FlowPoint) -> [Double] {
    kinks.integralScales(scales(at: start))
  }
}

extension [RateKink] {
  /// Writes every branch where its switch is negative and 0 elsewhere, kink by kink and branch by branch.
  func writeNegativeParts(of rates: UnsafePointer<Double>, into parts: UnsafeMutablePointer<Double>) {
    var place = parts
    for kink in self {
      for branch in kink.branches {
        for k in 0..<kink.width { place[k] = rates[kink.switches + k] < 0 ? rates[branch + k] : 0 }
        place += kink.width
      }
    }
  }

  /// The sizes of all integrals from those of the rates': a branch's negative part has the branch's own.
  func integralScales(_ rates: [Double]) -> [Double] {
    rates + flatMap { kink in kink.branches.flatMap { rates[$0..<($0 + kink.width)] } }
  }
}

extension [any Quadrature] {
  /// How many integrals there are, all quadratures together.
  var integralCount: Int { reduce(0) { $0 + $1.integralCount } }

  /// Writes what the integrals of one quadrature grow by behind those of the other.
  func growth(at point: FlowPoint, into growth: UnsafeMutablePointer<Double>) {
    var offset = 0
    for quadrature in self {
      quadrature.growth(at: point, into: growth + offset)
      offset += quadrature.integralCount
    }
  }

  /// Writes their derivatives with respect to θ, ``integralCount`` × n.
  func growthDerivatives(at point: FlowPoint, into derivatives: UnsafeMutablePointer<Double>) {
    var offset = 0
    for quadrature in self {
      quadrature.growthDerivatives(at: point, into: derivatives + offset * point.objective.parameterCount)
      offset += quadrature.integralCount
    }
  }

  /// The sizes at which the integrals' absolute errors start to matter.
  func integralScales(at start: FlowPoint) -> [Double] { flatMap { $0.integralScales(at: start) } }
}
