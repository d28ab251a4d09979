import GSLBridge
import Models

/// A flow that knows where its stiffness sits.
package protocol StiffFlow: VectorField, StiffSystem {}

/// The stiff part of a gradient flow of a model with components: the Hessian over the grown ones.
final class ComponentStiffness: IndexedStiffPart {
  let segments: [ErrorSegment]
  var unitCount: Int { blocks.componentCount }
  let largestBlock = 640
  /// Measured on CP completion: what is left of a run takes some hundreds of evaluations and forms some ten blocks over
  /// about eight components, at 0.055 m³/n evaluations each.
  var worthwhileEvaluations: Double {
    let typical = 8 * Double(blocks.rowCount)
    return 300 + 10 * 0.055 * typical * typical * typical / Double(objective.parameterCount)
  }

  private let objective: Objective
  private let blocks: any ComponentBlocks
  /// √|ρ| of every row.
  private let rowScaling: [Double]
  private let largestRate: Double
  /// −1 for an ascent.
  private let sign: Double
  private let watch: CurvatureWatch

  init(objective: Objective, blocks: any ComponentBlocks, layout: ParameterLayout, rates: [Double]) {
    self.objective = objective
    self.blocks = blocks
    segments = [ErrorSegment(offset: 0, rows: blocks.rowCount, columns: blocks.componentCount)]
    rowScaling = zip(layout.blocks, rates).flatMap { block, rate in
      [Double](repeating: abs(rate).squareRoot(), count: block.rows)
    }
    largestRate = rates.reduce(0) { max($0, abs($1)) }
    sign = rates.contains { $0 < 0 } ? -1 : 1
    watch = CurvatureWatch(objective)
  }

  var change: Double { watch.change }

  func scales(_ state: UnsafePointer<Double>, into scales: UnsafeMutablePointer<Double>) {
    watch.update(state)
    let curvature = watch.curvature
    blocks.scales(
      state, curvature: largestRate * curvature.largest, weightNorm: largestRate * curvature.weightNorm, into: scales)
  }

  func coordinates(of units: [Int]) -> (indices: [Int], scaling: [Double]) {
    var indices: [Int] = []
    var scaling: [Double] = []
    for row in 0..<blocks.rowCount {
      for unit in units {
        indices.append(row * blocks.componentCount + unit)
        scaling.append(rowScaling[row])
      }
    }
    return (indices, scaling)
  }

  func block(of units: [Int], _ state: UnsafePointer<Double>, into block: UnsafeMutablePointer<Double>) {
    watch.form(state)
    let curvature = watch.curvature
    blocks.block(
      state, components: units, first: curvature.first.pointer, second: curvature.second.pointer, into: block)
    let (width, m) = (units.count, units.count * blocks.rowCount)
    for i in 0..<m {
      for j in 0..<m { block[i * m + j] *= sign * rowScaling[i / width] * rowScaling[j / width] }
    }
  }
}

/// The stiff part of a small gradient flow: the whole Hessian.
final class DenseStiffness: IndexedStiffPart {
  /// Above this many parameters, decomposing the Hessian costs more than it saves.
  static let largestCount = 400

  let segments: [ErrorSegment]
  let unitCount = 1
  let largestBlock: Int
  /// Measured on matrix factorizations: a block costs about 0.15 n² gradients, and a run forms some forty.
  /// The Hessian is not the Jacobian of a flow that slides along a kink.
  var worthwhileEvaluations: Double {
    guard (objective.evaluator as? SwitchedEvaluator)?.sliding.isEmpty ?? true else { return .infinity }
    return 3000 + 6 * Double(largestBlock) * Double(largestBlock)
  }
  private let objective: Objective
  private let scaling: [Double]
  private let sign: Double
  private let watch: CurvatureWatch

  init(objective: Objective, layout: ParameterLayout, rates: [Double]) {
    self.objective = objective
    watch = CurvatureWatch(objective)
    // Every parameter by itself: a small singular value must not hide behind a large one.
    segments = [ErrorSegment(offset: 0, rows: 1, columns: layout.count)]
    scaling = zip(layout.blocks, rates).flatMap { block, rate in
      [Double](repeating: abs(rate).squareRoot(), count: block.count)
    }
    sign = rates.contains { $0 < 0 } ? -1 : 1
    largestBlock = layout.count
  }

  var change: Double { watch.change }

  func scales(_ state: UnsafePointer<Double>, into scales: UnsafeMutablePointer<Double>) {
    watch.update(state)
    scales[0] = .infinity
  }

  func coordinates(of units: [Int]) -> (indices: [Int], scaling: [Double]) { (Array(scaling.indices), scaling) }

  func block(of units: [Int], _ state: UnsafePointer<Double>, into block: UnsafeMutablePointer<Double>) {
    watch.form(state)
    objective.hessian(state, into: block)
    let n = scaling.count
    for i in 0..<n {
      for j in 0..<n { block[i * n + j] *= sign * scaling[i] * scaling[j] }
    }
  }
}
