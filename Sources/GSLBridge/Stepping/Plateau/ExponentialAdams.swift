internal import CGSL
internal import CKernels

/// Exponential Adams methods of variable step and order 1 to 8, predict–evaluate–correct–evaluate: two evaluations a step,
/// no linear systems and no iteration. The linear part is the exact block of −∂F/∂y over the few active units that the
/// system's ``StiffPart`` points out; everything else is an ordinary Adams method.
///
/// While a flow creeps along a plateau, its stiffness lives in a few components; treating their block exactly lets steps
/// grow with the time the flow takes to change, rather than with 1/λmax.
///
/// Sources: S. P. Nørsett, "An A-stable modification of the Adams-Bashforth methods", Lecture Notes in Mathematics 109
/// (1969) 214–219; M. Hochbruck, A. Ostermann, "Exponential multistep methods of Adams-type", BIT 51 (2011) 889–908 (the
/// formulas with φ-functions); L. F. Shampine, M. K. Gordon, *Computer Solution of Ordinary Differential Equations*, Freeman
/// 1975 (variable step and order, error estimates of neighbouring orders).
final class ExponentialAdams: StepEngine {
  /// The highest order; beyond it stability shrinks faster than accuracy gains.
  static let highestOrder = 8
  /// Relative movement of the active coordinates after which the block is formed anew.
  static let movementLimit = 0.05
  /// The same after a rejected step, which a block that no longer fits may have caused.
  static let rejectedMovementLimit = 0.005
  /// h|λ| times the movement above which the misfit of the block may be what holds the step.
  static let lockingLimit = 0.1
  /// h|λ| times the square of the movement above which slow and stiff modes, coupled through the misfit of the block, could
  /// excite each other.
  static let couplingLimit = 1.0
  /// Steps with one block, over those that it is worth, after which neither accuracy nor its misfit holds the step but what it leaves out:
  /// steps that accuracy alone sets leave the place where the block was formed much sooner.
  private static let stuckFactor = 10
  /// The part of the tolerance that the next step aims at.
  static let aim = 0.2
  /// Rejections that one step may meet.
  private static let rejectionLimit = 150

  let dimension: Int
  var isPlateau: Bool { true }
  let context: EvaluationContext
  private let tolerance: Tolerance
  private let part: any StiffPart
  let history: AdamsHistory
  let block = ModalBlock()
  private let selector: UnitSelector
  private let errors: ErrorGroups
  let formula: AdamsFormula
  private let highestOrder: Int

  var size: Double
  private var order = 1
  private var backward = false
  private var accepted = 0
  private var rejected = 0
  private var linearizedStep = 0.0
  private var mustLinearize = true
  private var stepsSince = 0
  private(set) var lastError = 0.0
  var quadrature: HistoryQuadrature?
  private(set) var interior = Interior.none(slot: nil)
  /// The weights of the last step's polynomial.
  var table = Continuation(coefficients: [], end: [], null: [])

  // Work vectors over the whole state.
  let prediction: UnsafeMutablePointer<Double>
  private let extrapolation: UnsafeMutablePointer<Double>
  private let lower: UnsafeMutablePointer<Double>
  private let higher: UnsafeMutablePointer<Double>
  let found: UnsafeMutablePointer<Double>

  init(
    system: any ODESystem, part: any StiffPart, tolerance: Tolerance, initialStep: Double,
    highestOrder: Int = highestOrder
  ) throws(GSLError) {
    GSLRuntime.ready
    dimension = system.dimension
    guard dimension >= 1 else { throw .invalid("a system of \(dimension) equations cannot be integrated") }
    guard initialStep.isFinite && initialStep != 0 else {
      throw .invalid("the initial step must be finite and not 0, not \(initialStep)")
    }
    try tolerance.validate(dimension: dimension)
    context = EvaluationContext(
      system: system, jacobianSystem: nil, dimension: dimension, checksFiniteness: true)
    self.part = part
    self.tolerance = tolerance
    self.highestOrder = min(max(1, highestOrder), ExponentialAdams.highestOrder)
    size = abs(initialStep)
    history = AdamsHistory(dimension: dimension)
    formula = AdamsFormula(history: history)
    selector = UnitSelector(part: part)
    errors = ErrorGroups(part.segments, dimension: dimension, tolerance: tolerance)
    let work = UnsafeMutablePointer<Double>.allocate(capacity: 5 * dimension)
    work.initialize(repeating: 0, count: 5 * dimension)
    prediction = work
    extrapolation = work + dimension
    lower = work + 2 * dimension
    higher = work + 3 * dimension
    found = work + 4 * dimension
  }

  deinit { prediction.deallocate() }

  var counts: StepCounts {
    StepCounts(accepted: accepted, rejected: rejected, evaluations: context.evaluations, jacobians: 0)
  }

  func errorEstimate(first count: Int) -> Double { lastError }

  func reset(initialStep: Double) {
    if initialStep.isFinite && initialStep != 0 { size = abs(initialStep) }
    reset()
  }

  func undo() {
    accepted -= 1
    rejected += 1
    if case .none = interior {} else { quadrature?.integrals.undo() }
    reset()
    interior = .none(slot: nil)
  }

  /// The block and what the history's slots hold stay, for what lies within the last step, but are not used for another.
  func reset() {
    history.clear()
    quadrature?.reset()
    order = 1
    mustLinearize = true
    context.forget()
  }

  func step(
    time: inout Double, state: UnsafeMutablePointer<Double>, limit: Double
  ) throws(IntegrationError) {
    let start = time
    let interval = limit - start
    guard interval.isFinite else {
      throw .gsl(code: GSL_EINVAL, message: "cannot integrate from t = \(start) to t = \(limit)", time: start)
    }
    if interval == 0 { return }
    if (interval < 0) != backward {
      backward.toggle()
      reset()
    }
    context.beginStep(nil, from: start, to: limit)
    try begin(start, state)
    interior = .none(slot: history.order[0])
    if abs(interval) < 4 * start.ulp { return try nudge(&time, state, limit) }
    for _ in 0..<ExponentialAdams.rejectionLimit {
      let rest = abs(interval)
      var h = min(size, selector.largestStep)
      // A rest shorter than two steps is halved rather than cut into a step and a splinter.
      let isFinal = h >= rest * (1 - 1e-9)
      if isFinal { h = rest } else if h > 0.5 * rest { h = 0.5 * rest }
      if !isFinal && h < 4 * start.ulp { break }
      linearizeIfNeeded(h)
      if try attempt(start, backward ? -h : h, state) {
        accepted += 1
        stepsSince += 1
        time = isFinal ? limit : start + (backward ? -h : h)
        history.push(time: time)
        state.update(from: history.state(history.order[0]), count: dimension)
        return
      }
      rejected += 1
      mustLinearize =
        block.movement(history.state(history.order[0]))
        > ExponentialAdams.rejectedMovementLimit
    }
    throw underflow(start)
  }

  /// Evaluates the derivative at the first state.
  private func begin(_ time: Double, _ state: UnsafePointer<Double>) throws(IntegrationError) {
    guard history.order.isEmpty else { return }
    let slot = history.nextSlot
    history.state(slot).update(from: state, count: dimension)
    let status = context.evaluate(time, state, history.derivative(slot))
    guard status == 0 else { throw failure(time) }
    quadrature?.first(time, state)
    history.push(time: time)
    selector.update(state)
  }

  private func nudge(
    _ time: inout Double, _ state: UnsafeMutablePointer<Double>, _ limit: Double
  ) throws(IntegrationError) {
    let h = limit - time
    prediction.update(from: state, count: dimension)
    found.update(from: history.derivative(history.order[0]), count: dimension)
    for i in 0..<dimension { state[i] += h * found[i] }
    accepted += 1
    time = limit
    history.clear()
    quadrature?.nudge(step: h)
    quadrature?.reset()
    try begin(time, state)
    interior = .nudge(size: h, slot: history.order[0])
  }

  /// Forms the block where the present one no longer serves a step of size h.
  private func linearizeIfNeeded(_ h: Double) {
    let state = history.state(history.order[0])
    let movement = block.movement(state)
    // A block that no longer fits acts like a stiff remainder, which locks the step at its limit of stability without any
    // rejection: after as many steps as a new block costs, it is worth having.
    let isLocking =
      stepsSince > block.worth(dimension: dimension) && movement * h * block.radius > ExponentialAdams.lockingLimit
    let isStuck = stepsSince > ExponentialAdams.stuckFactor * block.worth(dimension: dimension) && selector.widen()
    let isDue =
      mustLinearize || isStuck || h > 2 * linearizedStep || movement > ExponentialAdams.movementLimit
      || movement * movement * h * block.radius > ExponentialAdams.couplingLimit
      || selector.wantsMore(step: h) || isLocking
    guard isDue else { return }
    mustLinearize = false
    linearizedStep = h
    stepsSince = 0
    let units = selector.choose(step: h)
    if !block.linearize(part, units: units, state, largestStep: 2 * h) { selector.chooseNone() }
    for slot in history.order { block.project(slot, state: history.state(slot), derivative: history.derivative(slot)) }
  }

  /// Tries a step of size h; the new state and derivative are left in the history's next slot.
  ///
  /// - Returns: whether the step is accepted; if not, `size` and `order` have been lowered.
  private func attempt(_ start: Double, _ h: Double, _ state: UnsafePointer<Double>) throws(IntegrationError) -> Bool {
    let k = formula.place(order: order, time: start, step: h)
    let factors = formula.predict(
      order: k, step: h,
      into: AdamsFormula.Outputs(
        prediction: prediction, extrapolation: extrapolation, lower: lower, higher: higher))
    block.predict(
      slots: formula.slots, formula.polynomials, order: k, step: h, plain: formula.integrals, into: prediction)
    if context.evaluate(start + h, prediction, found) != 0 { return try retreat(start, h) }
    block.patch(
      formula.polynomials, nodes: formula.slots.count, order: k,
      ModalBlock.Patch(
        derivative: found, extrapolation: extrapolation, prediction: prediction, lower: lower, higher: higher,
        corrector: factors.corrector, errors: factors.errors))
    let slot = history.nextSlot
    var correction = flow_correction(
      derivative: found, extrapolation: extrapolation, prediction: prediction, lower: lower, higher: higher,
      state: history.state(slot), corrector: factors.corrector)
    var ratios = errors.correct(&correction, factors: factors.errors)
    if block.hasComplement, ratios.middle.isFinite {
      // What is small beside the block's subspace must not hide behind what is large within it.
      for i in 0..<dimension { lower[i] = found[i] - extrapolation[i] }
      ratios.raise(
        to: block.complementRatio(
          error: lower, factor: factors.errors.middle, state: history.state(slot), tolerance: tolerance))
    }
    guard ratios.middle.isFinite else {
      context.meet(.nonFinite)
      size = 0.2 * abs(h)
      return false
    }
    if ratios.middle > 1 {
      context.meet(.error)
      adapt(h, k, ratios, isAccepted: false)
      return false
    }
    if context.evaluate(start + h, history.state(slot), history.derivative(slot)) != 0 { return try retreat(start, h) }
    integrate(start, h, order: k, history.state(slot))
    block.project(slot, state: history.state(slot), derivative: history.derivative(slot))
    lastError = ratios.norm
    interior = .step(size: h, order: k, slot: slot)
    adapt(h, k, ratios, isAccepted: true)
    selector.update(history.state(slot))
    return true
  }

  /// Chooses order and size of the next step: of the orders k − 1, k and k + 1 the one that can step furthest.
  private func adapt(_ h: Double, _ k: Int, _ ratios: ErrorGroups.Ratios, isAccepted: Bool) {
    func factor(_ ratio: Double, _ order: Int) -> Double {
      guard ratio.isFinite else { return 0 }
      return ratio > 0 ? pow(ExponentialAdams.aim / ratio, 1 / Double(order + 1)) : 10
    }
    var best = (order: k, factor: factor(ratios.middle, k))
    if k > 1 {
      let low = factor(ratios.lower, k - 1)
      if low > best.factor { best = (k - 1, low) }
    }
    if isAccepted, formula.slots.count > k, k < highestOrder {
      let high = factor(ratios.higher, k + 1)
      if high > best.factor { best = (k + 1, high) }
    } else if isAccepted, formula.slots.count == k, history.order.count < k, k < highestOrder {
      best = (k + 1, best.factor)
    }
    order = best.order
    let proposal = abs(h) * min(isAccepted ? 2 : 0.8, max(0.2, best.factor))
    // A step shortened to land on a limit says little about the next.
    size = isAccepted && abs(h) < 0.9 * size ? max(size, proposal) : proposal
  }
}
