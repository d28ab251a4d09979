/// How a solution goes on within a step, by what the step evaluated: u(t + θh) = y + h Σ bᵢ(θ)kᵢ with kᵢ = F(Yᵢ), and likewise the
/// integral of a rate q along it, ∫ = h Σ bᵢ(θ)q(Yᵢ).
///
/// The weights are polynomials in θ on one or more pieces of equal length: on piece p, bᵢ(θ) = Σₘ βᵢₘ xᵐ with x = pieces·θ − p.
package struct Continuation: Sendable {
  /// How many vectors kᵢ there are.
  package private(set) var rows: Int
  /// How many pieces the step is divided into.
  package let pieces: Int
  /// The degree of the polynomials.
  package private(set) var degree: Int
  /// coefficients[(p · rows + i) · (degree + 1) + m]: βᵢₘ on piece p.
  package private(set) var coefficients: [Double]
  /// The weights bᵢ at the end of the step, to the last digit.
  package private(set) var end: [Double]
  /// A rule whose value on rates would vanish if they were a polynomial of low degree in time: it estimates the errors of integrals.
  package private(set) var null: [Double]
  /// A weak rule of this kind that looks at the end of the step, where the other has no weight: it tells rates that turn there; empty
  /// for none.
  package private(set) var lateNull: [Double]
  /// The same on the kᵢ, for the error within the step.
  package let stateNull: [Double]
  /// What the norm of the null rule's value is multiplied by to estimate the continuation's error.
  let errorFactor: Double

  /// The weights of every row from the constant coefficient on, piece by piece.
  package init(
    pieces: Int = 1, coefficients: [[Double]], end: [Double], null: [Double], lateNull: [Double] = [],
    stateNull: [Double]? = nil, errorFactor: Double = 1
  ) {
    self.lateNull = lateNull
    self.pieces = pieces
    rows = end.count
    degree = (coefficients.first?.count ?? 1) - 1
    self.coefficients = coefficients.flatMap(\.self)
    (self.end, self.null, self.stateNull) = (end, null, stateNull ?? null)
    self.errorFactor = errorFactor
  }

  /// The piece that θ ∈ [0, 1] is on, and x there.
  func place(_ theta: Double) -> (piece: Int, x: Double) {
    let piece = min(pieces - 1, max(0, Int(theta * Double(pieces))))
    return (piece, Double(pieces) * theta - Double(piece))
  }

  /// Writes the weights bᵢ(θ), or those of the first or second derivative by θ.
  package func weights(_ theta: Double, derivative: Int = 0, into weights: UnsafeMutablePointer<Double>) {
    let (piece, x) = place(theta)
    var scale = 1.0
    for _ in 0..<derivative { scale *= Double(pieces) }
    coefficients.withUnsafeBufferPointer { coefficients in
      for i in 0..<rows {
        let first = (piece * rows + i) * (degree + 1)
        var value = 0.0
        var m = degree
        while m >= derivative {
          let factor = derivative == 0 ? 1 : derivative == 1 ? Double(m) : Double(m * (m - 1))
          value = value * x + factor * coefficients[first + m]
          m -= 1
        }
        weights[i] = scale * value
      }
    }
  }

  /// Writes the weights bᵢ(θ), to the last digit at θ = 0 and 1.
  func weightsExactAtEnds(_ theta: Double, into weights: UnsafeMutablePointer<Double>) {
    if theta > 0 && theta < 1 { return self.weights(theta, into: weights) }
    for i in 0..<rows { weights[i] = theta <= 0 ? 0 : end[i] }
  }

  /// Writes the weights bᵢ(θ) for a sum that begins at the start of the step, or, past its middle, bᵢ(θ) − bᵢ(1) for one that begins
  /// at its end: so the ends are met exactly, whatever the roundoff of the coefficients.
  ///
  /// - Returns: whether the sum begins at the end.
  func weightsFromNearerEnd(_ theta: Double, into weights: UnsafeMutablePointer<Double>) -> Bool {
    self.weights(theta, into: weights)
    if theta <= 0.5 { return false }
    for i in 0..<rows { weights[i] -= end[i] }
    return true
  }
}

extension Continuation {
  /// Becomes the integrated interpolant through the first k of the nodes and the end of the step: row j belongs to node j, the last
  /// row to the end.
  ///
  /// - Parameters:
  ///   - compared: the null rule is the difference to the rule with so many of the nodes; nodes that only this one uses have rows
  ///     of weight 0.
  ///   - scale: what the null rule is multiplied by.
  mutating func interpolate(_ polynomials: StepPolynomials, order k: Int, compared other: Int, scale: Double = 1) {
    lateNull = []
    let nodes = max(k, other)
    rows = nodes + 1
    degree = k + 1
    coefficients.removeAll(keepingCapacity: true)
    end.removeAll(keepingCapacity: true)
    null.removeAll(keepingCapacity: true)
    withUnsafeTemporaryAllocation(of: Double.self, capacity: StepPolynomials.momentCount) { integrals in
      guard let integrals = integrals.baseAddress else { return }
      polynomials.integrals(into: integrals)
      for j in 0...nodes {
        let row = j == nodes ? nil : j
        coefficients.append(0)
        for i in 0...k { coefficients.append(polynomials.basis(row, order: k, power: i) / Double(i + 1)) }
        let (own, others) = (
          polynomials.weight(row, order: k, integrals), polynomials.weight(row, order: other, integrals)
        )
        end.append(own)
        null.append(scale * (others - own))
      }
    }
  }

  /// A step along the derivative at its start: u(θ) = y + θhk.
  static let linear = Continuation(coefficients: [[0, 1]], end: [1], null: [0])
}
