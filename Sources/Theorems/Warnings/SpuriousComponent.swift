import FlowODE
import GSLBridge
import Models
import Verdicts

/// What a fit made of the entries that no observation sees.
public struct SpuriousComponent {
  /// Above this ratio a report says so.
  public static let level = 10.0

  /// The largest unobserved entry over the largest observed one.
  public let ratio: Double
  private let entry: [Int]
  private let value: Double
  /// What makes most of that entry, in words; nil for models that are no sums.
  private let part: String?

  /// Nil where everything is observed, or too much is to be looked at.
  public init?(_ problem: Problem, parameters: [Double]) {
    guard let monitor = UnobservedRatio(problem) else { return nil }
    let model = problem.model
    let end = model.endToEnd(parameters)
    let (ratio, position) = monitor(end)
    guard ratio.isFinite else { return nil }
    self.ratio = ratio
    var entry: [Int] = []
    var rest = position
    for d in model.endShape.reversed() {
      entry.insert(rest % d, at: 0)
      rest /= d
    }
    self.entry = entry
    value = end[position]
    part = ratio > Self.level ? Self.part(of: value, at: entry, model, parameters, end) : nil
  }

  private static func part(
    of value: Double, at entry: [Int], _ model: Model, _ parameters: [Double], _ end: [Double]
  ) -> String? {
    func share(_ contribution: Double) -> String { "\(tableNumber(100 * contribution / value)) % of it" }
    if let registry = model.components, registry.isSumOfProducts {
      let sizes = registry.components.map { views in
        zip(views, entry).reduce(1) { $0 * parameters[$1.0.positions[$1.1]] }
      }
      guard let r = sizes.indices.max(by: { abs(sizes[$0]) < abs(sizes[$1]) }) else { return nil }
      return "component \(r), of norm \(tableNumber(registry.norms(parameters)[r])), makes \(share(sizes[r]))"
    }
    guard model.endShape.count == 2,
      let svd = try? SVD(Matrix(rows: model.endShape[0], columns: model.endShape[1], elements: end))
    else { return nil }
    let sizes = svd.singularValues.indices.map { svd.singularValues[$0] * svd.u[entry[0], $0] * svd.v[entry[1], $0] }
    guard let r = sizes.indices.max(by: { abs(sizes[$0]) < abs(sizes[$1]) }) else { return nil }
    return "singular component \(r), of size \(tableNumber(svd.singularValues[r])), makes \(share(sizes[r]))"
  }

  /// What a report says; nil where nothing sticks out.
  public var warning: ReportWarning? {
    guard ratio > Self.level else { return nil }
    let name = "W[\(entry.map(String.init).joined(separator: ","))]"
    return ReportWarning(
      kind: .unobserved,
      text:
        "the largest entry that is not observed, \(name) = \(tableNumber(value)), is \(tableNumber(ratio)) times the largest "
        + "that is" + (part.map { ": \($0)" } ?? "")
        + "; no observation sees it, and the loss says nothing about it: observe more "
        + "with problem.observed, or use another problem.data-seed, init.seed or init.scale",
      value: ratio)
  }
}
