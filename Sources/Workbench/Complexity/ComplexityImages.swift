import Models
import Settings

/// The images that `complexity` trains with and those it tests with.
struct ComplexityImages {
  let train: LabelledImages
  let test: LabelledImages
  let white: Double
  let notes: [String]

  /// Reads the files that the settings name, and completes the settings that follow from them.
  init(_ reader: inout SettingsReader, levels: Int) throws {
    guard let path = reader.settings[.complexityData] else {
      throw Refusal(
        "complexity.data is not given",
        remedy: "name a file of images, such as data/digits.csv or MNIST's with complexity.labels")
    }
    let labels = SettingKey<String>.complexityLabels
    let files = try ImageFiles(path, labels: reader.settings[labels], labelSetting: labels.path)
    var (own, notes) = (files.test, files.notes)
    let testLabels = SettingKey<String>.complexityTestLabels
    if let path = reader.settings[.complexityTestData] {
      let others = try ImageFiles(path, labels: reader.settings[testLabels], labelSetting: testLabels.path)
      if own != nil { notes.append("the test images of \(files.images.path) are not used: \(path) is given") }
      if others.test != nil { notes.append("the test images of \(path) are not used, those for training are") }
      own = others.images
      notes += others.notes
    } else if let path = reader.settings[testLabels] {
      throw Refusal(
        "complexity.test-labels \(path) stands without complexity.test-data", remedy: "name the images too, or drop it")
    }
    if let own, own.order != files.images.order {
      throw Refusal(
        "the images of \(own.path) for the test have \(own.order) pixels, those of \(files.images.path) \(files.images.order)",
        remedy: "give images of one size")
    }
    reader.settings.complete(.white, files.white ?? max(files.images.brightest, own?.brightest ?? 0))
    white = try reader.positive(.white)
    for images in [files.images, own].compactMap(\.self) where images.brightest > white {
      throw Refusal(
        "complexity.white \(white) is below a gray value of \(images.path): the largest is \(images.brightest)",
        remedy: "give complexity.white \(images.brightest) or more, or drop it")
    }
    let images = try files.images.quantized(levels: levels, white: white)
    let count = images.count
    reader.settings.complete(.trainingImages, own == nil ? max(1, count * 2 / 3) : count)
    let trained = try reader.integer(.trainingImages, in: 1...max(1, count))
    train = images.chosen(Array(0..<trained))
    let rest = try own?.quantized(levels: levels, white: white) ?? images.chosen(Array(trained..<count))
    guard rest.count > 0 else {
      throw Refusal(
        "no image of \(path) is left for the test: all \(count) are for training",
        remedy: "give a smaller complexity.train, or images for the test with complexity.test-data")
    }
    reader.settings.complete(.testImages, rest.count)
    test = rest.chosen(Array(0..<(try reader.integer(.testImages, in: 1...rest.count))))
    self.notes = notes
  }
}
