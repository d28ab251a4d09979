import FlowODE
import Models
import Verdicts

extension MeasuredSection {
  /// Singular values written out in a table.
  private static let shownValues = 8

  /// The ranks of W's matricizations along a flow, beside those of the same data's flow in W itself.
  ///
  /// - Parameters:
  ///   - flat: what the flow in W itself gave; nil where it was not run.
  ///   - truth: the target where it is known everywhere.
  public init(
    _ trajectory: Trajectory, rtol: Double, ranks: RankWatch, flat: RankWatch?, truth: [Double]?, shape: [Int]
  ) {
    let target = truth.map { truth in
      ranks.matricizations.map { try? $0.singularValues(truth, shape: shape) }
    }
    func effective(_ values: [Double]?) -> Cell { Cell(values.map(RankMeasure.effectiveRank)) }
    func cell(_ list: [[Double]]?, _ k: Int) -> Cell {
      effective(list.flatMap { $0.indices.contains(k) ? $0[k] : nil })
    }
    let rows = ranks.matricizations.enumerated().map { k, matricization -> [Cell] in
      let size = matricization.size(of: shape)
      return [
        .text(matricization.name), .text("\(size.rows)×\(size.columns)"),
        Cell(matricization.rankLimit(of: shape).map(Double.init)),
        cell(ranks.first, k), cell(ranks.last, k), cell(flat?.last, k), effective(target?[k]),
      ]
    }
    let columns = ["modes", "size", "rank at most", "at the start", "at the end", "in W itself", "of the target"]
    let used = columns.indices.filter { column in rows.contains { $0[column] != .none } }
    let effectiveRanks = Table(
      "effective ranks", columns: used.map { columns[$0] }, rows: rows.map { row in used.map { row[$0] } })

    let count = min(Self.shownValues, ranks.last.map(\.count).max() ?? 0)
    var spectra: [[Cell]] = []
    for (k, matricization) in ranks.matricizations.enumerated() {
      let parts: [(String, [Double]?)] = [
        ("at the end", ranks.last.indices.contains(k) ? ranks.last[k] : nil),
        ("in W itself", flat.flatMap { $0.last.indices.contains(k) ? $0.last[k] : nil }),
        ("of the target", target?[k]),
      ]
      for case (let name, let values?) in parts {
        spectra.append(
          [.text(matricization.name), .text(name)] + (0..<count).map { Cell($0 < values.count ? values[$0] : nil) })
      }
    }
    self.init(
      "effective ranks and singular values of W's matricizations", rtol: rtol,
      outcome: (trajectory.outcome.sentence, trajectory.outcome.remedy, trajectory.outcome.isComplete),
      finalTime: trajectory.time, finalLoss: trajectory.loss.isFinite ? trajectory.loss : nil,
      steps: trajectory.counts.accepted, gradients: trajectory.counts.evaluations, choice: trajectory.choice,
      tables: [
        effectiveRanks,
        Table("singular values", columns: ["modes", "which"] + (0..<count).map { "σ\($0 + 1)" }, rows: spectra),
      ], figures: [Self.figure(ranks, flat)])
  }

  /// Effective ranks against time.
  private static func figure(_ ranks: RankWatch, _ flat: RankWatch?) -> Figure {
    func curves(_ watch: RankWatch, _ suffix: String, _ role: Figure.Curve.Role) -> [Figure.Curve] {
      zip(watch.matricizations, watch.effectiveRanks).map {
        Figure.Curve($0.name + suffix, x: watch.times, y: $1, role: role)
      }
    }
    return Figure(
      "effective ranks of matricizations", name: "ranks", xLabel: "t", yLabel: "effective rank",
      logX: Figure.isGeometric(ranks.times),
      curves: curves(ranks, "", .measured) + (flat.map { curves($0, ", in W itself", .reference) } ?? []))
  }
}
