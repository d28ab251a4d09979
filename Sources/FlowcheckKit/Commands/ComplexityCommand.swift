import ArgumentParser
import Workbench

/// `flowcheck complexity`.
struct ComplexityCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "complexity",
    abstract: "Measures how low the tensor rank is that tells labelled images apart; judges nothing.",
    discussion: """
      An image of n pixels with q values is an index of a tensor of order n, and the
      tensor's entry there is what a predictor says of the image. For every class,
      rank R and seed, a tensor f = Σ_r Π_n w_r^n[x_n] is trained to say 2 for the
      class and 0 for all others, and its errors are compared with those on random
      images and on random labels (--baselines): where the data are simple, rank one
      fits them several times better (Razin, Maman, Cohen 2021, Section 5). No tensor
      is ever formed, so that 784 pixels are no obstacle.

      Errors are mean squared errors divided by 4: 0.09 is what the best constant
      leaves where a tenth of the images shows the class. In the test an image counts
      at most 1. Training is Adam's, or gradient flow's with --optimizer flow; starts
      are N(1, 0.001²). The defaults end in minutes on the digits. The paper's are --ranks 1..15 --learning-rate 5e-4 and
      10000 passes in batches of 5000: --iterations 120000 for MNIST's 60000 images.

      --output keeps every finished training in points.jsonl at once, a line each;
      after an interruption the same command goes on from there. It also writes
      report.json, config.toml and provenance.json. --plot e.svg draws the train
      errors and e-test.svg the test errors, with bands between quartiles.

      Exit status 0 when every training came to its end, 2 when numbers did not stay
      finite.

      Examples:
        flowcheck complexity --data data/digits.csv --ranks 1 --train 1200
        flowcheck complexity --data train-images-idx3-ubyte.gz \\
          --labels train-labels-idx1-ubyte.gz --test-data t10k-images-idx3-ubyte.gz \\
          --test-labels t10k-labels-idx1-ubyte.gz --classes 0 --ranks 1 --seeds 1
      """)

  @OptionGroup(title: "Study") var study: ComplexityOptions
  @OptionGroup(title: "Settings") var configuration: ConfigurationOptions
  @OptionGroup(title: "Output") var output: ComplexityOutputOptions

  func run() throws {
    let settings = try configuration.settings(flags: study.flags)
    let unused = configuration.unused(settings, flags: study.flags)
    if let unused { Console.complain("note: \(Console.presentable(unused))") }
    let run = ComplexityRun(settings: settings, output: output.request, notes: [unused].compactMap(\.self))
    if configuration.printConfig {
      try Console.print(String(run.configuration().dropLast()))
    } else {
      try output.report.format.end(with: run.report(), exitZero: output.exitZero)
    }
  }
}

/// Flags of what is trained on what. Values are kept as text: ``Settings`` reads them by kind.
final class ComplexityOptions: ParsableArguments {
  @Option(.complexityData) var data: String?
  @Option(.complexityLabels) var labels: String?
  @Option(.complexityTestData) var testData: String?
  @Option(.complexityTestLabels) var testLabels: String?
  @Option(.pixelValues) var values: String?
  @Option(.white) var white: String?
  @Option(.trainingImages) var train: String?
  @Option(.testImages) var test: String?
  @Option(.ranks) var ranks: String?
  @Option(.classes) var classes: String?
  @Option(.seeds) var seeds: String?
  @Option(.baselines) var baselines: String?
  @Option(.startSpread) var initScale: String?
  @Option(.labelOptimizer) var optimizer: String?
  @Option(.iterations) var iterations: String?
  @Option(.imageBatch) var batch: String?
  @Option(.adamRate) var learningRate: String?
  @Option(.labelHorizon) var until: String?

  var flags: [FlagText] {
    [
      FlagText(.complexityData, data), FlagText(.complexityLabels, labels), FlagText(.complexityTestData, testData),
      FlagText(.complexityTestLabels, testLabels), FlagText(.pixelValues, values), FlagText(.white, white),
      FlagText(.trainingImages, train), FlagText(.testImages, test), FlagText(.ranks, ranks),
      FlagText(.classes, classes), FlagText(.seeds, seeds), FlagText(.baselines, baselines),
      FlagText(.startSpread, initScale), FlagText(.labelOptimizer, optimizer), FlagText(.iterations, iterations),
      FlagText(.imageBatch, batch), FlagText(.adamRate, learningRate), FlagText(.labelHorizon, until),
    ]
  }
}

/// Flags of what is shown and written.
final class ComplexityOutputOptions: ParsableArguments {
  @OptionGroup var report: ReportOptions
  @Option(
    help: ArgumentHelp(
      "Keep finished trainings in this directory, and write report.json, config.toml and provenance.json into it.",
      valueName: "dir"))
  var output: String?
  @Flag(help: "Exit with status 0 even if numbers did not stay finite.")
  var exitZero = false
  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("Threads: trainings run at once; results do not depend on it.", valueName: "n"))
  var threads: Int = 1

  var request: OutputRequest {
    OutputRequest(
      directory: output, force: report.force, plot: report.plot, width: report.width, verbose: report.verbose,
      threads: threads)
  }

  func validate() throws { try ReportOptions.check(threads: threads) }
}
