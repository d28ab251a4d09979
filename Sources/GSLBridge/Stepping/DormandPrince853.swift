/// The twelve-stage Runge-Kutta method of order 8 by Dormand and Prince with embedded results of orders 5 and 3, its step
/// held just inside the interval of stability.
///
/// Source: E. Hairer, S. P. Nørsett, G. Wanner, *Solving Ordinary Differential Equations I*, 2nd ed., Springer 1993,
/// section II.5 (the method and the combined error estimate) and its code DOP853 (the coefficients).
///
/// With e₅ and e₃ the differences to the embedded results, the error estimate is e₅ · ‖e₅‖/√(‖e₅‖² + ‖e₃‖²/100), which
/// shrinks like h⁸. On the negative real axis the method is stable up to hρ = 6.39; a flow that is limited by stability
/// would otherwise find that limit by rejections.
public final class DormandPrince853: CustomStep {
  /// `dop853`.
  public let name = "dop853"
  /// 8: the error estimate shrinks like h⁸.
  public let order = 8

  /// Where |R(−x)| reaches 1 on the real axis.
  static let stability = 6.39
  /// Part of the interval of stability that is used: beyond, stiff components are hardly damped.
  static let used = 0.95
  /// Steps between two refinements of a spectral radius that has settled.
  static let refreshInterval = 20

  let continuation: Continuation
  var quadrature: (any StepQuadrature)?
  private var shared: StabilityStep?
  private var refinements = 0
  private var limit = Double.infinity

  /// A method that allocates its work vectors when it is first used.
  public init() { continuation = Self.continuation }

  /// A method with another table for what happens within its steps, for tests.
  package init(continuation: Continuation) { self.continuation = continuation }

  /// 95 % of the interval of stability divided by the estimated spectral radius.
  public var largestStep: Double { limit }

  /// The latest estimate of the spectral radius of ∂F/∂y; 0 before the first.
  var spectralRadius: Double { shared?.radius.value ?? 0 }

  /// Allocates the work vectors.
  public func prepare(dimension: Int) {
    shared = StabilityStep(dimension: dimension, workVectors: 10, terms: 12, outputs: 3)
    reset()
  }

  /// Forgets the spectral radius.
  public func reset() {
    shared?.reset()
    refinements = 0
    limit = .infinity
  }

  /// One step; see ``CustomStep/apply(time:step:state:error:derivativeIn:derivativeOut:evaluate:)``.
  public func apply(
    time: Double, step h: Double, state: UnsafeMutablePointer<Double>, error: UnsafeMutablePointer<Double>,
    derivativeIn: UnsafePointer<Double>, derivativeOut: UnsafeMutablePointer<Double>,
    evaluate: (Double, UnsafePointer<Double>, UnsafeMutablePointer<Double>) throws(RightHandSideFailure) -> Void
  ) throws(RightHandSideFailure) {
    guard let shared else { throw .outsideDomain }
    quadrature?.first(time, state)
    try refresh(shared, time, h, state, derivativeIn, evaluate)
    let (dimension, work) = (shared.dimension, shared.work)
    let (vectors, weights, bases, results) = (shared.vectors, shared.weights, shared.bases, shared.results)
    let stage = work + 9 * dimension
    func slot(_ i: Int) -> UnsafeMutablePointer<Double> { Self.slot(i, work, dimension) }
    func derivative(_ i: Int) -> UnsafePointer<Double> { i == 0 ? derivativeIn : UnsafePointer(slot(i)) }

    for i in 1..<12 {
      let row = Self.stages[i - 1]
      for (place, (j, a)) in row.enumerated() {
        vectors[place] = derivative(j)
        weights[place] = h * a
      }
      bases[0] = UnsafePointer(state)
      results[0] = stage
      shared.combine(terms: row.count)
      try evaluate(time + Self.nodes[i] * h, stage, slot(i))
      if i >= Self.firstRow { quadrature?.write(i + 1 - Self.firstRow, time + Self.nodes[i] * h, stage) }
    }

    let count = Self.result.count
    for (place, (j, b, third, fifth)) in Self.result.enumerated() {
      vectors[place] = derivative(j)
      weights[place] = h * b
      weights[count + place] = h * fifth
      weights[2 * count + place] = h * third
    }
    (bases[0], bases[1], bases[2]) = (UnsafePointer(state), nil, nil)
    (results[0], results[1], results[2]) = (state, error, stage)
    shared.combine(terms: count, outputs: 3)
    let five = BLAS.norm2(count: dimension, error)
    let three = BLAS.norm2(count: dimension, stage)
    let root = (five * five + 0.01 * three * three).squareRoot()
    // NaN passes through, for the control to see.
    BLAS.scale(count: dimension, alpha: root == 0 ? 1 : five / root, error)
    try evaluate(time + h, state, derivativeOut)
    quadrature?.write(13 - Self.firstRow, time + h, state)
  }

  /// Where the derivative of stage i ≥ 1 is: eleven stages share nine slots, and the last two take the places of the first two, which
  /// are no longer needed then.
  private static func slot(
    _ i: Int, _ work: UnsafeMutablePointer<Double>, _ dimension: Int
  ) -> UnsafeMutablePointer<Double> { work + (i - 1) % 9 * dimension }

  /// The derivative of stage 3 to 11 of the latest trial.
  func stageDerivative(_ i: Int) -> UnsafePointer<Double>? {
    shared.map { UnsafePointer(Self.slot(i, $0.work, $0.dimension)) }
  }

  func shift(by amount: Double) { shared?.shift(by: amount) }

  /// Refines the spectral radius at the first steps, and then now and then, where it matters.
  private func refresh(
    _ shared: StabilityStep, _ time: Double, _ h: Double, _ state: UnsafePointer<Double>,
    _ derivative: UnsafePointer<Double>,
    _ evaluate: (Double, UnsafePointer<Double>, UnsafeMutablePointer<Double>) throws(RightHandSideFailure) -> Void
  ) throws(RightHandSideFailure) {
    guard shared.dimension > 1, shared.isRefinementDue(at: time) else { return }
    let radius = shared.radius
    let change = try radius.refine(time: time, state: state, derivative: derivative, evaluate: evaluate)
    refinements += 1
    let matters = abs(h) * radius.value > 0.25 * Self.stability
    shared.postponeRefinement(by: matters && (refinements < 8 || change > 0.02) ? 1 : Self.refreshInterval)
    limit = radius.value > 0 ? Self.used * Self.stability / radius.value : .infinity
  }
}

extension DormandPrince853 {
  /// cᵢ.
  package static let nodes: [Double] = [
    0, 0.05260015195876773, 0.0789002279381516, 0.1183503419072274, 0.2816496580927726, 0.3333333333333333,
    0.25, 0.3076923076923077, 0.6512820512820513, 0.6, 0.8571428571428571, 1,
  ]

  /// (j, aᵢⱼ) of stages 2 to 12, where they are not zero; j counts from 0.
  package static let stages: [[(Int, Double)]] = [
    [
      (0, 0.05260015195876773)
    ],
    [
      (0, 0.0197250569845379), (1, 0.0591751709536137),
    ],
    [
      (0, 0.02958758547680685), (2, 0.08876275643042054),
    ],
    [
      (0, 0.2413651341592667), (2, -0.8845494793282861), (3, 0.924834003261792),
    ],
    [
      (0, 0.037037037037037035), (3, 0.17082860872947386), (4, 0.12546768756682242),
    ],
    [
      (0, 0.037109375), (3, 0.17025221101954405), (4, 0.06021653898045596), (5, -0.017578125),
    ],
    [
      (0, 0.03709200011850479), (3, 0.17038392571223998), (4, 0.10726203044637328), (5, -0.015319437748624402),
      (6, 0.008273789163814023),
    ],
    [
      (0, 0.6241109587160757), (3, -3.3608926294469414), (4, -0.868219346841726), (5, 27.59209969944671),
      (6, 20.154067550477894), (7, -43.48988418106996),
    ],
    [
      (0, 0.47766253643826434), (3, -2.4881146199716677), (4, -0.590290826836843), (5, 21.230051448181193),
      (6, 15.279233632882423), (7, -33.28821096898486), (8, -0.020331201708508627),
    ],
    [
      (0, -0.9371424300859873), (3, 5.186372428844064), (4, 1.0914373489967295), (5, -8.149787010746927),
      (6, -18.52006565999696), (7, 22.739487099350505), (8, 2.4936055526796523), (9, -3.0467644718982196),
    ],
    [
      (0, 2.273310147516538), (3, -10.53449546673725), (4, -2.0008720582248625), (5, -17.9589318631188),
      (6, 27.94888452941996), (7, -2.8589982771350235), (8, -8.87285693353063), (9, 12.360567175794303),
      (10, 0.6433927460157636),
    ],
  ]

  /// (j, bⱼ, and its difference to the weights of the embedded results of order 3 and 5).
  package static let result: [(Int, Double, Double, Double)] = [
    (0, 0.054293734116568765, -0.18980075407240762, 0.01312004499419488),
    (5, 4.450312892752409, 4.450312892752409, -1.2251564463762044),
    (6, 1.8915178993145003, 1.8915178993145003, -0.4957589496572502),
    (7, -5.801203960010585, -5.801203960010585, 1.6643771824549864),
    (8, 0.3111643669578199, -0.4226823213237919, -0.35032884874997366),
    (9, -0.1521609496625161, -0.1521609496625161, 0.3341791187130175),
    (10, 0.20136540080403034, 0.20136540080403034, 0.08192320648511571),
    (11, 0.04471061572777259, 0.02265179219836082, -0.022355307863886294),
  ]
}
