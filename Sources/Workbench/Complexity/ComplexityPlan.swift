import FlowODE
import Models
import Settings

/// What `complexity` is going to do: images, points, training, with every setting completed.
struct ComplexityPlan {
  /// All settings, as given or by default.
  let settings: Settings
  let train: LabelledImages
  let test: LabelledImages
  let classes: [UInt8]
  let ranks: [Int]
  let seeds: [UInt64]
  let kinds: [ImageKind]
  /// Training but for rank and seed.
  let training: LabelTraining
  /// The gray value of full ink.
  let white: Double
  /// What a reader must know besides.
  let notes: [String]

  /// Every training there is to do, in the order in which they are begun: the dearest first, so that threads end together.
  var points: [ComplexityPoint] {
    ranks.reversed().flatMap { rank in
      seeds.flatMap { seed in
        classes.flatMap { label in
          kinds.map { ComplexityPoint(kind: $0, rank: rank, label: label, seed: seed) }
        }
      }
    }
  }

  /// Images of a step.
  var batch: Int { training.batchSize(of: train.count) }
  /// Steps of a pass through the images.
  var batches: Int { training.batches(of: train.count) }

  /// The settings of the study by path, as text.
  var echo: [String: String] {
    let paths = ExperimentSchema.complexity.map(\.path)
    return Dictionary(uniqueKeysWithValues: paths.compactMap { path in settings.value(path).map { (path, $0.text) } })
  }

  /// Reads the images and checks everything that can be checked beforehand.
  ///
  /// - Throws: ``Refusal``, ``SettingsError``, ``FileError``.
  init(_ given: Settings) throws {
    var reader = SettingsReader(given)
    let levels = try reader.integer(.pixelValues, in: 2...256)
    let images = try ComplexityImages(&reader, levels: levels)
    (train, test, white) = (images.train, images.test, images.white)
    ranks = try reader.ranges(.ranks, in: 1...10_000)
    seeds = try reader.ranges(.seeds, in: 0...Int.max).map(UInt64.init)
    kinds = try reader.kinds()
    let shown = Set(train.labels)
    reader.settings.complete(.classes, IntegerRanges(shown.map(Int.init)).text)
    classes = try reader.ranges(.classes, in: 0...255).map { UInt8($0) }
    try Self.check(classes, train, &reader)

    var training = try Self.training(train, &reader)
    training.scale = try reader.positive(.startSpread)
    self.training = training
    let tested = Set(test.labels)
    let unseen = classes.filter { !tested.contains($0) }
    notes =
      images.notes
      + (unseen.isEmpty
        ? []
        : [
          "no image for the test shows \(unseen.count == 1 ? "class" : "classes") "
            + unseen.map { "\($0)" }.joined(separator: ", ")
            + ": there the test error only says how few others are taken for it"
        ])
    settings = reader.settings
    // The largest there will be, so that memory is refused before anything runs.
    _ = try LabelTensor(
      order: train.order, levels: levels, rank: ranks[ranks.count - 1],
      capacity: training.horizon == nil ? batch : train.count)
  }

  /// How it is trained, by Adam's settings or the flow's: those of the other are refused.
  private static func training(_ train: LabelledImages, _ reader: inout SettingsReader) throws -> LabelTraining {
    var training = LabelTraining()
    let optimizer = reader.read(.labelOptimizer) ?? .adam
    let adams = [Setting(.iterations), Setting(.imageBatch), Setting(.adamRate)]
    let idle = optimizer == .adam ? [Setting(.labelHorizon)] : adams
    if let setting = idle.first(where: { reader.settings.value($0.path) != nil }) {
      throw SettingsError(
        place: reader.settings.place(setting.path),
        problem: "\(setting.path) means nothing to complexity.optimizer \(optimizer.rawValue)",
        remedy: "leave it out, or use complexity.optimizer \(optimizer == .adam ? "flow" : "adam")")
    }
    if optimizer == .flow {
      training.horizon = try reader.positive(.labelHorizon)
      return training
    }
    training.batch = try reader.integer(.imageBatch, in: 1...Int(Int32.max))
    let iterations = try reader.integer(.iterations, in: 1...1_000_000_000)
    let batches = training.batches(of: train.count)
    training.epochs = (iterations + batches - 1) / batches
    reader.settings.complete(.adamRate, min(2e-3, 0.392 / Double(train.order)))
    training.learningRate = try reader.positive(.adamRate)
    return training
  }

  /// A class must have images, and others to be told from.
  private static func check(_ classes: [UInt8], _ train: LabelledImages, _ reader: inout SettingsReader) throws {
    let shown = Set(train.labels)
    let words = IntegerRanges(shown.map(Int.init)).text
    if let absent = classes.first(where: { !shown.contains($0) }) {
      throw SettingsError(
        place: reader.settings.place(.classes),
        problem: "none of the \(train.count) images for training shows class \(absent)",
        remedy: "choose from \(words), or train with more images")
    }
    if shown.count == 1 {
      throw Refusal(
        "all \(train.count) images for training have the label \(words), so that there is nothing to tell it from",
        remedy: "give images of several classes, shuffled, with their labels (of a .csv: in the last column)")
    }
  }
}
