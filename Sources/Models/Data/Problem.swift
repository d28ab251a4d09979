import GSLBridge

/// A model together with what is measured of its target and what is known besides for judging the reconstruction. It never
/// changes, and whoever holds one holds a reference.
public final class Problem: Sendable {
  /// What is fitted.
  public let model: Model
  /// What it is fitted to.
  public let measurements: Measurements
  /// The target, row-major, NaN where unknown; nil if there is none or it would be too large to hold.
  public let truth: [Double]?
  /// Flat row-major positions of known entries that are not observed, ascending; empty for sensing.
  public let heldOut: [Int]
  /// One phrase for reports: what was measured of what.
  public let dataSummary: String
  /// What a reader must know of the files besides, such as arrays in them that were not used.
  public let notes: [String]
  /// Entries that are not observed, by which a reconstruction is tested at any size; nil where none were given.
  public let test: Measurements?
  /// What the places along each dimension are called; empty where they are numbers.
  public let labels: [PlaceLabels]

  /// About how many doubles an observed entry costs while it is drawn and compiled.
  private static func numbersPerObservation(order: Int) -> Int { 12 + 2 * order }

  /// A problem from its parts, such as the same measurements for another model.
  @inline(never)
  public init(
    model: Model, measurements: Measurements, truth: [Double]?, heldOut: [Int], dataSummary: String,
    notes: [String] = [], test: Measurements? = nil, labels: [PlaceLabels] = []
  ) {
    self.model = model
    self.measurements = measurements
    self.truth = truth
    self.heldOut = heldOut
    self.dataSummary = dataSummary
    self.notes = notes
    self.test = test
    self.labels = labels
  }

  /// Generates or reads the target, draws the observations and builds the model.
  ///
  /// The draws use streams named after what they draw (`target/mode0`, …, `observations`, `sensing/…`) under `dataSeed`;
  /// the observed entries are the first m of one random order, so they are nested as m grows.
  ///
  /// - Throws: ``Refusal`` or ``FileError``.
  public convenience init(
    model name: String, options: ModelOptions, source: TargetSource, kind: MeasurementKind = .entries,
    observed: ObservedPart? = nil, samples: Int? = nil, dataSeed: UInt64
  ) throws {
    try self.init(
      options: options, source: source, kind: kind, observed: observed, samples: samples, dataSeed: dataSeed
    ) { (options) throws(Refusal) in try ModelCatalog.model(name, options) }
  }

  /// Makes the model of the shape that the data have.
  public typealias ModelMaker = (ModelOptions) throws(Refusal) -> Model

  /// The same of a model that is no member of a family.
  ///
  /// - Parameter mask: the observed entries, in place of a drawn part.
  public init(
    options: ModelOptions, source: TargetSource, kind: MeasurementKind = .entries, observed: ObservedPart? = nil,
    mask: ObservedMask? = nil, samples: Int? = nil, dataSeed: UInt64, model make: ModelMaker
  ) throws {
    var options = options
    let target = try source.target(shape: options.shape, seed: dataSeed)
    options.shape = target.shape
    model = try make(options)
    guard model.endShape == target.shape else {
      throw Refusal(
        "the model has an end-to-end shape \(model.endShape), the data \(target.shape)", remedy: "check problem.shape")
    }
    let description = target.name
    notes = target.notes
    test = target.test
    labels = target.labels
    if mask != nil, kind != .entries || observed != nil {
      throw Refusal(
        "problem.mask says which entries are observed", remedy: "drop problem.observed and problem.measure-with",
        settings: ["problem.mask"])
    }
    switch kind {
    case .entries:
      if let samples {
        throw Refusal(
          "problem.samples \(samples) does not go with observed entries",
          remedy: "use problem.observed, or problem.measure-with gaussian"
        )
      }
      let known = target.knownCount
      let masked = try mask.map { try Self.known(target, in: $0) }
      let count = try masked?.count ?? (observed ?? .count(known)).count(of: known)
      try MemoryLimit.check(
        [count, Self.numbersPerObservation(order: target.shape.count)], what: "the plan of the observed entries",
        remedy: "observe fewer entries with problem.observed")
      var stream = RandomStream(seed: dataSeed, name: "observations")
      let chosen = masked ?? stream.permutationPrefix(of: known, count: count)
      measurements = try target.measurements(chosen: chosen)
      truth = target.dense
      if target.dense != nil {
        var isChosen = [Bool](repeating: false, count: known)
        for k in chosen { isChosen[k] = true }
        heldOut = Ordering.ascending((0..<known).filter { !isChosen[$0] }.map { target.position(ofKnown: $0) })
      } else {
        heldOut = []
      }
      let total = target.shape.reduce(1, *)
      dataSummary =
        "completion: \(count) of \(total) entries of \(description) observed"
        + (test.map { ", \($0.count) kept for the test" } ?? "")
    case .gaussian, .rankOne, .commuting, .inputs:
      guard let samples, samples >= 1 else {
        throw Refusal("sensing needs a number of samples", remedy: "give problem.samples, for example 200")
      }
      if observed != nil {
        throw Refusal("problem.observed does not go with sensing", remedy: "use problem.samples instead")
      }
      guard let dense = target.dense, dense.allSatisfy({ !$0.isNaN }) else {
        throw Refusal(
          "sensing needs a target that is known everywhere and has at most \(MemoryLimit.denseTarget) entries",
          remedy: "use problem.measure-with entries")
      }
      let measured = kind == .commuting ? try CommutingSensing.square(dense, shape: target.shape) : dense
      measurements =
        kind == .commuting
        ? try CommutingSensing.measure(measured, dimension: target.shape[0], samples: samples, seed: dataSeed)
        : try Sensing.measure(dense, shape: target.shape, kind: kind, samples: samples, seed: dataSeed)
      // What a network is to learn at inputs says nothing of the table of its outputs at unit vectors.
      truth = kind == .inputs && model.isNonlinearInInputs ? nil : measured
      heldOut = []
      dataSummary =
        "sensing: \(samples) \(kind.adjective) measurements of \(kind == .commuting ? "T Tᵀ, T " : "")\(description)"
    }
  }
}

extension Problem {
  /// The same measurements for another model of the same end-to-end shape.
  public func replacing(model: Model) -> Problem {
    Problem(
      model: model, measurements: measurements, truth: truth, heldOut: heldOut, dataSummary: dataSummary,
      notes: notes, test: test, labels: labels)
  }

  /// The known entries that a mask names, by their numbers.
  private static func known(_ target: any Target, in mask: ObservedMask) throws -> [Int] {
    let wanted = try mask.positions(in: target.shape)
    let chosen = (0..<target.knownCount).filter { wanted.contains(target.position(ofKnown: $0)) }
    guard chosen.count == wanted.count else {
      let known = Set(chosen.map { target.position(ofKnown: $0) })
      let missing = Ordering.ascending(Array(wanted.subtracting(known)))[0]
      throw Refusal(
        "problem.mask observes entry \(MultiIndex.at(missing, shape: target.shape)), which the data do not have",
        remedy: "observe known entries alone", settings: ["problem.mask"])
    }
    return chosen
  }
}
