import Settings

// How well tensors of a rank tell the classes of labelled images apart. Flags that other commands have for something else stand
// in a table of their own.

extension SettingKey<String> {
  package static var complexityData: Self {
    Self(
      "complexity.data", flag: "--data", valueName: "file",
      help:
        "Images: an IDX file (plain or .gz) with --labels, an .npz with arrays images and labels, a .csv with the label last."
    )
  }
  package static var complexityLabels: Self {
    Self(
      "complexity.labels", flag: "--labels", valueName: "file", help: "The IDX file of the labels, plain or .gz.")
  }
  package static var complexityTestData: Self {
    Self(
      "complexity.test-data", flag: "--test-data", valueName: "file",
      help:
        "Images for the test (default: test_images of the .npz, or those of --data that follow the images for training)."
    )
  }
  package static var complexityTestLabels: Self {
    Self(
      "complexity.test-labels", flag: "--test-labels", valueName: "file", help: "The IDX file of their labels.")
  }
  package static var ranks: Self {
    Self(
      "complexity.ranks", flag: "--ranks", valueName: "R,…", fallback: "1..4", kind: .literal,
      help: "Ranks: numbers and ranges, such as 1..15 or 1,2,4..8 (default 1..4).")
  }
  package static var classes: Self {
    Self(
      "complexity.classes", flag: "--classes", valueName: "c,…", kind: .literal,
      help: "Classes, each told from all others (default: all that the images for training show).")
  }
  package static var seeds: Self {
    Self(
      "complexity.seeds", flag: "--seeds", valueName: "n,…", fallback: "1..3", kind: .literal,
      help: "Seeds of starts, batches, random images and random labels.")
  }
  package static var baselines: Self {
    Self(
      "complexity.baselines", flag: "--baselines", valueName: "name,…", fallback: "images,labels", kind: .literal,
      help: "What is compared with the data: images (random pixels), labels (permuted), both, or none.")
  }
}

extension SettingKey<Int> {
  package static var pixelValues: Self {
    Self(
      "complexity.values", flag: "--values", valueName: "q", fallback: 2,
      help: "Values of a pixel, 2 to 256: gray values are rounded to them.")
  }
  package static var trainingImages: Self {
    Self(
      "complexity.train", flag: "--train", valueName: "n",
      help:
        "Images for training, the first of the file (default: all with images for the test of their own, else two thirds)."
    )
  }
  package static var testImages: Self {
    Self(
      "complexity.test", flag: "--test", valueName: "n",
      help: "Images for the test, the first of theirs (default: all).")
  }
  package static var iterations: Self {
    Self(
      "complexity.iterations", flag: "--iterations", valueName: "k", fallback: 10_000,
      help: "Iterations of Adam, one a batch; the last pass through the images is finished.")
  }
  package static var imageBatch: Self {
    Self("complexity.batch", flag: "--batch", valueName: "b", fallback: 5000, help: "Images of a batch.")
  }
}

/// What trains a tensor to tell images apart.
package enum LabelOptimizer: String, SettingChoice {
  /// Adam along mini-batches.
  case adam
  /// Gradient flow on all images.
  case flow
}

extension SettingKey<LabelOptimizer> {
  package static var labelOptimizer: Self {
    Self(
      "complexity.optimizer", flag: "--optimizer", valueName: "name", fallback: .adam,
      help: "What trains: adam (default), or flow, gradient flow on all images at once until --until.")
  }
}

extension SettingKey<Double> {
  package static var labelHorizon: Self {
    Self(
      "complexity.until", flag: "--until", valueName: "t", fallback: 1000,
      help: "When --optimizer flow ends, in the time of the flow of the mean squared error.")
  }
  package static var white: Self {
    Self(
      "complexity.white", flag: "--white", valueName: "g",
      help: "Gray value of full ink, from which pixels are rounded (default: 255 for IDX, else the largest there is).")
  }
  package static var adamRate: Self {
    Self(
      "complexity.learning-rate", flag: "--learning-rate", valueName: "eta",
      help: "Learning rate of Adam (default: 0.392 over the number of pixels, at most 2e-3; the paper's 5e-4 at 784).")
  }
  package static var startSpread: Self {
    Self(
      "complexity.init-scale", flag: "--init-scale", valueName: "sigma", fallback: 1e-3,
      help: "Standard deviation of the start's entries around 1.")
  }
}
