import FlowODE
import Verdicts

/// What `complexity` says of its points.
struct ComplexityReport {
  let plan: ComplexityPlan
  let finished: [ComplexityPoint: ComplexityErrors]
  private let furtherNotes: [String]

  init(_ plan: ComplexityPlan, _ finished: [ComplexityPoint: ComplexityErrors], notes: [String]) {
    self.plan = plan
    self.finished = finished
    furtherNotes = notes
  }

  var report: Report {
    let points = plan.points.count
    let lost = finished.values.count { $0.train == nil }
    let section = TabulatedSection(
      "errors of tensors of rank R that tell one class of images from all others",
      outcome: lost == 0
        ? ("\(counted(points, "training"))", "", true)
        : (
          "\(lost) of \(counted(points, "training")) did not stay finite",
          "use a smaller complexity.\(plan.training.horizon == nil ? "learning-rate" : "until")", false
        ),
      tables: [errorTable("train", \.train), errorTable("test", \.test), classTable]
        + [closedForm?.table].compactMap(\.self),
      figures: figures)
    return Report(command: ComplexityRun.command, experiment: summary, claims: [], section: .tabulated(section))
  }

  private var summary: ExperimentSummary {
    let (train, training) = (plan.train, plan.training)
    var summary = ExperimentSummary(settings: plan.echo)
    func words(_ numbers: [Int]) -> String { IntegerRanges(numbers).text }
    let files = [plan.settings[.complexityData], plan.settings[.complexityTestData]].compactMap(\.self)
    summary.data =
      files.joined(separator: ", ") + ": \(train.count) images of \(counted(train.order, "pixel")) for training, "
      + "\(plan.test.count) for the test; \(train.levels) values a pixel, full ink at \(tableSetting(plan.white))"
    summary.model =
      "f(x) = Σ_r Π_n w_r^n[x_n], a tensor of order \(train.order) and rank R = \(words(plan.ranks)); "
      + "\(plan.classes.count == 1 ? "class" : "classes") \(words(plan.classes.map(Int.init))), each against all others"
    summary.loss =
      "mean of (f(x) − y)², y = 2 for the class and 0 else; errors are divided by 4, and in the test an image counts at most 1"
    summary.start =
      "entries N(1, \(tableSetting(training.scale))²), \(plan.seeds.count == 1 ? "seed" : "seeds") "
      + words(plan.seeds.map(Int.init))
    summary.method =
      training.horizon.map { "gradient flow on all images by dop853, rtol 1e-6, to t = \(tableSetting($0))" }
      ?? "Adam, learning rate \(tableSetting(training.learningRate)), \(counted(training.epochs * plan.batches, "iteration")) "
      + "with \(counted(plan.batch, "image")) each"
    summary.measurements = train.count
    summary.parameters = (plan.ranks.last ?? 0) * train.order * train.levels
    summary.notes = plan.notes + (closedForm.map { [$0.note] } ?? []) + furtherNotes
    return summary
  }

  /// Errors of a kind and rank over classes and seeds, or over the seeds of one class; those that are finite.
  func errors(
    _ kind: ImageKind, _ rank: Int, label: UInt8? = nil, _ part: KeyPath<ComplexityErrors, Double?>
  ) -> [Double] {
    (label.map { [$0] } ?? plan.classes).flatMap { label in
      plan.seeds.compactMap { seed in
        finished[ComplexityPoint(kind: kind, rank: rank, label: label, seed: seed)]?[keyPath: part]
      }
    }
  }

  /// Mean of the errors; nil where there are none.
  func mean(
    _ kind: ImageKind, _ rank: Int, label: UInt8? = nil, _ part: KeyPath<ComplexityErrors, Double?> = \.train
  ) -> Double? { ErrorSummary(errors(kind, rank, label: label, part))?.mean }

  /// A mean over that of the images as they are.
  private func ratio(
    _ kind: ImageKind, _ rank: Int, label: UInt8? = nil, _ part: KeyPath<ComplexityErrors, Double?> = \.train
  ) -> Cell {
    guard kind != .original, let own = mean(kind, rank, label: label, part),
      let original = mean(.original, rank, label: label, part)
    else { return .none }
    return Cell(own / original)
  }

  /// Errors of every kind and rank over classes and seeds.
  private func errorTable(_ name: String, _ part: KeyPath<ComplexityErrors, Double?>) -> Table {
    var table = Table(
      "\(name) errors over classes and seeds",
      columns: ["data", "rank", "trainings", "mean", "q1", "median", "q3", "ratio"])
    for kind in plan.kinds {
      for rank in plan.ranks {
        let values = errors(kind, rank, part)
        let summary = ErrorSummary(values)
        table.rows.append(
          [
            .text(kind.rawValue), .number(Double(rank)), .number(Double(values.count)), Cell(summary?.mean),
          ] + (0..<3).map { Cell(summary?.quartiles[$0]) } + [ratio(kind, rank, part)])
      }
    }
    return table
  }

  /// Every class at the smallest rank.
  private var classTable: Table {
    let rank = plan.ranks[0]
    let others = plan.kinds.filter { $0 != .original }
    var table = Table(
      "classes at rank \(rank)",
      columns: ["class", "images", "train mean", "test mean"]
        + others.flatMap { ["\($0.rawValue) train", "\($0.rawValue) ratio"] })
    for label in plan.classes {
      table.rows.append(
        [
          .text("\(label)"), .number(Double(plan.train.labels.count { $0 == label })),
          Cell(mean(.original, rank, label: label)), Cell(mean(.original, rank, label: label, \.test)),
        ] + others.flatMap { [Cell(mean($0, rank, label: label)), ratio($0, rank, label: label)] })
    }
    return table
  }
}
