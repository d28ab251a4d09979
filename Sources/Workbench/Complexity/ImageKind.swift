import Models

/// Images as they are, or what they are compared with.
enum ImageKind: String, CaseIterable {
  case original = "original"
  case randomImages = "random images"
  case randomLabels = "random labels"

  /// The word of `--baselines`; nil for the images themselves.
  var baseline: String? {
    switch self {
    case .original: nil
    case .randomImages: "images"
    case .randomLabels: "labels"
    }
  }

  /// The images with what this kind makes random drawn anew.
  ///
  /// - Parameter part: `train` or `test`, which are drawn separately.
  func made(from images: LabelledImages, seed: UInt64, part: String) -> LabelledImages {
    switch self {
    case .original: images
    case .randomImages: images.withRandomImages(seed: seed, name: "\(part) images")
    case .randomLabels: images.withPermutedLabels(seed: seed, name: "\(part) labels")
    }
  }
}
