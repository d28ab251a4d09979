/// The ordinary Adams formulas of variable step over a history: the prediction, and what the corrector and the error
/// estimates of three neighbouring orders need.
///
/// With k nodes, p the interpolant of the derivatives through them and d = f_new − p(1): the corrector adds
/// h ∫N_k/N_k(1) · d to the prediction, and the error at order k is h ∫(s − 1)N_{k−1}/N_k(1) · d, the difference of the
/// correctors with k and with k − 1 nodes.
final class AdamsFormula {
  /// Factors that turn differences d into corrections and errors.
  struct Factors {
    var corrector = 0.0
    var errors = (lower: 0.0, middle: 0.0, higher: 0.0)
  }

  /// Where a prediction is written: the predicted state, p(1), and what d gains at orders k − 1 and loses at k + 1.
  struct Outputs {
    let prediction: UnsafeMutablePointer<Double>
    let extrapolation: UnsafeMutablePointer<Double>
    let lower: UnsafeMutablePointer<Double>
    let higher: UnsafeMutablePointer<Double>
  }

  private(set) var polynomials = StepPolynomials()
  /// The history entries behind the nodes, newest first.
  private(set) var slots: [Int] = []
  /// ∫₀¹ N_q ds.
  private(set) var integrals = [Double](repeating: 0, count: StepPolynomials.capacity)
  private let history: AdamsHistory
  private var weights = [Double](repeating: 0, count: 4 * StepPolynomials.capacity)
  private var nodes: [Double] = []

  init(history: AdamsHistory) { self.history = history }

  /// Places the nodes for a step of size h from a time, one more than the order uses where there are enough.
  ///
  /// - Returns: the order that the nodes allow.
  func place(order: Int, time: Double, step h: Double) -> Int {
    // Nodes closer together than this part of the step would mostly contribute rounding errors.
    history.nodes(limit: order + 1, spacing: 0.02 * abs(h), into: &slots)
    nodes.removeAll(keepingCapacity: true)
    for slot in slots { nodes.append((history.times[slot] - time) / h) }
    polynomials.set(nodes: nodes)
    return min(order, slots.count)
  }

  /// Predicts with k of the nodes.
  func predict(order k: Int, step h: Double, into outputs: Outputs) -> Factors {
    let factors = factors(order: k, step: h)
    let count = slots.count
    for j in 0..<count {
      var (integral, value) = (0.0, 0.0)
      for q in j..<max(j, k) {
        integral += integrals[q] * polynomials.divided(q, j)
        value += polynomials.atOne[q] * polynomials.divided(q, j)
      }
      weights[j] = h * integral
      weights[count + j] = value
      weights[2 * count + j] = k > 1 && j < k ? polynomials.atOne[k - 1] * polynomials.divided(k - 1, j) : 0
      weights[3 * count + j] = count > k ? polynomials.atOne[k] * polynomials.divided(k, j) : 0
    }
    withUnsafeTemporaryAllocation(of: UnsafePointer<Double>?.self, capacity: count + 4) { inputs in
      withUnsafeTemporaryAllocation(of: UnsafeMutablePointer<Double>?.self, capacity: 4) { results in
        for j in 0..<count { inputs[j] = UnsafePointer(history.derivative(slots[j])) }
        inputs[count] = UnsafePointer(history.state(slots[0]))
        for row in 1..<4 { inputs[count + row] = nil }
        (results[0], results[1]) = (outputs.prediction, outputs.extrapolation)
        (results[2], results[3]) = (outputs.lower, outputs.higher)
        weights.withUnsafeBufferPointer { weights in
          VectorLoops.combine(
            count: history.dimension, UnsafeBufferPointer(rebasing: inputs[..<count]), weights: weights,
            bases: UnsafeBufferPointer(rebasing: inputs[count...]), results: UnsafeBufferPointer(results))
        }
      }
    }
    return factors
  }

  private func factors(order k: Int, step h: Double) -> Factors {
    withUnsafeTemporaryAllocation(of: Double.self, capacity: StepPolynomials.momentCount) { moments in
      var factors = Factors()
      guard let moments = moments.baseAddress else { return factors }
      StepPolynomials.moments(0, last: k + 2, into: moments)
      for q in 0..<k { integrals[q] = polynomials.integral(q, moments) }
      factors.corrector = h * polynomials.integral(k, moments) / polynomials.atOne[k]
      func error(_ order: Int) -> Double {
        h * polynomials.errorIntegral(order - 1, moments) / polynomials.atOne[order]
      }
      if k > 1 { factors.errors.lower = error(k - 1) }
      factors.errors.middle = error(k)
      if slots.count > k { factors.errors.higher = error(k + 1) }
      return factors
    }
  }
}
