import FlowLanguage
import FlowODE
import GSLBridge
import Models
import Theorems

/// What a `.flow` file asks to record: columns of series.csv, arrays of trajectory.npz, numbers at the end of reports.
struct FlowObservations: Sendable {
  /// One name for every number, in the order of the text: `NAME`, or `NAME[1,2]` for entries, counted from 1.
  let names: [String]
  private let sources: [TextSource]
  private let parameterCount: Int

  /// Entries beyond this many are hardly meant as columns.
  static let limit = 10_000
  /// Names of columns that are there without being asked for, and of arrays that hold the time.
  private static let reserved: Set<String> = [
    "t", "t_offset", "t_remainder", "gradient_norm", "unbalancedness", "reconstruction_error", "held_out_error",
    "unobserved_ratio",
  ]

  /// Nil where the file records nothing.
  ///
  /// - Throws: ``Refusal`` for a term that has no numbers, too many of them, or a name that a column has already.
  init?(_ flow: FlowModel, _ experiment: Experiment) throws(Refusal) {
    let terms = FlowTerms(flow, experiment)
    var names: [String] = []
    var sources: [TextSource] = []
    var known: Set<String> = []
    for (k, observation) in flow.checked.observations.enumerated() {
      // The loss has its column.
      if observation.name == nil, observation.value.kind == .loss { continue }
      let name = observation.name ?? Self.name(observation.value, number: k + 1, flow)
      // What is recorded twice is recorded once.
      if observation.name == nil, known.contains(name) { continue }
      let position = flow.checked.source.position(of: observation.value.span.start)
      let place = "\(flow.path):\(position.line):\(position.column)"
      guard !Self.reserved.contains(name), !name.hasPrefix("component_norm_"), known.insert(name).inserted else {
        throw Refusal(
          "\(place): a column '\(name)' is there already", remedy: "give the observation a name: observe q = …",
          settings: [])
      }
      let shape = try terms.shape(of: observation.value)
      let count = shape.reduce(1, *)
      guard count + names.count <= Self.limit else {
        throw Refusal(
          "\(place): '\(name)' has \(count) entries, and at most \(Self.limit) numbers are recorded",
          remedy: "record a part of it, or a norm", settings: [])
      }
      sources.append(try terms.source(observation.value))
      names += Self.entries(of: name, shape)
    }
    guard !sources.isEmpty else { return nil }
    self.names = names
    self.sources = sources
    parameterCount = flow.model.layout.count
  }

  /// An expression's own text where it is short and may name a file, otherwise its number.
  private static func name(_ term: Term, number: Int, _ flow: FlowModel) -> String {
    let text = String(flow.checked.text(of: term).filter { !$0.isWhitespace })
    let isPlain = text.count <= 60 && !text.contains { "/\\\"\0".contains($0) }
    return isPlain ? text : "observed_\(number)"
  }

  /// The names of an array's entries, the last index running fastest.
  private static func entries(of name: String, _ shape: [Int]) -> [String] {
    guard !shape.isEmpty else { return [name] }
    let places = shape.reduce([[]]) { places, extent in places.flatMap { place in (1...extent).map { place + [$0] } } }
    return places.map { "\(name)[\($0.map(String.init).joined(separator: ","))]" }
  }

  /// The numbers for one thread; nil where they cannot be had.
  func make() -> ObservedTerms? {
    TextQuantities(sources, parameterCount: parameterCount).map { ObservedTerms(names, $0) }
  }

  /// The numbers at the end of a run that are finite, by name.
  func values(at parameters: [Double]) -> [String: Double] {
    guard let made = make() else { return [:] }
    return Dictionary(
      zip(names, made.values(at: parameters)).filter { $0.1.isFinite }, uniquingKeysWith: { first, _ in first })
  }
}

/// Recorded numbers of one trajectory. One thread uses it.
final class ObservedTerms: SeriesSource {
  let names: [String]
  private let quantities: TextQuantities

  init(_ names: [String], _ quantities: TextQuantities) {
    self.names = names
    self.quantities = quantities
  }

  func values(at point: TrajectoryPoint) -> [Double] {
    quantities.values(point.parameters, velocity: point.velocity)
  }

  func values(at parameters: [Double]) -> [Double] {
    parameters.withUnsafeBufferPointer { buffer in
      buffer.baseAddress.map { quantities.values($0, velocity: nil) } ?? []
    }
  }
}
