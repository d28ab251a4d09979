internal import CKernels

/// Entries of Σ_r A1[:, r] ⊗ … ⊗ AN[:, r] and their derivatives, planned once.
///
/// Components are processed in blocks narrow enough for the products of both mode groups to stay in cache. A large
/// problem's predictions are summed block by block within each of a fixed number of chunks, and then over the chunks, so
/// that threads can share the work: every sum has a fixed order, and equal parameters give equal results bit for bit on one
/// ``KernelPath`` and any number of threads.
final class CPEntryEvaluator: Evaluator, ComponentBlockEvaluator {
  let parameterCount: Int
  let measurementCount: Int

  private let dimensions: [Int]
  private let indices: [Int32]
  private let plan: CPBlockPlan
  private let blocks: [CPBlock]
  /// Whether a gradient is long enough for threads to share it.
  private let isShareable: Bool
  /// Chunks of the forward pass.
  private let chunkCount: Int

  private let predictions: Buffer<Double>
  private let weights: Buffer<Double>
  private let sorted: SortedValues
  let ownOrder: [Int32]?
  /// Where each position of `byRight` is in `byLeft`.
  private let leftPlaces: Buffer<Int32>
  // Only second-order methods need these: made at the first such call.
  private lazy var sortedTangents = SortedValues(count: measurementCount)
  /// Predictions of every chunk, in the order of `byLeft`.
  private let partials: Buffer<Double>
  private var team = ThreadTeam(count: 1)
  /// One per thread.
  private var workspaces: [CPWorkspace]
  private var job = Job()

  /// Multiply–adds of a gradient above which a second thread is worth waking up.
  private static let shareableWork = 1_000_000.0
  private static let mostChunks = 8

  /// - Throws: ``Refusal`` if the plan or the work memory would exceed ``MemoryLimit``.
  init(dimensions: [Int], components: Int, indices: [Int32], path: KernelPath = .best) throws(Refusal) {
    let entries = try EntryPlan(indices: indices, shape: dimensions)
    self.dimensions = dimensions
    self.indices = indices
    measurementCount = indices.count / dimensions.count
    plan = try CPBlockPlan(entries, dimensions: dimensions, components: components, path: path)
    parameterCount = plan.rowCount * components
    let width = plan.width
    blocks = stride(from: 0, to: components, by: width).map {
      CPBlock(first: $0, valid: min(width, components - $0))
    }
    isShareable = blocks.count > 1 && 3 * Double(measurementCount) * Double(components) > Self.shareableWork
    chunkCount = isShareable ? min(blocks.count, Self.mostChunks) : 1
    predictions = Buffer(count: measurementCount)
    weights = Buffer(count: measurementCount)
    sorted = SortedValues(count: measurementCount)
    partials = Buffer(count: chunkCount * measurementCount)
    workspaces = [CPWorkspace(plan)]
    ownOrder = plan.byLeft.order
    leftPlaces = Buffer(plan.byRight.places(in: plan.byLeft))
  }

  func makeComponentBlocks() -> any ComponentBlocks {
    CPComponentBlocks(dimensions: dimensions, components: plan.components, indices: indices)
  }

  func useThreads(_ count: Int) {
    guard isShareable else { return }
    team = ThreadTeam(count: min(count, blocks.count))
    workspaces = (0..<team.count).map { _ in CPWorkspace(plan) }
  }

  func predict(_ parameters: UnsafePointer<Double>, into predictions: UnsafeMutablePointer<Double>) {
    share(Job(kind: .predict, parameters: parameters), items: chunkCount)
    sumChunks(into: predictions)
  }

  func predictAndPullback(
    _ parameters: UnsafePointer<Double>,
    weigh: (_ predictions: UnsafePointer<Double>, _ weights: UnsafeMutablePointer<Double>) -> Void,
    into gradient: UnsafeMutablePointer<Double>
  ) {
    predict(parameters, into: predictions.pointer)
    weigh(predictions.pointer, weights.pointer)
    plan.byLeft.sort(weights.pointer, into: sorted.byLeft)
    plan.byRight.sort(weights.pointer, into: sorted.byRight)
    share(Job(kind: .pullBack, parameters: parameters, result: gradient), items: blocks.count)
  }

  func predictAndPullbackInOwnOrder(
    _ parameters: UnsafePointer<Double>,
    weigh: (_ predictions: UnsafePointer<Double>, _ weights: UnsafeMutablePointer<Double>) -> Void,
    into gradient: UnsafeMutablePointer<Double>
  ) {
    share(Job(kind: .predict, parameters: parameters), items: chunkCount)
    sumChunks()
    let (byLeft, byRight, places) = (sorted.byLeft.pointer, sorted.byRight.pointer, leftPlaces.pointer)
    weigh(partials.pointer, byLeft)
    for p in 0..<measurementCount { byRight[p] = byLeft[Int(places[p])] }
    share(Job(kind: .pullBack, parameters: parameters, result: gradient), items: blocks.count)
  }

  func pushforward(
    _ parameters: UnsafePointer<Double>, direction: UnsafePointer<Double>,
    into derivatives: UnsafeMutablePointer<Double>
  ) {
    share(Job(kind: .pushforward, parameters: parameters, direction: direction), items: chunkCount)
    sumChunks(into: derivatives)
  }

  func pullbackTangent(
    _ parameters: UnsafePointer<Double>, weights: UnsafePointer<Double>, direction: UnsafePointer<Double>,
    weightsTangent: UnsafePointer<Double>, into tangent: UnsafeMutablePointer<Double>
  ) {
    plan.byLeft.sort(weights, into: sorted.byLeft)
    plan.byRight.sort(weights, into: sorted.byRight)
    plan.byLeft.sort(weightsTangent, into: sortedTangents.byLeft)
    plan.byRight.sort(weightsTangent, into: sortedTangents.byRight)
    share(
      Job(kind: .pullBackTangent, parameters: parameters, direction: direction, result: tangent), items: blocks.count)
  }

  // MARK: Sharing the work

  /// One pass over all blocks: forward passes are divided into chunks, backward passes into blocks.
  private struct Job {
    enum Kind {
      case none
      case predict
      case pullBack
      case pushforward
      case pullBackTangent
    }
    var kind = Kind.none
    var parameters: UnsafePointer<Double>?
    var direction: UnsafePointer<Double>?
    var result: UnsafeMutablePointer<Double>?
  }

  private func share(_ job: Job, items: Int) {
    self.job = job
    team.run(items, context: Unmanaged.passUnretained(self).toOpaque()) { context, worker, item in
      guard let context else { return }
      Unmanaged<CPEntryEvaluator>.fromOpaque(context)._withUnsafeGuaranteedRef {
        $0.work(on: Int(item), in: $0.workspaces[Int(worker)])
      }
    }
  }

  private func work(on item: Int, in workspace: CPWorkspace) {
    guard let parameters = job.parameters else { return }
    switch job.kind {
    case .none: break
    case .predict, .pushforward:
      let results = partials.pointer + item * measurementCount
      results.update(repeating: 0, count: measurementCount)
      for block in blocks[(item * blocks.count / chunkCount)..<((item + 1) * blocks.count / chunkCount)] {
        if let direction = job.direction {
          workspace.pushForward(parameters, direction, block, adding: results)
        } else {
          workspace.predict(parameters, block, adding: results)
        }
      }
    case .pullBack:
      guard let gradient = job.result else { return }
      // A single block is still there from the prediction.
      workspace.pullBack(parameters, blocks[item], weights: sorted, isLoaded: blocks.count == 1, into: gradient)
    case .pullBackTangent:
      guard let direction = job.direction, let tangent = job.result else { return }
      workspace.pullBackTangent(
        parameters, direction, blocks[item], weights: sorted, tangents: sortedTangents, into: tangent)
    }
  }

  /// Leaves the sums, in the order of `byLeft`, in the first of ``partials``.
  private func sumChunks() {
    let (m, total) = (measurementCount, partials.pointer)
    for chunk in 1..<max(1, chunkCount) {
      let part = total + chunk * m
      for p in 0..<m { total[p] += part[p] }
    }
  }

  private func sumChunks(into results: UnsafeMutablePointer<Double>) {
    sumChunks()
    plan.byLeft.unsort(partials.pointer, into: results)
  }
}
