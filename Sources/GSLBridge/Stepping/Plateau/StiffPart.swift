/// A part of the state whose components share error groups: `rows` × `columns` numbers from `offset` on, row-major. Every
/// column is one group, whose error is measured by its root mean square.
package struct ErrorSegment: Sendable, Equatable {
  /// Where the part begins in the state.
  package let offset: Int
  /// Numbers in a group.
  package let rows: Int
  /// Groups.
  package let columns: Int

  /// `columns` groups of `rows` numbers each.
  package init(offset: Int, rows: Int, columns: Int) {
    self.offset = offset
    self.rows = rows
    self.columns = columns
  }
}

/// The coordinates w of a subspace of the state in which a block of −∂F/∂y is treated exactly: y = Σ w_k s_k + the rest, and
/// the block is symmetric in w.
package protocol StiffCoordinates: AnyObject {
  /// Number of coordinates m.
  var count: Int { get }
  /// Writes the m coordinates of a vector of the state's space.
  func gather(_ vector: UnsafePointer<Double>, into coordinates: UnsafeMutablePointer<Double>)
  /// Adds Σ w_k s_k to a vector of the state's space.
  func scatter(_ coordinates: UnsafePointer<Double>, adding vector: UnsafeMutablePointer<Double>)
  /// How far a state is, relatively, from where the coordinates were made, in what matters to the block.
  func movement(_ state: UnsafePointer<Double>) -> Double
  /// The parts of the state of which something small lies beside the subspace, whose error is to be measured by itself.
  var complements: [ErrorSegment] { get }
  /// The Euclidean norm of the part of a vector that lies beside the subspace, within one of ``complements``.
  func complementNorm(_ part: Int, _ vector: UnsafePointer<Double>) -> Double
}

extension StiffCoordinates {
  package var complements: [ErrorSegment] { [] }
  package func complementNorm(_ part: Int, _ vector: UnsafePointer<Double>) -> Double { 0 }
}

/// Where the stiffness of a large system ẏ = F(y) sits: a few *units* of coordinates whose block of −∂F/∂y can be formed
/// exactly, while all the others are nearly flat.
package protocol StiffPart: AnyObject {
  /// The error groups of the state, without gaps, over the components the part knows.
  var segments: [ErrorSegment] { get }
  /// Number of units.
  var unitCount: Int { get }
  /// The most units that may be treated exactly at once, at least 1.
  var mostUnits: Int { get }
  /// Evaluations that an explicit method must still have before it for exponential Adams to be cheaper.
  var worthwhileEvaluations: Double { get }
  /// How far what the block is made of besides the coordinates is, relatively, from where one was formed last: what movement of the state
  /// does not tell. As of the last state that scales were asked for at, or little before.
  var change: Double { get }
  /// Takes in an accepted state and writes, for each unit, an estimate of the largest |λ| of its own block; infinite for a unit to be
  /// treated always.
  func scales(_ state: UnsafePointer<Double>, into scales: UnsafeMutablePointer<Double>)
  /// The coordinates of some units at a state.
  func coordinates(of units: [Int], at state: UnsafePointer<Double>) -> any StiffCoordinates
  /// Writes the symmetric m × m block A = −∂ẇ/∂w in coordinates that were made of these units at this state.
  func block(
    of units: [Int], in coordinates: any StiffCoordinates, _ state: UnsafePointer<Double>,
    into block: UnsafeMutablePointer<Double>)
}

extension StiffPart {
  package var change: Double { 0 }
}

/// A stiff part whose coordinates are entries of the state, wᵢ = yᵢ/sᵢ.
package protocol IndexedStiffPart: StiffPart {
  /// The most coordinates that may be treated exactly at once.
  var largestBlock: Int { get }
  /// The coordinates of some units, and their scaling s.
  func coordinates(of units: [Int]) -> (indices: [Int], scaling: [Double])
  /// Writes the block over these units' coordinates, in the order of ``coordinates(of:)``.
  func block(of units: [Int], _ state: UnsafePointer<Double>, into block: UnsafeMutablePointer<Double>)
}

extension IndexedStiffPart {
  /// As many as have ``largestBlock`` coordinates together, taking all units to have as many as the first.
  package var mostUnits: Int {
    guard unitCount > 0 else { return 1 }
    return max(1, largestBlock / max(1, coordinates(of: [0]).indices.count))
  }

  package func coordinates(of units: [Int], at state: UnsafePointer<Double>) -> any StiffCoordinates {
    let (indices, scaling) = coordinates(of: units)
    return IndexCoordinates(indices: indices, scaling: scaling, state: state)
  }

  package func block(
    of units: [Int], in coordinates: any StiffCoordinates, _ state: UnsafePointer<Double>,
    into target: UnsafeMutablePointer<Double>
  ) { block(of: units, state, into: target) }
}

/// Entries of the state as coordinates.
final class IndexCoordinates: StiffCoordinates {
  var count: Int { indices.count }
  private let indices: [Int]
  private let scaling: [Double]
  private let reference: [Double]

  init(indices: [Int], scaling: [Double], state: UnsafePointer<Double>) {
    self.indices = indices
    self.scaling = scaling
    reference = indices.map { state[$0] }
  }

  func gather(_ vector: UnsafePointer<Double>, into coordinates: UnsafeMutablePointer<Double>) {
    for k in 0..<indices.count { coordinates[k] = vector[indices[k]] / scaling[k] }
  }

  func scatter(_ coordinates: UnsafePointer<Double>, adding vector: UnsafeMutablePointer<Double>) {
    for k in 0..<indices.count { vector[indices[k]] += scaling[k] * coordinates[k] }
  }

  /// ‖y − y_ref‖/‖y_ref‖ over these entries.
  func movement(_ state: UnsafePointer<Double>) -> Double {
    var (change, size) = (0.0, 0.0)
    for k in 0..<indices.count {
      let difference = state[indices[k]] - reference[k]
      change += difference * difference
      size += reference[k] * reference[k]
    }
    return size > 0 ? (change / size).squareRoot() : 0
  }
}

/// An ODE system that knows where its stiffness sits.
package protocol StiffSystem: ODESystem {
  /// The stiff part; nil where it is not known.
  func makeStiffPart() -> (any StiffPart)?
}
