/// Several vectors of the solution within a step at once, which costs little more than one of them.
extension StepInterior {
  /// Calls with the weights of u(θ), 0 < θ < 1, and those of u′(θ) behind them, and the base of the former.
  private func withWeights(
    _ theta: Double, _ body: (_ weights: UnsafeMutablePointer<Double>, _ base: UnsafePointer<Double>) -> Void
  ) {
    let rows = table.rows
    withUnsafeTemporaryAllocation(of: Double.self, capacity: 2 * rows) { weights in
      guard let weights = weights.baseAddress else { return }
      let isFromEnd = table.weightsFromNearerEnd(theta, into: weights)
      for i in 0..<rows { weights[i] *= h }
      table.weights(theta, derivative: 1, into: weights + rows)
      body(weights, isFromEnd ? UnsafePointer(end) : start)
    }
  }

  private func row(_ i: Int) -> UnsafePointer<Double>? {
    kind == .nudge ? first : step.derivative(row: i, first: first, last: last)
  }

  /// Writes u(θ) and u′(θ), reading every vector once.
  func interpolate(_ theta: Double, into state: UnsafeMutablePointer<Double>, slope: UnsafeMutablePointer<Double>) {
    guard kind != .none, theta > 0, theta < 1 else {
      interpolate(theta, into: state)
      return self.slope(theta, into: slope)
    }
    let rows = table.rows
    withWeights(theta) { weights, base in
      withUnsafeTemporaryAllocation(of: UnsafePointer<Double>?.self, capacity: rows + 2) { vectors in
        withUnsafeTemporaryAllocation(of: UnsafeMutablePointer<Double>?.self, capacity: 2) { results in
          // A row that is not needed has the weight 0.
          for i in 0..<rows { vectors[i] = row(i) ?? first }
          (vectors[rows], vectors[rows + 1]) = (base, nil)
          (results[0], results[1]) = (state, slope)
          VectorLoops.combine(
            count: dimension, UnsafeBufferPointer(rebasing: vectors[..<rows]),
            weights: UnsafeBufferPointer(start: weights, count: 2 * rows),
            bases: UnsafeBufferPointer(rebasing: vectors[rows...]), results: UnsafeBufferPointer(results))
        }
      }
    }
  }

  /// Writes u(θ) and u′(θ) at some entries.
  func interpolate(
    _ theta: Double, at entries: UnsafeBufferPointer<Int>, into state: UnsafeMutablePointer<Double>,
    slope: UnsafeMutablePointer<Double>
  ) {
    // Where entries are many, loops over whole vectors are quicker.
    guard kind != .none, theta > 0, theta < 1, 8 * entries.count < dimension else {
      return interpolate(theta, into: state, slope: slope)
    }
    let rows = table.rows
    withWeights(theta) { weights, base in
      for entry in entries { (state[entry], slope[entry]) = (base[entry], 0) }
      for i in 0..<rows {
        guard let vector = row(i) else { continue }
        let (weight, steepness) = (weights[i], weights[rows + i])
        for entry in entries {
          state[entry] += weight * vector[entry]
          slope[entry] += steepness * vector[entry]
        }
      }
    }
  }

  /// Writes u(θ) at up to four times, reading every vector once for all of them.
  func interpolate(_ thetas: [Double], into states: [UnsafeMutablePointer<Double>]) {
    guard kind != .none, thetas.count > 1, thetas.allSatisfy({ $0 > 0 && $0 < 1 }) else {
      for (theta, state) in zip(thetas, states) { interpolate(theta, into: state) }
      return
    }
    let (rows, outputs) = (table.rows, thetas.count)
    withUnsafeTemporaryAllocation(of: Double.self, capacity: outputs * rows) { weights in
      withUnsafeTemporaryAllocation(of: UnsafePointer<Double>?.self, capacity: rows + outputs) { vectors in
        withUnsafeTemporaryAllocation(of: UnsafeMutablePointer<Double>?.self, capacity: outputs) { results in
          guard let base = weights.baseAddress else { return }
          for (k, theta) in thetas.enumerated() {
            let isFromEnd = table.weightsFromNearerEnd(theta, into: base + k * rows)
            vectors[rows + k] = isFromEnd ? UnsafePointer(end) : start
            results[k] = states[k]
          }
          for i in 0..<(outputs * rows) { weights[i] *= h }
          for i in 0..<rows { vectors[i] = row(i) ?? first }
          VectorLoops.combine(
            count: dimension, UnsafeBufferPointer(rebasing: vectors[..<rows]), weights: UnsafeBufferPointer(weights),
            bases: UnsafeBufferPointer(rebasing: vectors[rows...]), results: UnsafeBufferPointer(results))
        }
      }
    }
  }
}
