import FlowODE
import Verdicts

/// What can be said about one trajectory. Each case has one fold and one rule.
public enum Laws {
  /// Sums of terms are constant: Q(θ(t)) = Q(θ(0)).
  case conserved(any ConservedTerms)
  /// Changes are integrals: λ(θ(t)) − λ(θ(0)) = ∫ q, with q integrated along the flow or the integral in closed form.
  case integral(any IntegralTerms)
  /// value ≤ bound for every law.
  case bound(any BoundTerms)
  /// (dσ/dt)/γ grows like a power of σ, fitted to σ and ∫γ.
  case exponent(any GrowthTerms)

  /// What all kinds have in common.
  public var terms: any LawTerms {
    switch self {
    case .conserved(let terms): terms
    case .integral(let terms): terms
    case .bound(let terms): terms
    case .exponent(let terms): terms
    }
  }
}

/// The numbers of some laws at one state. Owns its buffers; made anew for every rung and used by one thread.
///
/// It folds nothing: what becomes of the numbers along the run is the machine's business.
public protocol LawTerms: AnyObject {
  /// Rates to be integrated along the flow; read once. Several laws may hand out the same object, which is then integrated once for
  /// all of them.
  var quadratures: [any Quadrature] { get }
  /// What is to be located on the trajectory; the states there are seen as well.
  var events: [Event] { get }
  /// Adds what the run showed besides: tables, a figure, a doubt, whether a false relative is false on these states.
  func complete(_ evidence: inout Evidence)
}

extension LawTerms {
  public var quadratures: [any Quadrature] { [] }
  public var events: [Event] { [] }
  public func complete(_ evidence: inout Evidence) {}
}

/// Terms whose signed sums are constant.
public protocol ConservedTerms: LawTerms {
  /// The conserved sums.
  var laws: [TermSum] { get }
  /// Numbers of each term: 1 for a squared norm, k² for a Gram matrix.
  var sizes: [Int] { get }
  /// Writes all terms at the point, one after the other.
  func update(_ point: TrajectoryPoint, into terms: UnsafeMutablePointer<Double>)
  /// A bound on a law's slope in θ at the point last seen, from which a budget for the integrator's errors is made; nil for
  /// no budget.
  var sensitivity: Double? { get }
  /// For a false relative that some runs cannot expose: writes the terms' rates along the flow and returns true. What they add
  /// up to says whether the relative is false on the run.
  func rates(_ point: TrajectoryPoint, into rates: UnsafeMutablePointer<Double>) -> Bool
}

extension ConservedTerms {
  public var sensitivity: Double? { nil }
  public func rates(_ point: TrajectoryPoint, into rates: UnsafeMutablePointer<Double>) -> Bool { false }
}

/// Quantities and the integrals that their changes equal.
public protocol IntegralTerms: LawTerms {
  /// One name per law.
  var names: [String] { get }
  /// What residuals are relative to.
  var scale: ResidualFold.Scale { get }
  /// Gives the fold both sides of every law at the point, the end of an accepted step or a located event.
  ///
  /// - Parameter integrals: those of this law's own quadratures, one quadrature after the other, each as ``Quadrature`` says.
  func note(_ point: TrajectoryPoint, integrals: UnsafePointer<Double>, into fold: inout ResidualFold)
  /// By how much each law may be missed, as far as the state last noted, for the errors of its integrals; nil if that is not known.
  ///
  /// - Parameter integralErrors: estimates of the integrals' errors, in their order.
  func errors(from integralErrors: UnsafePointer<Double>) -> [Double]?
}

extension IntegralTerms {
  public var scale: ResidualFold.Scale { .shared }
  public func errors(from integralErrors: UnsafePointer<Double>) -> [Double]? { nil }
}

/// Values and their bounds.
public protocol BoundTerms: LawTerms {
  /// One name per law.
  var names: [String] { get }
  /// Gives the fold value and bound of every law at the point, the end of an accepted step, a located event, a save time, or where what is watched
  /// is least.
  ///
  /// - Parameter integrals: those of this law's own quadratures, one quadrature after the other, each as ``Quadrature`` says.
  func note(_ point: TrajectoryPoint, integrals: UnsafePointer<Double>, into fold: inout MarginFold)
  /// The margin, for laws that are known only once the run is over.
  func margin(_ fold: MarginFold) -> Margin
  /// Numbers whose least values between accepted states are noted as well; nil for none.
  var watch: (any InteriorWatch)? { get }
}

extension BoundTerms {
  public func margin(_ fold: MarginFold) -> Margin { fold.margin }
  public var watch: (any InteriorWatch)? { nil }
}

/// Sizes and the integrals of their driving forces, to which a power is fitted.
public protocol GrowthTerms: LawTerms {
  /// p.
  var claimed: Double { get }
  /// Gives the recorder sizes and integrals at a save time.
  ///
  /// - Parameter integrals: those of this law's own quadratures, one quadrature after the other, each as ``Quadrature`` says.
  func record(_ point: TrajectoryPoint, integrals: UnsafePointer<Double>, in recorder: GrowthRecorder)
  /// An empty recorder, which knows what the sizes are called.
  var recorder: GrowthRecorder { get }
}

extension Laws {
  /// One conserved sum.
  ///
  /// - Parameters:
  ///   - name: the law, such as `a² − b²`.
  ///   - count: how many terms it has.
  ///   - size: numbers of each term, for a law that holds number by number; its residual is the Euclidean norm.
  ///   - terms: the terms at θ with their signs, one after the other, `count` × `size` numbers; of any other number of them, the law
  ///     is no number, and nothing can be said of it.
  public static func conserved(
    _ name: String, terms count: Int, size: Int = 1,
    _ terms: @escaping (_ parameters: UnsafePointer<Double>) -> [Double]
  ) -> Laws {
    .conserved(PlainTerms(name, count: count, size: size, terms))
  }
}

/// The terms of ``Laws/conserved(_:terms:size:_:)``.
private final class PlainTerms: ConservedTerms {
  let laws: [TermSum]
  let sizes: [Int]
  private let terms: (UnsafePointer<Double>) -> [Double]
  /// How many numbers the terms came to last.
  private var numbers: Int?

  init(_ name: String, count: Int, size: Int, _ terms: @escaping (UnsafePointer<Double>) -> [Double]) {
    laws = [TermSum(name, (0..<count).map { ($0, 1) })]
    sizes = [Int](repeating: size, count: count)
    self.terms = terms
  }

  func complete(_ evidence: inout Evidence) {
    let count = sizes.reduce(0, +)
    guard let numbers, numbers != count else { return }
    evidence.doubt =
      "the claim's terms are \(counted(numbers, "number")) where \(sizes.count) × \(sizes.first ?? 0) are declared"
  }

  func update(_ point: TrajectoryPoint, into values: UnsafeMutablePointer<Double>) {
    let count = sizes.reduce(0, +)
    let given = terms(point.parameters)
    numbers = given.count
    guard given.count == count else { return values.update(repeating: .nan, count: count) }
    for (k, term) in given.enumerated() { values[k] = term }
  }
}
