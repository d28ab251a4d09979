extension ExponentialAdams {
  /// What the last step was, and where it is found.
  enum Interior {
    /// No step; the state is in this slot of the history, if any.
    case none(slot: Int?)
    /// A step of this size and order whose end is in this slot.
    case step(size: Double, order: Int, slot: Int)
    /// An Euler step; its start and the derivative there are kept in work vectors.
    case nudge(size: Double, slot: Int)
  }

  var isDense: Bool { true }

  /// The corrector's own polynomial, with F at the predicted state as its last value, integrated to θ instead of to the end;
  /// exponentially so in the block, where the plain integral would be as wrong as a plain step.
  func interpolate(_ theta: Double, into state: UnsafeMutablePointer<Double>) {
    switch interior {
    case .none(let slot):
      if let slot { state.update(from: history.state(slot), count: dimension) }
    case .step(_, _, let slot) where theta >= 1:
      state.update(from: history.state(slot), count: dimension)
    case .step where theta <= 0:
      state.update(from: history.state(formula.slots[0]), count: dimension)
    case .step(let h, let k, _):
      combine(theta, derivative: false, step: h, order: k, into: state)
      block.addInterior(theta, derivative: false, formula.polynomials, order: k, step: h, to: state)
    case .nudge(let h, let slot):
      if theta >= 1 { return state.update(from: history.state(slot), count: dimension) }
      for i in 0..<dimension { state[i] = prediction[i] + max(0, theta) * h * found[i] }
    }
  }

  func slope(_ theta: Double, into derivative: UnsafeMutablePointer<Double>) {
    switch interior {
    case .none: derivative.update(repeating: 0, count: dimension)
    case .step(let h, let k, _):
      combine(theta, derivative: true, step: h, order: k, into: derivative)
      block.addInterior(theta, derivative: true, formula.polynomials, order: k, step: h, to: derivative)
    case .nudge: derivative.update(from: found, count: dimension)
    }
  }

  /// The plain part: y + h ∫₀^θ p, or p(θ), over the history's derivatives and the one at the predicted state.
  private func combine(
    _ theta: Double, derivative: Bool, step h: Double, order k: Int, into result: UnsafeMutablePointer<Double>
  ) {
    withUnsafeTemporaryAllocation(of: UnsafePointer<Double>?.self, capacity: k + 2) { vectors in
      withUnsafeTemporaryAllocation(of: Double.self, capacity: k + 1) { weights in
        guard let base = weights.baseAddress else { return }
        table.interpolate(formula.polynomials, order: k, compared: k)
        table.weights(theta, derivative: derivative ? 1 : 0, into: base)
        for j in 0...k {
          vectors[j] = j < k ? UnsafePointer(history.derivative(formula.slots[j])) : UnsafePointer(found)
          if !derivative { base[j] *= h }
        }
        vectors[k + 1] = derivative ? nil : UnsafePointer(history.state(formula.slots[0]))
        VectorLoops.combine(
          count: dimension, UnsafeBufferPointer(rebasing: vectors[...k]), weights: UnsafeBufferPointer(weights),
          bases: UnsafeBufferPointer(rebasing: vectors[(k + 1)...]), into: result)
      }
    }
  }

  /// The step's own error estimate: within the step the polynomial errs no more than at its end.
  var interpolationError: Double {
    if case .step = interior { return lastError }
    return 0
  }

  var derivative: UnsafePointer<Double>? {
    history.order.first.map { UnsafePointer(history.derivative($0)) }
  }

  func shift(by amount: Double) {
    history.shift(by: amount)
    quadrature?.shift(by: amount)
  }

  /// hρ above which the errors of stiff components, which enter rates multiplied by λ, are not seen in the difference of two rules.
  private static let stiff = 10.0

  func integrate(_ rates: any StageRates) { integrate(RateIntegrals(rates)) }

  /// Goes on with integrals; the first state of this method is the first row.
  func integrate(_ integrals: RateIntegrals) { quadrature = HistoryQuadrature(integrals, order: 1) }

  /// Adds a step that is accepted, F having just been evaluated at its end.
  func integrate(_ start: Double, _ h: Double, order: Int, _ state: UnsafePointer<Double>) {
    guard let quadrature else { return }
    quadrature.order = order
    quadrature.write(0, start + h, state)
    quadrature.accept(
      from: start, step: h, errorFactor: abs(h) * block.radius > ExponentialAdams.stiff ? ExponentialAdams.stiff : 1)
  }

  func integrals(_ theta: Double, into values: UnsafeMutablePointer<Double>) {
    if case .none = interior { return quadrature?.integrals.values(1, into: values) ?? () }
    quadrature?.integrals.values(theta, into: values)
  }

  var integralErrors: UnsafeBufferPointer<Double> {
    quadrature?.integrals.estimates ?? UnsafeBufferPointer(start: nil, count: 0)
  }
}
