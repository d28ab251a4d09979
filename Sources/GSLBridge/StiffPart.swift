/// A part of the state whose components share error groups: `rows` × `columns` numbers from `offset` on, row-major. Every
/// column is one group, whose error is measured by its root mean square.
package struct ErrorSegment: Sendable, Equatable {
  package let offset: Int
  package let rows: Int
  package let columns: Int

  package init(offset: Int, rows: Int, columns: Int) {
    self.offset = offset
    self.rows = rows
    self.columns = columns
  }
}

/// Where the stiffness of a large system ẏ = F(y) sits: a few *units* of coordinates whose block of −∂F/∂y can be formed
/// exactly, while all the others are nearly flat.
///
/// In the coordinates wᵢ = yᵢ/sᵢ with the scaling s of ``coordinates(of:)`` the block is symmetric.
package protocol StiffPart: AnyObject {
  /// The error groups of the state, without gaps, over the components the part knows.
  var segments: [ErrorSegment] { get }
  /// Number of units.
  var unitCount: Int { get }
  /// The most coordinates that may be treated exactly at once.
  var largestBlock: Int { get }
  /// Evaluations that an explicit method must still have before it for exponential Adams to be cheaper.
  var worthwhileEvaluations: Double { get }
  /// Writes, for each unit, an estimate of the largest |λ| of its own block; infinite for a unit to be treated always.
  func scales(_ state: UnsafePointer<Double>, into scales: UnsafeMutablePointer<Double>)
  /// The coordinates of some units, and their scaling s.
  func coordinates(of units: [Int]) -> (indices: [Int], scaling: [Double])
  /// Writes the symmetric m × m block A = −∂ẇ/∂w over these units' coordinates, in the order of ``coordinates(of:)``.
  func block(of units: [Int], _ state: UnsafePointer<Double>, into block: UnsafeMutablePointer<Double>)
}

/// An ODE system that knows where its stiffness sits.
package protocol StiffSystem: ODESystem {
  /// The stiff part; nil where it is not known.
  func makeStiffPart() -> (any StiffPart)?
}
