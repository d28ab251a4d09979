import GSLBridge
import Models

/// The stiff part of the gradient flow of a large deep matrix factorization: the Hessian between the row and column spaces
/// of the grown singular directions.
///
/// Unit k is the k-th singular direction of all factors. A unit's scale is the largest curvature c ℓ″ times the fraction of
/// a row or column that is observed, times Σ_l Π_{l′≠l} s_{l′k}², and a part of ‖c ℓ′‖ times the singular values of all
/// factors but two.
final class SingularStiffness: StiffPart {
  /// Directions that are followed; more may grow, but then limit the step.
  private static let mostDirections = 12
  private static let largestBlock = 1300
  /// See ``CPComponentBlocks``.
  private static let alignment = 0.25

  let segments: [ErrorSegment]
  let unitCount: Int
  let mostUnits: Int
  let worthwhileEvaluations: Double

  private let objective: Objective
  private let subspaces: SingularSubspaces
  private let scaling: [Double]
  private let largestRate: Double
  private let sign: Double
  private let density: Double
  private let watch: CurvatureWatch
  private let direction: Buffer<Double>
  private let product: Buffer<Double>

  /// - Parameters:
  ///   - dimensions: d_0, …, d_L with L ≥ 2.
  ///   - density: the largest fraction of a row or column of W that the measurements see.
  init(objective: Objective, dimensions: [Int], density: Double, layout: ParameterLayout, rates: [Double]) {
    self.objective = objective
    self.density = density
    let count = min(Self.mostDirections, dimensions.reduce(.max, min))
    subspaces = SingularSubspaces(dimensions: dimensions, count: count)
    unitCount = count
    let depth = dimensions.count - 1
    func size(_ u: Int) -> Int { u * (dimensions[0] + dimensions[depth]) + (depth - 2) * u * u }
    mostUnits = max(1, (1...count).last { size($0) <= Self.largestBlock } ?? 1)
    segments = layout.blocks.map { ErrorSegment(offset: $0.offset, rows: $0.rows, columns: $0.columns) }
    scaling = rates.map { abs($0).squareRoot() }
    largestRate = rates.reduce(0) { max($0, abs($1)) }
    sign = rates.contains { $0 < 0 } ? -1 : 1
    watch = CurvatureWatch(objective)
    direction = Buffer(count: layout.count)
    product = Buffer(count: layout.count)
    // Measured: what a run spends on blocks and projections is about a hundred times a block over four directions, with a
    // Hessian–vector product of three gradients for each coordinate and an eigendecomposition of 10 m³ operations.
    let m = Double(size(min(4, mostUnits)))
    let gradient = 6 * Double(layout.count) * Double(dimensions[0])
    worthwhileEvaluations = 300 + 100 * (3 * m + 10 * m * m * m / gradient)
  }

  var change: Double { watch.change }

  func scales(_ state: UnsafePointer<Double>, into scales: UnsafeMutablePointer<Double>) {
    watch.update(state)
    let curvature = watch.curvature
    subspaces.update(state)
    for unit in 0..<unitCount {
      // Products of all squared singular values but one, summed; and of all but the two smallest.
      var (all, oneLess, rest) = (1.0, 0.0, 1.0)
      var (smallest, next) = (Double.infinity, Double.infinity)
      for l in 0..<subspaces.depth {
        let value = subspaces.value(l, unit)
        oneLess = oneLess * value * value + all
        all *= value * value
        rest *= value
        if value < smallest { (smallest, next) = (value, smallest) } else if value < next { next = value }
      }
      rest = smallest > 0 && next > 0 ? rest / (smallest * next) : 0
      scales[unit] =
        largestRate * (curvature.largest * density * oneLess + Self.alignment * curvature.weightNorm * rest)
    }
  }

  /// The units are in descending order but for a few that are about to change places: as many of the first are taken.
  func coordinates(of units: [Int], at state: UnsafePointer<Double>) -> any StiffCoordinates {
    for _ in 0..<4 { subspaces.update(state) }
    return SingularCoordinates(subspaces, count: units.count, scaling: scaling, at: state)
  }

  /// By one Hessian–vector product per coordinate.
  func block(
    of units: [Int], in coordinates: any StiffCoordinates, _ state: UnsafePointer<Double>,
    into block: UnsafeMutablePointer<Double>
  ) {
    watch.form(state)
    guard let coordinates = coordinates as? SingularCoordinates else { return }
    let m = coordinates.count
    let unit = Buffer<Double>(count: m)
    let hessian = objective.preparedHessian(at: state)
    for k in 0..<m {
      unit.pointer[k] = 1
      direction.clear()
      coordinates.scatter(unit.pointer, adding: direction.pointer)
      unit.pointer[k] = 0
      hessian.multiply(direction.pointer, into: product.pointer)
      coordinates.gather(product.pointer, into: block + k * m)
      coordinates.scaleByRates(block + k * m)
    }
    for i in 0..<m {
      for j in 0...i {
        let mean = 0.5 * sign * (block[i * m + j] + block[j * m + i])
        block[i * m + j] = mean
        block[j * m + i] = mean
      }
    }
  }
}
