extension GaussLegendre: DenseStep {
  /// The collocation polynomials of the two half steps, of degree 1 or 2 each: what the method itself takes the solution to be.
  ///
  /// Rows: the start, the stages of the first half, the middle, those of the second half, the end. The solution needs those of the
  /// stages only; the null rule for integrals is the difference of Simpson's rule and Gauss', that for the solution a divided
  /// difference of the kᵢ that gives the polynomials' largest error to leading order.
  static let continuation1 = Continuation(
    pieces: 2,
    coefficients: [[0, 0], [0, 0.5], [0, 0], [0, 0], [0, 0]] + [[0, 0], [0.5, 0], [0, 0], [0, 0.5], [0, 0]],
    end: [0, 0.5, 0, 0.5, 0], null: [1.0 / 6, -0.5, 2.0 / 3, -0.5, 1.0 / 6], stateNull: [0, -1.0 / 16, 0, 1.0 / 16, 0])

  /// Likewise with two stages.
  static let continuation2: Continuation = {
    let width = 1 / 3.0.squareRoot()
    let (c1, c2) = (0.5 - 0.5 * width, 0.5 + 0.5 * width)
    // ½∫₀ˣ of the polynomials that are 1 at one stage and 0 at the other.
    let early = [0, 0.5 * c2 / width, -0.25 / width]
    let late = [0, -0.5 * c1 / width, 0.25 / width]
    let none = [0.0, 0, 0]
    let done = [0.25, 0, 0]
    return Continuation(
      pieces: 2,
      coefficients: [none, early, late, none, none, none, none] + [none, done, done, none, early, late, none],
      end: [0, 0.25, 0.25, 0, 0.25, 0.25, 0], null: [1.0 / 6, -0.25, -0.25, 2.0 / 3, -0.25, -0.25, 1.0 / 6],
      stateNull: [0, 1.0 / 144, -1.0 / 144, 0, -1.0 / 144, 1.0 / 144, 0])
  }()

  func derivative(
    row: Int, first: UnsafePointer<Double>, last: UnsafePointer<Double>
  ) -> UnsafePointer<Double>? {
    guard let work, isStage(row) else { return nil }
    let half = row > stages ? 1 : 0
    return UnsafePointer(stageDerivatives(half: half, work) + (row - 1 - half * (stages + 1)) * n)
  }

  /// Whether a row is that of a stage.
  private func isStage(_ row: Int) -> Bool { row % (stages + 1) != 0 }
}
