import Models

/// A named sequence of numbers, one per save time.
public struct Series: Sendable, Equatable, Codable {
  /// The column's name, such as `loss`.
  public let name: String
  /// One number per save time.
  public let values: [Double]
}

/// Numbers that are recorded beside those of every run. One thread uses it.
public protocol SeriesSource: AnyObject {
  /// The columns' names.
  var names: [String] { get }
  /// The numbers at a state, in the order of the names.
  func values(at point: TrajectoryPoint) -> [Double]
}

/// Keeps scalar quantities at the save times: loss, gradient norm, unbalancedness, the largest component norms and, where the
/// target is known, reconstruction errors, at entries kept for a test their error; where entries are not observed, the largest of them beside the largest observed one.
public final class SeriesRecorder: TrajectoryObserver {
  /// Component norms beyond this many are not kept.
  public static let componentLimit = 10
  /// End-to-end objects with more entries than this are not formed to measure a reconstruction error.
  public static let endLimit = 5_000_000
  /// Nor are those with more entries than this for what is not observed alone.
  static let unobservedLimit = 100_000

  /// Nor are the norms of components by their numbers where there are more components.
  package static let followedLimit = 1000

  private let problem: Problem
  private let beside: (any SeriesSource)?
  private let terms: BondTerms
  /// What is kept, in the order of the columns.
  public let names: [String]
  /// The quantities at the last recorded state, in the order of the names.
  public private(set) var latest: [Double] = []
  private var columns: [[Double]]
  /// Of what is computed elsewhere no bonds are known, and 0 would say that it is balanced.
  private let knowsBonds: Bool
  private let measuresTruth: Bool
  private let measuresHeldOut: Bool
  /// Nil where everything is observed, or forming W at every save time would cost too much.
  private let unobserved: UnobservedRatio?
  private let test: TestError?
  /// Number of component norms kept.
  private let components: Int
  /// σ_r of every component r at the recorded times, each followed as itself, unlike the columns of the largest norms; empty unless that was
  /// asked for, where the model is no sum of products, which has components by number, and where there are too many.
  public private(set) var followed: [[Double]]
  /// The times of the recorded states.
  public private(set) var times: [Double] = []

  /// - Parameters:
  ///   - problem: says what is known of the target; its model is the one that moves.
  ///   - beside: what is recorded besides.
  ///   - follows: whether components are followed by their numbers.
  public init(problem: Problem, beside: (any SeriesSource)? = nil, follows: Bool = false) {
    self.problem = problem
    self.beside = beside
    terms = BondTerms(bonds: problem.model.bonds)
    knowsBonds = problem.model.examine == nil
    let hasTruth = (problem.truth?.count ?? .max) <= Self.endLimit
    measuresTruth = hasTruth && !(problem.truth ?? []).contains(where: \.isNaN)
    measuresHeldOut = hasTruth && !problem.heldOut.isEmpty
    unobserved = UnobservedRatio(
      problem, limit: measuresTruth || measuresHeldOut ? Self.endLimit : Self.unobservedLimit)
    test = TestError(problem)
    components = min(Self.componentLimit, problem.model.componentCount)
    names =
      ["loss", "gradient_norm"] + (knowsBonds ? ["unbalancedness"] : [])
      + (measuresTruth ? ["reconstruction_error"] : [])
      + (measuresHeldOut ? ["held_out_error"] : [])
      + (test == nil ? [] : TestError.names)
      + (unobserved == nil ? [] : ["unobserved_ratio"]) + (0..<components).map { "component_norm_\($0 + 1)" }
      + (beside?.names ?? [])
    columns = Array(repeating: [], count: names.count)
    let count = problem.model.components.map { $0.isSumOfProducts ? $0.components.count : 0 } ?? 0
    followed = Array(repeating: [], count: follows && count <= Self.followedLimit ? count : 0)
  }

  public func observe(_ point: TrajectoryPoint) {
    guard point.isSave else { return }
    terms.update(point.parameters)
    let gradientNorm = point.gradientNorm
    var row = [point.loss, gradientNorm]
    if knowsBonds { row.append(terms.unbalancedness) }
    if measuresTruth || measuresHeldOut || unobserved != nil {
      let end = problem.model.endToEnd(point.parameters)
      if measuresTruth, let truth = problem.truth { row.append(Self.relativeError(end, truth, at: end.indices)) }
      if measuresHeldOut, let truth = problem.truth { row.append(Self.relativeError(end, truth, at: problem.heldOut)) }
      if let unobserved { row.append(unobserved(end).ratio) }
    }
    if let test { row += test.values(point.parameters) }
    let norms = problem.model.componentNorms(point.parameters)
    for r in followed.indices { followed[r].append(norms[r]) }
    row += Self.largest(components, of: norms)
    if let beside { row += beside.values(at: point) }
    latest = row
    times.append(point.time)
    for k in columns.indices { columns[k].append(row[k]) }
  }

  /// The largest few numbers in descending order, in one pass.
  private static func largest(_ count: Int, of values: [Double]) -> [Double] {
    var top: [Double] = []
    for value in values where count > 0 {
      if top.count == count {
        guard value > top[count - 1] else { continue }
        top.removeLast()
      }
      top.insert(value, at: top.firstIndex { value > $0 } ?? top.count)
    }
    return top
  }

  /// ‖W − W*‖_F / ‖W*‖_F over the given positions.
  private static func relativeError(_ end: [Double], _ truth: [Double], at positions: some Sequence<Int>) -> Double {
    var error = 0.0
    var size = 0.0
    for i in positions {
      error += (end[i] - truth[i]) * (end[i] - truth[i])
      size += truth[i] * truth[i]
    }
    return size > 0 ? (error / size).squareRoot() : .nan
  }

  /// The recorded series, one value per time.
  public var series: [Series] { zip(names, columns).map { Series(name: $0, values: $1) } }
}
