import Models

/// The loss's curvature as a stiff part needs it: measured wherever a block is formed and, of a loss whose ℓ″ may grow, every few accepted
/// states besides.
///
/// ℓ″ of a square is one number, and what ℓ′ adds mostly shrinks. That of other losses follows the residuals, at once where one passes a
/// kink: Huber's loss, which does not bend at all where all residuals are large, bends fully once they are small. A scale measured before
/// would leave the stiffness to explicit steps for ever, and so would a block formed before, however little the state has moved.
final class CurvatureWatch {
  /// Accepted states from one measurement to the next: together they cost a part of one gradient.
  private static let interval = 8

  let curvature: LossCurvature
  private let isConstant: Bool
  /// c ℓ″ where a block was formed last.
  private let formed: Buffer<Double>
  private var isFormed = false
  private var age = 0
  /// Σ |c ℓ″ − c ℓ″ where the block was formed| over the larger Σ |c ℓ″| of the two, at the state measured last; 0 without a block.
  private(set) var change = 0.0

  init(_ objective: Objective) {
    curvature = LossCurvature(objective)
    isConstant = objective.loss.isSquare
    formed = Buffer(count: isConstant ? 0 : objective.measurementCount)
  }

  /// Takes in an accepted state.
  func update(_ state: UnsafePointer<Double>) {
    if isConstant { return curvature.measureOnce(state) }
    if age.isMultiple(of: Self.interval) {
      curvature.measure(state)
      compare()
    }
    age += 1
  }

  /// Measures where a block is formed.
  func form(_ state: UnsafePointer<Double>) {
    curvature.measure(state)
    formed.pointer.update(from: curvature.second.pointer, count: formed.count)
    (isFormed, change, age) = (true, 0, 1)
  }

  private func compare() {
    guard isFormed else { return }
    let (now, before) = (curvature.second.pointer, formed.pointer)
    var (difference, size, sizeBefore) = (0.0, 0.0, 0.0)
    for k in 0..<formed.count {
      difference += abs(now[k] - before[k])
      size += abs(now[k])
      sizeBefore += abs(before[k])
    }
    change = difference > 0 ? difference / max(size, sizeBefore) : 0
  }
}
