import FlowODE

/// Related runs about which claims say something: at scales α → 0, at learning rates η → 0, in several coordinates.
public protocol Ladder: Sendable {
  /// What the runs found.
  associatedtype Found
  /// False where hypotheses that are not met leave nothing to run.
  var canRun: Bool { get }
  /// The experiment of which the run that is kept is a gradient flow, perhaps from another start, with that run's rtol; nil where it is none
  /// or says itself what must not be overlooked about it.
  var keptRun: (experiment: Experiment, tolerance: Double)? { get }
  /// Runs all of it.
  ///
  /// - Throws: ``InterruptedRun``, ``UnfinishedRun``, ``Refusal``, or what a recorder throws.
  func run(_ context: RunContext) throws -> Found
}

extension Ladder {
  public var canRun: Bool { true }
  public var keptRun: (experiment: Experiment, tolerance: Double)? { nil }
}

/// A ladder of one run, or a few, for every value and tolerance: a point.
public protocol ValueLadder: Ladder where Found == LadderPoints<Shared, Point> {
  /// What all points take, computed once.
  associatedtype Shared
  /// What the runs at one value found; so it is kept while others of the ladder are still to be run.
  associatedtype Point: Codable
  /// The values, in the order towards the limit.
  var values: [Double] { get }
  /// One relative tolerance, or two with the coarser first.
  var tolerances: [Double] { get }
  /// - Throws: ``InterruptedRun``, ``Refusal``.
  func shared(_ context: RunContext) throws -> Shared
  /// - Parameter context: its progress is the point's own; it has recorders for the point that is kept.
  /// - Throws: ``InterruptedRun``, ``UnfinishedRun``, ``Refusal``, or what a recorder throws.
  func point(_ value: Double, tolerance: Double, _ shared: Shared, _ context: RunContext) throws -> Point
}

/// The points of a ladder, one per value.
public struct LadderPoints<Shared, Point> {
  public let shared: Shared
  /// The points at the coarser tolerance; none where there is only one.
  public var coarse: [Point] = []
  /// The points at the tightest tolerance.
  public var fine: [Point] = []

  init(_ shared: Shared) { self.shared = shared }
}

extension ValueLadder {
  /// Every value at every tolerance, the coarser first. The last value at the tightest one is the run that is kept.
  public func run(_ context: RunContext) throws -> LadderPoints<Shared, Point> {
    var found = LadderPoints<Shared, Point>(try shared(context))
    for (pass, tolerance) in tolerances.enumerated() {
      found.coarse = found.fine
      found.fine = []
      for (k, value) in values.enumerated() {
        var own = context
        own.progress = { context.progress(k, (Double(pass) + $1) / Double(tolerances.count)) }
        if pass < tolerances.count - 1 || k < values.count - 1 { own = own.unrecorded }
        let key = RunKey("\(Self.self)").with("value", value).with("rtol", tolerance)
          .with("start", keptRun?.experiment.start)
        found.fine.append(
          try own.kept(key) { try point(value, tolerance: tolerance, found.shared, own) })
        own.progress(0, 1)
      }
    }
    return found
  }
}

extension ValueLadder where Shared == Void {
  public func shared(_ context: RunContext) {}
}

extension RunContext {
  /// One of several passes over the same parts, for which the progress of each part is divided. Only the first is recorded.
  func pass(_ k: Int, of count: Int) -> RunContext {
    var own = self
    let progress = progress
    own.progress = { progress($0, (Double(k) + $1) / Double(count)) }
    return k > 0 ? own.unrecorded : own
  }

  /// Without progress and records, for what is run on the side.
  var unwatched: RunContext {
    var own = unrecorded
    own.progress = { _, _ in }
    return own
  }
}
