import FlowODE
import GSLBridge
import Models
import Verdicts

/// The geometry of a square completion problem with exactly one hidden entry h, and what follows for |h| when det W has the
/// sign opposite to the data's: det W = ±h·minor + det(data), so h must outgrow the minor's decay.
public struct HiddenEntry: Sendable, Equatable {
  /// Its row, from 0.
  public let row: Int
  /// Its column, from 0.
  public let column: Int
  /// Dimension d of the d × d matrix.
  public let dimension: Int
  /// det of the data with 0 for h.
  public let dataDeterminant: Double
  /// det of the minor that h multiplies, at the data.
  public let minor: Double
  /// ‖row‖ of the data with 0 for h, and of the minor.
  let rowNorms: [Double]
  let minorRowNorms: [Double]
  /// For 2×2: the entries beside h and the one opposite.
  let beside: (Double, Double)?

  /// Whether this is the problem of Razin and Cohen up to permutations and signs: 2×2, ±1 beside h and 0 opposite.
  public var isCanonical: Bool {
    guard let beside else { return false }
    return abs(beside.0) == 1 && abs(beside.1) == 1 && minor == 0
  }

  /// nil unless all entries but one of a square matrix of dimension 2 or more are observed, each once.
  public init?(_ measurements: Measurements) {
    guard measurements.order == 2, measurements.shape[0] == measurements.shape[1], measurements.shape[0] >= 2,
      case .entries(let indices) = measurements.operators
    else { return nil }
    let d = measurements.shape[0]
    guard measurements.count == d * d - 1 else { return nil }
    var data = [Double?](repeating: nil, count: d * d)
    for k in 0..<measurements.count {
      data[Int(indices[2 * k]) * d + Int(indices[2 * k + 1])] = measurements.values[k]
    }
    guard data.filter({ $0 == nil }).count == 1, let hidden = data.firstIndex(where: { $0 == nil }) else { return nil }
    (row, column, dimension) = (hidden / d, hidden % d, d)
    let (i, j) = (row, column)
    let full = Matrix(rows: d, columns: d, elements: data.map { $0 ?? 0 })
    let rest = Matrix(rows: d - 1, columns: d - 1) { full[$0 < i ? $0 : $0 + 1, $1 < j ? $1 : $1 + 1] }
    dataDeterminant = full.determinant
    minor = rest.determinant
    func norms(_ matrix: Matrix) -> [Double] {
      (0..<matrix.rows).map { r in (0..<matrix.columns).reduce(0) { $0 + matrix[r, $1] * matrix[r, $1] }.squareRoot() }
    }
    rowNorms = norms(full)
    minorRowNorms = norms(rest)
    beside = d == 2 ? (full[i, 1 - j], full[1 - i, j]) : nil
  }

  /// The lower bound on |h| for residuals of norm δ.
  public func bound(_ delta: Double) -> Double {
    if isCanonical { return HiddenEntryBound.sharp(delta) }
    if let beside {
      return HiddenEntryBound.perturbed(delta, z1: beside.0, z2: beside.1, epsilon: minor)
    }
    return HiddenEntryBound.determinant(
      delta, rowNorms: rowNorms, minorRowNorms: minorRowNorms, determinant: dataDeterminant, minor: minor)
  }

  /// The bound as a formula.
  public var formula: String {
    if isCanonical {
      return "B(δ) = (1 − x)^(3/2)/√x, x = (√(1 + 4δ²) − 1)/2, for δ² ≤ 3/4; √(1 − δ²) to δ = 1; 0 beyond"
    }
    if let beside {
      return "(\(tableNumber(abs(beside.0))) − δ)(\(tableNumber(abs(beside.1))) − δ)/(\(tableNumber(abs(minor))) + δ)"
    }
    return "(\(tableNumber(abs(dataDeterminant))) − Δ_\(dimension))/(\(tableNumber(abs(minor))) + Δ_\(dimension - 1)), "
      + "Δ_n = Π(‖row‖ + δ) − Π‖row‖"
  }

  /// Whether they are the same entry beside the same data.
  public static func == (a: HiddenEntry, b: HiddenEntry) -> Bool {
    a.row == b.row && a.column == b.column && a.dimension == b.dimension && a.dataDeterminant == b.dataDeterminant
      && a.minor == b.minor && a.rowNorms == b.rowNorms && a.minorRowNorms == b.minorRowNorms
  }
}
