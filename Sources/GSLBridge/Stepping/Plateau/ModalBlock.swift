/// The exactly treated block of an exponential Adams method: the eigenbasis of A over the active coordinates, the history
/// in it, and what a step adds in it beyond the plain Adams formula.
///
/// With z = V(w), f = V(ẇ) and g = f + λ(z − zₙ), the step is zₙ₊₁ = zₙ + h ∫₀¹ e^{−hλ(1−s)} p(s) ds for the polynomial p
/// through the values of g. Only eigenvectors with |λ| worth treating are kept: in the others the plain formula serves.
final class ModalBlock {
  /// Modes with h|λ| below this, at the largest step the block is used for, are left to the plain formula.
  static let negligible = 0.02

  /// Number of active coordinates m.
  private(set) var count = 0
  /// Number of modes p ≤ m.
  private(set) var modes = 0
  /// The largest |λ|.
  private(set) var radius = 0.0
  private(set) var coordinates: (any StiffCoordinates)?
  /// What the block is of.
  private var part: (any StiffPart)?
  /// λ, one per mode.
  private(set) var values: [Double] = []
  /// p × m, eigenvectors as rows.
  private(set) var vectors: UnsafeMutablePointer<Double>?
  /// For every slot of the history, f and then z: p numbers each.
  private var history: UnsafeMutablePointer<Double>?
  /// Scratch over modes, `scratchRows` rows of p numbers.
  private(set) var scratch: UnsafeMutablePointer<Double>?
  private(set) var gathered: UnsafeMutablePointer<Double>?

  private static let slots = AdamsHistory.capacity + 1
  private static let nodes = StepPolynomials.capacity
  // Rows of the scratch: f, g and their divided differences by node, then single rows.
  static let rowF = 0
  private static let rowG = nodes
  static let rowDividedF = 2 * nodes
  static let rowDividedG = 3 * nodes
  static let rowPredicted = 4 * nodes
  static let rowLift = rowPredicted + 1
  private static let rowCorrector = rowLift + 4
  private static let scratchRows = rowCorrector + 4

  deinit { release() }

  private func release() {
    vectors?.deallocate()
    history?.deallocate()
    scratch?.deallocate()
    gathered?.deallocate()
    (vectors, history, scratch, gathered) = (nil, nil, nil, nil)
  }

  /// Treats nothing exactly.
  func clear() {
    release()
    (count, modes, radius) = (0, 0, 0)
    coordinates = nil
    part = nil
  }

  /// Forms and decomposes the block over some units at a state, for steps of up to `largestStep`.
  ///
  /// - Returns: false, with nothing treated exactly, if the block is not finite.
  func linearize(
    _ part: any StiffPart, units: [Int], _ state: UnsafePointer<Double>, largestStep: Double
  ) -> Bool {
    clear()
    if units.isEmpty { return true }
    let coordinates = part.coordinates(of: units, at: state)
    let m = coordinates.count
    let block = UnsafeMutablePointer<Double>.allocate(capacity: m * m)
    defer { block.deallocate() }
    part.block(of: units, in: coordinates, state, into: block)
    var eigenvalues = [Double](repeating: 0, count: m)
    let isDecomposed = eigenvalues.withUnsafeMutableBufferPointer { values in
      values.baseAddress.map { SymmetricBlock.decompose(block, count: m, values: $0) } ?? false
    }
    guard isDecomposed else { return false }
    let kept = eigenvalues.indices.filter { abs(eigenvalues[$0]) * largestStep > Self.negligible }
    count = m
    modes = kept.count
    self.coordinates = coordinates
    self.part = part
    values = kept.map { eigenvalues[$0] }
    radius = max(abs(eigenvalues[0]), abs(eigenvalues[m - 1]))
    let p = max(1, modes)
    let basis = UnsafeMutablePointer<Double>.allocate(capacity: p * m)
    for (row, k) in kept.enumerated() { (basis + row * m).initialize(from: block + k * m, count: m) }
    vectors = basis
    history = .allocate(capacity: 2 * Self.slots * p)
    history?.initialize(repeating: 0, count: 2 * Self.slots * p)
    scratch = .allocate(capacity: Self.scratchRows * p)
    scratch?.initialize(repeating: 0, count: Self.scratchRows * p)
    gathered = .allocate(capacity: 4 * m)
    gathered?.initialize(repeating: 0, count: 4 * m)
    return true
  }

  /// How far a state has moved from where the block was formed, relatively, or what else the block is made of.
  func movement(_ state: UnsafePointer<Double>) -> Double {
    coordinates.map { max($0.movement(state), part?.change ?? 0) } ?? 0
  }

  /// Whether errors beside the block's subspace are to be measured by themselves.
  var hasComplement: Bool { !(coordinates?.complements.isEmpty ?? true) }

  /// The largest error, over its tolerance, of what lies beside the block's subspace.
  ///
  /// - Parameter error: the error of every entry over `factor`.
  func complementRatio(
    error: UnsafePointer<Double>, factor: Double, state: UnsafePointer<Double>, tolerance: Tolerance
  ) -> Double {
    guard let coordinates, modes > 0 else { return 0 }
    var worst = 0.0
    for (part, segment) in coordinates.complements.enumerated() {
      let count = Double(segment.rows * segment.columns).squareRoot()
      let level =
        tolerance.absolute(of: segment.offset) * count + tolerance.relative * coordinates.complementNorm(part, state)
      let ratio = abs(factor) * coordinates.complementNorm(part, error) / max(level, .leastNormalMagnitude)
      if !(ratio <= worst) { worst = ratio }
    }
    return worst
  }

  /// The number of steps that cost about as much as forming this block once.
  func worth(dimension: Int) -> Int { min(50, 8 + count * count * count / (45 * max(1, dimension))) }

  /// Takes the entry of a slot into the eigenbasis.
  func project(_ slot: Int, state: UnsafePointer<Double>, derivative: UnsafePointer<Double>) {
    guard modes > 0, let vectors, let history, let gathered else { return }
    let place = history + 2 * slot * modes
    coordinates?.gather(derivative, into: gathered)
    BLAS.multiplyVector(m: modes, n: count, a: vectors, lda: count, x: gathered, y: place)
    coordinates?.gather(state, into: gathered)
    BLAS.multiplyVector(m: modes, n: count, a: vectors, lda: count, x: gathered, y: place + modes)
  }

  /// Adds to the plain prediction what the exponential formula gives beyond it, and prepares the corrector.
  ///
  /// - Parameters:
  ///   - slots: the history entries behind the nodes of `polynomials`, newest first.
  ///   - order: number of nodes the prediction uses.
  func predict(
    slots: [Int], _ polynomials: StepPolynomials, order: Int, step h: Double, plain: [Double],
    into prediction: UnsafeMutablePointer<Double>
  ) {
    guard modes > 0, let vectors, let history, let scratch, let gathered else { return }
    let (p, nodes) = (modes, slots.count)
    func row(_ index: Int) -> UnsafeMutablePointer<Double> { scratch + index * p }
    let present = history + (2 * slots[0] + 1) * p
    for (j, slot) in slots.enumerated() {
      let (f, z) = (history + 2 * slot * p, history + (2 * slot + 1) * p)
      row(Self.rowF + j).update(from: f, count: p)
      let g = row(Self.rowG + j)
      for i in 0..<p { g[i] = f[i] + values[i] * (z[i] - present[i]) }
    }
    withUnsafeTemporaryAllocation(of: Double.self, capacity: nodes * nodes) { weights in
      guard let weights = weights.baseAddress else { return }
      for q in 0..<nodes {
        for j in 0..<nodes { weights[q * nodes + j] = j <= q ? polynomials.divided(q, j) : 0 }
      }
      for (source, target) in [(Self.rowF, Self.rowDividedF), (Self.rowG, Self.rowDividedG)] {
        BLAS.multiply(
          m: nodes, n: p, k: nodes, a: weights, lda: nodes, b: row(source), ldb: p, c: row(target), ldc: p)
      }
    }
    let (dividedF, dividedG) = (row(Self.rowDividedF), row(Self.rowDividedG))
    let (predicted, lift) = (row(Self.rowPredicted), row(Self.rowLift))
    let coefficients = row(Self.rowCorrector)
    withUnsafeTemporaryAllocation(of: Double.self, capacity: StepPolynomials.momentCount) { moments in
      guard let moments = moments.baseAddress else { return }
      for i in 0..<p {
        StepPolynomials.moments(h * values[i], last: order + 2, into: moments)
        var (exact, ordinary) = (0.0, 0.0)
        for q in 0..<order {
          exact += polynomials.integral(q, moments) * dividedG[q * p + i]
          ordinary += plain[q] * dividedF[q * p + i]
        }
        predicted[i] = h * exact
        lift[i] = h * (exact - ordinary)
        // The corrector's factor and those of the error estimates at orders k − 1, k and k + 1.
        coefficients[i] = h * polynomials.integral(order, moments) / polynomials.atOne[order]
        // A linear method forgets the error of a stiff mode, but through the nonlinear terms it acts on all others before:
        // it is counted as what the corrector moves, not as what would be left of it.
        let counted = h * (1 + abs(h * values[i]))
        for (place, k) in ((order - 1)...(order + 1)).enumerated() {
          coefficients[(place + 1) * p + i] =
            k >= 1 ? counted * polynomials.errorIntegral(k - 1, moments) / polynomials.atOne[k] : 0
        }
      }
    }
    BLAS.multiplyVector(m: p, n: count, a: vectors, lda: count, transposeA: true, x: lift, y: gathered)
    coordinates?.scatter(gathered, adding: prediction)
  }

  /// What the corrector's pass over the whole state is to find at the active coordinates.
  struct Patch {
    let derivative: UnsafePointer<Double>
    let extrapolation: UnsafeMutablePointer<Double>
    let prediction: UnsafeMutablePointer<Double>
    let lower: UnsafeMutablePointer<Double>
    let higher: UnsafeMutablePointer<Double>
    /// The plain formula's factors: of the corrector, and of the errors at orders k − 1, k and k + 1.
    let corrector: Double
    let errors: (lower: Double, middle: Double, higher: Double)
  }

  /// Alters the corrector's inputs at the active coordinates so that its one formula for all gives the exponential
  /// corrector and the exponential error estimates there.
  func patch(
    _ polynomials: StepPolynomials, nodes: Int, order: Int, _ patch: Patch
  ) {
    guard modes > 0, let vectors, let scratch, let gathered else { return }
    let p = modes
    func row(_ index: Int) -> UnsafeMutablePointer<Double> { scratch + index * p }
    let (dividedF, dividedG, predicted) = (row(Self.rowDividedF), row(Self.rowDividedG), row(Self.rowPredicted))
    let coefficients = row(Self.rowCorrector)
    coordinates?.gather(patch.derivative, into: gathered)
    let found = row(Self.rowF)
    BLAS.multiplyVector(m: p, n: count, a: vectors, lda: count, x: gathered, y: found)
    let lift = row(Self.rowLift)
    let (l, e, u) = (patch.errors.lower, patch.errors.middle, patch.errors.higher)
    for i in 0..<p {
      var plain = found[i]
      var exact = found[i] + values[i] * predicted[i]
      for q in 0..<order {
        plain -= polynomials.atOne[q] * dividedF[q * p + i]
        exact -= polynomials.atOne[q] * dividedG[q * p + i]
      }
      let (plainLower, exactLower) =
        order > 1
        ? (
          polynomials.atOne[order - 1] * dividedF[(order - 1) * p + i],
          polynomials.atOne[order - 1] * dividedG[(order - 1) * p + i]
        ) : (0, 0)
      let (plainHigher, exactHigher) =
        nodes > order
        ? (
          polynomials.atOne[order] * dividedF[order * p + i], polynomials.atOne[order] * dividedG[order * p + i]
        ) : (0, 0)
      lift[i] = coefficients[i] * exact - patch.corrector * plain
      lift[p + i] = coefficients[p + i] * (exact + exactLower) - l * (plain + plainLower)
      lift[2 * p + i] = coefficients[2 * p + i] * exact - e * plain
      lift[3 * p + i] = coefficients[3 * p + i] * (exact - exactHigher) - u * (plain - plainHigher)
    }
    BLAS.multiply(m: 4, n: count, k: p, a: lift, lda: p, b: vectors, ldb: count, c: gathered, ldc: count)
    // What the corrector reads is linear in the four differences, so each is changed within the subspace only.
    for k in 0..<count {
      let (wanted, middle) = (gathered[k], gathered[2 * count + k] / e)
      let lower = l == 0 ? 0 : gathered[count + k] / l
      let higher = u == 0 ? 0 : gathered[3 * count + k] / u
      gathered[k] = wanted - patch.corrector * middle
      gathered[count + k] = lower - middle
      gathered[2 * count + k] = -middle
      gathered[3 * count + k] = middle - higher
    }
    coordinates?.scatter(gathered, adding: patch.prediction)
    coordinates?.scatter(gathered + count, adding: patch.lower)
    coordinates?.scatter(gathered + 2 * count, adding: patch.extrapolation)
    coordinates?.scatter(gathered + 3 * count, adding: patch.higher)
  }
}
