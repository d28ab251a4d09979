import Verdicts

extension ComplexityReport {
  /// Mean errors against the rank, each kind with the band between its quartiles, beside the error of the best constant.
  var figures: [Figure] {
    [
      figure("train", "Train error of tensors of rank R", \.train),
      figure("test", "Test error of tensors of rank R", \.test),
    ]
  }

  private func figure(_ name: String, _ title: String, _ part: KeyPath<ComplexityErrors, Double?>) -> Figure {
    let x = plan.ranks.map(Double.init)
    let curves = plan.kinds.flatMap { kind -> [Figure.Curve] in
      let summaries = plan.ranks.map { ErrorSummary(errors(kind, $0, part)) }
      return [
        Figure.Curve(kind.rawValue, x: x, y: summaries.map { $0?.mean ?? .nan }),
        Figure.Curve(
          "\(kind.rawValue), lower quartile", x: x, y: summaries.map { $0?.quartiles[0] ?? .nan }, role: .lowerBound),
        Figure.Curve(
          "\(kind.rawValue), upper quartile", x: x, y: summaries.map { $0?.quartiles[2] ?? .nan }, role: .upperBound),
      ]
    }
    let images = part == \.train ? plan.train : plan.test
    let variances = plan.classes.map { label in
      let share = Double(images.labels.count { $0 == label }) / Double(images.count)
      return share * (1 - share)
    }
    let variance = variances.reduce(0, +) / Double(variances.count)
    return Figure(
      title, name: name, xLabel: "rank R", yLabel: "\(name) error",
      curves: curves + [Figure.Curve("best constant", x: x, y: x.map { _ in variance }, role: .reference)])
  }
}
