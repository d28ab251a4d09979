import FlowODE
import Models
import Verdicts

/// From small starts a Tucker family fits a target of low multilinear rank with as low a rank of its core.
///
/// **Statement.** With ρ_n the target's multilinear rank, σ_(ρ_n+1)(G_(n))/σ_1(G_(n)) → 0 as α → 0 for every mode n, at the time when the
/// observed part is fitted. These are the norms of the core's slices in the basis of its singular vectors; in the core's own basis slices say
/// nothing where a matrix rotates them into each other (``SliceSparsity``).
/// **Hypotheses.** The target is known everywhere and of lower multilinear rank than the core.
/// **Judged by.** ``VanishingRule``: the largest such ratio over at least four halvings of α falls like a power of α to 5 %.
/// **Refuted by.** A rank lower by one; where a mode's slices can be rotated, the slices in the core's own basis.
/// **Sources.** Hariz et al. 2024; the basis is derived.
public enum StructuredSparsity: LadderClaim {
  public static let card = ClaimCard(
    name: "structured-sparsity",
    summary:
      "from small starts the core of a Tucker family keeps as many slices as the target's rank, in its singular basis",
    formulas: ["σ_(ρ_n+1)(G_(n))/σ_1(G_(n)) → 0 as α → 0 for every mode n, ρ_n the target's multilinear rank"],
    sources: [
      Source(paper: "Hariz, Kadri, Ayache, Moakher, Artières 2024"),
      .derived("slices in the core's own basis rotate freely where a matrix is shared by them"),
    ],
    judgedBy: .limit, residual: residual,
    example:
      "flowcheck run --claims structured-sparsity --model tucker --shape 4,4,4 --core 4,4,4 --rank 2 --observed 0.8 "
      + "--target-norm 4 --normalization half-sum --init-scale 0.1 --until 1e5 --control")

  static let residual =
    "the largest of the first norms, mode by mode, that the target's rank has no use for, beside the largest one, when the loss has "
    + "fallen to 1e-6 of the start's; over at least four halvings of α it falls like a power of α to 5 %"

  public static let hypotheses: [LadderHypothesis<SparsityLadder>] = [
    SparsityLadder.lowRank, SparsityLadder.gradientFlow,
  ]

  public static let mutants: [LadderMutant<SparsityLadder>] = [
    lowerRank { $0.spectra },
    LadderMutant("the slices in the core's own basis, where a matrix rotates them") { ladder, found, _ in
      guard !ladder.core.hasOwnBasis, let ranks = ladder.ranks else { return nil }
      return ladder.vanishing("the norm of a slice that ought to", found) { TuckerCore.excess($0.slices, ranks: ranks) }
    },
  ]

  /// The last norm that the target needs does not vanish.
  static func lowerRank(
    _ norms: @escaping @Sendable (SparsityLadder.Point) -> [[Double]]
  ) -> LadderMutant<SparsityLadder> {
    LadderMutant("a rank lower by one") { ladder, found, _ in
      guard let ranks = ladder.ranks, ranks.contains(where: { $0 > 1 }) else { return nil }
      return ladder.vanishing("the last norm that the target needs", found) {
        TuckerCore.excess(norms($0), ranks: ranks, offset: -1)
      }
    }
  }

  public static func statement(_ ladder: SparsityLadder) -> String {
    "as α → 0 the fitted core's multilinear rank falls to the target's"
      + (ladder.ranks.map { " \(TuckerCore.list($0))" } ?? "") + ": σ_(ρ_n+1)(G_(n))/σ_1(G_(n)) → 0 for every mode n"
  }

  public static func judge(
    _ ladder: SparsityLadder, _ found: SparsityLadder.Found, _ hypotheses: [Hypothesis]
  ) -> LadderFinding {
    ladder.finding(found, hypotheses) { $0.spectra }
  }

  public static func exhibits(_ ladder: SparsityLadder, _ found: SparsityLadder.Found) -> LadderExhibits {
    ladder.exhibits(found, "singular values of the core's unfoldings") { $0.spectra }
  }
}

/// The same of the core's slices themselves, where nothing rotates them into each other.
///
/// **Statement.** With a chain of matrices of its own for every slice, as in `deep-tucker-columns` with D ≥ 2, the (ρ_n + 1)-th largest slice of
/// every mode vanishes beside the largest as α → 0.
/// **Hypotheses.** As ``StructuredSparsity``; nothing rotates the slices into each other. At D = 1, and with matrices that slices share, the flow
/// and gaussian starts are symmetric under O(r), and slices carry no information: *vacuous*.
/// **Judged by.** As ``StructuredSparsity``.
/// **Refuted by.** A rank lower by one.
/// **Sources.** Hariz et al. 2024.
public enum SliceSparsity: LadderClaim {
  public static let card = ClaimCard(
    name: "slice-sparsity",
    summary: "the same of the core's slices themselves, where nothing rotates them into each other",
    formulas: ["‖slice_(ρ_n+1)‖/‖slice_1‖ → 0 as α → 0 for every mode n, slices in the order of their norms, D ≥ 2"],
    sources: [Source(paper: "Hariz, Kadri, Ayache, Moakher, Artières 2024")],
    judgedBy: .limit, residual: StructuredSparsity.residual,
    example:
      "flowcheck run --claims slice-sparsity --model deep-tucker-columns --depth 2 --shape 3,3,3 --rank 1 --target-norm 4 "
      + "--normalization half-sum --init slice-norms --init-scale 0.05 --until 1e20 --control")

  public static let hypotheses: [LadderHypothesis<SparsityLadder>] =
    StructuredSparsity.hypotheses + [
      LadderHypothesis("nothing rotates the core's slices into each other") { ladder in
        let core = ladder.core
        return (
          core.hasOwnBasis,
          core.hasOwnBasis
            ? "a chain of \(core.depth - 1) matri\(core.depth == 2 ? "x" : "ces") and a vector for every slice"
            : "symmetric under O(r): slices carry no information; structured-sparsity looks at singular values"
        )
      }
    ]

  public static let mutants: [LadderMutant<SparsityLadder>] = [
    StructuredSparsity.lowerRank { $0.slices },
    LadderMutant("the largest slice vanishes beside all of them") { ladder, found, _ in
      ladder.vanishing("the part of the largest slice", found) { point in
        point.slices.reduce(0) { worst, norms in
          let all = norms.reduce(0) { $0 + $1 * $1 }.squareRoot()
          return max(worst, all > 0 ? (norms.first ?? 0) / all : 0)
        }
      }
    },
  ]

  public static func statement(_ ladder: SparsityLadder) -> String {
    "as α → 0 every mode of the fitted core keeps" + (ladder.ranks.map { " \(TuckerCore.list($0))" } ?? "")
      + " slices: ‖slice_(ρ_n+1)‖/‖slice_1‖ → 0"
  }

  public static func judge(
    _ ladder: SparsityLadder, _ found: SparsityLadder.Found, _ hypotheses: [Hypothesis]
  ) -> LadderFinding {
    ladder.finding(found, hypotheses) { $0.slices }
  }

  public static func exhibits(_ ladder: SparsityLadder, _ found: SparsityLadder.Found) -> LadderExhibits {
    ladder.exhibits(found, "norms of the core's slices") { $0.slices }
  }
}

extension SparsityLadder {
  /// The verdict on a false statement that something vanishes.
  fileprivate func vanishing(_ name: String, _ found: Found, _ value: (Point) -> Double) -> LadderFinding {
    let values = found.fine.map(value)
    return LadderFinding(
      ControlRule.judge(vanishing: name, values, scales: found.fine.map(\.alpha)), figure: values.last)
  }

  /// The verdict on norms that are to vanish.
  fileprivate func finding(
    _ found: Found, _ hypotheses: [Hypothesis], _ norms: @escaping (Point) -> [[Double]]
  ) -> LadderFinding {
    guard let ranks else { return LadderFinding(VanishingRule.judge(hypotheses: hypotheses, [])) }
    let excess = { (point: Point) in TuckerCore.excess(norms(point), ranks: ranks) }
    let points = zip(found.coarse, found.fine).map { coarse, fine in
      VanishingEvidence(
        scale: fine.alpha, departure: excess(fine), uncertainty: abs(excess(fine) - excess(coarse)),
        tolerance: tolerances[1])
    }
    return LadderFinding(
      VanishingRule.judge(hypotheses: hypotheses, points), figure: found.fine.last.map(excess))
  }

  fileprivate func exhibits(
    _ found: Found, _ title: String, _ norms: @escaping @Sendable (Point) -> [[Double]]
  ) -> LadderExhibits {
    let ranks = ranks ?? []
    let sheet = Sheet(
      found.fine,
      [
        Column("alpha", title: "alpha") { $0.alpha }, Column("time", title: "t") { $0.time },
        Column("loss", title: "loss") { $0.loss },
        Column("ratio", title: "to vanish", curve: "to vanish") { TuckerCore.excess(norms($0), ranks: ranks) },
        .slope("slope", of: { TuckerCore.excess(norms($0), ranks: ranks) }, against: { $0.alpha }),
        Column("kept", title: "to stay") { TuckerCore.excess(norms($0), ranks: ranks, offset: -1) },
      ])
    let count = core.block.shape.max() ?? 0
    let last = found.fine.last.map(norms) ?? []
    let spectra = Table(
      "\(title) at the smallest alpha", columns: ["mode"] + (0..<count).map { "\($0 + 1)" },
      rows: last.enumerated().map { mode, values in
        [.text("\(mode + 1)")] + (0..<count).map { Cell($0 < values.count ? values[$0] : nil) }
      })
    return LadderExhibits(
      tables: [sheet.table("when the data are fitted"), spectra],
      figures: [sheet.figure("what the target has no use for", x: "α", y: "ratio")],
      files: [("series.csv", sheet.series)])
  }
}
