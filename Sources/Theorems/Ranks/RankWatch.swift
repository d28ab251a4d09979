import FlowODE
import GSLBridge
import Models

/// The singular values of W's matricizations at the save times of a run.
public final class RankWatch: TrajectoryObserver {
  /// End-to-end objects with more entries than this are not matricized.
  public static let largestObject = 1_000_000

  /// What is looked at.
  public let matricizations: [Matricization]
  /// Save times.
  public private(set) var times: [Double] = []
  /// Effective ranks, matricization by matricization, at the save times; see ``RankMeasure/effectiveRank(_:)``.
  public private(set) var effectiveRanks: [[Double]]
  /// The singular values at the first save time, matricization by matricization.
  public private(set) var first: [[Double]] = []
  /// The same at the last one.
  public private(set) var last: [[Double]] = []
  private let model: Model
  private let shape: [Int]

  /// - Throws: ``Refusal`` if there is nothing to matricize, or it would cost too much.
  public init(_ model: Model, matricizations: [Matricization]) throws(Refusal) {
    guard !matricizations.isEmpty else {
      throw Refusal(
        "a vector has no matricization, and \(model.summary) is one", remedy: "use a model of matrices or tensors")
    }
    let count = model.endShape.reduce(1, *)
    guard count <= Self.largestObject else {
      throw Refusal(
        "the end-to-end object has \(count) entries, too many to be matricized at every save time",
        remedy: "use a problem.shape of at most \(Self.largestObject) entries")
    }
    self.model = model
    self.matricizations = matricizations
    shape = model.endShape
    effectiveRanks = matricizations.map { _ in [] }
  }

  public func observe(_ point: TrajectoryPoint) throws {
    guard point.isSave else { return }
    let object = model.endToEnd(point.parameters)
    do throws(GSLError) {
      last = []
      for matricization in matricizations { last.append(try matricization.singularValues(object, shape: shape)) }
    } catch {
      throw EndOfRun(
        "the end-to-end object is not finite", remedy: "use a shorter integration.until or a smaller start")
    }
    if first.isEmpty { first = last }
    times.append(point.time)
    for (k, values) in last.enumerated() { effectiveRanks[k].append(RankMeasure.effectiveRank(values)) }
  }
}
