import Verdicts

/// What linear regression says of random images at rank one, and whether it may be asked.
///
/// Around a constant the predictor of rank one is linear in n(q − 1) + 1 parameters, and independent of random images: the labels'
/// variance v = p(1 − p) leaves the train error v(1 − (n(q − 1) + 1)/N) over N images. The product is the linear model only while the
/// parameters are few beside the images: N ≥ 50 n(q − 1).
package struct RandomImageForm {
  /// Images for each of the n(q − 1) parameters from which on the form is taken to hold.
  static let imagesPerParameter = 50

  package let images: Int
  package let parameters: Int

  package var isApplicable: Bool { images >= Self.imagesPerParameter * (parameters - 1) }

  package init(images: Int, pixels: Int, values: Int) {
    (self.images, parameters) = (images, pixels * (values - 1) + 1)
  }

  /// The train error of a class to which this many images belong.
  package func error(positive: Int) -> Double {
    let share = Double(positive) / Double(images)
    return share * (1 - share) * (1 - Double(parameters) / Double(images))
  }
}

extension ComplexityReport {
  /// Whether the closed form applies, and beside what was measured what it predicts; nil where random images or rank one were not asked for.
  var closedForm: (table: Table?, note: String)? {
    guard plan.kinds.contains(.randomImages), plan.ranks.contains(1) else { return nil }
    let train = plan.train
    let form = RandomImageForm(images: train.count, pixels: train.order, values: train.levels)
    let rule =
      "N ≥ \(RandomImageForm.imagesPerParameter) n(q − 1) = \(RandomImageForm.imagesPerParameter * (form.parameters - 1))"
    let subject = "random images at rank 1: the closed form v(1 − p/N), p = \(form.parameters) parameters,"
    guard form.isApplicable else {
      return (nil, "\(subject) does not apply: it needs \(rule) images, and there are \(train.count)")
    }
    var table = Table(
      "closed form of random images at rank 1",
      columns: ["class", "variance", "predicted", "measured", "measured ratio"])
    for label in plan.classes {
      let count = train.labels.count { $0 == label }
      let share = Double(count) / Double(train.count)
      let (predicted, measured) = (form.error(positive: count), mean(.randomImages, 1, label: label))
      table.rows.append([
        .text("\(label)"), Cell(share * (1 - share)), Cell(predicted), Cell(measured),
        Cell(measured.map { $0 / predicted }),
      ])
    }
    return (table, "\(subject) applies, since \(train.count) images meet \(rule)")
  }
}
