import CMath
import GSLBridge

/// A norm or quasi-norm of matrices, with the constants that bounds on norms need.
public enum MatrixNorm: Sendable, Hashable {
  /// σ₁.
  case spectral
  /// (Σ σ_r²)^{1/2}.
  case frobenius
  /// Σ σ_r.
  case nuclear
  /// (Σ σ_rᵖ)^{1/p}; a quasi-norm for p < 1.
  case schatten(Double)
  /// (Σ |w_ij|ᵖ)^{1/p}; a quasi-norm for p < 1.
  case entry(Double)

  /// Those that Razin and Cohen's Theorem 1 names, with quasi-norms of both families.
  public static let named: [MatrixNorm] = [
    .spectral, .frobenius, .nuclear, .schatten(0.5), .schatten(0.25), .entry(1), .entry(0.5),
  ]

  /// The norm's name in reports.
  public var name: String {
    switch self {
    case .spectral: "spectral"
    case .frobenius: "Frobenius"
    case .nuclear: "nuclear"
    case .schatten(let p): "Schatten-\(Self.text(p))"
    case .entry(let p): "entrywise l_\(Self.text(p))"
    }
  }

  private static func text(_ p: Double) -> String { Int(exactly: p).map { "\($0)" } ?? "\(p)" }

  /// The least known c ≥ 1 with ‖A + B‖ ≤ c(‖A‖ + ‖B‖): 1 for norms, 2^{1/p−1} for exponents p < 1.
  public var triangleConstant: Double {
    switch self {
    case .schatten(let p), .entry(let p): p < 1 ? pow(2, 1 / p - 1) : 1
    case .spectral, .frobenius, .nuclear: 1
    }
  }

  /// ‖e_i e_jᵀ‖, which is 1 for every norm here.
  public var unit: Double { 1 }

  /// The norm of a matrix whose singular values are known.
  ///
  /// - Parameters:
  ///   - entries: the matrix, in any order of entries.
  ///   - singularValues: in any order, not negative.
  public func value(entries: [Double], singularValues: [Double]) -> Double {
    switch self {
    case .spectral: singularValues.max() ?? 0
    case .frobenius: Self.power(singularValues, 2)
    case .nuclear: singularValues.reduce(0, +)
    case .schatten(let p): Self.power(singularValues, p)
    case .entry(let p): Self.power(entries, p)
    }
  }

  /// (Σ |x|ᵖ)^{1/p}, scaled by the largest |x| so that nothing overflows or vanishes on the way.
  static func power(_ numbers: [Double], _ p: Double) -> Double {
    let largest = numbers.reduce(0) { max($0, abs($1)) }
    guard largest > 0, largest.isFinite else { return largest }
    return largest * pow(numbers.reduce(0) { $0 + pow(abs($1) / largest, p) }, 1 / p)
  }
}

/// Measures of how far a matrix is from low rank, from its singular values.
public enum RankMeasure {
  /// exp of the Shannon entropy (natural logarithm) of σ_r / Σ σ: the effective rank of Roy and Vetterli (2007); 1 for a
  /// matrix of rank one, NaN for the zero matrix.
  public static func effectiveRank(_ singularValues: [Double]) -> Double {
    let total = singularValues.reduce(0, +)
    guard total > 0 else { return .nan }
    var entropy = 0.0
    for value in singularValues where value > 0 {
      let share = value / total
      if share > 0 { entropy -= share * log(share) }
    }
    return exp(entropy)
  }

  /// The Frobenius distance to the matrices of rank at most one, (Σ_{r≥2} σ_r²)^{1/2}.
  public static func distanceToRankOne(_ singularValues: [Double]) -> Double {
    MatrixNorm.power(Array(Ordering.ascending(singularValues).reversed().dropFirst()), 2)
  }
}
