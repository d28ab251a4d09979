import ArrayFiles

/// Images of gray values with a label each, as a file holds them.
package struct GrayImages: Sendable {
  /// Gray values, image after image.
  package enum Grays: Sendable, Equatable {
    case bytes([UInt8])
    case numbers([Double])
  }

  /// The file's path, for messages.
  package let path: String
  /// The sizes of one image, such as [28, 28].
  package let shape: [Int]
  package let grays: Grays
  /// The label of every image.
  package let labels: [UInt8]
  /// How a message says where a pixel stands.
  let place: @Sendable (_ image: Int, _ pixel: Int) -> String

  /// How many images there are.
  package var count: Int { labels.count }
  /// Pixels of one image.
  package var order: Int { shape.reduce(1, *) }
  /// The largest gray value.
  package var brightest: Double {
    switch grays {
    case .bytes(let bytes): Double(bytes.max() ?? 0)
    case .numbers(let numbers): numbers.max() ?? 0
    }
  }

  /// Checks sizes and values; labels become bytes.
  ///
  /// - Throws: ``FileError`` for a file without images or pixels, counts that differ, a gray value that is negative or not finite, gray
  ///   values that are all 0, and a label that is no integer from 0 to 255.
  init(
    path: String, shape: [Int], grays: Grays, labels: [Double], labelPath: String,
    place: @escaping @Sendable (_ image: Int, _ pixel: Int) -> String
  ) throws(FileError) {
    (self.path, self.shape, self.grays, self.place) = (path, shape, grays, place)
    let size =
      switch grays {
      case .bytes(let bytes): bytes.count
      case .numbers(let numbers): numbers.count
      }
    guard size > 0 else {
      throw FileError(
        .malformed, path: path, problem: "it holds no pixels", remedy: "give images of at least one pixel")
    }
    // No overflow: with the number of images the sizes multiply to the numbers that are there.
    let order = shape.reduce(1, *)
    guard size / order == labels.count else {
      throw FileError(
        .malformed, path: labelPath, problem: "there are \(labels.count) labels for \(size / order) images of \(path)",
        remedy: "give one label for each image, in the order of the images")
    }
    if case .numbers(let numbers) = grays, let k = numbers.firstIndex(where: { !($0 >= 0 && $0.isFinite) }) {
      throw FileError(
        .malformed, path: path, place: place(k / order, k % order), problem: "the gray value is \(numbers[k])",
        remedy: "make every gray value finite and at least 0, and leave out images with missing ones")
    }
    if let k = labels.firstIndex(where: { !((0...255).contains($0) && $0 == $0.rounded()) }) {
      throw FileError(
        .malformed, path: labelPath, place: "image \(k)", problem: "the label is \(labels[k])",
        remedy: "number the classes by integers from 0 to 255")
    }
    self.labels = labels.map { UInt8($0) }
    guard brightest > 0 else {
      throw FileError(
        .malformed, path: path, problem: "every gray value is 0, so that all images are the same",
        remedy: "give images that differ")
    }
  }

  /// The images with their pixels at `levels` levels: gray/white · (levels − 1), rounded half to even, as the authors of the experiment
  /// do it.
  ///
  /// - Precondition: `levels` is from 2 to 256, and `white` is positive.
  /// - Throws: ``Refusal`` if a gray value is above `white`.
  package func quantized(levels: Int, white: Double) throws(Refusal) -> LabelledImages {
    guard brightest <= white else {
      let k =
        switch grays {
        case .bytes(let bytes): bytes.firstIndex { Double($0) > white } ?? 0
        case .numbers(let numbers): numbers.firstIndex { $0 > white } ?? 0
        }
      throw Refusal(
        "\(path), \(place(k / order, k % order)): the gray value is above complexity.white \(white)",
        remedy: "give complexity.white the largest gray value there is")
    }
    func level(_ gray: Double) -> UInt8 { UInt8((gray / white * Double(levels - 1)).rounded(.toNearestOrEven)) }
    let pixels: [UInt8]
    switch grays {
    case .bytes(let bytes):
      let table = (0...255).map { level(min(Double($0), white)) }
      pixels = bytes.map { table[Int($0)] }
    case .numbers(let numbers): pixels = numbers.map(level)
    }
    return LabelledImages(order: order, levels: levels, pixels: pixels, labels: labels)
  }
}
