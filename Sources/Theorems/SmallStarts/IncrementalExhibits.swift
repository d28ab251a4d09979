import FlowODE
import Models
import Verdicts

extension IncrementalStudy {
  /// What the instant t* looks like at one α.
  public struct Point: Sendable, Equatable, Codable {
    let alpha: Double
    let time: Double
    let leader: Int
    /// Components whose norm is above the geometric mean of where the leader started and σ*.
    let risen: Int
    /// The largest other component and its norm.
    let runnerUp: Int
    let runnerUpNorm: Double
    /// κ of that component; its a_1/a_r over κ^{1/(N−2)}, above 1 where O(αᴺ) is claimed (κ ≤ 0 counts as infinite).
    let kappa: Double
    let separation: Double
    /// Largest relative departure of a component from the closed form; the same for the mutated forms.
    let error: Double
    let wrongExponent: Double
    let swapped: Double
    /// αᴺ [a_r^{2−N} − max(0, κ) a_1^{2−N}]^{−N/(N−2)}, nil where it is no bound.
    let bound: Double?
    /// Whether the gradient was constant up to t*.
    let isConstantGradient: Bool
    /// Magnification of the solver's error in σ_r: (σ_r(t*)/σ_r(0))^{(N−2)/N}, at most.
    let magnification: Double
    /// Every component at t*.
    let components: [Component]
    /// The components up to t*; nil on the coarser rung.
    let path: NormPath?

    var evidence: IncrementalEvidence {
      IncrementalEvidence(
        alpha: alpha, error: error, magnification: magnification, runnerUpNorm: runnerUpNorm, bound: bound, risen: risen
      )
    }
  }

  /// One component at the instant t*.
  public struct Component: Sendable, Equatable, Codable {
    let startNorm: Double
    let norm: Double
    /// κ_r; 1 for the leading one.
    let kappa: Double
    /// What the closed form says; the leading one's own norm.
    let closedForm: Double
  }

  /// The instant t* and the largest other component there.
  private static let columns: [Column<Point>] = [
    Column("alpha", title: "alpha") { $0.alpha },
    Column("time", title: "t*") { $0.time },
    Column("leader") { Double($0.leader) },
    Column("risen", title: "risen") { Double($0.risen) },
    Column("next", title: "next") { Double($0.runnerUp) },
    Column("next_norm", title: "its norm", curve: "next component") { $0.runnerUpNorm },
    .slope("slope", of: \.runnerUpNorm, against: \.alpha),
    Column("bound", title: "bound", curve: "bound", role: .upperBound) { $0.bound },
    Column("kappa", title: "kappa") { $0.kappa },
    Column("advantage", title: "advantage") { $0.separation },
    Column("closed_form_error", title: "closed form off by") { $0.error },
  ]

  public static func exhibits(_ study: Self, _ found: Found) -> LadderExhibits {
    let sheet = Sheet(found.fine, columns)
    let components = NumberTable(
      ["alpha", "component", "norm_at_0", "norm", "kappa", "closed_form"],
      rows: found.fine.flatMap { point in
        point.components.enumerated().map { r, component in
          [point.alpha, Double(r), component.startNorm, component.norm, component.kappa, component.closedForm]
        }
      })
    return LadderExhibits(
      tables: [sheet.table("at the instant when the leading component reaches the level")],
      figures: [
        sheet.figure(
          "the largest other component when the first leaves zero", x: "α", y: "σ",
          order: study.order > 2 ? (study.order, found.fine.last?.runnerUpNorm) : nil)
      ] + paths(found.fine), files: [("series.csv", sheet.series), ("components.csv", components)])
  }

  /// At most so many scales are shown, the largest and the smallest among them.
  private static let shownScales = 4

  /// Every component up to t*, scale below scale: those that are largest in the end at the smallest scale, each followed as itself.
  private static func paths(_ points: [Point]) -> [Figure] {
    let count = min(shownScales, points.count)
    let chosen = count < 2 ? points : (0..<count).map { points[$0 * (points.count - 1) / (count - 1)] }
    guard let components = chosen.last?.path?.largestAtEnd else { return [] }
    let panels = chosen.compactMap { point -> Figure? in
      point.path.map { path in
        Figure(
          "α = \(tableNumber(point.alpha)): component norms", name: "alpha-\(tableSetting(point.alpha))",
          xLabel: "t/t*", yLabel: "σ", logY: true, curves: path.curves(of: components, unit: point.time))
      }
    }
    guard let first = panels.first else { return [] }
    return [
      Figure(
        first.title, name: "components", xLabel: first.xLabel, yLabel: first.yLabel, logY: first.logY,
        curves: first.curves, panels: Array(panels.dropFirst()))
    ]
  }
}
