import CMath

/// The exponent p of dσ/dt = m γ σᵖ fitted to a trajectory without differencing it: from σ and Q = ∫ m γ dt at the save times,
/// the residuals r_i(p) = σ_i^{p−1} [F_p(σ_i) − F_p(σ_0) − Q_i], F_p(x) = (x^{1−p} − 1)/(1−p), are relative errors of σ, and
/// Gauss–Newton minimizes Σ r² over the single unknown p. The factor m is not fitted. σ is measured in the first component's start,
/// so that neither the fit nor its rivals depend on the unit of the data.
public struct ExponentFit: Sendable, Equatable, Codable {
  /// The fitted exponent.
  public let exponent: Double
  /// max|r| Σ|J| / ΣJ², J = dr/dp: how far the misfit alone can have moved the exponent.
  public let misfitWidth: Double
  /// max|r| and the root mean square of r at the fitted exponent.
  public let worstResidual: Double
  /// Root mean square of r at the fitted exponent.
  public let rms: Double
  /// Root mean square of J: how strongly the data depend on the exponent.
  public let sensitivity: Double
  /// Largest σ_max/σ_min among the fitted components.
  public let dynamicRange: Double
  /// How many components were fitted together.
  public let components: Int
  /// Rival exponents and the root mean square of their residuals.
  public let rivals: [Rival]

  /// An exponent that the data were compared with besides.
  public struct Rival: Sendable, Equatable, Codable {
    /// p.
    public let exponent: Double
    /// Root mean square of r at p.
    public let rms: Double

    /// An exponent and its misfit.
    public init(exponent: Double, rms: Double) {
      self.exponent = exponent
      self.rms = rms
    }
  }

  /// One component's samples: σ and Q at the save times, the start first.
  public struct Samples: Sendable, Equatable {
    /// σ.
    public let norms: [Double]
    /// Q = ∫ m γ dt since the start.
    public let integrals: [Double]

    /// Samples at the same times, as many of σ as of Q.
    public init(norms: [Double], integrals: [Double]) {
      self.norms = norms
      self.integrals = integrals
    }

    /// σ_max/σ_min.
    public var range: Double {
      guard let low = norms.min(), let high = norms.max(), low > 0 else { return 1 }
      return high / low
    }
  }

  package init(
    exponent: Double, misfitWidth: Double, worstResidual: Double, rms: Double, sensitivity: Double,
    dynamicRange: Double, components: Int, rivals: [Rival]
  ) {
    self.exponent = exponent
    self.misfitWidth = misfitWidth
    self.worstResidual = worstResidual
    self.rms = rms
    self.sensitivity = sensitivity
    self.dynamicRange = dynamicRange
    self.components = components
    self.rivals = rivals
  }

  /// Least range a component needs to take part.
  public static let leastRange = 3.0

  /// Fits the components whose norms vary enough; nil if there are none or a residual is not finite.
  ///
  /// - Parameter m: the number of blocks; the search starts at 2 − 2/m.
  public init?(_ samples: [Samples], m: Int) {
    let varied = samples.filter { $0.range >= Self.leastRange && $0.norms.allSatisfy { $0 > 0 && $0.isFinite } }
    guard let unit = varied.first?.norms.first else { return nil }
    let own = 2 - 2 / Double(m)
    // Exponents other than 2 − 2/m would see the unit of σ: it is a start here.
    let scale = pow(unit, own - 1)
    guard scale > 0, scale.isFinite else { return nil }
    let used = varied.map { sample in
      Samples(norms: sample.norms.map { $0 / unit }, integrals: sample.integrals.map { scale * $0 })
    }
    var p = own
    for _ in 0..<100 {
      let residuals = Self.residuals(used, p)
      let slopes = Self.slopes(used, p)
      let square = slopes.reduce(0) { $0 + $1 * $1 }
      guard square > 0, square.isFinite else { return nil }
      let step = -zip(residuals, slopes).reduce(0) { $0 + $1.0 * $1.1 } / square
      guard step.isFinite else { return nil }
      // Halved until the sum of squares falls; far from a power law the full step may not.
      var length = max(-0.25, min(0.25, step))
      let present = Self.rms(residuals)
      while abs(length) > 1e-15, !(Self.rms(Self.residuals(used, p + length)) < present) { length /= 2 }
      if abs(length) <= 1e-15 { break }
      p += length
    }
    let residuals = Self.residuals(used, p)
    let slopes = Self.slopes(used, p)
    let square = slopes.reduce(0) { $0 + $1 * $1 }
    exponent = p
    worstResidual = residuals.reduce(0) { max($0, abs($1)) }
    misfitWidth = worstResidual * slopes.reduce(0) { $0 + abs($1) } / square
    rms = Self.rms(residuals)
    sensitivity = Self.rms(slopes)
    dynamicRange = used.map(\.range).max() ?? 1
    components = used.count
    var exponents = [1.0, 2 - 2 / Double(m + 1), 2]
    if m > 2 { exponents.insert(2 - 2 / Double(m - 1), at: 1) }
    rivals = exponents.reduce(into: []) { list, q in
      guard abs(q - own) > 1e-9, !list.contains(where: { abs($0.exponent - q) < 1e-9 }) else { return }
      list.append(Rival(exponent: q, rms: Self.rms(Self.residuals(used, q))))
    }
  }

  private static func rms(_ values: [Double]) -> Double {
    (values.reduce(0) { $0 + $1 * $1 } / Double(max(1, values.count))).squareRoot()
  }

  /// σ^{p−1} [F_p(σ) − F_p(σ_0) − Q], through expm1 so that p near 1 is no special case.
  static func residuals(_ samples: [Samples], _ p: Double) -> [Double] {
    samples.flatMap { sample -> [Double] in
      let first = sample.norms[0]
      return zip(sample.norms, sample.integrals).dropFirst().map { norm, integral in
        let logarithm = log(norm / first)
        // σ^{p−1} (σ^{1−p} − σ_0^{1−p})/(1−p) = −expm1((p−1) ln(σ/σ_0))/(1−p).
        let moved = p == 1 ? logarithm : expm1((p - 1) * logarithm) / (p - 1)
        return moved - pow(norm, p - 1) * integral
      }
    }
  }

  private static func slopes(_ samples: [Samples], _ p: Double) -> [Double] {
    let step = 1e-5
    return zip(residuals(samples, p + step), residuals(samples, p - step)).map { ($0 - $1) / (2 * step) }
  }
}
