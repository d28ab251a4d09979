import FlowODE
import Verdicts

extension RankOneStudy {
  /// sup-distances at one α.
  public struct Point: Sendable, Equatable, Codable {
    let alpha: Double
    /// T₀: when ‖W‖ reached ρ.
    let escape: Double
    /// sup_t ‖W(T₀ + t) − W₁(t)‖_F for the references A, B and C (nil where no limiting direction was found).
    let reseeded: Double
    let fromStart: Double
    let fixed: Double?
    /// The largest ‖W‖ on the way.
    let largestNorm: Double
    /// The distance to the target at the end, relative; nil where the target is not known everywhere.
    let reconstruction: Double?
    /// t − T₀, ‖W‖ and the distances to A, B and C at the save times.
    let path: [[Double?]]

    var evidence: RankOneEvidence {
      RankOneEvidence(alpha: alpha, reseeded: reseeded, fromStart: fromStart, largestNorm: largestNorm)
    }
  }

  /// The escape time, the sup-distances with their slopes, and where the run ended.
  private static let columns: [Column<Point>] = [
    Column("alpha", title: "alpha") { $0.alpha },
    Column("escape_time", title: "T0") { $0.escape },
    Column("distance_reseeded", title: "A reseed", curve: "A: reseeded at the escape") { $0.reseeded },
    .slope("slope_reseeded", of: \.reseeded, against: \.alpha),
    Column("distance_from_start", title: "B start", curve: "B: from the start") { $0.fromStart },
    .slope("slope_from_start", of: \.fromStart, against: \.alpha),
    Column("distance_fixed", title: "C fixed", curve: "C: limiting direction") { $0.fixed },
    .slope("slope_fixed", of: \.fixed, against: \.alpha),
    Column("largest_norm", title: "largest norm") { $0.largestNorm },
    Column("reconstruction_error", title: "to target") { $0.reconstruction },
  ]

  public static func exhibits(_ study: Self, _ found: Found) -> LadderExhibits {
    let sheet = Sheet(found.fine, columns)
    let leader = found.shared.leading
    let expected = found.shared.limit.map { tableNumber(min($0.kappa, Double(leader.order))) } ?? "unknown"
    let title =
      "component \(leader.leader) leads, γ(0) = \(tableNumber(leader.gammas[leader.leader])), its norm is "
      + "\(tableNumber(leader.margin)) × what (ii) asks; expected slopes \(leader.order) (A, B), \(expected) (C); "
      + "sup-distances"
    return LadderExhibits(
      tables: [sheet.table(title)],
      figures: [
        sheet.figure(
          "distance to a rank-one trajectory", x: "α", y: "sup-distance",
          order: (leader.order, found.fine.last?.fromStart))
      ],
      files: [
        ("series.csv", sheet.series),
        (
          "distances.csv",
          NumberTable(
            ["alpha", "t_since_escape", "norm", "reseeded", "from_start", "fixed"],
            rows: found.fine.flatMap { point in point.path.map { [point.alpha] + $0 } })
        ),
      ])
  }
}
